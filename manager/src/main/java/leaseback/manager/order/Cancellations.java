package leaseback.manager.order;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import leaseback.manager.audit.Audit;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.lease.Leases;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Orders taken back: the customer withdraws from the lease that an order came with. A machine that is there already stays theirs; one that
/// is not built yet is not built. Every method works in the caller's transaction.
public final class Cancellations {
    private static final String COLUMNS = """
            select o.id, o.number, o.customer_id, t.at,
              (select a.detail from audit_entry a where a.subject = cast(o.id as text) and a.act = 'cancel order' limit 1) as why
            from customer_order o join lease l on l.id = o.lease_id join lease_transition t on t.lease_id = l.id
            where (t.to_state = 'WITHDRAWN' or l.ending = 'WITHDRAWN' and t.to_state = 'STANDING_DOWN' and t.from_state <> 'STANDING_DOWN')
            """;
    private final Orders orders;
    private final Leases leases;
    private final InstantSource clock;

    public Cancellations(Orders orders, Leases leases, InstantSource clock) {
        this.orders = orders;
        this.leases = leases;
        this.clock = clock;
    }

    /// An order that was taken back, by whichever way.
    ///
    /// @param why null where no reason was given
    public record Cancellation(UUID orderId, String number, UUID customerId, Instant at, @Nullable String why) {}

    /// Withdraws from the order's lease, as [Leases#withdraw] does and with its refusals.
    ///
    /// @param why null or empty for no reason
    /// @throws Refusal when the order has no lease
    public Cancellation cancel(Handle handle, UUID orderId, @Nullable String why, String actor) {
        Order order = orders.lock(handle, orderId);
        if (order.leaseId() == null) {
            throw Refusal.conflict("order " + order.number() + " came without a lease, so there is nothing to withdraw from; its machine is bought");
        }
        leases.withdraw(handle, order.leaseId(), actor);
        Audit.write(handle, clock.instant().truncatedTo(ChronoUnit.MILLIS), actor, "cancel order", orderId.toString(), why == null ? "" : why.strip());
        return find(handle, orderId).orElseThrow();
    }

    public Optional<Cancellation> find(Handle handle, UUID orderId) {
        return handle.createQuery(COLUMNS + " and o.id = :id").bind("id", orderId).map((row, context) -> cancellation(
                row.getObject("id", UUID.class), row.getString("number"), row.getObject("customer_id", UUID.class),
                row.getTimestamp("at").toInstant(), row.getString("why"))).findOne();
    }

    /// Oldest order first, at most `limit`, those of orders that come after the order `after`.
    ///
    /// @param customerId null for everybody's
    public List<Cancellation> page(Handle handle, @Nullable UUID customerId, @Nullable UUID after, int limit) {
        return handle.createQuery(COLUMNS + """
                 and (cast(:customer as uuid) is null or o.customer_id = cast(:customer as uuid))
                   and (cast(:after as uuid) is null
                        or (o.placed_at, o.id) > (select a.placed_at, a.id from customer_order a where a.id = cast(:after as uuid)))
                 order by o.placed_at, o.id limit :limit""").bind("customer", customerId).bind("after", after).bind("limit", limit)
                .map((row, context) -> cancellation(row.getObject("id", UUID.class), row.getString("number"),
                        row.getObject("customer_id", UUID.class), row.getTimestamp("at").toInstant(), row.getString("why"))).list();
    }

    /// @param customerId null for everybody's
    public long count(Handle handle, @Nullable UUID customerId) {
        return handle.createQuery("select count(*) from (" + COLUMNS
                + " and (cast(:customer as uuid) is null or o.customer_id = cast(:customer as uuid))) as taken_back").bind("customer", customerId)
                .mapTo(Long.class).one();
    }

    private static Cancellation cancellation(UUID order, String number, UUID customer, Instant at, @Nullable String why) {
        return new Cancellation(order, number, customer, at, why == null || why.isEmpty() ? null : why);
    }
}
