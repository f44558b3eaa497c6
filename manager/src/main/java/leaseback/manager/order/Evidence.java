package leaseback.manager.order;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import leaseback.manager.catalog.Documents;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// What anybody can check a customer's answer with, and the chain that all answers form. Every method works in the caller's transaction.
public final class Evidence {
    private static final int PAGE = 500;
    private final SigningKeys keys;
    private final JsonMapper json = Documents.mapper();

    public Evidence(SigningKeys keys) {
        this.keys = keys;
    }

    /// @param document  the words that were answered, UTF-8
    /// @param decision  what was decided, signed
    /// @param publicKey PEM, of the key that signed
    @SuppressWarnings("ArrayRecordComponent")
    public record Bundle(byte[] document, Signed decision, String publicKey) {}

    /// How far the chain holds.
    ///
    /// @param length how many decisions it has
    /// @param head   SHA-256, hex, of the newest; whoever keeps a copy of it can tell later whether the past was changed
    /// @param fault  the first place where it does not hold; null when it does
    public record Chain(long length, String head, @Nullable String fault) {}

    @SuppressWarnings("ArrayRecordComponent")
    private record Link(long number, byte[] evidence) {}

    @SuppressWarnings("ArrayRecordComponent")
    private record Head(long number, byte[] sha256) {}

    /// Signs a decision and makes it the newest of the chain.
    ///
    /// @param document the words that were answered, UTF-8
    void keep(Handle handle, Decision decision, byte[] document) {
        Signed signed = keys.sign(handle, json.writeValueAsBytes(decision));
        handle.createUpdate("""
                insert into decision (quote_id, quote_version, verdict, document, document_sha256, decided_at, actor, channel,
                                      order_id, evidence, signature, signing_key, chain_number)
                values (:quote, :version, :verdict, :document, :sha, :at, :actor, :channel, cast(:order as uuid), :evidence, :signature,
                        :key, :number)""")
                .bind("quote", decision.quoteId()).bind("version", decision.quoteVersion()).bind("verdict", decision.verdict().name())
                .bind("document", document).bind("sha", HexFormat.of().parseHex(decision.documentSha256())).bind("at", decision.at())
                .bind("actor", decision.actor()).bind("channel", decision.channel().name()).bind("order", decision.orderId())
                .bind("evidence", signed.document()).bind("signature", signed.signature()).bind("key", signed.key())
                .bind("number", decision.number()).execute();
        grow(handle, decision.number(), signed.document());
    }

    /// Empty while the quote or addendum awaits its answer.
    public Optional<Bundle> bundle(Handle handle, UUID quoteId) {
        return handle.createQuery("""
                select d.document, d.evidence, d.signature, d.signing_key
                from decision d where d.quote_id = :id""").bind("id", quoteId)
                .map((row, context) -> new Bundle(row.getBytes("document"),
                        new Signed(row.getBytes("evidence"), row.getBytes("signature"), row.getInt("signing_key")),
                        keys.publicPem(handle, row.getInt("signing_key")).orElseThrow()))
                .findOne();
    }

    /// Walks the whole chain, page by page.
    public Chain chain(Handle handle) {
        Head head = head(handle, "");
        byte[] previous = new byte[32];
        long number = 0;
        while (true) {
            List<Link> page = handle.createQuery("""
                    select chain_number, evidence from decision where chain_number > :after order by chain_number limit :limit""")
                    .bind("after", number).bind("limit", PAGE)
                    .map((row, context) -> new Link(row.getLong("chain_number"), row.getBytes("evidence"))).list();
            for (Link link : page) {
                String fault = fault(link, number + 1, previous);
                if (fault != null) {
                    return new Chain(head.number(), HexFormat.of().formatHex(head.sha256()), fault);
                }
                previous = Documents.sha256(link.evidence());
                number = link.number();
            }
            if (page.size() < PAGE) {
                break;
            }
        }
        boolean whole = number == head.number() && Arrays.equals(previous, head.sha256());
        return new Chain(head.number(), HexFormat.of().formatHex(head.sha256()),
                whole ? null : "the chain has " + head.number() + " decisions, and the last one found is number " + number);
    }

    private @Nullable String fault(Link link, long expected, byte[] previous) {
        Decision decision = json.readValue(link.evidence(), Decision.class);
        if (link.number() != expected || decision.number() != expected) {
            return "decision number " + expected + " is missing";
        }
        return decision.previousSha256().equals(HexFormat.of().formatHex(previous)) ? null
                : "decision number " + expected + " does not follow from the one before it: one of them was changed";
    }

    /// The number and hash that the next decision follows, locked until the caller's transaction ends.
    static Next next(Handle handle) {
        Head head = head(handle, " for update");
        return new Next(head.number() + 1, HexFormat.of().formatHex(head.sha256()));
    }

    /// Where the next decision stands.
    record Next(long number, String previousSha256) {}

    /// This is the newest now.
    private static void grow(Handle handle, long number, byte[] evidence) {
        handle.createUpdate("update decision_chain set number = :number, sha256 = :sha where id = 1").bind("number", number)
                .bind("sha", Documents.sha256(evidence)).execute();
    }

    private static Head head(Handle handle, String lock) {
        return handle.createQuery("select number, sha256 from decision_chain where id = 1" + lock)
                .map((row, context) -> new Head(row.getLong("number"), row.getBytes("sha256"))).one();
    }
}
