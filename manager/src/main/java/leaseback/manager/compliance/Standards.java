package leaseback.manager.compliance;

import java.time.Instant;
import leaseback.manager.catalog.Documents;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.json.JsonMapper;

/// The thresholds, version by version.
final class Standards {
    private static final JsonMapper JSON = Documents.mapper();

    private Standards() {}

    /// What holds now.
    static Standard current(Handle handle) {
        return handle.createQuery("select body from standard order by version desc limit 1").mapTo(String.class).findOne()
                .map(body -> JSON.readValue(body, Standard.class)).orElse(Standard.NORMAL);
    }

    /// Since when its least release of the agent has been asked for; the beginning of time for what is built in.
    static Instant agentSince(Handle handle, Standard standard) {
        return handle.createQuery("""
                select min(since) from standard where version <= :version and version > coalesce((select max(o.version) from standard o
                  where o.version <= :version and o.body ->> 'leastAgent' <> :least), 0)""")
                .bind("version", standard.version()).bind("least", standard.leastAgent())
                .map((row, context) -> row.getTimestamp(1) == null ? Instant.EPOCH : row.getTimestamp(1).toInstant()).one();
    }

    /// Lets `wanted` hold from now on, as the version after the one that holds.
    static Standard set(Handle handle, Standard wanted, String actor, String why, Instant now) {
        Standard next = wanted.at(current(handle).version() + 1);
        handle.createUpdate("insert into standard (version, body, actor, why, since) values (:version, cast(:body as jsonb), :actor, :why, :now)")
                .bind("version", next.version()).bind("body", JSON.writeValueAsString(next)).bind("actor", actor).bind("why", why)
                .bind("now", now).execute();
        return next;
    }
}
