package leaseback.manager.web;

import java.util.List;
import leaseback.manager.storage.Bucket;
import leaseback.manager.storage.Buckets;
import leaseback.manager.storage.StorageFault;
import leaseback.manager.storage.Whereabouts;

/// Where somebody's data is: for the operator, and for its owner who asks. Each answer leaves a line in the audit.
public final class WhereRoutes implements Routes {
    private final Buckets buckets;
    private final Whereabouts whereabouts;

    public WhereRoutes(Buckets buckets, Whereabouts whereabouts) {
        this.buckets = buckets;
        this.whereabouts = whereabouts;
    }

    @Override
    public List<Route> all() {
        return List.of(Route.of("GET", "/api/whereabouts", this::where, TokenRole.CUSTOMER)
                .says("On which hosts an object, or what is in a bucket, lies").gives(Whereabouts.Found.class)
                .needs("bucket", String.class, "Its name").asks("key", String.class, "Of one object")
                .asks("prefix", String.class, "Of many").asks("addresses", Boolean.class, "With the hosts' addresses")
                .refuses(404, "There is no such bucket or object of yours"));
    }

    private Answer where(Call call) {
        String name = call.query().get("bucket");
        if (name == null) {
            throw new Problem(400, "say which bucket: ?bucket=NAME, with &key=KEY or &prefix=PREFIX, and &addresses=true for addresses");
        }
        boolean operator = call.caller() instanceof Caller.Operator;
        Bucket bucket;
        try {
            bucket = buckets.find(name);
        } catch (StorageFault none) {
            throw new Problem(404, "there is no bucket named " + name + " of yours");
        }
        if (!operator && !(call.caller() instanceof Caller.Buyer buyer && buyer.actsFor(bucket.ownerId()))) {
            throw new Problem(404, "there is no bucket named " + name + " of yours");
        }
        Whereabouts.Question question = new Whereabouts.Question(call.actor(), operator, "true".equals(call.query().get("addresses")));
        String key = call.query().get("key");
        return Pages.one(call, key != null ? whereabouts.object(bucket, key, question)
                : whereabouts.prefix(bucket, call.query().getOrDefault("prefix", ""), question));
    }
}
