package leaseback.manager.web;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import leaseback.manager.audit.Audit;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.customer.Customers;
import leaseback.manager.database.Database;
import leaseback.manager.order.Signed;
import leaseback.manager.sealing.Kms;
import leaseback.manager.sealing.NamedKeys;
import leaseback.manager.sealing.Resealing;
import leaseback.manager.sealing.TenantKeys;
import leaseback.manager.storage.Erasures;
import leaseback.manager.storage.SegmentKeys;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Keys: how they stand, their rotation, and the erasing of a tenant. For the operator alone.
public final class KeyRoutes implements Routes {
    /// Every manager looks for a new version each ten seconds (`Resealing.learn`); until it met it, it seals by the old one.
    private static final Duration HEARD = Duration.ofSeconds(30);
    private final Database database;
    private final Kms kms;
    private final Resealing resealing;
    private final TenantKeys tenantKeys;
    private final SegmentKeys segmentKeys;
    private final Erasures erasures;
    private final Customers customers;
    private final java.time.InstantSource clock;
    /// One rotation of the master key at a time in this manager.
    private final ReentrantLock rotating = new ReentrantLock();

    public KeyRoutes(Database database, Kms kms, Resealing resealing, TenantKeys tenantKeys, SegmentKeys segmentKeys, Erasures erasures,
            Customers customers, java.time.InstantSource clock) {
        this.database = database;
        this.kms = kms;
        this.resealing = resealing;
        this.tenantKeys = tenantKeys;
        this.segmentKeys = segmentKeys;
        this.erasures = erasures;
        this.customers = customers;
        this.clock = clock;
    }

    @Override
    public List<Route> all() {
        return List.of(
                Route.of("GET", "/api/keys", this::stand).says("How the master key and what it seals stand").gives(Stand.class),
                Route.of("POST", "/api/keys/rotate", this::rotate)
                        .says("Makes a new version of the master key and seals all again by it").gives(Rotated.class),
                Route.of("POST", "/api/keys/retire", this::retire).says("Forgets old versions of the master key").gives(Rotated.class)
                        .refuses(409, "Something still needs an old version"),
                Route.of("POST", "/api/customer/{id}/key/rotate", this::rotateTenant).says("Makes a new version of a customer's key")
                        .gives(TenantRotated.class).refuses(409, "The customer was erased"),
                Route.of("GET", "/api/customer/{id}/namedKey", this::listNamed).says("A customer's named keys")
                        .givesMany(NamedKeys.Named.class),
                Route.of("POST", "/api/customer/{id}/namedKey", this::createNamed).says("Makes a named key").takes(WantedKey.class)
                        .gives(NamedKeys.Named.class).refuses(409, "There is one of that name"),
                Route.of("DELETE", "/api/customer/{id}/namedKey/{name}", this::destroyNamed)
                        .says("Destroys a named key: what is encrypted under it cannot be read any more").givesMany(NamedKeys.Named.class),
                Route.of("POST", "/api/customer/{id}/erasure", this::erase).says("Begins to erase all that a customer stores")
                        .takes(WantedErasure.class).gives(202, Erasures.Erasure.class)
                        .refuses(409, "Locks stand against it"),
                Route.of("GET", "/api/customer/{id}/erasure", this::erasure).says("How far a customer's erasure is")
                        .gives(Erasures.Erasure.class),
                Route.of("GET", "/api/customer/{id}/erasure/receipt", this::receipt).says("The receipt of an erasure, as signed")
                        .gives(ObjectNode.class).refuses(409, "It has not ended"),
                Route.of("GET", "/api/customer/{id}/erasure/receipt.sig", this::receiptSignature).says("The signature of the receipt")
                        .givesFile("application/octet-stream").refuses(409, "It has not ended"));
    }

    /// @param outdated        secrets that an older version than the newest sealed
    /// @param direct          segments whose key the Kms itself sealed, from before there were tenant keys
    /// @param tenantsRotating tenants with more than one version of their key
    private record Stand(String kms, int outdated, long direct, int tenantsRotating) {}

    private record Rotated(int version, int sealedAgain, int outdated) {}

    private record TenantRotated(UUID tenantId, int version) {}

    /// @param despiteLocks whether object locks are overridden; false when left out
    record WantedErasure(String reason, @Nullable Boolean despiteLocks) {
        @SuppressWarnings("NullAway") // comes from JSON, where anything may be missing
        WantedErasure {
            if (reason == null || reason.isBlank() || reason.length() > 500) {
                throw new IllegalArgumentException("an erasure needs a reason of 1 to 500 characters; it stands in the receipt");
            }
        }
    }

    private Answer stand(Call call) {
        return Pages.one(call, new Stand(kms.describe(), resealing.outdated(), segmentKeys.direct(), tenantKeys.rotated().size()));
    }

    private Answer rotate(Call call) {
        rotating.lock();
        try {
            int version = kms.rotate();
            note(call, "rotate master key", "version " + version);
            return Pages.one(call, again(version));
        } finally {
            rotating.unlock();
        }
    }

    private Answer retire(Call call) {
        rotating.lock();
        try {
            int outdated = resealing.outdated();
            long direct = segmentKeys.direct();
            if (outdated > 0 || direct > 0) {
                throw new Problem(409, outdated + " secrets and " + direct + " segments still need an old version of the master key; "
                        + "rotate first, and let what is being written or deleted come to its end");
            }
            long wait = database.read(handle -> Audit.last(handle, "rotate master key", "master key"))
                    .map(at -> Duration.between(clock.instant(), at.plus(HEARD)).toSeconds()).orElse(0L);
            if (wait > 0) {
                throw new Problem(409, "the master key was rotated less than " + HEARD.toSeconds()
                        + " s ago, and another manager may not have met the new version; try again in " + (wait + 1) + " s");
            }
            int version = kms.retire();
            note(call, "retire old versions of the master key", "version " + version + " stays");
            return Pages.one(call, new Rotated(version, 0, resealing.outdated()));
        } finally {
            rotating.unlock();
        }
    }

    private Rotated again(int version) {
        segmentKeys.adopt();
        int sealed = resealing.run();
        return new Rotated(version, sealed, resealing.outdated());
    }

    private Answer rotateTenant(Call call) {
        UUID tenant = customer(call);
        return Pages.one(call, new TenantRotated(tenant, tenantKeys.rotate(tenant, call.actor())));
    }

    /// @param name letters, digits, `. _ -`
    record WantedKey(String name) {
        @SuppressWarnings("NullAway") // comes from JSON, where anything may be missing
        WantedKey {
            if (name == null) {
                throw new IllegalArgumentException("a named key needs a name");
            }
        }
    }

    private Answer listNamed(Call call) {
        return Answer.of(Answer.JSON, call.wire().bytes(tenantKeys.named().list(customer(call))));
    }

    private Answer createNamed(Call call) {
        UUID tenant = customer(call);
        return Pages.one(call, tenantKeys.named().create(tenant, call.body(WantedKey.class).name(), call.actor()));
    }

    /// What is encrypted under it cannot be read any more, by anyone.
    private Answer destroyNamed(Call call) {
        UUID tenant = customer(call);
        String name = call.variable("name");
        if (!tenantKeys.named().destroy(tenant, name, call.actor())) {
            throw Refusal.unknown("named key of customer " + tenant, name);
        }
        return Answer.of(Answer.JSON, call.wire().bytes(tenantKeys.named().list(tenant)));
    }

    private Answer erase(Call call) {
        UUID tenant = customer(call);
        WantedErasure wanted = call.body(WantedErasure.class);
        return new Answer(202, Answer.JSON, call.wire().bytes(
                erasures.begin(tenant, wanted.reason(), Boolean.TRUE.equals(wanted.despiteLocks()), call.actor())), Map.of());
    }

    private Answer erasure(Call call) {
        UUID tenant = customer(call);
        return Pages.one(call, erasures.find(tenant).orElseThrow(() -> Refusal.unknown("erasure of customer", tenant)));
    }

    /// The signed bytes themselves.
    private Answer receipt(Call call) {
        return Answer.of(Answer.JSON, signed(call).document());
    }

    private Answer receiptSignature(Call call) {
        return Answer.of("application/octet-stream", signed(call).signature());
    }

    private Signed signed(Call call) {
        UUID tenant = customer(call);
        return erasures.receipt(tenant).orElseThrow(() -> new Problem(409, "the erasure of customer " + tenant
                + " has not ended: hosts that are away still hold pieces; GET " + "/api/customer/" + tenant + "/erasure" + " says which"));
    }

    private UUID customer(Call call) {
        UUID id = call.id("customer");
        return customers.find(id).orElseThrow(() -> Refusal.unknown("customer", id)).id();
    }

    private void note(Call call, String act, String detail) {
        database.transact(handle -> {
            Audit.write(handle, clock.instant(), call.actor(), act, "master key", detail);
            return 1;
        });
    }
}
