package leaseback.manager.audit;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Who did what, when: written in the very transaction of the act, so that neither stands without the other.
public final class Audit {
    private Audit() {}

    /// @param actor   who, as `operator:NAME`, `factory:NAME`, `customer:UUID`, `agent:SERIAL` or `manager`
    /// @param act     what, as a verb and its object: `accept quote`
    /// @param subject the id or number of what was acted upon
    /// @param detail  what else one would ask later; never a secret
    public static void write(Handle handle, Instant at, String actor, String act, String subject, String detail) {
        handle.createUpdate("""
                with entry as (insert into audit_entry (id, at, actor, act, subject, detail)
                               values (:id, :at, :actor, :act, :subject, :detail))
                insert into audit_news (id) values (:id)""")
                .bind("id", UUID.randomUUID()).bind("at", at).bind("actor", actor).bind("act", act)
                .bind("subject", subject).bind("detail", detail).execute();
    }

    /// When that was last done to the subject; empty if never.
    public static Optional<Instant> last(Handle handle, String act, String subject) {
        return handle.createQuery("select at from audit_entry where subject = :subject and act = :act order by at desc limit 1")
                .bind("subject", subject).bind("act", act).map((row, context) -> row.getTimestamp("at").toInstant()).findOne();
    }

    /// What nobody above has noticed yet, in the order in which it was written; at most `limit`. It stays so until [#noticed].
    public static List<Entry> news(Handle handle, int limit) {
        return handle.createQuery("""
                select e.id, e.at, e.actor, e.act, e.subject, e.detail from audit_news n join audit_entry e on e.id = n.id
                order by n.noted_at, n.id limit :limit""").bind("limit", limit).map((row, context) -> entry(row)).list();
    }

    /// From now on these are no news.
    public static void noticed(Handle handle, List<Entry> entries) {
        if (!entries.isEmpty()) {
            handle.createUpdate("delete from audit_news where id = any(:ids)")
                    .bindArray("ids", UUID.class, entries.stream().map(Entry::id).toList()).execute();
        }
    }

    /// One act.
    public record Entry(UUID id, Instant at, String actor, String act, String subject, String detail) {}

    /// Oldest first, at most `limit`, those that come after the entry `after`.
    ///
    /// @param actor   only this one's; null for everybody's
    /// @param subject only what was done to it; null for all
    public static List<Entry> page(Handle handle, @Nullable String actor, @Nullable String subject, @Nullable UUID after, int limit) {
        return handle.createQuery("""
                select id, at, actor, act, subject, detail from audit_entry
                where (cast(:actor as text) is null or actor = :actor) and (cast(:subject as text) is null or subject = :subject)
                  and (cast(:after as uuid) is null
                       or (at, id) > (select a.at, a.id from audit_entry a where a.id = cast(:after as uuid)))
                order by at, id limit :limit""")
                .bind("actor", actor).bind("subject", subject)
                .bind("after", after).bind("limit", limit)
                .map((row, context) -> entry(row)).list();
    }

    private static Entry entry(ResultSet row) throws SQLException {
        return new Entry(row.getObject("id", UUID.class), row.getTimestamp("at").toInstant(), row.getString("actor"), row.getString("act"),
                row.getString("subject"), row.getString("detail"));
    }
}
