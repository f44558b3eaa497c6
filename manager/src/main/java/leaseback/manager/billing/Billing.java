package leaseback.manager.billing;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import leaseback.manager.catalog.Money;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.clock.Due;
import leaseback.manager.compensation.Month;
import leaseback.manager.compliance.Compliance;
import leaseback.manager.customer.Customers;
import leaseback.manager.database.Database;
import leaseback.manager.lease.Leases;
import leaseback.manager.ledger.Balance;
import leaseback.manager.ledger.Chart;
import leaseback.manager.ledger.DocumentLine;
import leaseback.manager.ledger.Explanation;
import leaseback.manager.ledger.Explanations;
import leaseback.manager.ledger.Leg;
import leaseback.manager.ledger.Ledger;
import leaseback.manager.ledger.Transfer;
import leaseback.manager.letter.Letters;
import leaseback.manager.metering.Readings;
import leaseback.manager.order.Orders;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Closes each account's month: its bill, its payout, and the settlement of both. A month is closed at six in the morning after its last
/// day, by the account's own clock, so that the last day's readings are there; closed twice it is closed once.
public final class Billing implements Due {
    private static final Logger LOG = LoggerFactory.getLogger(Billing.class);
    private static final int PAGE = 200;
    private static final int CLOSING_HOUR = 6;
    private static final Duration SEEN = Duration.ofMinutes(5);
    private static final int AT_ONCE = 2;
    private final Database database;
    private final Ledger ledger;
    private final Bills bills;
    private final Settlements settlements;
    private final Letters letters;
    private final AccountFacts accounts;
    private final Corrections corrections;
    private final PartnerDues partners;
    private final InstantSource clock;

    public Billing(Database database, Leases leases, Orders orders, Readings readings, Compliance compliance, Products products, Ledger ledger, Bills bills,
            Settlements settlements, Letters letters, InstantSource clock) {
        this.database = database;
        this.ledger = ledger;
        this.bills = bills;
        this.settlements = settlements;
        this.letters = letters;
        this.accounts = new AccountFacts(leases, orders, readings, compliance, products);
        this.corrections = new Corrections(accounts);
        this.partners = new PartnerDues(ledger);
        this.clock = clock;
    }

    /// What a month came to.
    public record Closed(List<Bill> documents, List<Settlement> settlements) {
        public Closed {
            documents = List.copyOf(documents);
            settlements = List.copyOf(settlements);
        }
    }

    @Override
    public Optional<Instant> next() {
        return database.read(handle -> handle.createQuery("select min(next_bill_at) from customer").mapTo(Instant.class).findOne());
    }

    @Override
    public void run() {
        Instant now = now();
        RuntimeException first = null;
        List<UUID> failed = new ArrayList<>();
        while (true) {
            List<UUID> due = database.read(handle -> handle.createQuery("""
                    select id from customer where next_bill_at <= :now and not id = any(:failed) order by next_bill_at, id limit :limit""")
                    .bind("now", now).bindArray("failed", UUID.class, failed).bind("limit", PAGE).mapTo(UUID.class).list());
            if (due.isEmpty()) {
                break;
            }
            Map<UUID, RuntimeException> broken = closeAll(due, now);
            failed.addAll(broken.keySet());
            first = first == null ? broken.values().stream().findFirst().orElse(null) : first;
        }
        if (first != null) {
            throw first;
        }
    }

    /// Some at once: while one account's statements are on the way, another's are worked on.
    ///
    /// @return what went wrong with those that could not be closed
    private Map<UUID, RuntimeException> closeAll(List<UUID> due, Instant now) {
        Map<UUID, RuntimeException> broken = new ConcurrentHashMap<>();
        try (ExecutorService several = Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().name("billing-", 1).factory())) {
            for (UUID customer : due) {
                several.execute(() -> {
                    try {
                        database.transact(handle -> close(handle, customer, now));
                    } catch (RuntimeException failed) {
                        // The others' month is over too.
                        LOG.warn("the month of customer {} could not be closed; it is tried again", customer, failed);
                        broken.put(customer, failed);
                    }
                });
            }
        }
        return broken;
    }

    /// What a month comes to as far as it is known now; nothing is kept.
    ///
    /// @throws Refusal UNKNOWN when there is no such customer
    public Closed preview(UUID customerId, java.time.YearMonth month) {
        try {
            database.transact(handle -> {
                ZoneId zone = Customers.find(handle, customerId).orElseThrow(() -> Refusal.unknown("customer", customerId)).zone();
                throw new DryRun(close(handle, customerId, new Month(month, zone), now()));
            });
            throw new IllegalStateException("a dry run keeps nothing");
        } catch (DryRun end) {
            return end.closed;
        }
    }

    /// Takes back all that was written on the way.
    private static final class DryRun extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient Closed closed;

        DryRun(Closed closed) {
            super("a dry run", null, false, false);
            this.closed = closed;
        }
    }

    /// Closes the account's next month, and says when the one after that is over.
    private boolean close(Handle handle, UUID customerId, Instant now) {
        record Account(ZoneId zone, @Nullable Instant until, Instant created) {}
        Account account = handle.createQuery("""
                select zone, billed_until, created_at from customer where id = :id and next_bill_at <= :now for no key update""")
                .bind("id", customerId).bind("now", now)
                .map((row, context) -> new Account(ZoneId.of(row.getString("zone")),
                        row.getTimestamp("billed_until") == null ? null : row.getTimestamp("billed_until").toInstant(),
                        row.getTimestamp("created_at").toInstant())).findOne().orElse(null);
        if (account == null) {
            return false;
        }
        Month month = Month.of(account.until() == null ? account.created() : account.until(), account.zone());
        boolean over = !closing(month).isAfter(now);
        // A reading bears the instant at which it was begun to be written, and is seen a little later.
        Instant known = now().minus(SEEN);
        if (over) {
            close(handle, customerId, month, known);
        }
        Month next = over ? month.next() : month;
        handle.createUpdate("""
                update customer set billed_until = :until, next_bill_at = :next, closed_at = case when :over then :known else closed_at end
                where id = :id""")
                .bind("until", next.from()).bind("next", closing(next)).bind("over", over).bind("known", known).bind("id", customerId).execute();
        return over;
    }

    private Closed close(Handle handle, UUID customerId, Month month, Instant known) {
        List<Bill> documents = new ArrayList<>();
        List<Settlement> settled = new ArrayList<>();
        List<Facts> all = accounts.of(handle, customerId, month, known);
        Map<String, Reckoning.Lines> lines = new TreeMap<>(corrections(handle, customerId, month, known));
        all.forEach(facts -> lines.merge(facts.currency(), Reckoning.of(facts), (corrected, own) -> own.plus(corrected)));
        // Bills of all currencies before payouts: accounts closed at once take the rows of the numbers in one order.
        Map<String, List<Bill>> issued = new HashMap<>();
        for (Bill.Kind kind : List.of(Bill.Kind.BILL, Bill.Kind.PAYOUT)) {
            lines.forEach((currency, each) -> {
                List<Line> its = kind == Bill.Kind.BILL ? each.bill() : each.payout();
                if (!its.isEmpty()) {
                    issued.computeIfAbsent(currency, first -> new ArrayList<>()).add(bills.issue(handle, subject(kind, customerId, month, currency), its));
                }
            });
        }
        lines.keySet().forEach(currency -> {
            List<Bill> here = issued.getOrDefault(currency, List.of());
            all.stream().filter(facts -> facts.currency().equals(currency)).forEach(facts -> {
                amortise(handle, facts);
                partners.month(handle, facts);
            });
            documents.addAll(here);
            if (!here.isEmpty()) {
                Settlement settlement = settlements.settle(handle, customerId, month, currency, here.stream().map(Bill::number).toList());
                settled.add(settlement);
                letters.write(handle, customerId, "settlement:" + settlement.id(), "Your statement for " + month.month(),
                        StatementText.of(here, settlement, month.zone()));
            }
        });
        return new Closed(documents, settled);
    }

    /// Of earlier months, where `month` is the one to be closed next.
    private Map<String, Reckoning.Lines> corrections(Handle handle, UUID customerId, Month month, Instant known) {
        return handle.createQuery("select closed_at from customer where id = :id and closed_at is not null and billed_until = :from")
                .bind("id", customerId).bind("from", month.from()).mapTo(Instant.class).findOne()
                .map(before -> corrections.of(handle, customerId, month, before, known)).orElse(Map.of());
    }

    private static Bills.Subject subject(Bill.Kind kind, UUID customerId, Month month, String currency) {
        return new Bills.Subject(kind, customerId, null, month.from(), month.to(), month.zone(), currency);
    }

    /// Discounts given at the sale become cost month by month, while the lease runs; what is left when it ends becomes cost at once,
    /// unless it was billed back.
    private void amortise(Handle handle, Facts facts) {
        for (Facts.Leased leased : facts.leases()) {
            Facts.Discount discount = leased.discount();
            if (discount == null || discount.amortiseMonths() == 0) {
                continue;
            }
            var account = Chart.DEFERRED_INCENTIVE_OF.of(leased.lease().id());
            // What was put there is what is earned month by month: the discount without the tax in it.
            Balance deferred = ledger.balance(handle, account, facts.currency(), now().plusMillis(1));
            int kept = (int) ChronoUnit.MONTHS.between(leased.since().atZone(facts.month().zone()), facts.month().to().atZone(facts.month().zone()));
            Money should = leased.ended() != null ? Money.zero(facts.currency())
                    : Amortisation.left(deferred.debit(), discount.amortiseMonths(), kept);
            Money cost = deferred.money().minus(should);
            if (cost.minor() > 0) {
                UUID id = UUID.nameUUIDFromBytes(("amortisation " + leased.lease().id() + " " + facts.month().month()).getBytes(StandardCharsets.UTF_8));
                ledger.post(handle, new Transfer(id, "amortisation", "Discount of lease " + leased.lease().number() + " earned in "
                        + facts.month().month(), facts.month().month().atEndOfMonth(), List.of(new Leg(Chart.INCENTIVE.of("discount"), account, cost,
                                new DocumentLine("terms", leased.lease().id().toString(), 1)))));
            }
        }
    }

    /// Lets the ledger's explanations follow a line into the terms, subscriptions, orders, scales and sums of readings behind it.
    public static void explain(Explanations explanations, Leases leases, Orders orders, Readings readings, Products products) {
        explanations.and(Measured.KIND, Measured.explains(readings))
                .and("terms", (handle, line) -> line.uuid().flatMap(id -> leases.agreed(handle, id).stream()
                        .filter(terms -> terms.version() == line.line()).findFirst())
                        .map(terms -> new Explanation("version " + terms.version() + " of the lease's terms, " + terms.why() + ", in force from "
                                + terms.effectiveAt() + ": plan " + terms.plan().id() + "/" + terms.plan().version() + ", " + terms.monthlyPay()
                                + " a month", List.of())))
                .and("subscription", (handle, line) -> line.uuid().flatMap(id -> products.subscription(handle, id))
                        .map(each -> new Explanation(each.product().id() + "/" + each.product().version() + ", " + each.product().monthly()
                                + " a month, from " + each.from() + (each.to() == null ? "" : " to " + each.to()), List.of())))
                .and(Supplies.KIND, (handle, line) -> line.uuid().flatMap(id -> Supplies.find(handle, id))
                        .map(each -> new Explanation(each.partner() + " supplies " + each.product() + " for " + each.monthly() + " a month and customer, from "
                                + each.from() + (each.to() == null ? "" : " to " + each.to()), List.of())))
                .and("order", (handle, line) -> line.uuid().flatMap(id -> orders.find(handle, id))
                        .map(order -> new Explanation("order " + order.number() + " of " + order.placedAt() + ": " + order.system() + ", "
                                + order.total(), List.of())))
                .and("scale", (handle, line) -> {
                    String[] parts = line.id().split("@", -1);
                    return parts.length != 2 || !parts[1].matches("[0-9]{1,9}") ? Optional.empty()
                            : products.scale(handle, parts[0], Integer.parseInt(parts[1]))
                            .map(scale -> new Explanation("version " + scale.version() + " of the published scale in " + scale.currency() + ": "
                                    + scale.tiers(), List.of()));
                });
    }

    private static Instant closing(Month month) {
        return month.next().month().atDay(1).atTime(CLOSING_HOUR, 0).atZone(month.zone()).toInstant();
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
