package leaseback.manager.web;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import leaseback.manager.catalog.Documents;
import leaseback.manager.database.Database;
import org.jspecify.annotations.Nullable;

/// Who is signed in to the console, operators and customers. A session lives in the database, so it outlives the manager that began it and is good with
/// every other; only the hash of its token is kept.
final class Sessions {
    /// Without a click for so long, and the operator signs in again. Pages that refresh themselves are no clicks.
    static final Duration IDLE = Duration.ofHours(2);
    /// However busy.
    static final Duration LONGEST = Duration.ofHours(12);
    private static final Duration NOTED = Duration.ofMinutes(1);
    private static final int TOKEN_BYTES = 32;
    private final Database database;
    private final InstantSource clock;
    private final RandomGenerator random;

    Sessions(Database database, InstantSource clock, RandomGenerator random) {
        this.database = database;
        this.clock = clock;
        this.random = random;
    }

    /// A fresh session of an operator; the token is in the answer and nowhere else. Forgets those that have run out.
    String begin(String operator) {
        return begin(operator, null);
    }

    /// The same of a customer.
    String begin(UUID customer) {
        return begin(null, customer);
    }

    private String begin(@Nullable String operator, @Nullable UUID customer) {
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        Instant now = clock.instant();
        database.transact(handle -> {
            handle.createUpdate("delete from console_session where used_at <= :idle or begun_at <= :begun")
                    .bind("idle", now.minus(IDLE)).bind("begun", now.minus(LONGEST)).execute();
            return handle.createUpdate("""
                    insert into console_session (hash, operator, customer_id, begun_at, used_at)
                    values (:hash, :operator, cast(:customer as uuid), :now, :now)""")
                    .bind("hash", hash(token)).bind("operator", operator).bind("customer", customer).bind("now", now).execute();
        });
        return token;
    }

    /// The operator's name, while the session lasts; another password ends the sessions begun with the old one.
    ///
    /// @param click whether a person asked: puts off the end
    Optional<String> operator(String token, boolean click) {
        return found(token, click, "s.operator", "operator o on o.name = s.operator and o.changed_at <= s.begun_at");
    }

    /// The same of a customer: their id.
    Optional<UUID> customer(String token, boolean click) {
        return found(token, click, "cast(s.customer_id as text)", "customer_password p on p.customer_id = s.customer_id and p.changed_at <= s.begun_at")
                .map(UUID::fromString);
    }

    private Optional<String> found(String token, boolean click, String who, String join) {
        Instant now = clock.instant();
        record Found(String who, Instant usedAt) {}
        Optional<Found> found = database.read(handle -> handle.createQuery("select " + who + " as who, s.used_at from console_session s join " + join
                + " where s.hash = :hash and s.used_at > :idle and s.begun_at > :begun")
                .bind("hash", hash(token)).bind("idle", now.minus(IDLE)).bind("begun", now.minus(LONGEST))
                .map((row, context) -> new Found(row.getString("who"), row.getTimestamp("used_at").toInstant())).findOne());
        if (click && found.isPresent() && found.get().usedAt().isBefore(now.minus(NOTED))) {
            database.transact(handle -> handle.createUpdate("update console_session set used_at = :now where hash = :hash")
                    .bind("now", now).bind("hash", hash(token)).execute());
        }
        return found.map(Found::who);
    }

    void end(String token) {
        database.transact(handle -> handle.createUpdate("delete from console_session where hash = :hash")
                .bind("hash", hash(token)).execute());
    }

    private static byte[] hash(String token) {
        return Documents.sha256(token.getBytes(StandardCharsets.UTF_8));
    }
}
