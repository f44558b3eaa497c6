package leaseback.manager.order;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import leaseback.manager.audit.Audit;
import leaseback.manager.catalog.Documents;
import leaseback.manager.catalog.Refusal;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// What is offered on leases that run, each with its words, and the answers to it. Every method works in the caller's transaction.
public final class Addenda {
    private static final String COLUMNS = "select body, document_sha256, expires_at, verdict, decided_at from addendum";
    private static final int MOST = 100;
    private final Evidence evidence;
    private final InstantSource clock;
    private final JsonMapper json = Documents.mapper();

    public Addenda(SigningKeys keys, InstantSource clock) {
        this.evidence = new Evidence(keys);
        this.clock = clock;
    }

    /// An addendum with where it stands and the SHA-256, hex, of its document.
    public record Standing(Addendum addendum, AddendumState state, String documentSha256) {}

    /// What an answer leads to; the order that follows from it, where one does.
    interface Consequence {
        @Nullable UUID of(Addendum addendum, Verdict verdict);
    }

    public Optional<Standing> find(Handle handle, UUID id) {
        return handle.createQuery(COLUMNS + " where id = :id").bind("id", id).map((row, context) -> standing(row)).findOne();
    }

    /// Newest first, at most 100.
    public List<Standing> of(Handle handle, UUID leaseId, Addendum.Kind kind) {
        return handle.createQuery(COLUMNS + " where lease_id = :lease and kind = :kind order by made_at desc, id desc limit :most")
                .bind("lease", leaseId).bind("kind", kind.name()).bind("most", MOST).map((row, context) -> standing(row)).list();
    }

    /// Those that wait for the customer's answer, newest first, at most 100.
    public List<Standing> open(Handle handle, UUID customerId) {
        return handle.createQuery(COLUMNS
                + " where customer_id = :customer and verdict is null and expires_at > :now order by made_at desc, id desc limit :most")
                .bind("customer", customerId).bind("now", clock.instant()).bind("most", MOST).map((row, context) -> standing(row)).list();
    }

    /// The versions before the present one, oldest first.
    public List<Addendum> earlier(Handle handle, UUID id) {
        return handle.createQuery("select body from addendum_version where addendum_id = :id order by version limit :most").bind("id", id)
                .bind("most", MOST).mapTo(String.class).list().stream().map(body -> json.readValue(body, Addendum.class)).toList();
    }

    /// The exact words, UTF-8.
    public Optional<byte[]> document(Handle handle, UUID id) {
        return handle.createQuery("select document from addendum where id = :id").bind("id", id).mapTo(byte[].class).findOne();
    }

    /// The addendum, locked until the caller's transaction ends: of answers and new versions at once, the second waits here.
    Optional<Standing> lock(Handle handle, UUID id) {
        return handle.createQuery(COLUMNS + " where id = :id for update").bind("id", id).map((row, context) -> standing(row)).findOne();
    }

    /// A first version.
    ///
    /// @return empty when somebody else made it just now
    Optional<Standing> make(Handle handle, Addendum addendum, String actor) {
        byte[] document = words(addendum);
        int added = handle.createUpdate("""
                insert into addendum (id, version, kind, lease_id, customer_id, body, document, document_sha256, made_at, expires_at)
                values (:id, :version, :kind, :lease, :customer, cast(:body as jsonb), :document, :sha, :at, :expires)
                on conflict (id) do nothing""")
                .bind("id", addendum.id()).bind("version", addendum.version()).bind("kind", addendum.kind().name())
                .bind("lease", addendum.leaseId()).bind("customer", addendum.customerId()).bind("body", json.writeValueAsString(addendum))
                .bind("document", document).bind("sha", Documents.sha256(document)).bind("at", addendum.madeAt())
                .bind("expires", addendum.expiresAt()).execute();
        return added == 0 ? Optional.empty() : Optional.of(told(handle, addendum, document, actor));
    }

    /// A version that takes the place of the present one, which can no longer be answered.
    Standing replace(Handle handle, Addendum next, String actor) {
        byte[] document = words(next);
        handle.createUpdate("""
                insert into addendum_version (addendum_id, version, body, document, document_sha256)
                select id, version, body, document, document_sha256 from addendum where id = :id""").bind("id", next.id()).execute();
        handle.createUpdate("""
                update addendum set version = :version, body = cast(:body as jsonb), document = :document, document_sha256 = :sha,
                  expires_at = :expires where id = :id""")
                .bind("version", next.version()).bind("body", json.writeValueAsString(next)).bind("document", document)
                .bind("sha", Documents.sha256(document)).bind("expires", next.expiresAt()).bind("id", next.id()).execute();
        return told(handle, next, document, actor);
    }

    /// Takes the customer's yes or no to one exact version. The first answer stands: the same again changes nothing.
    ///
    /// @throws Refusal when there is no such addendum, it has expired, it was answered otherwise, or it was not this version
    Standing decide(Handle handle, UUID id, Orders.Answer answer, String actor, Consequence consequence) {
        Standing standing = lock(handle, id).orElseThrow(() -> Refusal.unknown("addendum", id));
        Addendum addendum = standing.addendum();
        String what = addendum.kind().name().toLowerCase(Locale.ROOT) + " of lease " + addendum.leaseNumber();
        switch (standing.state()) {
            case AddendumState.Accepted before -> {
                return repeated(standing, what, answer, Verdict.ACCEPTED, before.at());
            }
            case AddendumState.Declined before -> {
                return repeated(standing, what, answer, Verdict.DECLINED, before.at());
            }
            case AddendumState.Expired expired -> throw new Refusal(Refusal.Kind.EXPIRED,
                    "the " + what + " was offered until " + expired.at() + "; ask for a new offer");
            case AddendumState.Open open -> {
                // falls through to the decision below
            }
        }
        answer.requireOf("the " + what, addendum.version(), standing.documentSha256());
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        UUID orderId = consequence.of(addendum, answer.verdict());
        handle.createUpdate("update addendum set verdict = :verdict, decided_at = :at where id = :id")
                .bind("verdict", answer.verdict().name()).bind("at", now).bind("id", id).execute();
        // Last, because all decisions pass here one by one.
        Evidence.Next next = Evidence.next(handle);
        evidence.keep(handle, new Decision(id, addendum.version(), answer.verdict(), standing.documentSha256(),
                addendum.plan().id() + "/" + addendum.plan().version(), OfferText.LANGUAGE, AddendumText.prices(addendum), answer.checkboxes(),
                now, actor, answer.channel(), answer.session(), orderId, next.number(), next.previousSha256(), addendum.kind().name(),
                addendum.leaseId()), document(handle, id).orElseThrow());
        Audit.write(handle, now, actor, (answer.verdict() == Verdict.ACCEPTED ? "accept " : "decline ")
                + addendum.kind().name().toLowerCase(Locale.ROOT), id.toString(),
                "version " + addendum.version() + ", lease " + addendum.leaseNumber() + ", through " + answer.channel());
        return find(handle, id).orElseThrow();
    }

    private static Standing repeated(Standing standing, String what, Orders.Answer answer, Verdict before, Instant at) {
        if (answer.verdict() != before) {
            throw Refusal.conflict("the " + what + " was " + before + " at " + at + "; an answer is final");
        }
        return standing;
    }

    private Standing told(Handle handle, Addendum addendum, byte[] document, String actor) {
        Audit.write(handle, clock.instant().truncatedTo(ChronoUnit.MILLIS), actor, "offer "
                + addendum.kind().name().toLowerCase(Locale.ROOT), addendum.id().toString(),
                "version " + addendum.version() + ", lease " + addendum.leaseNumber());
        return new Standing(addendum, new AddendumState.Open(addendum.expiresAt()), HexFormat.of().formatHex(Documents.sha256(document)));
    }

    private static byte[] words(Addendum addendum) {
        return AddendumText.of(addendum).getBytes(StandardCharsets.UTF_8);
    }

    private Standing standing(ResultSet row) throws SQLException {
        String verdict = row.getString("verdict");
        Instant expiresAt = row.getTimestamp("expires_at").toInstant();
        AddendumState state;
        if (verdict == null) {
            state = clock.instant().isBefore(expiresAt) ? new AddendumState.Open(expiresAt) : new AddendumState.Expired(expiresAt);
        } else {
            Instant at = row.getTimestamp("decided_at").toInstant();
            state = switch (Verdict.valueOf(verdict)) {
                case ACCEPTED -> new AddendumState.Accepted(at);
                case DECLINED -> new AddendumState.Declined(at);
            };
        }
        return new Standing(json.readValue(row.getString("body"), Addendum.class), state,
                HexFormat.of().formatHex(row.getBytes("document_sha256")));
    }
}
