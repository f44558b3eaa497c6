package leaseback.manager.order;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/// Quotes and orders as the operator leafs through them: newest first. Every method works in the caller's transaction.
public final class OrderBook {
    private final Quotes quotes;
    private final Orders orders;

    public OrderBook(Quotes quotes, Orders orders) {
        this.quotes = quotes;
        this.orders = orders;
    }

    /// How many there are of each.
    public record Counts(long open, long accepted, long declined, long expired, long orders) {}

    /// The newest quotes.
    public List<Quotes.Standing> quotes(Handle handle, int limit) {
        return handle.createQuery("select id from quote order by created_at desc, id desc limit :limit")
                .bind("limit", limit).mapTo(UUID.class).list().stream()
                .map(id -> quotes.find(handle, id)).flatMap(Optional::stream).toList();
    }

    /// The newest orders.
    public List<Order> orders(Handle handle, int limit) {
        return handle.createQuery("select id from customer_order order by placed_at desc, id desc limit :limit")
                .bind("limit", limit).mapTo(UUID.class).list().stream()
                .map(id -> orders.find(handle, id)).flatMap(Optional::stream).toList();
    }

    public Counts counts(Handle handle) {
        return handle.createQuery("""
                select count(*) filter (where d.verdict is null and q.expires_at > now()) as open,
                       count(*) filter (where d.verdict = 'ACCEPTED') as accepted,
                       count(*) filter (where d.verdict = 'DECLINED') as declined,
                       count(*) filter (where d.verdict is null and q.expires_at <= now()) as expired,
                       (select count(*) from customer_order) as orders
                from quote q left join decision d on d.quote_id = q.id""")
                .map((row, context) -> new Counts(row.getLong("open"), row.getLong("accepted"), row.getLong("declined"),
                        row.getLong("expired"), row.getLong("orders")))
                .one();
    }
}
