package leaseback.manager.order;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import leaseback.manager.catalog.Money;
import leaseback.manager.catalog.Refusal;
import org.jdbi.v3.core.Handle;

/// The same machine many times, quoted and answered in one call: each with a quote, an order and a lease of its own.
/// Every method works in the caller's transaction: all of it happens, or nothing.
public final class BulkQuotes {
    /// Machines of one call.
    public static final int MOST = 200;
    private final Quotes quotes;
    private final Orders orders;
    private final InstantSource clock;

    public BulkQuotes(Quotes quotes, Orders orders, InstantSource clock) {
        this.quotes = quotes;
        this.orders = orders;
        this.clock = clock;
    }

    /// @param accepted what all cost with leases
    /// @param declined what all cost without
    public record Bulk(UUID id, UUID customerId, int count, Money accepted, Money declined, List<UUID> quotes) {}

    /// @param total of all orders
    public record Placed(UUID id, Money total, List<Order> orders) {}

    /// So many quotes for the same request; asking again with the same `id` answers with the first ones.
    ///
    /// @throws Refusal as a single quote does, or when `count` is not 1 to 200
    public Bulk create(Handle handle, UUID id, QuoteRequest request, int count, String actor) {
        if (count < 1 || count > MOST) {
            throw Refusal.unfit("one call is for 1 to " + MOST + " machines, not " + count + "; make several calls");
        }
        if (request.serial() != null) {
            throw Refusal.unfit("a machine that its owner has is upgraded by itself; leave serial out");
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        handle.createUpdate("""
                insert into bulk_quote (id, customer_id, count, created_at) values (:id, :customer, :count, :at) on conflict (id) do nothing""")
                .bind("id", id).bind("customer", request.customerId()).bind("count", count).bind("at", now).execute();
        for (int number = 0; number < count; number++) {
            quotes.create(handle, quote(id, number), request, number, actor);
        }
        return find(handle, id).orElseThrow();
    }

    public Optional<Bulk> find(Handle handle, UUID id) {
        record Row(UUID customerId, int count) {}
        return handle.createQuery("select customer_id, count from bulk_quote where id = :id").bind("id", id)
                .map((row, context) -> new Row(row.getObject("customer_id", UUID.class), row.getInt("count"))).findOne()
                .map(row -> {
                    List<UUID> ids = new ArrayList<>();
                    List<Quote> all = new ArrayList<>();
                    for (int number = 0; number < row.count(); number++) {
                        ids.add(quote(id, number));
                        all.add(quotes.find(handle, quote(id, number)).orElseThrow().quote());
                    }
                    return new Bulk(id, row.customerId(), row.count(),
                            all.stream().map(each -> each.accepted().total()).reduce(Money::plus).orElseThrow(),
                            all.stream().map(each -> each.declined().total()).reduce(Money::plus).orElseThrow(), List.copyOf(ids));
                });
    }

    /// The same answer to all of them, each with its own evidence.
    ///
    /// @throws Refusal as a single answer does, and then none is given
    public Placed decide(Handle handle, UUID id, Orders.Answer answer, String actor) {
        Bulk bulk = find(handle, id).orElseThrow(() -> Refusal.unknown("bulk quote", id));
        List<Order> placed = bulk.quotes().stream().map(each -> orders.decide(handle, each, answer, actor)).toList();
        return new Placed(id, placed.stream().map(Order::total).reduce(Money::plus).orElseThrow(), placed);
    }

    private static UUID quote(UUID bulk, int number) {
        return UUID.nameUUIDFromBytes((bulk + "/" + number).getBytes(StandardCharsets.UTF_8));
    }
}
