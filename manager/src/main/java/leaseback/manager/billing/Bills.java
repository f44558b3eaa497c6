package leaseback.manager.billing;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import leaseback.manager.audit.Audit;
import leaseback.manager.catalog.Documents;
import leaseback.manager.catalog.Money;
import leaseback.manager.ledger.Account;
import leaseback.manager.ledger.Chart;
import leaseback.manager.ledger.DocumentLine;
import leaseback.manager.ledger.Explanation;
import leaseback.manager.ledger.Leg;
import leaseback.manager.ledger.Ledger;
import leaseback.manager.ledger.Transfer;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Bills and payouts: numbered, posted to the ledger and kept in one transaction, the caller's.
public final class Bills {
    /// The kind of both in a [DocumentLine].
    public static final String KIND = "bill";
    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);
    private static final int DUE_DAYS = 14;
    private static final int LEGS_AT_ONCE = 900;
    /// The letter of the numbers of credit notes.
    private static final String CREDIT = "C";
    private final Ledger ledger;
    private final Taxes taxes;
    private final InstantSource clock;
    private final JsonMapper json = Documents.mapper();

    public Bills(Ledger ledger, Taxes taxes, InstantSource clock) {
        this.ledger = ledger;
        this.taxes = taxes;
        this.clock = clock;
    }

    /// What a document is about: an account's month, or an order.
    record Subject(Bill.Kind kind, UUID customerId, @Nullable UUID orderId, Instant from, Instant to, ZoneId zone, String currency) {
        UUID id() {
            String key = orderId == null ? kind + " " + customerId + " " + currency + " " + from.toEpochMilli() : "order " + orderId;
            return UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8));
        }
    }

    /// Numbers, keeps and posts a document; what was issued for that subject before is answered with and left as it is.
    Bill issue(Handle handle, Subject subject, List<Line> lines) {
        LocalDate on = subject.to().minusMillis(1).atZone(subject.zone()).toLocalDate();
        return find(handle, subject.id()).orElseGet(() -> issue(handle, subject.id(), subject, on, lines,
                taxes.rate(handle, subject.customerId(), subject.kind(), on), null));
    }

    /// The same for lines of a bill that are taken back, with the tax that they bore; it counts for today.
    Bill credit(Handle handle, UUID id, Bill credited, List<Line> lines, ZoneId zone) {
        Subject subject = new Subject(Bill.Kind.BILL, credited.customerId(), null, credited.from(), credited.to(), zone, credited.gross().currency());
        return issue(handle, id, subject, now().atZone(zone).toLocalDate(), lines,
                new Taxes.Rate(credited.tax().vat(), credited.tax().country(), credited.seller(), credited.buyer()), credited.number());
    }

    /// Those that take back something of a bill.
    List<Bill> crediting(Handle handle, String number) {
        return handle.createQuery("select body from bill where credits = :number order by issued_at, id").bind("number", number)
                .map((row, context) -> bill(row)).list();
    }

    private Bill issue(Handle handle, UUID id, Subject subject, LocalDate on, List<Line> lines, Taxes.Rate rate, @Nullable String credits) {
        Instant now = now();
        LocalDate due = now.atZone(subject.zone()).toLocalDate().plusDays(DUE_DAYS);
        Money sum = Money.zero(subject.currency());
        Money held = sum;
        for (Line line : lines) {
            sum = sum.plus(line.amount());
            held = line.account().equals(Chart.HELD.of(subject.customerId())) && line.amount().minor() < 0 ? held.minus(line.amount()) : held;
        }
        // Prices hold the tax; the tax is reckoned from the net, as invoices are checked, and what is between is told.
        Money net = subject.kind() == Bill.Kind.BILL ? net(sum, rate.vat().percent()) : sum;
        Money tax = net.over(rate.vat().percent(), HUNDRED);
        Money gross = subject.kind() == Bill.Kind.BILL ? sum : sum.plus(tax);
        String letter = credits == null ? subject.kind().letter() : CREDIT;
        Bill bill = new Bill(id, number(handle, letter, on.getYear()), subject.kind(), subject.customerId(), subject.orderId(),
                subject.from(), subject.to(), now, due, rate.seller(), rate.buyer(), lines, new Bill.Tax(rate.vat(), rate.country(), tax),
                gross.minus(net).minus(tax), gross, credits);
        insert(handle, bill, held, subject.zone());
        Audit.write(handle, now, "manager", "issue bill", bill.id().toString(), bill.number());
        List<Leg> legs = legs(bill);
        for (int from = 0; from < legs.size(); from += LEGS_AT_ONCE) {
            ledger.post(handle, new Transfer(from == 0 ? bill.id() : UUID.nameUUIDFromBytes((bill.id() + " " + from).getBytes(StandardCharsets.UTF_8)),
                    credits != null ? "credit" : bill.kind() == Bill.Kind.BILL ? "bill" : "payout", bill.number() + ", " + (credits == null
                            ? subject.from().atZone(subject.zone()).toLocalDate() + " to " + on : "of " + credits), on,
                    legs.subList(from, Math.min(legs.size(), from + LEGS_AT_ONCE))));
        }
        for (Line line : lines) {
            if (line.account().equals(Chart.HELD.of(subject.customerId())) && line.amount().minor() > 0) {
                line.because().forEach(payout -> handle.createUpdate("update bill set held_released_in = :in where number = :number")
                        .bind("in", bill.number()).bind("number", payout.id()).execute());
            }
        }
        return bill;
    }

    private static List<Leg> legs(Bill bill) {
        boolean owed = bill.kind() == Bill.Kind.BILL;
        Account account = (owed ? Chart.RECEIVABLE : Chart.PAYABLE).of(bill.customerId());
        List<Leg> legs = new ArrayList<>();
        List<Money> nets = nets(bill);
        for (int i = 0; i < nets.size(); i++) {
            leg(nets.get(i), account, bill.lines().get(i).account(), owed, new DocumentLine(KIND, bill.number(), i + 1)).ifPresent(legs::add);
        }
        if (bill.tax().amount().minor() != 0) {
            leg(bill.tax().amount(), account, Chart.VAT.of(bill.tax().country()), owed, DocumentLine.whole(KIND, bill.number())).ifPresent(legs::add);
        }
        leg(bill.rounding(), account, Chart.ROUNDING.account(), owed, DocumentLine.whole(KIND, bill.number())).ifPresent(legs::add);
        return legs;
    }

    /// What of each line is no tax. The tax in it comes out of the running sum, so that no cent is lost between the lines.
    static List<Money> nets(Bill bill) {
        List<Money> nets = new ArrayList<>();
        Money sum = Money.zero(bill.gross().currency());
        Money net = sum;
        for (Line line : bill.lines()) {
            sum = sum.plus(line.amount());
            Money upToHere = bill.kind() == Bill.Kind.BILL ? net(sum, bill.tax().vat().percent()) : sum;
            nets.add(upToHere.minus(net));
            net = upToHere;
        }
        return nets;
    }

    /// @param owed whether more of it debits `account`
    private static Optional<Leg> leg(Money amount, Account account, Account other, boolean owed, DocumentLine source) {
        if (amount.minor() == 0) {
            return Optional.empty();
        }
        Money size = amount.minor() < 0 ? Money.zero(amount.currency()).minus(amount) : amount;
        return Optional.of(owed == amount.minor() > 0 ? new Leg(account, other, size, source) : new Leg(other, account, size, source));
    }

    private static Money net(Money gross, BigDecimal percent) {
        return gross.over(HUNDRED, HUNDRED.add(percent));
    }

    private String number(Handle handle, String letter, int year) {
        String series = letter + "-" + year;
        long last = handle.createQuery("""
                insert into document_number (series, last) values (:series, 1)
                on conflict (series) do update set last = document_number.last + 1 returning last""")
                .bind("series", series).mapTo(Long.class).one();
        return series + "-" + "%06d".formatted(last);
    }

    private void insert(Handle handle, Bill bill, Money held, ZoneId zone) {
        Instant reminder = bill.kind() == Bill.Kind.BILL && bill.gross().minor() > 0
                ? bill.due().plusDays(Dunning.GRACE_DAYS).atStartOfDay(zone).toInstant() : null;
        handle.createUpdate("""
                insert into bill (id, number, kind, customer_id, order_id, period_from, period_to, currency, issued_at, due_at, gross_minor,
                                  held_minor, body, next_at, credits)
                values (:id, :number, :kind, :customer, cast(:order as uuid), :from, :to, :currency, :issued, :due, :gross, :held,
                        cast(:body as jsonb), cast(:next as timestamptz), cast(:credits as text))""")
                .bind("id", bill.id()).bind("number", bill.number()).bind("kind", bill.kind().name()).bind("customer", bill.customerId())
                .bind("order", bill.orderId()).bind("from", bill.from()).bind("to", bill.to()).bind("currency", bill.gross().currency())
                .bind("issued", bill.issuedAt()).bind("due", bill.due().atStartOfDay(zone).toInstant()).bind("gross", bill.gross().minor())
                .bind("held", held.minor()).bind("body", json.writeValueAsString(bill)).bind("next", reminder)
                .bind("credits", bill.credits()).execute();
    }

    public Optional<Bill> find(Handle handle, UUID id) {
        return handle.createQuery("select body from bill where id = :id").bind("id", id).map((row, context) -> bill(row)).findOne();
    }

    public Optional<Bill> find(Handle handle, String number) {
        return handle.createQuery("select body from bill where number = :number").bind("number", number)
                .map((row, context) -> bill(row)).findOne();
    }

    /// Oldest first, at most `limit`, those that come after the bill `after`.
    ///
    /// @param customerId null for everybody's
    /// @param kind       null for both
    public List<Bill> page(Handle handle, @Nullable UUID customerId, Bill.@Nullable Kind kind, @Nullable UUID after, int limit) {
        return handle.createQuery("""
                select body from bill
                where (cast(:customer as uuid) is null or customer_id = cast(:customer as uuid))
                  and (cast(:kind as text) is null or kind = cast(:kind as text))
                  and (cast(:after as uuid) is null or (issued_at, id) > (select a.issued_at, a.id from bill a where a.id = cast(:after as uuid)))
                order by issued_at, id limit :limit""")
                .bind("customer", customerId).bind("kind", kind == null ? null : kind.name()).bind("after", after).bind("limit", limit)
                .map((row, context) -> bill(row)).list();
    }

    /// Those of the account that lie in a period, by number.
    public List<Bill> of(Handle handle, UUID customerId, Instant from, Instant to) {
        return handle.createQuery("""
                select body from bill where customer_id = :customer and period_from >= :from and period_from < :to order by kind, number""")
                .bind("customer", customerId).bind("from", from).bind("to", to).map((row, context) -> bill(row)).list();
    }

    /// What of a document is still to be paid: the newest ones make up what the customer's account stands at, because what
    /// comes in, and what is credited, is set against the oldest.
    public Money open(Handle handle, Bill bill) {
        Account account = (bill.kind() == Bill.Kind.BILL ? Chart.RECEIVABLE : Chart.PAYABLE).of(bill.customerId());
        Money balance = ledger.balance(handle, account, bill.gross().currency(), now().plusMillis(1)).money();
        BigDecimal newer = handle.createQuery("""
                select coalesce(sum(greatest(gross_minor, 0)), 0) from bill
                where customer_id = :customer and kind = :kind and currency = :currency and (issued_at, number) > (:issued, :number)""")
                .bind("customer", bill.customerId()).bind("kind", bill.kind().name()).bind("currency", bill.gross().currency())
                .bind("issued", bill.issuedAt()).bind("number", bill.number()).mapTo(BigDecimal.class).one();
        BigDecimal left = BigDecimal.valueOf(balance.minor()).subtract(newer).min(BigDecimal.valueOf(bill.gross().minor())).max(BigDecimal.ZERO);
        return new Money(left.setScale(0, RoundingMode.UNNECESSARY).longValueExact(), bill.gross().currency());
    }

    /// What a line of a document rests on.
    public Optional<Explanation> explain(Handle handle, DocumentLine asked) {
        return find(handle, asked.id()).filter(bill -> asked.line() <= bill.lines().size()).map(bill -> {
            if (asked.line() == 0) {
                List<DocumentLine> lines = new ArrayList<>();
                for (int i = 1; i <= bill.lines().size(); i++) {
                    lines.add(new DocumentLine(KIND, bill.number(), i));
                }
                return new Explanation(bill.number() + " of " + bill.issuedAt() + ": " + bill.gross() + " with " + bill.tax().amount() + " tax ("
                        + bill.tax().vat().percent().toPlainString() + " %" + (bill.tax().vat().reason() == null ? "" : ": " + bill.tax().vat().reason())
                        + ")", lines);
            }
            Line line = bill.lines().get(asked.line() - 1);
            return new Explanation(line.amount() + ": " + line.text() + " = " + line.words(), line.because());
        });
    }

    private Bill bill(ResultSet row) throws SQLException {
        return json.readValue(row.getString("body"), Bill.class);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
