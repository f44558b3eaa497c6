package leaseback.manager.web;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import leaseback.manager.catalog.Money;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.database.Database;
import leaseback.manager.lease.Lease;
import leaseback.manager.lease.Leases;
import leaseback.manager.order.Addenda;
import leaseback.manager.order.Amendments;
import leaseback.manager.order.Factory;
import leaseback.manager.order.Orders;
import leaseback.manager.order.OwnedMachine;
import leaseback.manager.order.OwnedMachines;
import leaseback.manager.order.Proposal;
import leaseback.manager.order.QuoteRequest;
import leaseback.manager.order.Quotes;
import leaseback.protocol.Window;
import org.jspecify.annotations.Nullable;

/// Machines that customers have, of any brand: what is known of them, their upgrades, and other terms for those that are leased back.
public final class UpgradeRoutes implements Routes {
    private final Database database;
    private final Leases leases;
    private final Quotes quotes;
    private final Orders orders;
    private final Addenda addenda;
    private final Amendments amendments;
    private final OwnedMachines machines;

    public UpgradeRoutes(Database database, Leases leases, Quotes quotes, Orders orders, Addenda addenda, Amendments amendments,
            OwnedMachines machines) {
        this.database = database;
        this.leases = leases;
        this.quotes = quotes;
        this.orders = orders;
        this.addenda = addenda;
        this.amendments = amendments;
        this.machines = machines;
    }

    @Override
    public List<Route> all() {
        return List.of(
                Route.of("POST", "/api/machine", this::register, TokenRole.CUSTOMER)
                        .says("Registers a machine that a customer has, of any brand, with what is known of it").takes(OwnedMachines.Facts.class)
                        .creates(OwnedMachine.class).refuses(409, "The serial number is another customer's machine"),
                Route.of("GET", "/api/machine", this::list, TokenRole.CUSTOMER).says("Machines that were registered, 500 at most")
                        .asks("customer", UUID.class, "Whose").givesMany(OwnedMachine.class),
                Route.of("GET", "/api/machine/{serial}", this::machine, TokenRole.CUSTOMER)
                        .says("One machine, its lease and its upgrades").gives(Known.class),
                Route.of("POST", "/api/agreement/{id}/amendment", this::amend, TokenRole.CUSTOMER)
                        .says("Asks for other terms: more or less disk, other hours").takes(Amended.class).creates(RenewalRoutes.Shown.class)
                        .refuses(409, "The lease cannot be changed now"),
                Route.of("POST", "/api/upgrade", this::upgrade, TokenRole.CUSTOMER)
                        .says("Asks for parts: an addendum where the machine is leased back, a quote where it is not").takes(Wanted.class)
                        .creates(Offer.class).refuses(409, "The lease cannot be changed now"),
                Route.of("POST", "/api/upgrade/{id}/install", this::install, TokenRole.FACTORY)
                        .says("The parts are in: a lease has its new terms, or a machine its manifest and claim code").mayTake(Installation.class)
                        .gives(Installed.class).refuses(409, "Nothing is ordered yet, or the lease cannot be changed now"),
                Route.of("GET", "/api/upgradeCandidate", this::candidates).says("Hosts whose leased part is more than four fifths full")
                        .asks("limit", Integer.class, "How many at most: 1 to 500, and 50 unless told").givesMany(Candidate.class));
    }

    /// @param from the day from which it is to hold; at once when null
    record Amended(@Nullable Long leasedBytes, @Nullable List<Window> serving, @Nullable List<Window> processor, @Nullable LocalDate from) {}

    /// @param agreementId of a lease that runs; or
    /// @param serial      of a machine, leased back or not
    /// @param planId      on which a machine without lease would be leased back
    record Wanted(@Nullable UUID agreementId, @Nullable String serial, @Nullable UUID customerId, @Nullable List<String> parts,
            @Nullable String planId, @Nullable ZoneId zone, @Nullable Long leasedBytes, @Nullable List<Window> serving,
            @Nullable List<Window> processor, @Nullable Money kilowattHour, @Nullable Integer validDays, @Nullable List<String> items) {}

    /// @param date on which the parts are built in, from today on; today when null
    record Installation(@Nullable LocalDate date) {}

    /// What is offered; one of the two.
    ///
    /// @param href     under which it is answered, with `/accept` or `/decline`
    /// @param addendum to a lease that runs
    /// @param quote    for a machine that is not leased back
    record Offer(UUID id, String href, String offer, RenewalRoutes.@Nullable Shown addendum, QuoteRoutes.@Nullable Shown quote) {}

    record Known(@JsonUnwrapped OwnedMachine machine, @Nullable String agreement, List<OrderRoutes.Shown> upgrades) {}

    /// @param manifest  exact bytes, Base64; absent, as all below, for a machine whose agent is there
    /// @param signature over those bytes, Base64
    /// @param claimCode shown this once; absent for a machine without lease
    record Installed(@JsonUnwrapped OrderRoutes.Shown order, @Nullable String serial, @Nullable String manifest, @Nullable String signature,
            @Nullable Integer signingKey, @Nullable String claimCode) {}

    /// A host that could lend more with a larger drive.
    record Candidate(UUID hostId, String serial, String agreement, UUID customerId, long leasedBytes, long usedBytes) {}

    private Answer register(Call call) {
        OwnedMachines.Facts facts = call.body(OwnedMachines.Facts.class);
        if (!call.caller().actsFor(facts.customerId())) {
            throw new Problem(403, "you may register your own machines only; your token is that of " + call.actor());
        }
        OwnedMachine machine = database.transact(handle -> machines.register(handle, facts, call.actor()));
        return Pages.created(call, "/api/machine/" + machine.serial(), machine);
    }

    private Answer list(Call call) {
        UUID customer = call.caller() instanceof Caller.Buyer buyer ? buyer.customerId() : call.customer().orElse(null);
        return Pages.one(call, database.read(handle -> machines.all(handle, customer)));
    }

    private Answer machine(Call call) {
        String serial = call.variable("serial");
        OwnedMachine machine = database.read(handle -> machines.find(handle, serial))
                .filter(found -> call.caller().actsFor(found.customerId())).orElseThrow(() -> Refusal.unknown("machine", serial));
        return Pages.one(call, new Known(machine, database.read(handle -> OwnedMachines.leaseOf(handle, machine.id()))
                .map(lease -> "/api/agreement/" + lease).orElse(null),
                database.read(handle -> orders.upgrading(handle, machine.id())).stream().map(OrderRoutes.Shown::new).toList()));
    }

    private Answer amend(Call call) {
        UUID lease = lease(call, call.id("agreement")).id();
        Amended wanted = call.body(Amended.class);
        Proposal proposal = proposal(wanted.leasedBytes(), wanted.serving(), wanted.processor());
        UUID id = fresh(call);
        return offered(call, database.transact(handle -> amendments.ask(handle, id, lease, proposal, wanted.from(), call.actor())));
    }

    private Answer upgrade(Call call) {
        Wanted wanted = call.body(Wanted.class);
        List<String> parts = wanted.parts() == null ? List.of() : wanted.parts();
        if (parts.size() > 10) {
            throw new Problem(422, "an upgrade has at most 10 parts, not " + parts.size());
        }
        UUID id = fresh(call);
        UUID agreement = wanted.agreementId() == null ? leaseOf(wanted.serial()) : wanted.agreementId();
        if (agreement != null) {
            UUID lease = lease(call, agreement).id();
            Proposal proposal = wanted.leasedBytes() == null && wanted.serving() == null && wanted.processor() == null ? null
                    : proposal(wanted.leasedBytes(), wanted.serving(), wanted.processor());
            Addenda.Standing made = database.transact(handle -> amendments.upgrade(handle, id, lease, parts, proposal, call.actor()));
            RenewalRoutes.Shown shown = shown(made);
            return Pages.created(call, shown.href(), new Offer(made.addendum().id(), shown.href(), shown.offer(), shown, null));
        }
        UUID customer = wanted.customerId() == null && call.caller() instanceof Caller.Buyer buyer ? buyer.customerId() : wanted.customerId();
        if (wanted.serial() == null || customer == null || wanted.planId() == null) {
            throw new Problem(422, "an upgrade needs agreementId, or serial, customerId and planId for a machine that is not leased back");
        }
        if (!call.caller().actsFor(customer)) {
            throw new Problem(403, "you may upgrade your own machines only; your token is that of " + call.actor());
        }
        if (wanted.serving() != null || wanted.processor() != null) {
            throw new Problem(422, "a machine that is not leased back gets a quote first; propose other hours to it with /counter");
        }
        QuoteRequest request = new QuoteRequest(customer, OwnedMachine.OFFERING, parts, wanted.planId(), wanted.zone(), wanted.leasedBytes(),
                wanted.kilowattHour(), wanted.validDays(), wanted.items() == null ? List.of() : wanted.items(), wanted.serial(), null, null);
        Quotes.Standing made = database.transact(handle -> quotes.create(handle, id, request, call.actor()));
        String words = new String(database.read(handle -> quotes.document(handle, id)).orElseThrow(), StandardCharsets.UTF_8);
        QuoteRoutes.Shown quote = new QuoteRoutes.Shown(made, null);
        return Pages.created(call, quote.href(), new Offer(id, quote.href(), words, null, quote));
    }

    private Answer install(Call call) {
        UUID id = call.id("upgrade");
        LocalDate day = call.bodyIfAny(Installation.class).map(Installation::date).orElse(null);
        Amendments.Installed installed = database.transact(handle -> amendments.install(handle, id, day, call.actor()));
        Factory.Build build = installed.build();
        Base64.Encoder base64 = Base64.getEncoder();
        OrderRoutes.Shown order = new OrderRoutes.Shown(installed.order());
        return Pages.one(call, build == null ? new Installed(order, null, null, null, null, null)
                : new Installed(order, build.machine().serial(), base64.encodeToString(build.manifest().document()),
                        base64.encodeToString(build.manifest().signature()), build.manifest().key(), build.claimCode()));
    }

    /// Hosts whose leased part is more than four fifths full: whom a larger drive would serve.
    private Answer candidates(Call call) {
        return Pages.one(call, database.read(handle -> handle.createQuery("""
                select h.id, h.serial, l.id as lease_id, l.customer_id, l.leased_bytes, h.used_bytes
                from host h join lease l on l.id = h.lease_id
                where h.state = 'ACTIVE' and l.state = 'ACTIVE' and h.used_bytes > l.leased_bytes * 0.8
                order by h.used_bytes / cast(l.leased_bytes as double precision) desc, h.id limit :limit""").bind("limit", call.limit())
                .map((row, context) -> new Candidate(row.getObject("id", UUID.class), row.getString("serial"),
                        "/api/agreement/" + row.getString("lease_id"), row.getObject("customer_id", UUID.class), row.getLong("leased_bytes"),
                        row.getLong("used_bytes"))).list()));
    }

    private Answer offered(Call call, Addenda.Standing standing) {
        return Pages.created(call, "/api/addendum/" + standing.addendum().id(), shown(standing));
    }

    private RenewalRoutes.Shown shown(Addenda.Standing standing) {
        return new RenewalRoutes.Shown(standing, database.read(handle -> addenda.document(handle, standing.addendum().id())).orElseThrow());
    }

    private @Nullable UUID leaseOf(@Nullable String serial) {
        return serial == null ? null : database.read(handle -> handle.createQuery("""
                select l.id from lease l where l.state in ('ACTIVE', 'PAUSED', 'WARNED', 'SUSPENDED') and l.machine_id in
                  (select id from machine where serial = :serial union select id from owned_machine where serial = :serial)""")
                .bind("serial", serial).mapTo(UUID.class).findOne()).orElse(null);
    }

    private Lease lease(Call call, UUID id) {
        return database.read(handle -> leases.find(handle, id)).filter(found -> call.caller().actsFor(found.customerId()))
                .orElseThrow(() -> Refusal.unknown("agreement", id));
    }

    private static Proposal proposal(@Nullable Long bytes, @Nullable List<Window> serving, @Nullable List<Window> processor) {
        try {
            return new Proposal(bytes, serving, processor);
        } catch (IllegalArgumentException wrong) {
            throw new Problem(422, String.valueOf(wrong.getMessage()));
        }
    }

    private static UUID fresh(Call call) {
        return call.idempotencyKey() == null ? UUID.randomUUID()
                : UUID.nameUUIDFromBytes((call.actor() + "\n" + call.path() + "\n" + call.idempotencyKey()).getBytes(StandardCharsets.UTF_8));
    }
}
