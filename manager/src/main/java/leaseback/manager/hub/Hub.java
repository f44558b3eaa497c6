package leaseback.manager.hub;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import leaseback.manager.database.Database;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells listeners what happened: each event at least once, and to each listener in order. Any number of managers may run it.
public final class Hub implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Hub.class);
    private static final int AT_ONCE = 50;
    /// How long one listener is told one event after the other, while the others of this round wait for theirs.
    private static final Duration TURN = Duration.ofSeconds(2);
    /// For what stands between two looks at the clock.
    private static final Duration SLACK = Duration.ofSeconds(30);
    private final Database database;
    private final InstantSource clock;
    private final Insistence insistence;
    private final EventBook book;
    private final HttpClient http;

    /// @param clock the real time, whatever clock the story is told by: others wait by it
    public Hub(Database database, Telling telling, InstantSource clock, Insistence insistence) {
        this.database = database;
        this.clock = clock;
        this.insistence = insistence;
        book = new EventBook(database, telling, insistence);
        // Whoever answers with another address is not followed: the operator has named this one.
        http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(insistence.answer())
                .followRedirects(HttpClient.Redirect.NEVER).build();
    }

    /// A round: makes events of what is new, and tells those who are waited for.
    public void run() {
        book.notice();
        List<UUID> due = database.read(handle -> handle.createQuery("""
                select l.id from hub_listener l where (l.retry_at is null or l.retry_at <= :now)
                  and exists (select from hub_event e where e.api = l.api and e.number >= l.next)
                order by l.id limit :most""").bind("now", clock.instant()).bind("most", Listeners.MOST).mapTo(UUID.class).list());
        if (due.isEmpty()) {
            return;
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            due.forEach(id -> threads.execute(() -> {
                try {
                    turn(id);
                } catch (RuntimeException failed) {
                    LOG.warn("listener {} is told later", id, failed);
                }
            }));
        }
        book.forget();
    }

    private record Claimed(String api, String callback, String query, long next, int failures) {}

    private record Waiting(long number, UUID id, String type, String body) {}

    /// One listener's turn. The claim keeps other managers from telling it the same at once; it runs out where we die.
    private void turn(UUID id) {
        UUID claim = UUID.randomUUID();
        Instant from = clock.instant();
        Optional<Claimed> claimed = database.transact(handle -> handle.createQuery("""
                update hub_listener set claim = :claim, claimed_until = :until
                where id = :id and (claimed_until is null or claimed_until < :now)
                returning api, callback, query, next, failures""").bind("claim", claim).bind("id", id).bind("now", from)
                .bind("until", from.plus(TURN).plus(insistence.answer().multipliedBy(2)).plus(SLACK))
                .map((row, context) -> new Claimed(row.getString("api"), row.getString("callback"), row.getString("query"),
                        row.getLong("next"), row.getInt("failures"))).findOne());
        if (claimed.isEmpty()) {
            return;
        }
        try {
            tell(id, claim, claimed.get(), from.plus(TURN));
        } finally {
            if (!Thread.currentThread().isInterrupted()) {
                database.transact(handle -> handle.createUpdate("update hub_listener set claim = null, claimed_until = null where claim = :claim")
                        .bind("claim", claim).execute());
            }
        }
    }

    private void tell(UUID id, UUID claim, Claimed listener, Instant until) {
        List<String> types = Listeners.types(listener.query());
        List<Waiting> all = database.read(handle -> handle.createQuery("""
                select number, id, type, body from hub_event where api = :api and number >= :next order by number limit :most""")
                .bind("api", listener.api()).bind("next", listener.next()).bind("most", AT_ONCE)
                .map((row, context) -> new Waiting(row.getLong("number"), row.getObject("id", UUID.class), row.getString("type"),
                        row.getString("body"))).list());
        int failures = listener.failures();
        for (Waiting event : all) {
            if (!clock.instant().isBefore(until)) {
                return;
            }
            String failure = types.isEmpty() || types.contains(event.type()) ? send(listener.callback(), event) : null;
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
            if (failure != null) {
                failed(id, claim, failures + 1, failure);
                return;
            }
            if (!taken(claim, event)) {
                return;
            }
            failures = 0;
        }
    }

    /// Null when it took it; else why not.
    private @Nullable String send(String callback, Waiting event) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(callback)).timeout(insistence.answer())
                .header("Content-Type", "application/json").header("User-Agent", "Leaseback")
                .POST(HttpRequest.BodyPublishers.ofString(event.body())).build();
        try {
            // The status says it all: whatever else comes is not read, however much it is.
            HttpResponse<InputStream> answer = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            answer.body().close();
            return answer.statusCode() / 100 == 2 ? null : "it answered with status " + answer.statusCode();
        } catch (HttpTimeoutException slow) {
            return "it did not answer within " + insistence.answer().toMillis() + " ms";
        } catch (IOException broken) {
            return "it cannot be reached: " + broken.getClass().getSimpleName();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return "we were stopped";
        }
    }

    /// False when somebody else tells this listener by now.
    private boolean taken(UUID claim, Waiting event) {
        return database.transact(handle -> handle.createUpdate("""
                update hub_listener set next = greatest(next, :next), failures = 0, retry_at = null, last_failure = null where claim = :claim""")
                .bind("next", event.number() + 1).bind("claim", claim).execute()) > 0;
    }

    private void failed(UUID id, UUID claim, int failures, String failure) {
        if (failures == insistence.tries()) {
            LOG.warn("listener {} is failing: {}; it is tried again every {}", id, failure, insistence.longestWait());
        }
        database.transact(handle -> handle.createUpdate("""
                update hub_listener set failures = :failures, retry_at = :retry, last_failure = :failure where claim = :claim""")
                .bind("failures", failures).bind("retry", clock.instant().plus(insistence.waitAfter(failures))).bind("failure", failure)
                .bind("claim", claim).execute());
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
