package leaseback.manager.order;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import leaseback.manager.audit.Audit;
import leaseback.manager.catalog.Documents;
import leaseback.manager.catalog.Money;
import leaseback.manager.catalog.Numbers;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.customer.Customers;
import leaseback.manager.customer.Role;
import leaseback.manager.lease.Leases;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// The customers' answers, and the orders that follow from them. Every method works in the caller's transaction.
public final class Orders {
    private static final String COLUMNS = """
            select o.body, o.placed_at, o.configured_at, o.delivered_at, m.id as made_id, m.serial
            from customer_order o left join machine m on m.order_id = o.id
            """;
    private final Quotes quotes;
    private final Leases leases;
    private final Evidence evidence;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final JsonMapper json = Documents.mapper();

    public Orders(Quotes quotes, Leases leases, SigningKeys keys, InstantSource clock, RandomGenerator random) {
        this.quotes = quotes;
        this.leases = leases;
        this.evidence = new Evidence(keys);
        this.clock = clock;
        this.random = random;
    }

    /// One exact answer.
    ///
    /// @param version        of the quote that was read
    /// @param documentSha256 hex, of the words that were read; null when the caller keeps no copy
    /// @param session        as the channel names it; null where it has none
    /// @param checkboxes     the sentences that were ticked, as shown
    public record Answer(Verdict verdict, int version, @Nullable String documentSha256, Channel channel, @Nullable String session,
            List<String> checkboxes) {
        public Answer(Verdict verdict, int version, @Nullable String documentSha256, Channel channel) {
            this(verdict, version, documentSha256, channel, null, List.of());
        }

        /// @param what stands so
        /// @throws Refusal CONFLICT when something else was answered
        void requireOf(String what, int stands, String sha256) {
            if (version != stands) {
                throw Refusal.conflict(what + " stands at version " + stands + ", not " + version + "; read it again and answer that version");
            }
            if (documentSha256 != null && !documentSha256.equalsIgnoreCase(sha256)) {
                throw Refusal.conflict("the document of " + what + " has the SHA-256 " + sha256 + ", not the one you answered; read it again");
            }
        }
    }

    /// Takes the customer's yes or no and places the order that follows from it. The first answer stands: giving it again
    /// leads to the same order, giving the other one is refused.
    ///
    /// @throws Refusal when there is no such quote, it has expired, it was answered otherwise, or it was not this version
    public Order decide(Handle handle, UUID quoteId, Answer answer, String actor) {
        // The row is locked first: of a yes and a no at once, the second waits here and finds the first.
        Quotes.Standing standing = quotes.lock(handle, quoteId);
        Quote quote = standing.quote();
        switch (standing.state()) {
            case QuoteState.Accepted before -> {
                return repeated(handle, quoteId, answer, Verdict.ACCEPTED, before.at(), before.orderId());
            }
            case QuoteState.Declined before -> {
                return repeated(handle, quoteId, answer, Verdict.DECLINED, before.at(), before.orderId());
            }
            case QuoteState.Expired expired -> throw new Refusal(Refusal.Kind.EXPIRED,
                    "quote " + quoteId + " expired at " + expired.at() + " without an answer; ask for a new quote");
            case QuoteState.Open open -> {
                // falls through to the decision below
            }
        }
        answer.requireOf("quote " + quoteId, quote.version(), standing.documentSha256());
        return place(handle, standing, answer, actor);
    }

    private Order place(Handle handle, Quotes.Standing standing, Answer answer, String actor) {
        Quote quote = standing.quote();
        Instant now = now();
        boolean accepted = answer.verdict() == Verdict.ACCEPTED;
        UUID customerId = quote.request().customerId();
        if (accepted) {
            // Locked, so that of two yeses at once the second counts the first one's lease.
            handle.createQuery("select id from customer where id = :id for no key update").bind("id", customerId).mapTo(UUID.class).one();
            Qualification.known(handle, customerId, quote.offering().idleWatts(), quote.plan()).ifPresent(reason -> {
                throw Refusal.conflict("plan " + quote.plan().id() + " is no longer for this customer: " + reason);
            });
            leases.accept(handle, quote.leaseId(), actor, "the offer of quote " + quote.id() + " was accepted");
            Customers.grant(handle, customerId, Role.HOST);
        } else {
            leases.decline(handle, quote.leaseId(), actor, "the offer of quote " + quote.id() + " was declined");
        }
        Quote.Answer chosen = accepted ? quote.accepted() : quote.declined();
        Order order = new Order(UUID.randomUUID(), Numbers.fresh("O-", 8, random), customerId, quote.id(),
                accepted ? quote.leaseId() : null, quote.offering().name(), chosen.lines(), chosen.total(), chosen.build(),
                new OrderState.Acknowledged(now), now, chosen.monthly(), quote.upgrades(), quote.acquisition(),
                quote.commission() == null ? null : quote.commission().cut(answer.verdict()));
        insert(handle, order);
        if (accepted && quote.upgrades() != null) {
            leases.own(handle, quote.leaseId(), quote.upgrades().id(), actor);
        }
        // Last, because all decisions pass here one by one.
        Evidence.Next next = Evidence.next(handle);
        evidence.keep(handle, new Decision(quote.id(), quote.version(), answer.verdict(), standing.documentSha256(),
                quote.plan().id() + "/" + quote.plan().version(), OfferText.LANGUAGE, OfferText.prices(quote), answer.checkboxes(), now,
                actor, answer.channel(), answer.session(), order.id(), next.number(), next.previousSha256(), null, null),
                quotes.document(handle, quote.id()).orElseThrow());
        Audit.write(handle, now, actor, accepted ? "accept quote" : "decline quote", quote.id().toString(),
                "version " + quote.version() + ", order " + order.number() + ", through " + answer.channel());
        return order;
    }

    public Optional<Order> find(Handle handle, UUID id) {
        return handle.createQuery(COLUMNS + " where o.id = :id").bind("id", id).map((row, context) -> order(row)).findOne();
    }

    /// The order that a lease came with.
    public Optional<Order> ofLease(Handle handle, UUID leaseId) {
        return handle.createQuery(COLUMNS + " where o.lease_id = :id").bind("id", leaseId).map((row, context) -> order(row)).findOne();
    }

    /// Oldest first, at most `limit`, those that come after the order `after`.
    ///
    /// @param customerId null for everybody's
    public List<Order> page(Handle handle, @Nullable UUID customerId, @Nullable UUID after, int limit) {
        return page(handle, customerId, null, after, limit);
    }

    /// @param channelId of the sales channel they came through; null for any
    public List<Order> page(Handle handle, @Nullable UUID customerId, @Nullable String channelId, @Nullable UUID after, int limit) {
        return handle.createQuery(COLUMNS + """
                 where (cast(:customer as uuid) is null or o.customer_id = cast(:customer as uuid))
                   and (cast(:channel as text) is null or o.channel_id = cast(:channel as text))
                   and (cast(:after as uuid) is null
                        or (o.placed_at, o.id) >
                           (select a.placed_at, a.id from customer_order a where a.id = cast(:after as uuid)))
                 order by o.placed_at, o.id limit :limit""")
                .bind("customer", customerId).bind("channel", channelId).bind("after", after).bind("limit", limit)
                .map((row, context) -> order(row)).list();
    }

    /// The signed decision on a quote, unless it awaits one.
    public Optional<Signed> decision(Handle handle, UUID quoteId) {
        return handle.createQuery("select evidence, signature, signing_key from decision where quote_id = :id")
                .bind("id", quoteId)
                .map((row, context) -> new Signed(row.getBytes("evidence"), row.getBytes("signature"), row.getInt("signing_key")))
                .findOne();
    }

    /// Records that the machine is with its owner; recording it again changes nothing.
    ///
    /// @throws Refusal when the factory has not built it: machines are configured before they are delivered
    public Order deliver(Handle handle, UUID orderId, String actor) {
        Order order = lock(handle, orderId);
        return switch (order.state()) {
            case OrderState.Delivered already -> order;
            case OrderState.Acknowledged waiting when order.upgrades() != null -> throw Refusal.conflict("order " + order.number()
                    + " upgrades machine " + order.upgrades().serial() + " where it stands; POST /api/upgrade/" + order.quoteId() + "/install");
            case OrderState.Acknowledged waiting -> throw Refusal.conflict("order " + order.number()
                    + " is ACKNOWLEDGED and cannot become DELIVERED; from ACKNOWLEDGED it can become CONFIGURED, by its build");
            case OrderState.Configured configured -> delivered(handle, order, configured.machine(), actor);
        };
    }

    private Order delivered(Handle handle, Order order, Machine machine, String actor) {
        Instant now = now();
        handle.createUpdate("update customer_order set delivered_at = :at where id = :id").bind("at", now).bind("id", order.id())
                .execute();
        if (order.leaseId() != null) {
            leases.deliver(handle, order.leaseId(), actor);
        }
        Audit.write(handle, now, actor, "deliver machine", machine.serial(), "order " + order.number());
        return find(handle, order.id()).orElseThrow();
    }

    /// The order, locked until the caller's transaction ends.
    Order lock(Handle handle, UUID orderId) {
        boolean known = handle.createQuery("select id from customer_order where id = :id for update").bind("id", orderId)
                .mapTo(UUID.class).findOne().isPresent();
        if (!known) {
            throw Refusal.unknown("order", orderId);
        }
        return find(handle, orderId).orElseThrow();
    }

    private Order repeated(Handle handle, UUID quoteId, Answer answer, Verdict before, Instant at, UUID orderId) {
        if (answer.verdict() != before) {
            throw Refusal.conflict("quote " + quoteId + " was " + before + " at " + at
                    + "; an answer is final. Ask for a new quote to decide otherwise");
        }
        return find(handle, orderId).orElseThrow();
    }

    /// The order that followed from this answered quote or addendum.
    Optional<Order> from(Handle handle, UUID quoteId) {
        return handle.createQuery(COLUMNS + " where o.quote_id = :id").bind("id", quoteId).map((row, context) -> order(row)).findOne();
    }

    /// All orders of parts for a machine that its owner has, oldest first; at most 100.
    public List<Order> upgrading(Handle handle, UUID machineId) {
        return handle.createQuery(COLUMNS + " where o.machine_id = :id order by o.placed_at, o.id limit 100").bind("id", machineId)
                .map((row, context) -> order(row)).list();
    }

    /// The parts are in, and the machine is where it was.
    Order installed(Handle handle, UUID orderId, @Nullable Signed manifest) {
        handle.createUpdate("""
                update customer_order set configured_at = :at, delivered_at = :at, manifest = :manifest, signature = :signature,
                  signing_key = cast(:key as integer) where id = :id""")
                .bind("at", now()).bind("manifest", manifest == null ? null : manifest.document())
                .bind("signature", manifest == null ? null : manifest.signature()).bind("key", manifest == null ? null : manifest.key())
                .bind("id", orderId).execute();
        return find(handle, orderId).orElseThrow();
    }

    void insert(Handle handle, Order order) {
        handle.createUpdate("""
                insert into customer_order (id, number, customer_id, quote_id, lease_id, body, total_minor, total_currency,
                                            placed_at, machine_id, channel_id)
                values (:id, :number, :customer, :quote, cast(:lease as uuid), cast(:body as jsonb), :total, :currency, :at,
                        cast(:machine as uuid), :channel)""")
                .bind("id", order.id()).bind("number", order.number()).bind("customer", order.customerId())
                .bind("quote", order.quoteId()).bind("lease", order.leaseId()).bind("body", json.writeValueAsString(order))
                .bind("total", order.total().minor()).bind("currency", order.total().currency()).bind("at", order.placedAt())
                .bind("machine", order.upgrades() == null ? null : order.upgrades().id())
                .bind("channel", order.channel() == null ? null : order.channel().channelId()).execute();
    }

    private Order order(ResultSet row) throws SQLException {
        Order placed = json.readValue(row.getString("body"), Order.class);
        OrderState state = new OrderState.Acknowledged(row.getTimestamp("placed_at").toInstant());
        if (row.getTimestamp("configured_at") != null) {
            Machine machine = placed.upgrades() == null ? new Machine(row.getObject("made_id", UUID.class), row.getString("serial"))
                    : placed.upgrades();
            state = row.getTimestamp("delivered_at") == null
                    ? new OrderState.Configured(row.getTimestamp("configured_at").toInstant(), machine)
                    : new OrderState.Delivered(row.getTimestamp("delivered_at").toInstant(), machine);
        }
        return new Order(placed.id(), placed.number(), placed.customerId(), placed.quoteId(), placed.leaseId(), placed.system(),
                placed.lines(), placed.total(), placed.build(), state, placed.placedAt(), placed.monthly(), placed.upgrades(),
                placed.acquisition(), placed.channel());
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
