package leaseback.manager.web;

import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import leaseback.manager.audit.Audit;
import leaseback.manager.catalog.Catalog;
import leaseback.manager.catalog.Facts;
import leaseback.manager.catalog.LeasePlan;
import leaseback.manager.catalog.Offering;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.customer.Customers;
import leaseback.manager.database.Database;
import leaseback.manager.fleet.BackupPower;
import leaseback.manager.fleet.HostRecords;
import leaseback.manager.order.Qualification;
import org.jspecify.annotations.Nullable;

/// Whether a customer may have a plan, and why not; the shape follows TM Forum's product offering qualification (TMF679).
final class QualificationRoutes {
    private final Database database;
    private final Catalog catalog;
    private final InstantSource clock;

    QualificationRoutes(Database database, Catalog catalog, InstantSource clock) {
        this.database = database;
        this.catalog = catalog;
        this.clock = clock;
    }

    List<Route> all() {
        return List.of(
                Route.of("POST", "/api/offerQualification", this::qualify, TokenRole.CUSTOMER)
                        .says("Whether a customer may have a plan, and why not").takes(Question.class).gives(Verdict.class),
                Route.of("POST", "/api/customer/{id}/flag", this::flag).says("Marks an account, or takes a mark off")
                        .takes(Flag.class).givesMany(String.class));
    }

    /// @param offeringId the machine that would be bought; null for one that the customer has
    /// @param idleWatts  what a machine that the customer has draws; an offering's own figure counts otherwise
    /// @param hostId     a machine of theirs that is a host: what its agent reports of its battery counts
    record Question(@Nullable UUID customerId, @Nullable String planId, @Nullable String offeringId, @Nullable Long upstreamKbits,
            @Nullable Long diskFreeBytes, @Nullable String country, @Nullable Integer idleWatts, @Nullable Integer batteryMinutes, @Nullable UUID hostId) {}

    /// @param result `qualified` or `unqualified`
    record Verdict(String state, String planId, String result, List<Reason> eligibilityUnavailabilityReason) {}

    record Reason(String label) {}

    /// @param set whether the account is to carry the mark
    record Flag(@Nullable String flag, boolean set) {}

    private Answer qualify(Call call) {
        Question question = call.body(Question.class);
        UUID customer = question.customerId();
        String planId = question.planId();
        if (customer == null || planId == null) {
            throw new Problem(422, "a qualification needs customerId and planId");
        }
        if (!call.caller().actsFor(customer)) {
            throw new Problem(403, "you may ask for yourself only; your token is that of " + call.actor());
        }
        UUID host = question.hostId();
        Integer battery = host == null ? question.batteryMinutes() : reported(customer, host);
        Qualification qualification = database.read(handle -> {
            if (Customers.find(handle, customer).isEmpty()) {
                throw Refusal.unfit("there is no customer " + customer);
            }
            LeasePlan plan = catalog.plan(handle, planId)
                    .orElseThrow(() -> Refusal.unfit("the catalogue has no lease plan " + planId + "; see leasePlan"));
            Integer watts = question.idleWatts();
            String offeringId = question.offeringId();
            if (offeringId != null) {
                Offering offering = catalog.offering(handle, offeringId).orElseThrow(() -> Refusal.unfit(
                        "the catalogue has no system " + offeringId + "; see productOffering"));
                watts = offering.idleWatts();
            }
            return Qualification.of(plan, new Facts(question.upstreamKbits(), question.diskFreeBytes(), question.country(), watts, battery,
                    Qualification.flags(handle, customer), Qualification.leases(handle, customer)));
        });
        return Pages.one(call, new Verdict("done", planId, qualification.qualified() ? "qualified" : "unqualified",
                qualification.reasons().stream().map(Reason::new).toList()));
    }

    /// Minutes; none for a host without a battery.
    private @Nullable Integer reported(UUID customer, UUID host) {
        if (database.read(handle -> handle.createQuery("select count(*) from host where id = :id and owner_id = :owner").bind("id", host)
                .bind("owner", customer).mapTo(Long.class).one()) == 0) {
            throw Refusal.unfit("the customer has no host " + host);
        }
        BackupPower power = new HostRecords(database).backupPower(List.of(host)).get(host);
        return power == null ? Integer.valueOf(0) : power.runtimeMinutes();
    }

    private Answer flag(Call call) {
        UUID customer = call.id("customer");
        Flag flag = call.body(Flag.class);
        String name = flag.flag();
        if (name == null || !name.matches("[a-z0-9][a-z0-9-]{0,62}")) {
            throw new Problem(422, "flag is 1 to 63 of a-z, 0-9 and -, such as minor");
        }
        Set<String> flags = database.transact(handle -> {
            if (Customers.find(handle, customer).isEmpty()) {
                throw Refusal.unknown("customer", customer);
            }
            if (flag.set()) {
                handle.createUpdate("""
                        insert into customer_flag (customer_id, flag, set_at) values (:id, :flag, :at) on conflict do nothing""")
                        .bind("id", customer).bind("flag", name).bind("at", clock.instant()).execute();
            } else {
                handle.createUpdate("delete from customer_flag where customer_id = :id and flag = :flag").bind("id", customer)
                        .bind("flag", name).execute();
            }
            Audit.write(handle, clock.instant(), call.actor(), flag.set() ? "set flag" : "clear flag", customer.toString(), name);
            return Qualification.flags(handle, customer);
        });
        return Pages.one(call, flags.stream().sorted().toList());
    }
}
