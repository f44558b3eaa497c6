package leaseback.manager.billing;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import leaseback.manager.catalog.Documents;
import leaseback.manager.catalog.Money;
import leaseback.manager.compensation.Month;
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

/// Sets what a customer owes us against what we owe them, once a month and currency, in the caller's transaction.
public final class Settlements {
    public static final String KIND = "settlement";
    private final Ledger ledger;
    private final InstantSource clock;
    private final JsonMapper json = Documents.mapper();

    public Settlements(Ledger ledger, InstantSource clock) {
        this.ledger = ledger;
        this.clock = clock;
    }

    /// What was settled for that month before stays as it is.
    Settlement settle(Handle handle, UUID customerId, Month month, String currency, List<String> documents) {
        UUID id = id(customerId, month, currency);
        Optional<Settlement> before = find(handle, id);
        if (before.isPresent()) {
            return before.get();
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Account receivable = Chart.RECEIVABLE.of(customerId);
        Account payable = Chart.PAYABLE.of(customerId);
        Account prepaid = Chart.PREPAID.of(customerId);
        Money owedToUs = balance(handle, receivable, currency, now);
        Money owedToThem = balance(handle, payable, currency, now);
        Money setOff = least(owedToUs, owedToThem);
        Money advance = least(owedToUs.minus(setOff), balance(handle, prepaid, currency, now));
        List<Leg> legs = new ArrayList<>();
        if (setOff.minor() > 0) {
            legs.add(new Leg(payable, receivable, setOff, new DocumentLine(KIND, id.toString(), 1)));
        }
        if (advance.minor() > 0) {
            legs.add(new Leg(prepaid, receivable, advance, new DocumentLine(KIND, id.toString(), 2)));
        }
        LocalDate on = month.month().atEndOfMonth();
        if (!legs.isEmpty()) {
            ledger.post(handle, new Transfer(id, "set-off", "Settlement of " + month.month(), on, legs));
        }
        Settlement settlement = new Settlement(id, customerId, now, owedToUs, owedToThem, setOff, advance,
                owedToUs.minus(setOff).minus(advance), owedToThem.minus(setOff), documents);
        handle.createUpdate("""
                insert into settlement (id, customer_id, currency, at, body) values (:id, :customer, :currency, :at, cast(:body as jsonb))""")
                .bind("id", id).bind("customer", customerId).bind("currency", currency).bind("at", now)
                .bind("body", json.writeValueAsString(settlement)).execute();
        return settlement;
    }

    private static UUID id(UUID customerId, Month month, String currency) {
        return UUID.nameUUIDFromBytes(("settlement " + customerId + " " + currency + " " + month.from().toEpochMilli())
                .getBytes(StandardCharsets.UTF_8));
    }

    /// Those of a month, by currency.
    public List<Settlement> of(Handle handle, UUID customerId, Month month) {
        List<Settlement> found = new ArrayList<>();
        for (String currency : handle.createQuery("select distinct currency from settlement where customer_id = :id order by currency")
                .bind("id", customerId).mapTo(String.class).list()) {
            find(handle, id(customerId, month, currency)).ifPresent(found::add);
        }
        return found;
    }

    /// The one that a document was settled with, if any.
    List<Settlement> naming(Handle handle, UUID customerId, String number) {
        return handle.createQuery("select body from settlement where customer_id = :customer and body -> 'documents' ?? :number")
                .bind("customer", customerId).bind("number", number)
                .map((row, context) -> json.readValue(row.getString(1), Settlement.class)).list();
    }

    public Optional<Settlement> find(Handle handle, UUID id) {
        return handle.createQuery("select body from settlement where id = :id").bind("id", id)
                .map((row, context) -> json.readValue(row.getString(1), Settlement.class)).findOne();
    }

    /// Oldest first, at most `limit`, those that come after the settlement `after`.
    ///
    /// @param customerId null for everybody's
    public List<Settlement> page(Handle handle, @Nullable UUID customerId, @Nullable UUID after, int limit) {
        return handle.createQuery("""
                select body from settlement
                where (cast(:customer as uuid) is null or customer_id = cast(:customer as uuid))
                  and (cast(:after as uuid) is null or (at, id) > (select a.at, a.id from settlement a where a.id = cast(:after as uuid)))
                order by at, id limit :limit""")
                .bind("customer", customerId).bind("after", after).bind("limit", limit)
                .map((row, context) -> json.readValue(row.getString(1), Settlement.class)).list();
    }

    /// Of that customer, the newest first.
    public List<Settlement> newest(Handle handle, UUID customerId, int limit) {
        return handle.createQuery("select body from settlement where customer_id = :customer order by at desc, id limit :limit")
                .bind("customer", customerId).bind("limit", limit)
                .map((row, context) -> json.readValue(row.getString(1), Settlement.class)).list();
    }

    /// What was set against what, and the documents of the month.
    public Optional<Explanation> explain(Handle handle, DocumentLine asked) {
        return asked.uuid().flatMap(id -> find(handle, id)).filter(found -> asked.line() <= 2).map(found -> new Explanation(
                "owed to us " + found.owedToUs() + ", owed to them "
                + found.owedToThem() + ": set off " + found.setOff() + ", from what was paid in advance " + found.prepaid(),
                found.documents().stream().map(number -> DocumentLine.whole(Bills.KIND, number)).toList()));
    }

    /// Nothing where the account stands on its other side.
    private Money balance(Handle handle, Account account, String currency, Instant now) {
        Money balance = ledger.balance(handle, account, currency, now.plusMillis(1)).money();
        return balance.minor() < 0 ? Money.zero(currency) : balance;
    }

    private static Money least(Money one, Money other) {
        return one.compareTo(other) <= 0 ? one : other;
    }
}
