package leaseback.manager.web;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.compliance.Compliance;
import leaseback.manager.compliance.Outages;
import leaseback.manager.compliance.Provision;
import leaseback.manager.compliance.Standard;
import leaseback.manager.compliance.Tampers;
import leaseback.manager.database.Database;
import leaseback.manager.lease.Lease;
import leaseback.manager.lease.Leases;

/// Whether leases are kept: to each owner their own, to the operator all; and the times that were our own fault.
public final class ComplianceRoutes implements Routes {
    private final Database database;
    private final Leases leases;
    private final Compliance compliance;
    private final Outages outages;
    private final Tampers tampers;

    public ComplianceRoutes(Database database, Leases leases, Compliance compliance, Outages outages, Tampers tampers) {
        this.tampers = tampers;
        this.database = database;
        this.leases = leases;
        this.compliance = compliance;
        this.outages = outages;
    }

    @Override
    public List<Route> all() {
        return List.of(
                Route.of("GET", "/api/agreement/{id}/compliance", this::standing, TokenRole.CUSTOMER)
                        .says("How an agreement is kept, provision by provision").gives(Compliance.Standing.class),
                Route.of("GET", "/api/finding", this::findings).says("Days on which a provision was not kept")
                        .pages(Compliance.Told.class).needs("provision", Provision.class, "Such as PRESENCE"),
                Route.of("GET", "/api/outage", this::outages).says("Times that were our own fault").pages(Outages.Outage.class),
                Route.of("POST", "/api/outage", this::record).says("Records a time that was our own fault: no host is blamed for it")
                        .takes(WantedOutage.class).creates(Outages.Outage.class),
                Route.of("POST", "/api/tamper", this::report).says("Reports that data of others was proved altered: the owner is warned at once")
                        .takes(WantedTamper.class).creates(Tampers.Tamper.class).refuses(404, "there is no such agreement"),
                Route.of("POST", "/api/tamper/{id}/clear", this::clear).says("Clears such a report: the next night cures")
                        .takes(Because.class).gives(Because.class),
                Route.of("GET", "/api/standard", this::standard).says("How much is enough").gives(Standard.class),
                Route.of("POST", "/api/standard", this::set).says("Lets other thresholds hold from the next judgement on")
                        .takes(WantedStandard.class).creates(Standard.class));
    }

    /// @param what was found, and what proves it
    record WantedTamper(UUID lease, String what) {
        @SuppressWarnings("NullAway") // comes from JSON, where anything may be missing
        WantedTamper {
            if (lease == null || what == null || what.isBlank() || what.length() > 1000) {
                throw new IllegalArgumentException("say which lease (its id) and what was found and proves it, in 1 to 1000 characters");
            }
            what = what.strip();
        }
    }

    record Because(String why) {
        @SuppressWarnings("NullAway") // comes from JSON, where anything may be missing
        Because {
            if (why == null || why.isBlank() || why.length() > 500) {
                throw new IllegalArgumentException("say why, in 1 to 500 characters");
            }
            why = why.strip();
        }
    }

    /// @param standard the version that is given is left aside
    record WantedStandard(Standard standard, String why) {
        @SuppressWarnings("NullAway") // comes from JSON, where anything may be missing
        WantedStandard {
            if (standard == null || why == null || why.isBlank() || why.length() > 500) {
                throw new IllegalArgumentException("give all of standard, as GET /api/standard shows it, and why, in 1 to 500 characters");
            }
            why = why.strip();
        }
    }

    /// A time in which hosts could not keep their promise through our fault.
    record WantedOutage(Instant from, Instant to, String reason) {
        @SuppressWarnings("NullAway") // comes from JSON, where anything may be missing
        WantedOutage {
            if (from == null || to == null || reason == null || reason.isBlank() || reason.length() > 500) {
                throw new IllegalArgumentException("say from when to when and why, such as {\"from\":\"2027-08-20T18:00:00Z\","
                        + "\"to\":\"2027-08-20T21:00:00Z\",\"reason\":\"our line was cut\"}");
            }
            reason = reason.strip();
        }
    }

    private Answer standing(Call call) {
        UUID id = own(call);
        return Pages.one(call, database.read(handle -> compliance.standing(handle, id)).orElseThrow());
    }

    private Answer findings(Call call) {
        String wanted = call.asked("provision", "PRESENCE");
        Provision provision = Arrays.stream(Provision.values()).filter(each -> each.name().equals(wanted)).findFirst().orElseThrow(() ->
                new Problem(400, "provision is one of " + Arrays.stream(Provision.values()).map(Enum::name).collect(Collectors.joining(", "))
                        + ", not \"" + wanted + "\""));
        List<Compliance.Told> found = database.read(handle -> compliance.notKept(handle, provision, call.after(), call.limit() + 1));
        return Pages.of(call, found, told -> told.finding().id(), told -> told);
    }

    private Answer outages(Call call) {
        List<Outages.Outage> found = database.read(handle -> outages.page(handle, call.after(), call.limit() + 1));
        return Pages.of(call, found, Outages.Outage::id, outage -> outage);
    }

    private Answer record(Call call) {
        WantedOutage wanted = call.body(WantedOutage.class);
        Outages.Outage outage = database.transact(handle ->
                outages.record(handle, wanted.from(), wanted.to(), wanted.reason(), call.actor()));
        return Pages.created(call, "/api/outage", outage);
    }

    private Answer report(Call call) {
        WantedTamper wanted = call.body(WantedTamper.class);
        return Pages.created(call, "/api/agreement/" + wanted.lease() + "/compliance", database.transact(handle ->
                tampers.report(handle, wanted.lease(), wanted.what(), call.actor())));
    }

    private Answer clear(Call call) {
        UUID id = call.id("report");
        Because because = call.body(Because.class);
        return Pages.one(call, database.transact(handle -> {
            tampers.clear(handle, id, because.why(), call.actor());
            return because;
        }));
    }

    private Answer standard(Call call) {
        return Pages.one(call, database.read(compliance::standard));
    }

    private Answer set(Call call) {
        WantedStandard wanted = call.body(WantedStandard.class);
        return Pages.created(call, "/api/standard", database.transact(handle ->
                compliance.set(handle, wanted.standard(), call.actor(), wanted.why())));
    }

    private UUID own(Call call) {
        UUID id = call.id("agreement");
        Optional<Lease> lease = database.read(handle -> leases.find(handle, id));
        return lease.filter(found -> call.caller().actsFor(found.customerId())).map(Lease::id)
                .orElseThrow(() -> Refusal.unknown("agreement", id));
    }
}
