package leaseback.manager.payment;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import leaseback.manager.audit.Audit;
import leaseback.manager.catalog.Money;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.customer.BillingBook;
import leaseback.manager.customer.BillingDetails;
import leaseback.manager.customer.Iban;
import leaseback.manager.database.Database;
import leaseback.manager.ledger.Account;
import leaseback.manager.ledger.Balance;
import leaseback.manager.ledger.Chart;
import leaseback.manager.ledger.Ledger;
import leaseback.manager.ledger.Leg;
import leaseback.manager.ledger.Transfer;
import leaseback.manager.letter.Letters;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// What hosts and partners are owed, paid in runs.
///
/// A payout leaves what is owed for `assets:bank:in-flight` in the transaction that decides it, so no other run sees it as owed. From
/// there the bank's word moves it on: paid, or owed again.
public final class Payouts {
    private static final int PAGE = 200;
    /// More is left to the next run.
    private static final int MOST = 20_000;
    private final Database database;
    private final Ledger ledger;
    private final PaymentRows rows;
    private final BillingBook book;
    private final Letters letters;
    private final PaymentPort port;
    private final InstantSource clock;

    public Payouts(Database database, Ledger ledger, Payments payments, BillingBook book, Letters letters, PaymentPort port, InstantSource clock) {
        this.database = database;
        this.ledger = ledger;
        this.rows = payments.rows();
        this.book = book;
        this.letters = letters;
        this.port = port;
        this.clock = clock;
    }

    /// What a run would pay now; nothing changes.
    public PayoutRun plan(Money threshold) {
        return ran(null, threshold, "");
    }

    /// Pays everybody to whom at least `threshold` is owed in its currency. A run of that id that was broken off goes on, and one that is
    /// finished is shown.
    ///
    /// @param id    the caller's own
    /// @param actor for the audit
    /// @throws Refusal CONFLICT when the id stands for another threshold
    public PayoutRun run(UUID id, Money threshold, String actor) {
        return ran(id, threshold, actor);
    }

    public Optional<PayoutRun> find(UUID id) {
        return database.read(handle -> handle.createQuery("select currency, threshold_minor, at, finished from payout_run where id = :id")
                .bind("id", id)
                .map((row, context) -> {
                    Money threshold = new Money(row.getLong("threshold_minor"), row.getString("currency"));
                    List<Payment> payouts = rows.ofRun(handle, id);
                    return new PayoutRun(id, row.getTimestamp("at").toInstant(), threshold, payouts, List.of(),
                            total(payouts, threshold.currency()), row.getBoolean("finished"));
                }).findOne());
    }

    /// The bank's word that it paid. In the caller's transaction.
    ///
    /// @return false when the payout is not on its way
    boolean paid(Handle handle, UUID id, LocalDate on) {
        Payment payout = rows.hold(handle, id);
        if (payout.state() != Payment.State.IN_FLIGHT) {
            return false;
        }
        ledger.post(handle, new Transfer(Payments.id(payout, "paid"), "payout-booked", "Paid: " + payout.reference(), on,
                List.of(new Leg(Chart.IN_FLIGHT.account(), Chart.BANK.account(), payout.amount(), Payments.line(payout)))));
        rows.move(handle, id, Payment.State.PAID, null, null, now());
        return true;
    }

    /// The bank's word that it sends back what it had paid: owed again. In the caller's transaction.
    ///
    /// @return false when the payout was not paid
    boolean returned(Handle handle, UUID id, LocalDate on, String reason) {
        Payment payout = rows.hold(handle, id);
        if (payout.state() != Payment.State.PAID) {
            return false;
        }
        ledger.post(handle, new Transfer(Payments.id(payout, "returned"), "payout-returned", "Came back: " + payout.reference(), on,
                List.of(new Leg(Chart.BANK.account(), owed(payout), payout.amount(), Payments.line(payout)))));
        notPaid(handle, payout, Payment.State.RETURNED, reason);
        return true;
    }

    /// The bank's word that it does not take a payout: owed again. In the caller's transaction.
    ///
    /// @throws Refusal CONFLICT when it is not on its way
    public Payment rejected(Handle handle, UUID id, String reason) {
        Payment payout = rows.hold(handle, id);
        if (payout.state() != Payment.State.IN_FLIGHT) {
            throw Refusal.conflict("payment " + id + " is " + payout.state() + "; only what is IN_FLIGHT can be rejected");
        }
        ledger.reverse(handle, Payments.id(payout, "rejected"), Payments.id(payout, "payout"), Texts.line("Not taken: " + reason, 300));
        notPaid(handle, payout, Payment.State.REJECTED, reason);
        return rows.find(handle, id).orElseThrow();
    }

    private PayoutRun ran(@Nullable UUID id, Money threshold, String actor) {
        if (threshold.minor() < 0) {
            throw Refusal.unfit("the threshold is nothing or more, not " + threshold);
        }
        Instant at = now();
        if (id != null && begun(id, threshold, at, actor)) {
            return find(id).orElseThrow();
        }
        List<Payment> payouts = new ArrayList<>();
        List<PayoutRun.Skipped> skipped = new ArrayList<>();
        UUID after = null;
        do {
            UUID from = after;
            Page page = database.transact(handle -> hosts(handle, id, threshold, from, at));
            payouts.addAll(page.payouts);
            skipped.addAll(page.skipped);
            after = page.last;
        } while (after != null && payouts.size() < MOST);
        Page partners = database.transact(handle -> partners(handle, id, threshold, at));
        payouts.addAll(partners.payouts);
        skipped.addAll(partners.skipped);
        if (id == null) {
            return new PayoutRun(null, at, threshold, payouts, skipped, total(payouts, threshold.currency()), false);
        }
        List<Payment> waiting = database.read(handle -> rows.ofRun(handle, id)).stream()
                .filter(payout -> payout.state() == Payment.State.IN_FLIGHT).toList();
        for (PaymentPort.Outcome outcome : port.send(waiting)) {
            database.transact(handle -> outcome.paid() ? paid(handle, outcome.payment(), day(now()))
                    : rejected(handle, outcome.payment(), outcome.reason()) != null);
        }
        database.transact(handle -> handle.createUpdate("update payout_run set finished = true where id = :id").bind("id", id).execute());
        PayoutRun done = find(id).orElseThrow();
        return new PayoutRun(id, done.at(), threshold, done.payouts(), skipped, done.total(), true);
    }

    /// Whether that run is over already.
    private boolean begun(UUID id, Money threshold, Instant at, String actor) {
        return database.transact(handle -> {
            int fresh = handle.createUpdate("""
                    insert into payout_run (id, currency, threshold_minor, at, finished) values (:id, :currency, :minor, :at, false)
                    on conflict do nothing""")
                    .bind("id", id).bind("currency", threshold.currency()).bind("minor", threshold.minor()).bind("at", at).execute();
            if (fresh > 0) {
                Audit.write(handle, at, actor, "run payouts", id.toString(), "from " + threshold);
                return false;
            }
            return handle.createQuery("select currency, threshold_minor, finished from payout_run where id = :id").bind("id", id)
                    .map((row, context) -> {
                        if (!new Money(row.getLong("threshold_minor"), row.getString("currency")).equals(threshold)) {
                            throw Refusal.conflict("payout run " + id + " has another threshold; give a new run an id of its own");
                        }
                        return row.getBoolean("finished");
                    }).one();
        });
    }

    /// @param last the last customer looked at; null when there are no more
    private record Page(List<Payment> payouts, List<PayoutRun.Skipped> skipped, @Nullable UUID last) {}

    /// Somebody who is owed.
    private record Payee(@Nullable UUID customer, @Nullable String partner, @Nullable BillingDetails details) {
        String whom() {
            return customer != null ? customer.toString() : String.valueOf(partner);
        }
    }

    private Page hosts(Handle handle, @Nullable UUID run, Money threshold, @Nullable UUID after, Instant at) {
        List<UUID> customers = handle.createQuery("""
                select customer_id from customer_role where role = 'HOST' and (cast(:after as uuid) is null or customer_id > cast(:after as uuid))
                order by customer_id limit :limit""")
                .bind("after", after).bind("limit", PAGE).mapTo(UUID.class).list();
        if (customers.isEmpty()) {
            return new Page(List.of(), List.of(), null);
        }
        if (run != null) {
            Payments.hold(handle, customers);
        }
        Map<Account, Payee> payees = new TreeMap<>();
        Map<Account, UUID> accounts = new TreeMap<>();
        customers.forEach(customer -> accounts.put(Chart.PAYABLE.of(customer), customer));
        List<Balance> balances = owing(handle, List.copyOf(accounts.keySet()), threshold);
        for (Balance balance : balances) {
            UUID customer = accounts.get(balance.account());
            if (customer != null) {
                payees.put(balance.account(), new Payee(customer, null, book.of(handle, customer).orElse(null)));
            }
        }
        return decided(handle, run, balances, payees, customers.getLast(), at);
    }

    private Page partners(Handle handle, @Nullable UUID run, Money threshold, Instant at) {
        Map<Account, Payee> payees = new TreeMap<>();
        // Held as customers are, so that two runs do not pay the same partner.
        book.partners(handle, run != null).forEach((item, details) -> payees.put(Chart.PARTNER.of(item), new Payee(null, item, details)));
        return payees.isEmpty() ? new Page(List.of(), List.of(), null)
                : decided(handle, run, owing(handle, List.copyOf(payees.keySet()), threshold), payees, null, at);
    }

    private List<Balance> owing(Handle handle, List<Account> accounts, Money threshold) {
        // A day ahead, so that what a manager with a faster clock posted is seen.
        return ledger.balances(handle, accounts, threshold.currency(), clock.instant().plus(1, ChronoUnit.DAYS)).stream()
                .filter(balance -> balance.money().minor() > 0 && balance.money().compareTo(threshold) >= 0).toList();
    }

    private Page decided(Handle handle, @Nullable UUID run, List<Balance> balances, Map<Account, Payee> payees, @Nullable UUID last, Instant at) {
        List<Payment> payouts = new ArrayList<>();
        List<PayoutRun.Skipped> skipped = new ArrayList<>();
        List<Transfer> transfers = new ArrayList<>();
        for (Balance balance : balances) {
            Payee payee = payees.get(balance.account());
            if (payee == null) {
                continue;
            }
            String obstacle = obstacle(handle, payee);
            BillingDetails details = payee.details;
            if (obstacle != null || details == null) {
                skipped.add(new PayoutRun.Skipped(payee.whom(), balance.money(), String.valueOf(obstacle)));
                if (run != null) {
                    tellSkipped(handle, payee, balance.money(), String.valueOf(obstacle), at);
                }
                continue;
            }
            Payment payout = payout(run, payee, details, balance.money(), at);
            if (run == null || rows.insert(handle, payout)) {
                payouts.add(payout);
                transfers.add(new Transfer(Payments.id(payout, "payout"), "payout", payout.reference() + " to " + payout.counterparty(),
                        payout.valueDate(), List.of(new Leg(balance.account(), Chart.IN_FLIGHT.account(), payout.amount(), Payments.line(payout)))));
            }
        }
        if (run != null && !transfers.isEmpty()) {
            ledger.post(handle, transfers);
        }
        return new Page(payouts, skipped, last);
    }

    private @Nullable String obstacle(Handle handle, Payee payee) {
        if (payee.details == null || payee.details.iban() == null) {
            return "no bank account is given";
        }
        Iban account = payee.details.iban();
        return rows.lastOver(handle, payee.customer, payee.partner)
                .filter(before -> before.state() != Payment.State.PAID && Objects.equals(account, before.account()))
                .map(before -> "the last payout to " + account + " was " + before.state() + ": " + before.reason()).orElse(null);
    }

    private Payment payout(@Nullable UUID run, Payee payee, BillingDetails details, Money amount, Instant at) {
        UUID id = UUID.nameUUIDFromBytes((run + "/" + payee.whom() + "/" + amount.currency()).getBytes(StandardCharsets.UTF_8));
        return new Payment(id, Payment.Direction.OUT, Payment.State.IN_FLIGHT, payee.customer, payee.partner, amount,
                "Payout " + day(at) + " " + id.toString().substring(0, 8), details.name(), day(at), run, details.iban(), null, at);
    }

    private void tellSkipped(Handle handle, Payee payee, Money owed, String obstacle, Instant at) {
        if (payee.customer != null) {
            letters.write(handle, payee.customer, "payout:waits:" + day(at).toString().substring(0, 7), "We could not pay you " + owed,
                    owed + " are yours and wait, because " + obstacle + ". Give us a bank account under your billing details, and it comes with the"
                            + " next payout.");
        }
    }

    private void notPaid(Handle handle, Payment payout, Payment.State state, String reason) {
        String said = reason.isBlank() ? "the bank gave no reason" : Texts.line(reason, 300);
        rows.move(handle, payout.id(), state, null, said, now());
        if (payout.customerId() != null) {
            letters.write(handle, payout.customerId(), "payout:" + payout.id(), "Your payout of " + payout.amount() + " did not reach you",
                    "The bank " + (state == Payment.State.REJECTED ? "did not take it" : "sent it back") + ": " + said + ". It is still yours. Check the"
                            + " account under your billing details (" + payout.account() + "); once it is changed, it comes with the next payout.");
        }
    }

    private static Account owed(Payment payout) {
        return payout.customerId() != null ? Chart.PAYABLE.of(payout.customerId()) : Chart.PARTNER.of(String.valueOf(payout.partner()));
    }

    private static Money total(List<Payment> payouts, String currency) {
        return payouts.stream().map(Payment::amount).reduce(Money.zero(currency), Money::plus);
    }

    private static LocalDate day(Instant at) {
        return at.atZone(ZoneOffset.UTC).toLocalDate();
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
