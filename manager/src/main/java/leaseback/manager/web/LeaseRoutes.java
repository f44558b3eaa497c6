package leaseback.manager.web;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import leaseback.manager.audit.Audit;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.clock.SettableClock;
import leaseback.manager.clock.Timetable;
import leaseback.manager.database.Database;
import leaseback.manager.lease.Lease;
import leaseback.manager.lease.Leases;
import leaseback.manager.lease.Party;
import leaseback.manager.lease.Terms;
import leaseback.manager.lease.Transition;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// What owners and the operator do with a lease that runs, and, where it can be set, the clock.
public final class LeaseRoutes implements Routes {
    private static final String NOT_NOW = "The lease stands where this cannot be; the allowed steps are named";
    private final Database database;
    private final Leases leases;
    private final Timetable timetable;
    private final InstantSource clock;

    public LeaseRoutes(Database database, Leases leases, Timetable timetable, InstantSource clock) {
        this.database = database;
        this.leases = leases;
        this.timetable = timetable;
        this.clock = clock;
    }

    @Override
    public List<Route> all() {
        return List.of(
                Route.of("GET", "/api/agreement", this::list, TokenRole.CUSTOMER).says("The lease-back agreements").pages(Agreement.class),
                Route.of("GET", "/api/agreement/{id}", this::one, TokenRole.CUSTOMER).says("One agreement, with its history")
                        .gives(Agreement.class),
                Route.of("GET", "/api/agreement/{id}/terms", this::terms, TokenRole.CUSTOMER)
                        .says("All that was ever agreed, version by version").givesMany(Terms.class),
                Route.of("POST", "/api/agreement/{id}/withdraw", this::withdraw, TokenRole.CUSTOMER)
                        .says("Withdraws within the first 14 days").gives(Agreement.class).refuses(409, NOT_NOW),
                Route.of("POST", "/api/agreement/{id}/pause", this::pause, TokenRole.CUSTOMER)
                        .says("A pause in which nothing is a breach: a holiday, a repair").takes(WantedPause.class).gives(Agreement.class)
                        .refuses(409, NOT_NOW),
                Route.of("POST", "/api/agreement/{id}/resume", this::resume, TokenRole.CUSTOMER).says("Ends a pause")
                        .gives(Agreement.class).refuses(409, NOT_NOW),
                Route.of("POST", "/api/agreement/{id}/notice", this::notice, TokenRole.CUSTOMER).says("Gives notice of its end")
                        .mayTake(Because.class).gives(Agreement.class).refuses(409, NOT_NOW),
                Route.of("POST", "/api/agreement/{id}/prolong", this::prolong).says("Gives more time to cure").takes(Prolonged.class)
                        .gives(Agreement.class).refuses(409, NOT_NOW),
                Route.of("GET", "/api/clock", this::now).says("What time it is").gives(Moment.class),
                Route.of("POST", "/api/clock", this::set).says("Sets the clock forward, where it can be set")
                        .takes(WantedMoment.class).gives(Moment.class).refuses(409, "This manager lives by the real time"));
    }

    /// A lease as it is shown.
    ///
    /// @param history every step so far, where one lease is asked for
    record Agreement(@JsonUnwrapped Lease lease, String href, @Nullable List<Transition> history) {
        Agreement(Lease lease) {
            this(lease, "/api/agreement/" + lease.id(), null);
        }
    }

    private Answer list(Call call) {
        UUID customer = call.caller() instanceof Caller.Buyer buyer ? buyer.customerId() : null;
        List<Lease> found = database.read(handle -> leases.page(handle, customer, call.after(), call.limit() + 1));
        return Pages.of(call, found, Lease::id, Agreement::new);
    }

    private Answer one(Call call) {
        Agreement agreement = new Agreement(own(call));
        return Pages.one(call, new Agreement(agreement.lease(), agreement.href(),
                database.read(handle -> leases.history(handle, agreement.lease().id()))));
    }

    /// @param until when the pause ends by itself
    record WantedPause(Instant until, String reason) {
        @SuppressWarnings("NullAway") // comes from JSON, where anything may be missing
        WantedPause {
            if (until == null) {
                throw new IllegalArgumentException("say when the pause ends, such as {\"until\":\"2027-08-20T18:00:00Z\",\"reason\":\"holiday\"}");
            }
            reason = given(reason);
        }
    }

    record Because(@Nullable String reason) {}

    /// @param days more to cure, 1 to 30
    record Prolonged(int days, String reason) {
        Prolonged {
            if (days < 1 || days > 30) {
                throw new IllegalArgumentException("a deadline is prolonged by 1 to 30 days, not " + days);
            }
            reason = given(reason);
        }
    }

    record Moment(Instant now, boolean settable) {}

    record WantedMoment(Instant to) {
        @SuppressWarnings("NullAway") // comes from JSON, where anything may be missing
        WantedMoment {
            if (to == null) {
                throw new IllegalArgumentException("say to when, such as {\"to\":\"2027-08-20T18:00:00Z\"}");
            }
        }
    }

    private Answer terms(Call call) {
        UUID id = own(call).id();
        return Answer.of(Answer.JSON, call.wire().bytes(database.read(handle -> leases.agreed(handle, id))));
    }

    private Answer withdraw(Call call) {
        return acted(call, (handle, lease) -> leases.withdraw(handle, lease, call.actor()));
    }

    private Answer pause(Call call) {
        WantedPause wanted = call.body(WantedPause.class);
        return acted(call, (handle, lease) -> leases.pause(handle, lease, wanted.until(), party(call), call.actor(), wanted.reason()));
    }

    private Answer resume(Call call) {
        return acted(call, (handle, lease) -> leases.resume(handle, lease, party(call), call.actor()));
    }

    private Answer notice(Call call) {
        String reason = call.bodyIfAny(Because.class).map(Because::reason).orElse("");
        return acted(call, (handle, lease) -> leases.giveNotice(handle, lease, party(call), call.actor(),
                reason.isEmpty() ? "notice, without a reason" : given(reason)));
    }

    private Answer prolong(Call call) {
        Prolonged prolonged = call.body(Prolonged.class);
        return acted(call, (handle, lease) ->
                leases.prolong(handle, lease, Duration.ofDays(prolonged.days()), call.actor(), prolonged.reason()));
    }

    private Answer now(Call call) {
        return Pages.one(call, new Moment(clock.instant(), clock instanceof SettableClock));
    }

    private Answer set(Call call) {
        if (!(clock instanceof SettableClock settable)) {
            throw new Problem(409, "this manager lives by the real time; start one with --clock to set it");
        }
        Instant to = call.body(WantedMoment.class).to();
        Instant before = clock.instant();
        try {
            timetable.advance(settable, to);
            database.transact(handle -> {
                Audit.write(handle, clock.instant(), call.actor(), "set clock", "clock", "from " + before + " to " + to);
                return to;
            });
        } catch (IllegalArgumentException past) {
            throw new Problem(422, String.valueOf(past.getMessage()));
        }
        return now(call);
    }

    private Answer acted(Call call, Act act) {
        UUID id = own(call).id();
        Lease after = database.transact(handle -> {
            act.on(handle, id);
            return leases.find(handle, id).orElseThrow();
        });
        return Pages.one(call, new Agreement(after));
    }

    private Lease own(Call call) {
        UUID id = call.id("agreement");
        return database.read(handle -> leases.find(handle, id)).filter(found -> call.caller().actsFor(found.customerId()))
                .orElseThrow(() -> Refusal.unknown("agreement", id));
    }

    private static Party party(Call call) {
        return call.caller() instanceof Caller.Buyer ? Party.CUSTOMER : Party.PROVIDER;
    }

    private static String given(@Nullable String reason) {
        if (reason == null || reason.isBlank() || reason.length() > 500) {
            throw new IllegalArgumentException("give a reason of 1 to 500 characters; it stands in the lease's record");
        }
        return reason.strip();
    }

    private interface Act {
        void on(Handle handle, UUID lease);
    }
}
