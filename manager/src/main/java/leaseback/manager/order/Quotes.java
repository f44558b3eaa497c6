package leaseback.manager.order;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import leaseback.manager.audit.Audit;
import leaseback.manager.catalog.Catalog;
import leaseback.manager.catalog.Documents;
import leaseback.manager.catalog.Item;
import leaseback.manager.catalog.LeasePlan;
import leaseback.manager.catalog.Money;
import leaseback.manager.catalog.Offering;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.catalog.SalesChannel;
import leaseback.manager.customer.Customer;
import leaseback.manager.customer.Customers;
import leaseback.manager.lease.Lease;
import leaseback.manager.lease.Leases;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// The quotes, each with its offer in plain words. Every method works in the caller's transaction.
public final class Quotes {
    private static final String COLUMNS = """
            select q.body, q.document_sha256, q.expires_at, d.verdict, d.decided_at, d.order_id
            from quote q left join decision d on d.quote_id = q.id
            """;
    private static final int MOST_PARTS = 500;
    private final Catalog catalog;
    private final Leases leases;
    private final InstantSource clock;
    private final JsonMapper json = Documents.mapper();

    public Quotes(Catalog catalog, Leases leases, InstantSource clock) {
        this.catalog = catalog;
        this.leases = leases;
        this.clock = clock;
    }

    /// A quote with where it stands and the SHA-256, hex, of its document.
    public record Standing(Quote quote, QuoteState state, String documentSha256) {}

    /// A new quote with an offered lease; asking again with the same `id` and the same request answers with the first one.
    ///
    /// @throws Refusal when customer, system, option or plan do not exist or do not fit, or `id` stands for another request
    public Standing create(Handle handle, UUID id, QuoteRequest request, String actor) {
        return create(handle, id, request, 0, actor);
    }

    /// @param ahead how many machines of the same call come before this one
    Standing create(Handle handle, UUID id, QuoteRequest request, int ahead, String actor) {
        Optional<Standing> before = find(handle, id);
        if (before.isPresent()) {
            if (!before.get().quote().request().equals(request)) {
                throw Refusal.conflict("this key was used for another quote, " + id
                        + "; use a fresh Idempotency-Key");
            }
            return before.get();
        }
        Customer customer = Customers.find(handle, request.customerId())
                .orElseThrow(() -> Refusal.unfit("there is no customer " + request.customerId() + "; add the customer first"));
        OwnedMachine own = request.serial() == null ? null : OwnedMachines.free(handle, request.serial(), customer.id());
        Offering offering = own != null ? own.offering(request.options(), catalog.parts(handle, null, MOST_PARTS))
                : catalog.offering(handle, request.offeringId())
                .orElseThrow(() -> Refusal.unfit("the catalogue has no system " + request.offeringId() + "; see productOffering"));
        LeasePlan plan = catalog.plan(handle, request.planId())
                .orElseThrow(() -> Refusal.unfit("the catalogue has no lease plan " + request.planId() + "; see leasePlan"));
        List<Item> items = request.items().stream().map(each -> catalog.item(handle, each)
                .orElseThrow(() -> Refusal.unfit("the catalogue has no item " + each + "; see productItem"))).toList();
        ZoneId zone = request.zone() == null ? customer.zone() : request.zone();
        eligible(handle, customer.id(), offering, plan);
        Proposal proposal = request.leasedBytes() == null || plan.negotiation() == null ? null
                : new Proposal(request.leasedBytes(), null, null);
        int ordinal = ahead + ordinal(handle, customer.id());
        LeasePlan asked = proposal == null ? plan : Bargain.strike(plan, proposal, Pricing.driveBytes(offering, request.options(), plan));
        Pricing priced = Pricing.of(offering, request.options(), items, asked, request.leasedBytes(), ordinal);
        Pricing sale = own == null ? priced : priced.inPlace();
        Acquisition acquisition = request.acquisition() == null ? Acquisition.SALE : request.acquisition();
        Pricing pricing = sale.acquired(acquisition);
        Commission commission = request.channelId() == null ? null
                : Commission.of(channel(handle, request.channelId()), acquisition, sale.accepted(), sale.declined());
        Money kilowattHour = kilowattHour(request, plan);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        int days = request.validDays() == null ? QuoteRequest.VALID_DAYS : request.validDays();
        Instant expiresAt = now.plus(Duration.ofDays(days));
        Lease lease = leases.offer(handle, customer.id(), zone, asked, pricing.share(), asked.monthlyPay(), expiresAt, actor);
        Quote quote = new Quote(id, 1, request, customer.name(), lease.id(), lease.number(), offering, asked, zone,
                pricing.share(),
                pricing.incentives(), pricing.accepted(), pricing.declined(),
                Electricity.of(offering.idleWatts(), asked.serving(), kilowattHour), now, expiresAt, proposal == null ? null : plan, proposal,
                items, own == null ? null : new Machine(own.id(), own.serial()), request.acquisition(), commission);
        byte[] document = OfferText.of(quote).getBytes(StandardCharsets.UTF_8);
        int added = handle.createUpdate("""
                insert into quote (id, version, customer_id, lease_id, body, document, document_sha256, created_at, expires_at, channel_id)
                values (:id, :version, :customer, :lease, cast(:body as jsonb), :document, :sha, :at, :expires, :channel)
                on conflict (id) do nothing""")
                .bind("id", id).bind("version", quote.version()).bind("customer", customer.id()).bind("lease", lease.id())
                .bind("body", json.writeValueAsString(quote)).bind("document", document).bind("sha", Documents.sha256(document))
                .bind("at", now).bind("expires", expiresAt).bind("channel", request.channelId()).execute();
        if (added == 0) {
            throw Refusal.conflict("the same request is being worked on; send it again to get its answer");
        }
        Audit.write(handle, now, actor, "make quote", id.toString(), "lease " + lease.number());
        return new Standing(quote, new QuoteState.Open(expiresAt), HexFormat.of().formatHex(Documents.sha256(document)));
    }

    /// The customer's proposal becomes the next version of the quote, priced within the plan's limits; the one before can no longer be
    /// answered. The offer stands no longer than it did. The same proposal to the same version again answers with the version it made.
    ///
    /// @param version that was read
    /// @throws Refusal when there is no such quote, it is answered or expired, it stands at another version, or the proposal is outside
    ///                 the plan's limits
    public Standing counter(Handle handle, UUID id, int version, Proposal proposal, String actor) {
        Standing standing = lock(handle, id);
        Quote before = standing.quote();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        switch (standing.state()) {
            case QuoteState.Open open -> {
                // falls through to the next version below
            }
            case QuoteState.Expired expired -> throw new Refusal(Refusal.Kind.EXPIRED,
                    "quote " + id + " expired at " + expired.at() + " without an answer; ask for a new quote");
            case QuoteState.Accepted accepted -> throw answered(id, "ACCEPTED", accepted.at());
            case QuoteState.Declined declined -> throw answered(id, "DECLINED", declined.at());
        }
        if (before.version() == version + 1 && proposal.equals(answeredBy(handle, id, version))) {
            return standing;
        }
        if (before.version() != version) {
            throw Refusal.conflict("quote " + id + " stands at version " + before.version() + ", not " + version
                    + "; read it again and answer that version");
        }
        LeasePlan listed = before.listed() == null ? before.plan() : before.listed();
        if (listed.negotiation() != null && version >= listed.negotiation().mostVersions()) {
            throw Refusal.conflict("quote " + id + " stands at its last version, " + version
                    + "; accept or decline it, or ask for a new quote");
        }
        int ordinal = ordinal(handle, before.request().customerId());
        Proposal whole = proposal.over(before.proposal());
        LeasePlan plan = Bargain.strike(listed, whole, Pricing.driveBytes(before.offering(), before.request().options(), listed));
        Pricing priced = Pricing.of(before.offering(), before.request().options(), before.items(), plan, whole.leasedBytes(), ordinal);
        Pricing sale = before.upgrades() == null ? priced : priced.inPlace();
        Acquisition acquisition = before.acquisition() == null ? Acquisition.SALE : before.acquisition();
        Pricing pricing = sale.acquired(acquisition);
        Commission commission = before.commission() == null ? null
                : Commission.of(before.commission().channel(), acquisition, sale.accepted(), sale.declined());
        Quote next = new Quote(id, version + 1, before.request(), before.customerName(), before.leaseId(), before.leaseNumber(),
                before.offering(), plan, before.zone(), pricing.share(), pricing.incentives(), pricing.accepted(), pricing.declined(),
                Electricity.of(before.offering().idleWatts(), plan.serving(), before.electricity().kilowattHour()), now,
                before.expiresAt(), listed, whole, before.items(), before.upgrades(), before.acquisition(), commission);
        byte[] document = OfferText.of(next).getBytes(StandardCharsets.UTF_8);
        handle.createUpdate("""
                insert into quote_version (quote_id, version, body, document, document_sha256, made_at, answer)
                select id, version, body, document, document_sha256, cast(body ->> 'createdAt' as timestamptz), cast(:answer as jsonb)
                from quote where id = :id""")
                .bind("id", id).bind("answer", json.writeValueAsString(proposal)).execute();
        handle.createUpdate("""
                update quote set version = :version, body = cast(:body as jsonb), document = :document, document_sha256 = :sha
                where id = :id""")
                .bind("version", next.version()).bind("body", json.writeValueAsString(next)).bind("document", document)
                .bind("sha", Documents.sha256(document)).bind("id", id).execute();
        leases.reoffer(handle, before.leaseId(), plan, pricing.share(), plan.monthlyPay(), actor,
                "version " + next.version() + " of the quote, on the customer's proposal");
        Audit.write(handle, now, actor, "counter quote", id.toString(), "version " + next.version());
        return new Standing(next, new QuoteState.Open(next.expiresAt()), HexFormat.of().formatHex(Documents.sha256(document)));
    }

    /// The versions before the present one, oldest first.
    public List<Quote> earlier(Handle handle, UUID id) {
        return handle.createQuery("select body from quote_version where quote_id = :id order by version limit 100").bind("id", id)
                .mapTo(String.class).list().stream().map(body -> json.readValue(body, Quote.class)).toList();
    }

    /// The quote, locked until the caller's transaction ends: of answers and proposals at once, the second waits here.
    Standing lock(Handle handle, UUID id) {
        boolean known = handle.createQuery("select id from quote where id = :id for update").bind("id", id)
                .mapTo(UUID.class).findOne().isPresent();
        if (!known) {
            throw Refusal.unknown("quote", id);
        }
        return find(handle, id).orElseThrow();
    }

    private @Nullable Proposal answeredBy(Handle handle, UUID id, int version) {
        return handle.createQuery("select answer from quote_version where quote_id = :id and version = :version").bind("id", id)
                .bind("version", version).mapTo(String.class).findOne().map(body -> json.readValue(body, Proposal.class)).orElse(null);
    }

    private static Refusal answered(UUID id, String how, Instant at) {
        return Refusal.conflict("quote " + id + " was " + how + " at " + at
                + "; an answer is final. Ask for a new quote to propose something else");
    }

    /// What we know by ourselves must not stand against the plan; what only the customer knows is asked by the qualification.
    private static void eligible(Handle handle, UUID customerId, Offering offering, LeasePlan plan) {
        Qualification.known(handle, customerId, offering.idleWatts(), plan).ifPresent(reason -> {
            throw Refusal.unfit("plan " + plan.id() + " is not for this customer: " + reason);
        });
    }

    /// Which of the customer's machines the next one is, from 1 on.
    private static int ordinal(Handle handle, UUID customerId) {
        return 1 + handle.createQuery("select count(*) from customer_order where customer_id = :id").bind("id", customerId)
                .mapTo(Integer.class).one();
    }

    private SalesChannel channel(Handle handle, String id) {
        return catalog.channel(handle, id).orElseThrow(() -> Refusal.unfit("there is no sales channel " + id + "; see salesChannel"));
    }

    private static Money kilowattHour(QuoteRequest request, LeasePlan plan) {
        Money asked = request.kilowattHour();
        if (asked == null) {
            return plan.kilowattHour();
        }
        if (!asked.currency().equals(plan.currency())) {
            throw Refusal.unfit("kilowattHour is in " + asked.currency() + "; give it in " + plan.currency());
        }
        return asked;
    }

    public Optional<Standing> find(Handle handle, UUID id) {
        return handle.createQuery(COLUMNS + " where q.id = :id").bind("id", id).map((row, context) -> standing(row)).findOne();
    }

    /// Oldest first, at most `limit`, those that come after the quote `after`.
    ///
    /// @param customerId null for everybody's
    public List<Standing> page(Handle handle, @Nullable UUID customerId, @Nullable UUID after, int limit) {
        return page(handle, customerId, null, after, limit);
    }

    /// @param channelId of the sales channel they came through; null for any
    public List<Standing> page(Handle handle, @Nullable UUID customerId, @Nullable String channelId, @Nullable UUID after, int limit) {
        return handle.createQuery(COLUMNS + """
                 where (cast(:customer as uuid) is null or q.customer_id = cast(:customer as uuid))
                   and (cast(:channel as text) is null or q.channel_id = cast(:channel as text))
                   and (cast(:after as uuid) is null
                        or (q.created_at, q.id) > (select a.created_at, a.id from quote a where a.id = cast(:after as uuid)))
                 order by q.created_at, q.id limit :limit""")
                .bind("customer", customerId).bind("channel", channelId).bind("after", after).bind("limit", limit)
                .map((row, context) -> standing(row)).list();
    }

    /// Those that wait for the customer's answer, newest first, at most 100.
    public List<Standing> open(Handle handle, UUID customerId) {
        return handle.createQuery(COLUMNS + """
                 where q.customer_id = :customer and d.verdict is null and q.expires_at > :now order by q.created_at desc, q.id limit 100""")
                .bind("customer", customerId).bind("now", clock.instant()).map((row, context) -> standing(row)).list();
    }

    /// The offer's exact words, UTF-8.
    public Optional<byte[]> document(Handle handle, UUID id) {
        return handle.createQuery("select document from quote where id = :id").bind("id", id).mapTo(byte[].class).findOne();
    }

    private Standing standing(ResultSet row) throws SQLException {
        Instant expiresAt = row.getTimestamp("expires_at").toInstant();
        String verdict = row.getString("verdict");
        QuoteState state;
        if (verdict == null) {
            state = clock.instant().isBefore(expiresAt) ? new QuoteState.Open(expiresAt) : new QuoteState.Expired(expiresAt);
        } else {
            Instant at = row.getTimestamp("decided_at").toInstant();
            UUID orderId = row.getObject("order_id", UUID.class);
            state = switch (Verdict.valueOf(verdict)) {
                case ACCEPTED -> new QuoteState.Accepted(at, orderId);
                case DECLINED -> new QuoteState.Declined(at, orderId);
            };
        }
        return new Standing(json.readValue(row.getString("body"), Quote.class), state,
                HexFormat.of().formatHex(row.getBytes("document_sha256")));
    }
}
