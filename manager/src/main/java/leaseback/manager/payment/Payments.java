package leaseback.manager.payment;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import leaseback.manager.audit.Audit;
import leaseback.manager.catalog.Money;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.customer.Customers;
import leaseback.manager.ledger.Account;
import leaseback.manager.ledger.Chart;
import leaseback.manager.ledger.DocumentLine;
import leaseback.manager.ledger.Explanation;
import leaseback.manager.ledger.Ledger;
import leaseback.manager.ledger.Leg;
import leaseback.manager.ledger.Transfer;
import leaseback.manager.sealing.Kms;
import leaseback.manager.sealing.SealedColumn;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Payments that came in, and how those of both directions stand. Each is posted in the transaction that writes its row, the caller's.
public final class Payments {
    /// Of a payment in a [DocumentLine].
    public static final String KIND = "payment";
    private final Ledger ledger;
    private final InstantSource clock;
    private final PaymentRows rows;
    private final List<Attribution> attributions = new ArrayList<>();

    public Payments(Ledger ledger, Kms kms, InstantSource clock) {
        this.ledger = ledger;
        this.clock = clock;
        this.rows = new PaymentRows(kms);
    }

    /// Asks `attribution` whose a payment is. Called before the first payment.
    public Payments and(Attribution attribution) {
        attributions.add(attribution);
        return this;
    }

    /// Keeps and posts money that came in: against what the customer owes, the rest in advance; or unmatched, where nobody knows whose
    /// it is.
    ///
    /// @throws Refusal CONFLICT when the id stands for another payment; UNKNOWN when there is no such customer
    public Payment received(Handle handle, Receipt receipt) {
        UUID customer = receipt.customerId() != null ? receipt.customerId() : matched(handle, receipt.reference()).orElse(null);
        if (customer != null && Customers.find(handle, customer).isEmpty()) {
            throw Refusal.unknown("customer", customer);
        }
        Payment payment = new Payment(receipt.id(), Payment.Direction.IN, customer == null ? Payment.State.UNMATCHED : Payment.State.MATCHED,
                customer, null, receipt.amount(), receipt.reference(), receipt.payer(), receipt.valueDate(), null, null,
                customer == null ? "no bill has this reference" : null, now());
        if (!rows.insert(handle, payment)) {
            return known(handle, payment, receipt.customerId());
        }
        Account money = receipt.through() == Receipt.Through.BANK ? Chart.BANK.account() : Chart.PAYMENT_PROVIDER.account();
        List<Leg> legs = customer == null ? List.of(new Leg(money, Chart.UNMATCHED.account(), payment.amount(), line(payment)))
                : against(handle, money, customer, payment);
        ledger.post(handle, new Transfer(id(payment, "received"), "payment", "Payment " + quoted(payment), payment.valueDate(), legs));
        return payment;
    }

    /// Money that the bank took from our account for something we did not order; it waits unmatched. Nothing happens a second time.
    Payment taken(Handle handle, UUID id, Money amount, String reference, String counterparty, LocalDate valueDate) {
        Payment payment = new Payment(id, Payment.Direction.OUT, Payment.State.UNMATCHED, null, null, amount, reference, counterparty, valueDate,
                null, null, "no payout of ours", now());
        if (!rows.insert(handle, payment)) {
            return known(handle, payment, null);
        }
        ledger.post(handle, new Transfer(id(payment, "taken"), "bank-debit", "Taken by the bank " + quoted(payment), valueDate,
                List.of(new Leg(Chart.UNMATCHED.account(), Chart.BANK.account(), amount, line(payment)))));
        return payment;
    }

    /// The operator's word on an unmatched payment: whose it is.
    ///
    /// @throws Refusal CONFLICT when it is not unmatched, or went out
    public Payment assign(Handle handle, UUID id, UUID customer, String actor) {
        Payment payment = unmatched(handle, id);
        if (payment.direction() == Payment.Direction.OUT) {
            throw Refusal.conflict("payment " + id + " was taken from our account; say of which account of the ledger it is");
        }
        if (Customers.find(handle, customer).isEmpty()) {
            throw Refusal.unknown("customer", customer);
        }
        return assigned(handle, payment, customer, against(handle, Chart.UNMATCHED.account(), customer, payment), "customer " + customer, actor);
    }

    /// The operator's word on an unmatched payment: which account of the ledger it belongs to, such as `expenses:bank-fees`.
    ///
    /// @throws Refusal CONFLICT when it is not unmatched
    public Payment assign(Handle handle, UUID id, Account account, String actor) {
        Payment payment = unmatched(handle, id);
        Account waiting = Chart.UNMATCHED.account();
        Leg leg = payment.direction() == Payment.Direction.IN ? new Leg(waiting, account, payment.amount(), line(payment))
                : new Leg(account, waiting, payment.amount(), line(payment));
        return assigned(handle, payment, null, List.of(leg), account.path(), actor);
    }

    public Optional<Payment> find(Handle handle, UUID id) {
        return rows.find(handle, id);
    }

    /// Oldest first, at most `limit`, those that come after the payment `after`.
    ///
    /// @param customer null for everybody's
    /// @param state    null for all
    public List<Payment> page(Handle handle, @Nullable UUID customer, Payment.@Nullable State state, @Nullable UUID after, int limit) {
        return rows.page(handle, customer, state, after, limit);
    }

    /// Of that customer, the newest first.
    public List<Payment> newest(Handle handle, UUID customer, int limit) {
        return rows.newest(handle, customer, limit);
    }

    /// Where accounts of payouts are kept sealed.
    public static SealedColumn sealed() {
        return new SealedColumn("payment", "id", "iban_sealed", PaymentRows::purpose);
    }

    /// What a payment was.
    public Optional<Explanation> explain(Handle handle, DocumentLine asked) {
        return asked.uuid().flatMap(id -> rows.find(handle, id)).map(payment -> new Explanation(
                (payment.direction() == Payment.Direction.IN ? "came in from " : "went out to ")
                + (payment.counterparty().isBlank() ? "somebody unnamed" : payment.counterparty()) + " on " + payment.valueDate() + ": "
                + payment.amount() + ", \"" + payment.reference() + "\", " + payment.state(), List.of()));
    }

    PaymentRows rows() {
        return rows;
    }

    /// Who decides by what an account of a customer stands at takes this first, so that two of them do not use the same money.
    static void hold(Handle handle, List<UUID> customers) {
        handle.createQuery("select id from customer where id in (<ids>) order by id for no key update").bindList("ids", customers)
                .mapTo(UUID.class).list();
    }

    static UUID id(Payment payment, String act) {
        return UUID.nameUUIDFromBytes((act + "/" + payment.id()).getBytes(StandardCharsets.UTF_8));
    }

    static DocumentLine line(Payment payment) {
        return DocumentLine.whole(KIND, payment.id().toString());
    }

    private Optional<UUID> matched(Handle handle, String reference) {
        return attributions.stream().map(each -> each.customerOf(handle, reference)).flatMap(Optional::stream).findFirst();
    }

    /// Against what is owed first; the rest is paid in advance.
    private List<Leg> against(Handle handle, Account money, UUID customer, Payment payment) {
        hold(handle, List.of(customer));
        Account receivable = Chart.RECEIVABLE.of(customer);
        // A day ahead, so that what a manager with a faster clock posted is seen.
        Money owed = ledger.balance(handle, receivable, payment.amount().currency(), clock.instant().plus(1, ChronoUnit.DAYS)).money();
        long part = Math.clamp(owed.minor(), 0, payment.amount().minor());
        List<Leg> legs = new ArrayList<>();
        if (part > 0) {
            legs.add(new Leg(money, receivable, new Money(part, owed.currency()), line(payment)));
        }
        if (part < payment.amount().minor()) {
            legs.add(new Leg(money, Chart.PREPAID.of(customer), new Money(payment.amount().minor() - part, owed.currency()), line(payment)));
        }
        return legs;
    }

    private Payment unmatched(Handle handle, UUID id) {
        Payment payment = rows.hold(handle, id);
        if (payment.state() != Payment.State.UNMATCHED) {
            throw Refusal.conflict("payment " + id + " is " + payment.state() + "; only what is UNMATCHED can be assigned");
        }
        return payment;
    }

    private Payment assigned(Handle handle, Payment payment, @Nullable UUID customer, List<Leg> legs, String to, String actor) {
        Instant now = now();
        ledger.post(handle, new Transfer(id(payment, "assigned"), "payment", "Payment assigned " + quoted(payment), payment.valueDate(), legs));
        rows.move(handle, payment.id(), Payment.State.MATCHED, customer, "assigned to " + to, now);
        Audit.write(handle, now, actor, "assign payment", payment.id().toString(), "to " + to);
        return rows.find(handle, payment.id()).orElseThrow();
    }

    private Payment known(Handle handle, Payment wanted, @Nullable UUID customer) {
        Payment before = rows.find(handle, wanted.id()).orElseThrow();
        if (before.direction() != wanted.direction() || !before.amount().equals(wanted.amount()) || !before.reference().equals(wanted.reference())
                || !before.valueDate().equals(wanted.valueDate()) || customer != null && !Objects.equals(before.customerId(), customer)) {
            throw Refusal.conflict("payment " + wanted.id() + " was kept with other content; give a new one an id of its own");
        }
        return before;
    }

    private static String quoted(Payment payment) {
        return Texts.line("\"" + payment.reference() + "\" " + payment.counterparty(), 300);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
