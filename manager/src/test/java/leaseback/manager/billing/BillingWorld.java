package leaseback.manager.billing;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import leaseback.manager.catalog.Catalog;
import leaseback.manager.catalog.DiskShare;
import leaseback.manager.catalog.Incentive;
import leaseback.manager.catalog.LeasePlan;
import leaseback.manager.catalog.Money;
import leaseback.manager.clock.SettableClock;
import leaseback.manager.clock.Timetable;
import leaseback.manager.compliance.Breaches;
import leaseback.manager.compliance.Compliance;
import leaseback.manager.customer.Customers;
import leaseback.manager.customer.Role;
import leaseback.manager.database.Database;
import leaseback.manager.database.TestDatabase;
import leaseback.manager.document.Vat;
import leaseback.manager.lease.LeaseTimers;
import leaseback.manager.lease.Leases;
import leaseback.manager.ledger.Account;
import leaseback.manager.ledger.Days;
import leaseback.manager.ledger.DocumentLine;
import leaseback.manager.ledger.Explanations;
import leaseback.manager.ledger.Ledger;
import leaseback.manager.letter.Letter;
import leaseback.manager.letter.Letters;
import leaseback.manager.metering.Meter;
import leaseback.manager.metering.Reading;
import leaseback.manager.metering.Readings;
import leaseback.manager.metering.Subject;
import leaseback.manager.order.ClaimCodes;
import leaseback.manager.order.Factory;
import leaseback.manager.order.Order;
import leaseback.manager.order.Orders;
import leaseback.manager.order.Quotes;
import leaseback.manager.order.SigningKeys;
import leaseback.manager.sealing.MasterKey;
import leaseback.manager.web.UsageRoutes;
import leaseback.protocol.Window;
import org.jdbi.v3.core.Handle;

/// Money from end to end on a clock that can be set: a real database, and everything that posts.
final class BillingWorld implements AutoCloseable {
    static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    static final long BYTES = 6_000_000_000L;

    final TestDatabase testDatabase = TestDatabase.fresh();
    final Database database = testDatabase.database();
    final SettableClock clock;
    final Random random = new Random(5);
    final Leases leases;
    final Catalog catalog;
    final Quotes quotes;
    final Orders orders;
    final Factory factory;
    final Readings readings;
    final Ledger ledger;
    final Days days;
    final Products products;
    final Bills bills;
    final Settlements settlements;
    final Billing billing;
    final Dunning dunning;
    final Letters letters;
    final Explanations explanations;
    final Timetable timetable;
    private final Customers customers;
    /// That every document bears.
    Taxes.Rate rate = new Taxes.Rate(Vat.none(Vat.Category.OUTSIDE, "untaxed in this test"), Taxes.NOWHERE);

    BillingWorld(Path folder, String start) throws Exception {
        clock = new SettableClock(Instant.parse(start));
        MasterKey key = MasterKey.at(folder.resolve("master.key"));
        customers = new Customers(database, key, clock, random);
        leases = new Leases(clock, random);
        catalog = new Catalog(clock);
        quotes = new Quotes(catalog, leases, clock);
        SigningKeys keys = new SigningKeys(key, clock);
        orders = new Orders(quotes, leases, keys, clock, random);
        factory = new Factory(orders, leases, new ClaimCodes(leases, clock, random), keys, () -> "https://127.0.0.1:8443", () -> "a certificate",
                clock, random);
        readings = new Readings(clock);
        ledger = new Ledger(clock);
        days = new Days(database, clock);
        products = new Products(clock);
        letters = new Letters(clock);
        bills = new Bills(ledger, (handle, customer, kind, on) -> rate, clock);
        settlements = new Settlements(ledger, clock);
        Compliance compliance = new Compliance(leases, new Breaches(database, leases, letters, clock), clock);
        billing = new Billing(database, leases, orders, readings, compliance, products, ledger, bills, settlements, letters, clock);
        dunning = new Dunning(database, bills, letters, clock);
        database.transact(handle -> {
            catalog.fillWhenEmpty(handle);
            products.fillWhenEmpty(handle);
            return 0;
        });
        explanations = new Explanations(ledger).and(Bills.KIND, bills::explain).and(Settlements.KIND, settlements::explain)
                .and(UsageRoutes.KIND, UsageRoutes.explains(readings));
        Billing.explain(explanations, leases, orders, readings, products);
        timetable = new Timetable(clock).and(new LeaseTimers(database, leases)).and(days)
                .and(new OrderBills(database, orders, quotes, leases, products, bills, ledger, letters, clock)).and(billing).and(dunning);
    }

    UUID customer(String name, ZoneId zone) {
        return customers.add(name, name + "@example.org", zone, Set.of(Role.HOST, Role.USER)).id();
    }

    static Money eur(long minor) {
        return new Money(minor, "EUR");
    }

    static LeasePlan plan(int months, Incentive... incentives) {
        List<Window> nights = new ArrayList<>();
        for (DayOfWeek day : DayOfWeek.values()) {
            nights.add(new Window(day, LocalTime.of(23, 0), LocalTime.of(7, 0)));
        }
        return new LeasePlan("nights", 1, "At night", new DiskShare.Bytes(BYTES), 1, BYTES, nights, nights, months, 30, eur(32),
                Arrays.asList(incentives));
    }

    /// A lease that runs from now on.
    UUID running(UUID customer, ZoneId zone, LeasePlan plan) {
        return database.transact(handle -> {
            UUID lease = leases.offer(handle, customer, zone, plan, plan.share(), plan.monthlyPay(), clock.instant().plus(Duration.ofDays(1)), "test").id();
            leases.accept(handle, lease, "test", "yes");
            leases.configure(handle, lease, UUID.randomUUID(), BYTES, "test");
            leases.deliver(handle, lease, "test");
            leases.enrolled(handle, lease, clock.instant());
            return lease;
        });
    }

    /// Made and with its owner.
    void deliver(Handle handle, Order order) {
        factory.build(handle, order.id(), null, "test");
        orders.deliver(handle, order.id(), "test");
    }

    void to(String instant) {
        timetable.advance(clock, Instant.parse(instant));
    }

    void read(Subject.Kind kind, UUID subject, Meter meter, String from, String to, long quantity) {
        UUID id = UUID.nameUUIDFromBytes((subject + meter.word() + from).getBytes(StandardCharsets.UTF_8));
        database.transact(handle -> readings.record(handle, List.of(new Reading(id, new Subject(kind, subject), meter, Instant.parse(from),
                Instant.parse(to), quantity, "test"))));
    }

    /// The promise of a time was kept to so many of `window` minutes.
    void kept(UUID lease, String from, String to, long window, long present) {
        read(Subject.Kind.LEASE, lease, Meter.WINDOW, from, to, window);
        read(Subject.Kind.LEASE, lease, Meter.PRESENCE, from, to, present);
    }

    List<Bill> bills(UUID customer) {
        return database.read(handle -> bills.page(handle, customer, null, null, 500));
    }

    Money balance(Account account) {
        return database.read(handle -> ledger.balance(handle, account, "EUR", clock.instant().plusMillis(1)).money());
    }

    Money open(Bill bill) {
        return database.read(handle -> bills.open(handle, bill));
    }

    boolean frozen(UUID customer) {
        return dunning.frozen().contains(customer);
    }

    List<Explanations.Step> explained(DocumentLine line) {
        return database.read(handle -> explanations.explain(handle, line));
    }

    List<Letter> letters(UUID customer) {
        return database.read(handle -> letters.page(handle, customer, null, 500));
    }

    @Override
    public void close() {
        testDatabase.close();
    }
}
