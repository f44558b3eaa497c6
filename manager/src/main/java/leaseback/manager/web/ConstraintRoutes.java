package leaseback.manager.web;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.customer.Customers;
import leaseback.manager.storage.Bucket;
import leaseback.manager.storage.Buckets;
import leaseback.manager.storage.Constraint;
import leaseback.manager.storage.Constraints;
import leaseback.manager.storage.StorageFault;
import org.jspecify.annotations.Nullable;

/// Where what a customer, or one of their buckets, stores may lie.
public final class ConstraintRoutes implements Routes {
    private final Customers customers;
    private final Buckets buckets;
    private final Constraints constraints;

    public ConstraintRoutes(Customers customers, Buckets buckets, Constraints constraints) {
        this.customers = customers;
        this.buckets = buckets;
        this.constraints = constraints;
    }

    @Override
    public List<Route> all() {
        return List.of(
                Route.of("GET", "/api/customer/{id}/constraint", call -> shown(call, customer(call)), TokenRole.CUSTOMER)
                        .says("Where what a customer stores may lie").gives(Constraint.class),
                Route.of("PUT", "/api/customer/{id}/constraint", call -> set(call, customer(call)), TokenRole.CUSTOMER)
                        .says("Says where what a customer stores may lie").takes(Wanted.class).gives(Constraint.class),
                Route.of("GET", "/api/bucket/{name}/constraint", call -> shown(call, bucket(call)), TokenRole.CUSTOMER)
                        .says("Where what is in a bucket may lie").gives(Constraint.class),
                Route.of("PUT", "/api/bucket/{name}/constraint", call -> set(call, bucket(call)), TokenRole.CUSTOMER)
                        .says("Says where what is in a bucket may lie").takes(Wanted.class).gives(Constraint.class));
    }

    /// @param places    anywhere when left out
    /// @param notOwners nobody when left out
    record Wanted(@Nullable Set<String> places, @Nullable Set<UUID> notOwners) {}

    private Answer shown(Call call, UUID subject) {
        return Pages.one(call, constraints.find(subject));
    }

    private Answer set(Call call, UUID subject) {
        Wanted wanted = call.body(Wanted.class);
        try {
            constraints.set(subject, new Constraint(wanted.places() == null ? Set.of() : wanted.places(),
                    wanted.notOwners() == null ? Set.of() : wanted.notOwners()), call.actor());
        } catch (IllegalArgumentException unfit) {
            throw new Problem(422, String.valueOf(unfit.getMessage()));
        }
        return shown(call, subject);
    }

    private UUID customer(Call call) {
        UUID id = call.id("customer");
        return customers.find(id).filter(found -> call.caller().actsFor(found.id())).orElseThrow(() -> Refusal.unknown("customer", id)).id();
    }

    private UUID bucket(Call call) {
        String name = call.variable("name");
        try {
            Bucket bucket = buckets.find(name);
            if (call.caller().actsFor(bucket.ownerId())) {
                return bucket.id();
            }
        } catch (StorageFault none) {
            // Somebody else's and nobody's look the same.
        }
        throw Refusal.unknown("bucket", name);
    }
}
