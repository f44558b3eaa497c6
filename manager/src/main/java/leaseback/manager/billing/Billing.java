package leaseback.manager.billing;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
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
    private final Database database;
    private final Ledger ledger;
    private final Bills bills;
    private final Settlements settlements;
    private final Letters letters;
    private final AccountFacts accounts;
    private final InstantSource clock;

    public Billing(Database database, Leases leases, Orders orders, Readings readings, Compliance compliance, Products products, Ledger ledger, Bills bills,
            Settlements settlements, Letters letters, InstantSource clock) {
        this.database = database;
        this.ledger = ledger;
        this.bills = bills;
        this.settlements = settlements;
        this.letters = letters;
        this.accounts = new AccountFacts(leases, orders, readings, compliance, products);
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
            for (UUID customer : due) {
                try {
                    database.transact(handle -> close(handle, customer, now));
                } catch (RuntimeException broken) {
                    // The others' month is over too.
                    LOG.warn("the month of customer {} could not be closed; it is tried again", customer, broken);
                    failed.add(customer);
                    first = first == null ? broken : first;
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }

    /// What a month comes to as far as it is known now; nothing is kept.
    ///
    /// @throws Refusal UNKNOWN when there is no such customer
    public Closed preview(UUID customerId, java.time.YearMonth month) {
        try {
            database.transact(handle -> {
                ZoneId zone = Customers.find(handle, customerId).orElseThrow(() -> Refusal.unknown("customer", customerId)).zone();
                throw new DryRun(close(handle, customerId, new Month(month, zone)));
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
        if (over) {
            close(handle, customerId, month);
        }
        Month next = over ? month.next() : month;
        handle.createUpdate("update customer set billed_until = :until, next_bill_at = :next where id = :id")
                .bind("until", next.from()).bind("next", closing(next)).bind("id", customerId).execute();
        return over;
    }

    private Closed close(Handle handle, UUID customerId, Month month) {
        List<Bill> documents = new ArrayList<>();
        List<Settlement> settled = new ArrayList<>();
        for (Facts facts : accounts.of(handle, customerId, month, now())) {
            Reckoning.Lines lines = Reckoning.of(facts);
            List<String> numbers = new ArrayList<>();
            List<Bill> here = new ArrayList<>();
            if (!lines.bill().isEmpty()) {
                here.add(bills.issue(handle, subject(Bill.Kind.BILL, facts), lines.bill()));
            }
            if (!lines.payout().isEmpty()) {
                here.add(bills.issue(handle, subject(Bill.Kind.PAYOUT, facts), lines.payout()));
            }
            amortise(handle, facts);
            here.forEach(bill -> numbers.add(bill.number()));
            documents.addAll(here);
            if (!here.isEmpty()) {
                Settlement settlement = settlements.settle(handle, customerId, month, facts.currency(), numbers);
                settled.add(settlement);
                letters.write(handle, customerId, "settlement:" + settlement.id(), "Your statement for " + month.month(),
                        StatementText.of(here, settlement, month.zone()));
            }
        }
        return new Closed(documents, settled);
    }

    private static Bills.Subject subject(Bill.Kind kind, Facts facts) {
        return new Bills.Subject(kind, facts.customerId(), null, facts.month().from(), facts.month().to(), facts.month().zone(), facts.currency());
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
