package leaseback.manager.hub;

import java.net.URI;
import java.net.URISyntaxException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import leaseback.manager.audit.Audit;
import leaseback.manager.catalog.Refusal;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Who is told what happens. Every method works in the caller's transaction.
public final class Listeners {
    /// Of all APIs together.
    public static final int MOST = 20;
    private static final int LONGEST = 1000;
    private static final String COLUMNS = """
            select l.*, (select count(*) from hub_event e where e.api = l.api and e.number >= l.next) as waiting from hub_listener l
            """;
    private final InstantSource clock;
    private final Insistence insistence;

    public Listeners(InstantSource clock, Insistence insistence) {
        this.clock = clock;
        this.insistence = insistence;
    }

    /// Tells it from now on what happens; the same one again is the one that is there.
    ///
    /// @param query null or empty for everything
    /// @throws Refusal when the callback is none that we call, or there are too many listeners
    public Listener register(Handle handle, String api, String callback, @Nullable String query, Set<String> types, String actor) {
        String wanted = query == null ? "" : query.strip();
        URI target = target(callback);
        for (String type : types(wanted)) {
            if (!types.contains(type)) {
                throw Refusal.unfit("there is no event " + type + " here; there are " + String.join(", ", types));
            }
        }
        long next = EventBook.locked(handle);
        Optional<Listener> before = handle.createQuery(COLUMNS + " where l.api = :api and l.callback = :callback and l.query = :query")
                .bind("api", api).bind("callback", callback).bind("query", wanted).map((row, context) -> listener(row)).findOne();
        if (before.isPresent()) {
            return before.get();
        }
        if (handle.createQuery("select count(*) from hub_listener").mapTo(Integer.class).one() >= MOST) {
            throw Refusal.conflict("there are " + MOST + " listeners already, which is as many as are told; remove one first");
        }
        UUID id = UUID.randomUUID();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        handle.createUpdate("""
                insert into hub_listener (id, api, callback, query, next, registered_at, registered_by)
                values (:id, :api, :callback, :query, :next, :now, :actor)""").bind("id", id).bind("api", api).bind("callback", callback)
                .bind("query", wanted).bind("next", next).bind("now", now).bind("actor", actor).execute();
        // Without path and query, where a callback may carry a secret of its owner.
        Audit.write(handle, now, actor, "add listener", id.toString(), api + " to " + target.getScheme() + "://" + target.getRawAuthority());
        return find(handle, api, id).orElseThrow();
    }

    /// Tells it nothing more; false when there is no such listener.
    public boolean remove(Handle handle, String api, UUID id, String actor) {
        boolean removed = handle.createUpdate("delete from hub_listener where id = :id and api = :api").bind("id", id).bind("api", api).execute() > 0;
        if (removed) {
            Audit.write(handle, clock.instant().truncatedTo(ChronoUnit.MILLIS), actor, "remove listener", id.toString(), api);
        }
        return removed;
    }

    public Optional<Listener> find(Handle handle, String api, UUID id) {
        return handle.createQuery(COLUMNS + " where l.id = :id and l.api = :api").bind("id", id).bind("api", api)
                .map((row, context) -> listener(row)).findOne();
    }

    /// Oldest first; never more than [#MOST].
    public List<Listener> of(Handle handle, String api) {
        return handle.createQuery(COLUMNS + " where l.api = :api order by l.registered_at, l.id").bind("api", api)
                .map((row, context) -> listener(row)).list();
    }

    /// The types that a query asks for; none for all.
    static List<String> types(String query) {
        if (query.isEmpty()) {
            return List.of();
        }
        if (!query.matches("eventType=[A-Za-z]{1,60}(,[A-Za-z]{1,60}){0,19}")) {
            throw Refusal.unfit("a query is eventType= and types with commas between, such as eventType=QuoteStateChangeEvent; "
                    + "leave it out to be told everything");
        }
        return List.of(query.substring(query.indexOf('=') + 1).split(","));
    }

    private static URI target(String callback) {
        URI uri;
        try {
            uri = new URI(callback);
        } catch (URISyntaxException broken) {
            throw Refusal.unfit("a callback is an address such as https://buyer.example/events; this one cannot be read at character "
                    + broken.getIndex());
        }
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        if (!Set.of("http", "https").contains(scheme) || uri.getHost() == null || uri.getPort() == 0 || uri.getPort() > 65_535) {
            throw Refusal.unfit("a callback begins with https:// or http:// and names a host, such as https://buyer.example/events");
        }
        if (uri.getRawUserInfo() != null || uri.getRawFragment() != null || callback.length() > LONGEST) {
            throw Refusal.unfit("a callback has no user in it, nothing after a #, and at most " + LONGEST + " characters");
        }
        return uri;
    }

    private Listener listener(ResultSet row) throws SQLException {
        Timestamp retry = row.getTimestamp("retry_at");
        int failures = row.getInt("failures");
        return new Listener(row.getObject("id", UUID.class), row.getString("api"), row.getString("callback"), row.getString("query"),
                failures >= insistence.tries() ? Listener.State.FAILING : Listener.State.LISTENING, row.getLong("waiting"),
                row.getLong("missed"), failures, row.getString("last_failure"), retry == null ? null : retry.toInstant(),
                row.getTimestamp("registered_at").toInstant(), row.getString("registered_by"));
    }
}
