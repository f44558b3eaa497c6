package leaseback.manager.billing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import leaseback.manager.audit.Audit;
import leaseback.manager.catalog.Documents;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.compensation.Scale;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// What is sold by the month and by use, who has it, and the published scale by which hosts are paid. Every method works in the
/// caller's transaction.
public final class Products {
    private static final String STARTER = "/leaseback/billing/starter.json";
    private final InstantSource clock;
    private final JsonMapper json = Documents.mapper();

    public Products(InstantSource clock) {
        this.clock = clock;
    }

    private record Starter(List<Product> products, List<Scale> scales) {}

    /// Gives an empty database the starter's products and scale; one that was ever filled is left alone.
    public void fillWhenEmpty(Handle handle) {
        if (handle.createQuery("select exists (select 1 from product)").mapTo(Boolean.class).one()) {
            return;
        }
        try (InputStream file = Objects.requireNonNull(Products.class.getResourceAsStream(STARTER), STARTER)) {
            Starter starter = json.readValue(file, Starter.class);
            // Two managers may start on one empty database: whoever comes second finds the rows there.
            starter.products().forEach(each -> insert(handle, each));
            starter.scales().forEach(each -> insert(handle, each, Instant.EPOCH));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /// The newest version of each, by id.
    public List<Product> all(Handle handle) {
        return handle.createQuery("select distinct on (id) body from product order by id, version desc")
                .map((row, context) -> json.readValue(row.getString(1), Product.class)).list();
    }

    public Optional<Product> find(Handle handle, String id) {
        return handle.createQuery("select body from product where id = :id order by version desc limit 1").bind("id", id)
                .map((row, context) -> json.readValue(row.getString(1), Product.class)).findOne();
    }

    /// Keeps a new version; subscriptions that there are stay with theirs.
    public Product put(Handle handle, Product product, String actor) {
        int version = find(handle, product.id()).map(Product::version).orElse(0) + 1;
        Product kept = product.at(version);
        if (insert(handle, kept) == 0) {
            throw Refusal.conflict("product " + product.id() + " was just changed by somebody else; read it again");
        }
        Audit.write(handle, now(), actor, "put product", product.id(), "version " + version);
        return kept;
    }

    /// The scale that is in force at an instant.
    public Optional<Scale> scale(Handle handle, String currency, Instant at) {
        return handle.createQuery("""
                select body from scale where currency = :currency and in_force_from <= :at order by in_force_from desc, version desc limit 1""")
                .bind("currency", currency).bind("at", at).map((row, context) -> json.readValue(row.getString(1), Scale.class)).findOne();
    }

    public Optional<Scale> scale(Handle handle, String currency, int version) {
        return handle.createQuery("select body from scale where currency = :currency and version = :version")
                .bind("currency", currency).bind("version", version)
                .map((row, context) -> json.readValue(row.getString(1), Scale.class)).findOne();
    }

    /// Publishes a scale, for months that begin from `from` on.
    ///
    /// @throws Refusal UNFIT when `from` is past: what was published for a month stays
    public Scale publish(Handle handle, Scale scale, Instant from, String actor) {
        if (from.isBefore(now())) {
            throw Refusal.unfit("a scale is published ahead: choose an instant after " + now() + ", not " + from);
        }
        int version = handle.createQuery("select coalesce(max(version), 0) + 1 from scale where currency = :currency")
                .bind("currency", scale.currency()).mapTo(Integer.class).one();
        Scale kept = new Scale(version, scale.currency(), scale.tiers(), scale.quality(), scale.demand());
        insert(handle, kept, from);
        Audit.write(handle, now(), actor, "publish scale", scale.currency() + "@" + version, "in force from " + from);
        return kept;
    }

    /// Subscribes a customer, once for each `origin`; the same again is answered with what there is.
    ///
    /// @param origin what it came with, such as `order:ID/2`
    public Subscription subscribe(Handle handle, UUID customerId, @Nullable UUID leaseId, String origin, Product product, Instant from,
            String actor) {
        UUID id = UUID.nameUUIDFromBytes(("subscription " + origin).getBytes(StandardCharsets.UTF_8));
        Instant begins = from.truncatedTo(ChronoUnit.MILLIS);
        int added = handle.createUpdate("""
                insert into subscription (id, customer_id, lease_id, origin, product, begins)
                values (:id, :customer, cast(:lease as uuid), :origin, cast(:product as jsonb), :begins) on conflict do nothing""")
                .bind("id", id).bind("customer", customerId).bind("lease", leaseId).bind("origin", origin)
                .bind("product", json.writeValueAsString(product)).bind("begins", begins).execute();
        if (added > 0) {
            Audit.write(handle, now(), actor, "subscribe", id.toString(), product.id() + " for customer " + customerId + " from " + begins);
        }
        return subscription(handle, id).orElseThrow();
    }

    /// Ends a subscription now, or at a later instant; the days until then are billed.
    ///
    /// @throws Refusal CONFLICT when it has ended already; UNFIT when `at` is past
    public Subscription end(Handle handle, UUID id, @Nullable Instant at, String actor) {
        Instant end = at == null ? now() : at.truncatedTo(ChronoUnit.MILLIS);
        Subscription subscription = handle.createQuery("select * from subscription where id = :id for update").bind("id", id)
                .map((row, context) -> subscription(row)).findOne().orElseThrow(() -> Refusal.unknown("subscription", id));
        if (subscription.to() != null && !subscription.to().isAfter(now())) {
            throw Refusal.conflict("subscription " + id + " ended at " + subscription.to());
        }
        if (end.isBefore(now()) || end.isBefore(subscription.from())) {
            throw Refusal.unfit("a subscription ends now or later, not at " + end);
        }
        handle.createUpdate("update subscription set ends = :end where id = :id").bind("end", end).bind("id", id).execute();
        Audit.write(handle, now(), actor, "end subscription", id.toString(), "at " + end);
        return subscription(handle, id).orElseThrow();
    }

    public Optional<Subscription> subscription(Handle handle, UUID id) {
        return handle.createQuery("select * from subscription where id = :id").bind("id", id)
                .map((row, context) -> subscription(row)).findOne();
    }

    /// What the customer had at some time between two instants, oldest first.
    public List<Subscription> of(Handle handle, UUID customerId, Instant from, Instant to) {
        return handle.createQuery("""
                select * from subscription where customer_id = :customer and begins < :to and (ends is null or ends > :from)
                order by begins, id""")
                .bind("customer", customerId).bind("from", from).bind("to", to).map((row, context) -> subscription(row)).list();
    }

    /// The id under which what is called `name` in the catalogue is billed: `internet-100` as `INTERNET_100`.
    static String id(String name) {
        return name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }

    private Subscription subscription(java.sql.ResultSet row) throws java.sql.SQLException {
        Timestamp ends = row.getTimestamp("ends");
        return new Subscription(row.getObject("id", UUID.class), row.getObject("customer_id", UUID.class), row.getObject("lease_id", UUID.class),
                json.readValue(row.getString("product"), Product.class), row.getTimestamp("begins").toInstant(),
                ends == null ? null : ends.toInstant());
    }

    private int insert(Handle handle, Product product) {
        return handle.createUpdate("""
                insert into product (id, version, body, created_at) values (:id, :version, cast(:body as jsonb), :at) on conflict do nothing""")
                .bind("id", product.id()).bind("version", product.version()).bind("body", json.writeValueAsString(product)).bind("at", now())
                .execute();
    }

    private void insert(Handle handle, Scale scale, Instant from) {
        handle.createUpdate("""
                insert into scale (currency, version, in_force_from, body) values (:currency, :version, :from, cast(:body as jsonb))
                on conflict do nothing""")
                .bind("currency", scale.currency()).bind("version", scale.version()).bind("from", from)
                .bind("body", json.writeValueAsString(scale)).execute();
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
