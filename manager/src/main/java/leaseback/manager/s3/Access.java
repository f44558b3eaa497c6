package leaseback.manager.s3;

import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import leaseback.manager.s3.rights.Acl;
import leaseback.manager.s3.rights.Action;
import leaseback.manager.s3.rights.Ownership;
import leaseback.manager.s3.rights.Policy;
import leaseback.manager.s3.rights.PolicyFault;
import leaseback.manager.s3.rights.PolicyText;
import leaseback.manager.s3.rights.PublicAccessBlock;
import leaseback.manager.s3.rights.Rights;
import leaseback.manager.storage.Bucket;
import leaseback.manager.storage.Buckets;
import leaseback.manager.storage.BucketSettings;
import leaseback.manager.storage.StorageFault;
import org.jspecify.annotations.Nullable;

/// Finds the bucket of a request and what its caller may do there.
final class Access {
    static final String POLICY = "policy";
    static final String ACL = "acl";
    static final String BLOCK = "public-access-block";
    static final String OWNERSHIP = "ownership";
    private final Buckets buckets;
    private final BucketSettings settings;
    private final InstantSource clock;
    private final LogDelivery logs;
    private final Recent<Open> recent = new Recent<>(System::nanoTime);
    private Predicate<UUID> frozen = owner -> false;

    Access(Buckets buckets, BucketSettings settings, InstantSource clock, LogDelivery logs) {
        this.logs = logs;
        this.buckets = buckets;
        this.settings = settings;
        this.clock = clock;
    }

    /// Takes nothing more from whom this holds for. Called before the first request.
    void freeze(Predicate<UUID> owners) {
        frozen = owners;
    }

    /// Into the bucket that the call is about; nothing is allowed yet.
    Gate gate(Call call) throws S3Fault, StorageFault {
        return gate(call, call.target().bucket(), "x-amz-expected-bucket-owner");
    }

    /// @param expectedOwner a header in which the client may say whose the bucket must be
    Gate gate(Call call, String name, String expectedOwner) throws S3Fault, StorageFault {
        Open open = recent.get(name, () -> read(name));
        Bucket bucket = open.bucket();
        String expected = call.header(expectedOwner);
        if (expected != null && !expected.equals(bucket.ownerId().toString())) {
            throw S3Error.ACCESS_DENIED.because("Access Denied. The bucket " + name + " belongs to another account.");
        }
        if (name.equals(call.target().bucket())) {
            call.note().of(bucket.ownerId());
            boolean adds = call.method().equals("PUT") || call.method().equals("POST") && !call.query().has("delete");
            if (adds && frozen.test(bucket.ownerId())) {
                throw S3Error.ACCESS_DENIED.because("Access Denied. Bills of the account that owns " + name
                        + " are long overdue: what it stores can be read and deleted, and nothing new is taken until they are paid.");
            }
        }
        LogRule rule = open.logs();
        if (rule != null && name.equals(call.target().bucket())) {
            call.note().begin(call, bucket, rule, logs);
        }
        return new Gate(bucket, open.rights(), call.callerId(), Facts.of(call, clock.instant()), call.note(), open.settings());
    }

    private Open read(String name) throws StorageFault {
        Bucket bucket = buckets.find(name);
        Map<String, String> all = settings.all(bucket);
        return new Open(bucket, rights(bucket, all), LoggingOperations.rule(all), all);
    }

    /// Until `changed`, nothing that is remembered of the bucket counts: the change is decided on what is, and seen by what follows.
    void changing(String name) {
        recent.changeBegins(name);
    }

    void changed(String name) {
        recent.changeEnds(name);
    }

    private record Open(Bucket bucket, Rights rights, @Nullable LogRule logs, Map<String, String> settings) {}

    /// The bucket of the call, if its caller may do this to it, or to the call's key.
    Bucket bucket(Call call, Action action) throws S3Fault, StorageFault {
        Gate gate = gate(call);
        if (action.scope() == Action.Scope.OBJECT) {
            gate.require(action, call.key());
        } else {
            gate.require(action);
        }
        return gate.bucket();
    }

    /// @param settings all of the bucket's
    static Rights rights(Bucket bucket, Map<String, String> settings) {
        String acl = settings.get(ACL);
        String block = settings.get(BLOCK);
        String ownership = settings.get(OWNERSHIP);
        String policy = settings.get(POLICY);
        return new Rights(bucket.ownerId(), policy == null ? null : policy(bucket, policy), acl == null ? Acl.PRIVATE : Acl.parse(acl),
                block == null ? PublicAccessBlock.NONE : PublicAccessBlock.parse(block),
                ownership == null ? Ownership.OBJECT_WRITER : Ownership.named(ownership));
    }

    /// A policy is read before it is kept, so one that cannot be read is our mistake: then nothing is opened.
    private static Policy policy(Bucket bucket, String text) {
        try {
            return PolicyText.parse(text);
        } catch (PolicyFault broken) {
            throw new IllegalStateException("the policy of the bucket " + bucket.name() + " cannot be read", broken);
        }
    }
}
