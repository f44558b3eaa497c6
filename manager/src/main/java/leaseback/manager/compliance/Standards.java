package leaseback.manager.compliance;

import java.time.Instant;
import java.util.Optional;
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

    /// Since when it holds; empty for what is built in.
    static Optional<Instant> since(Handle handle, int version) {
        return handle.createQuery("select since from standard where version = :version").bind("version", version)
                .map((row, context) -> row.getTimestamp(1).toInstant()).findOne();
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
