package leaseback.manager.payment;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import leaseback.manager.catalog.Money;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.customer.Iban;
import leaseback.manager.sealing.Kms;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// The rows of payments; where they go lies sealed.
final class PaymentRows {
    private static final String SELECT = """
            select id, direction, state, customer_id, partner, currency, minor, reference, counterparty, value_date, run_id, iban_sealed, reason, at
            from payment
            """;
    private final Kms kms;

    PaymentRows(Kms kms) {
        this.kms = kms;
    }

    /// Whether it is new.
    boolean insert(Handle handle, Payment payment) {
        byte[] sealed = payment.account() == null ? null
                : kms.seal(payment.account().number().getBytes(StandardCharsets.UTF_8), purpose(payment.id().toString()));
        return handle.createUpdate("""
                insert into payment (id, direction, state, customer_id, partner, currency, minor, reference, counterparty, value_date, run_id,
                    iban_sealed, reason, at, changed_at)
                values (:id, :direction, :state, cast(:customer as uuid), :partner, :currency, :minor, :reference, :counterparty, :day,
                    cast(:run as uuid), cast(:iban as bytea), :reason, :at, :at) on conflict do nothing""")
                .bind("id", payment.id()).bind("direction", payment.direction().name()).bind("state", payment.state().name())
                .bind("customer", payment.customerId()).bind("partner", payment.partner()).bind("currency", payment.amount().currency())
                .bind("minor", payment.amount().minor()).bind("reference", payment.reference()).bind("counterparty", payment.counterparty())
                .bind("day", payment.valueDate()).bind("run", payment.runId()).bind("iban", sealed).bind("reason", payment.reason())
                .bind("at", payment.at()).execute() > 0;
    }

    Optional<Payment> find(Handle handle, UUID id) {
        return query(handle, "where id = :id", Map.of("id", id)).stream().findFirst();
    }

    /// Held until the transaction ends.
    ///
    /// @throws Refusal UNKNOWN when there is none
    Payment hold(Handle handle, UUID id) {
        return query(handle, "where id = :id for update", Map.of("id", id)).stream().findFirst()
                .orElseThrow(() -> Refusal.unknown("payment", id));
    }

    void move(Handle handle, UUID id, Payment.State state, @Nullable UUID customer, @Nullable String reason, Instant at) {
        handle.createUpdate("""
                update payment set state = :state, customer_id = coalesce(cast(:customer as uuid), customer_id), reason = :reason, changed_at = :at
                where id = :id""")
                .bind("state", state.name()).bind("customer", customer).bind("reason", reason).bind("at", at).bind("id", id)
                .execute();
    }

    List<Payment> ofRun(Handle handle, UUID run) {
        return query(handle, "where run_id = :run order by id", Map.of("run", run));
    }

    /// The newest payout to a customer or partner that is over, for better or worse.
    Optional<Payment> lastOver(Handle handle, @Nullable UUID customer, @Nullable String partner) {
        return (customer != null
                ? query(handle, "where customer_id = :who and direction = 'OUT' and run_id is not null and state <> 'IN_FLIGHT' order by at desc, id limit 1",
                        Map.of("who", customer))
                : query(handle, "where partner = :who and direction = 'OUT' and run_id is not null and state <> 'IN_FLIGHT' order by at desc, id limit 1",
                        Map.of("who", String.valueOf(partner)))).stream().findFirst();
    }

    List<Payment> newest(Handle handle, UUID customer, int limit) {
        return query(handle, "where customer_id = :customer order by at desc, id limit :limit", Map.of("customer", customer, "limit", limit));
    }

    List<Payment> page(Handle handle, @Nullable UUID customer, Payment.@Nullable State state, @Nullable UUID after, int limit) {
        StringBuilder where = new StringBuilder("where true");
        Map<String, Object> bindings = new HashMap<>(Map.of("limit", limit));
        if (customer != null) {
            where.append(" and customer_id = :customer");
            bindings.put("customer", customer);
        }
        if (state != null) {
            where.append(" and state = :state");
            bindings.put("state", state.name());
        }
        if (after != null) {
            where.append(" and (at, id) > (select a.at, a.id from payment a where a.id = :after)");
            bindings.put("after", after);
        }
        return query(handle, where + " order by at, id limit :limit", bindings);
    }

    private List<Payment> query(Handle handle, String where, Map<String, ?> bindings) {
        return handle.createQuery(SELECT + where).bindMap(bindings).map((row, context) -> payment(row)).list();
    }

    private Payment payment(ResultSet row) throws SQLException {
        UUID id = row.getObject("id", UUID.class);
        byte[] sealed = row.getBytes("iban_sealed");
        Iban account = sealed == null ? null : new Iban(new String(kms.open(sealed, purpose(id.toString())), StandardCharsets.UTF_8));
        return new Payment(id, Payment.Direction.valueOf(row.getString("direction")), Payment.State.valueOf(row.getString("state")),
                row.getObject("customer_id", UUID.class), row.getString("partner"), new Money(row.getLong("minor"), row.getString("currency")),
                row.getString("reference"), row.getString("counterparty"), row.getObject("value_date", LocalDate.class),
                row.getObject("run_id", UUID.class), account, row.getString("reason"), row.getTimestamp("at").toInstant());
    }

    static String purpose(String key) {
        return "payment-iban/" + key;
    }
}
