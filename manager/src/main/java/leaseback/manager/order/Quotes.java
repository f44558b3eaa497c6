package leaseback.manager.order;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
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
import leaseback.manager.catalog.LeasePlan;
import leaseback.manager.catalog.Money;
import leaseback.manager.catalog.Offering;
import leaseback.manager.catalog.Refusal;
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
        Optional<Standing> before = find(handle, id);
        if (before.isPresent()) {
            if (!before.get().quote().request().equals(request)) {
                throw new Refusal(Refusal.Kind.CONFLICT, "this key was used for another quote, " + id
                        + "; use a fresh Idempotency-Key");
            }
            return before.get();
        }
        Customer customer = Customers.find(handle, request.customerId())
                .orElseThrow(() -> unfit("there is no customer " + request.customerId() + "; add the customer first"));
        Offering offering = catalog.offering(handle, request.offeringId())
                .orElseThrow(() -> unfit("the catalogue has no system " + request.offeringId() + "; see productOffering"));
        LeasePlan plan = catalog.plan(handle, request.planId())
                .orElseThrow(() -> unfit("the catalogue has no lease plan " + request.planId() + "; see leasePlan"));
        Pricing pricing = Pricing.of(offering, request.options(), plan, request.leasedBytes());
        Money kilowattHour = request.kilowattHour() == null ? plan.kilowattHour() : request.kilowattHour();
        if (!kilowattHour.currency().equals(plan.currency())) {
            throw unfit("kilowattHour is in " + kilowattHour.currency() + "; give it in " + plan.currency());
        }
        ZoneId zone = request.zone() == null ? customer.zone() : request.zone();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        int days = request.validDays() == null ? QuoteRequest.VALID_DAYS : request.validDays();
        Instant expiresAt = now.plus(Duration.ofDays(days));
        Lease lease = leases.offer(handle, customer.id(), zone, plan, pricing.share(), plan.monthlyPay(), expiresAt, actor);
        Quote quote = new Quote(id, 1, request, customer.name(), lease.id(), lease.number(), offering, plan, zone,
                pricing.share(),
                pricing.incentives(), pricing.accepted(), pricing.declined(),
                Electricity.of(offering.idleWatts(), plan.serving(), kilowattHour), now, expiresAt);
        byte[] document = OfferText.of(quote).getBytes(StandardCharsets.UTF_8);
        int added = handle.createUpdate("""
                insert into quote (id, version, customer_id, lease_id, body, document, document_sha256, created_at, expires_at)
                values (:id, :version, :customer, :lease, cast(:body as jsonb), :document, :sha, :at, :expires)
                on conflict (id) do nothing""")
                .bind("id", id).bind("version", quote.version()).bind("customer", customer.id()).bind("lease", lease.id())
                .bind("body", json.writeValueAsString(quote)).bind("document", document).bind("sha", sha256(document))
                .bind("at", now).bind("expires", expiresAt).execute();
        if (added == 0) {
            throw new Refusal(Refusal.Kind.CONFLICT, "the same request is being worked on; send it again to get its answer");
        }
        Audit.write(handle, now, actor, "make quote", id.toString(), "lease " + lease.number());
        return new Standing(quote, new QuoteState.Open(expiresAt), HexFormat.of().formatHex(sha256(document)));
    }

    public Optional<Standing> find(Handle handle, UUID id) {
        return handle.createQuery(COLUMNS + " where q.id = :id").bind("id", id).map((row, context) -> standing(row)).findOne();
    }

    /// Oldest first, at most `limit`, those that come after the quote `after`.
    ///
    /// @param customerId null for everybody's
    public List<Standing> page(Handle handle, @Nullable UUID customerId, @Nullable UUID after, int limit) {
        return handle.createQuery(COLUMNS + """
                 where (cast(:customer as uuid) is null or q.customer_id = cast(:customer as uuid))
                   and (cast(:after as uuid) is null
                        or (q.created_at, q.id) > (select a.created_at, a.id from quote a where a.id = cast(:after as uuid)))
                 order by q.created_at, q.id limit :limit""")
                .bind("customer", customerId).bind("after", after).bind("limit", limit)
                .map((row, context) -> standing(row)).list();
    }

    /// The offer's exact words, UTF-8.
    public Optional<byte[]> document(Handle handle, UUID id) {
        return handle.createQuery("select document from quote where id = :id").bind("id", id).mapTo(byte[].class).findOne();
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException broken) {
            throw new IllegalStateException("every JVM has SHA-256", broken);
        }
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

    private static Refusal unfit(String message) {
        return new Refusal(Refusal.Kind.UNFIT, message);
    }
}
