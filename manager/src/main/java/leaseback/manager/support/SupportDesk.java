package leaseback.manager.support;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import leaseback.manager.audit.Audit;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.letter.Letters;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Takes requests for help from those whose lease entitles them to it, and answers by letter. Every method works in the caller's transaction.
public final class SupportDesk {
    private static final int LONGEST = 5_000;
    private static final String COLUMNS = """
            select r.id, r.customer_id, r.lease_id, l.number, r.subject, r.body, r.asked_at, r.answer, r.answered_at
            from support_request r join lease l on l.id = r.lease_id
            """;
    private final Entitlements entitlements;
    private final Letters letters;
    private final InstantSource clock;

    public SupportDesk(Entitlements entitlements, Letters letters, InstantSource clock) {
        this.entitlements = entitlements;
        this.letters = letters;
        this.clock = clock;
    }

    /// Takes a request; the same id again is answered with what was taken first.
    ///
    /// @throws Refusal CONFLICT with the reasons when no lease of theirs entitles them now; UNFIT when there is no subject or text
    public SupportRequest ask(Handle handle, UUID id, UUID customerId, String subject, String text, String actor) {
        if (subject.isBlank() || subject.length() > 200 || subject.lines().count() > 1) {
            throw Refusal.unfit("a subject is one line of 1 to 200 characters");
        }
        if (text.isBlank() || text.length() > LONGEST) {
            throw Refusal.unfit("say what is wrong in 1 to " + LONGEST + " characters");
        }
        Optional<SupportRequest> before = find(handle, id);
        if (before.isPresent()) {
            if (!before.get().customerId().equals(customerId) || !before.get().subject().equals(subject.strip()) || !before.get().text().equals(text)) {
                throw Refusal.conflict("this Idempotency-Key was used for another request; use a new one");
            }
            return before.get();
        }
        List<Entitlement> all = entitlements.of(handle, customerId);
        Entitlement owed = all.stream().filter(Entitlement::holds).findFirst().orElseThrow(() -> Refusal.conflict(all.isEmpty()
                ? "none of your leases comes with support; ask where you bought the machine"
                : "no support is owed now: " + all.stream().map(Entitlement::why).distinct().collect(Collectors.joining("; "))));
        Instant now = now();
        handle.createUpdate("""
                insert into support_request (id, customer_id, lease_id, subject, body, asked_at) values (:id, :customer, :lease, :subject, :body, :at)
                on conflict (id) do nothing""")
                .bind("id", id).bind("customer", customerId).bind("lease", owed.leaseId()).bind("subject", subject.strip()).bind("body", text)
                .bind("at", now).execute();
        Audit.write(handle, now, actor, "ask for support", id.toString(), owed.name() + ", lease " + owed.leaseNumber());
        return find(handle, id).orElseThrow();
    }

    /// Answers it, once, by a letter.
    ///
    /// @throws Refusal UNKNOWN when there is no such request; CONFLICT when it was answered
    public SupportRequest answer(Handle handle, UUID id, String text, String actor) {
        if (text.isBlank() || text.length() > LONGEST) {
            throw Refusal.unfit("an answer has 1 to " + LONGEST + " characters");
        }
        SupportRequest request = find(handle, id).orElseThrow(() -> Refusal.unknown("support request", id));
        Instant now = now();
        int answered = handle.createUpdate("update support_request set answer = :answer, answered_at = :at where id = :id and answer is null")
                .bind("answer", text).bind("at", now).bind("id", id).execute();
        if (answered == 0) {
            throw Refusal.conflict("support request " + id + " was answered already; an answer stands");
        }
        letters.write(handle, request.customerId(), "support:" + id, "Your question: " + request.subject(), text);
        Audit.write(handle, now, actor, "answer support request", id.toString(), "lease " + request.leaseNumber());
        return find(handle, id).orElseThrow();
    }

    public Optional<SupportRequest> find(Handle handle, UUID id) {
        return handle.createQuery(COLUMNS + " where r.id = :id").bind("id", id).map((row, context) -> request(row)).findOne();
    }

    /// Oldest first, at most `limit`, those that come after the request `after`.
    ///
    /// @param customerId null for everybody's
    /// @param open       whether only those without an answer
    public List<SupportRequest> page(Handle handle, @Nullable UUID customerId, boolean open, @Nullable UUID after, int limit) {
        return handle.createQuery(COLUMNS + """
                 where (cast(:customer as uuid) is null or r.customer_id = cast(:customer as uuid)) and (not :open or r.answer is null)
                   and (cast(:after as uuid) is null
                        or (r.asked_at, r.id) > (select a.asked_at, a.id from support_request a where a.id = cast(:after as uuid)))
                 order by r.asked_at, r.id limit :limit""")
                .bind("customer", customerId).bind("open", open).bind("after", after).bind("limit", limit).map((row, context) -> request(row)).list();
    }

    private static SupportRequest request(ResultSet row) throws SQLException {
        return new SupportRequest(row.getObject("id", UUID.class), row.getObject("customer_id", UUID.class), row.getObject("lease_id", UUID.class),
                row.getString("number"), row.getString("subject"), row.getString("body"), row.getTimestamp("asked_at").toInstant(),
                row.getString("answer"), row.getTimestamp("answered_at") == null ? null : row.getTimestamp("answered_at").toInstant());
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
