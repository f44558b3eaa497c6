package leaseback.manager.billing;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import leaseback.manager.audit.Audit;
import leaseback.manager.catalog.Money;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.customer.BillingBook;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Which partner supplies what, and for how much. Everything in the caller's transaction.
public final class Supplies {
    /// The kind of a supply in a [leaseback.manager.ledger.DocumentLine].
    static final String KIND = "supply";
    private static final int MOST = 1_000;
    private final BillingBook book;
    private final InstantSource clock;

    public Supplies(BillingBook book, InstantSource clock) {
        this.book = book;
        this.clock = clock;
    }

    /// From then on a partner supplies a product at that price; who supplied it before does so no longer.
    ///
    /// @param product an id of the catalogue's items or of the products, such as `internet-100` or `INTERNET_100`
    /// @param from    now where it is null
    /// @throws Refusal UNFIT when `from` is past, CONFLICT when something begins later already, UNKNOWN for a partner without details
    public Supply put(Handle handle, String product, String partner, Money monthly, @Nullable Instant from, String actor) {
        String id = Products.id(product);
        Instant now = now();
        Instant begins = from == null ? now : from.truncatedTo(ChronoUnit.MILLIS);
        if (begins.isBefore(now)) {
            throw Refusal.unfit("what a partner gets is agreed ahead: choose an instant after " + now + ", not " + from);
        }
        if (monthly.minor() < 0) {
            throw Refusal.unfit("a partner gets nothing or more for what it supplies, not " + monthly);
        }
        if (book.partner(handle, partner).isEmpty()) {
            throw Refusal.unfit("there is no partner " + partner + "; first PUT its name and address to /api/partner/" + partner + "/billing");
        }
        Optional<Supply> last = handle.createQuery("select * from supply where product = :product and ends is null for update")
                .bind("product", id).map((row, context) -> supply(row)).findOne();
        if (last.isPresent()) {
            Supply before = last.get();
            if (before.partner().equals(partner) && before.monthly().equals(monthly)) {
                return before;
            }
            if (before.from().isAfter(begins)) {
                throw Refusal.conflict(id + " is supplied by " + before.partner() + " from " + before.from() + "; choose a later instant");
            }
            handle.createUpdate("update supply set ends = :ends where id = :id").bind("ends", begins).bind("id", before.id()).execute();
        }
        Supply supply = new Supply(UUID.randomUUID(), id, partner, monthly, begins, null);
        handle.createUpdate("""
                insert into supply (id, product, partner, minor, currency, begins, created_at)
                values (:id, :product, :partner, :minor, :currency, :begins, :now)""")
                .bind("id", supply.id()).bind("product", id).bind("partner", partner).bind("minor", monthly.minor())
                .bind("currency", monthly.currency()).bind("begins", begins).bind("now", now).execute();
        Audit.write(handle, now, actor, "agree supply", supply.id().toString(), id + " by " + partner + " for " + monthly + " a month from " + begins);
        return supply;
    }

    /// All there were, by product, oldest first.
    public List<Supply> all(Handle handle) {
        return handle.createQuery("select * from supply order by product, begins, id limit :most").bind("most", MOST)
                .map((row, context) -> supply(row)).list();
    }

    static Optional<Supply> find(Handle handle, UUID id) {
        return handle.createQuery("select * from supply where id = :id").bind("id", id).map((row, context) -> supply(row)).findOne();
    }

    /// In force at some time between two instants, by anybody who supplies one of these.
    static List<Supply> of(Handle handle, List<String> products, Instant from, Instant to) {
        return products.isEmpty() ? List.of() : handle.createQuery("""
                select * from supply where product = any(:products) and begins < :to and (ends is null or ends > :from) order by product, begins, id""")
                .bindArray("products", String.class, products).bind("from", from).bind("to", to).map((row, context) -> supply(row)).list();
    }

    private static Supply supply(ResultSet row) throws SQLException {
        Timestamp ends = row.getTimestamp("ends");
        return new Supply(row.getObject("id", UUID.class), row.getString("product"), row.getString("partner"),
                new Money(row.getLong("minor"), row.getString("currency")), row.getTimestamp("begins").toInstant(),
                ends == null ? null : ends.toInstant());
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
