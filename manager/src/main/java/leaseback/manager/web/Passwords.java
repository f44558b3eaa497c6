package leaseback.manager.web;

import com.password4j.Argon2Function;
import com.password4j.Password;
import com.password4j.types.Argon2;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import leaseback.manager.audit.Audit;
import leaseback.manager.database.Database;
import org.jspecify.annotations.Nullable;

/// Passwords of operators and of customers: kept as Argon2id (19 MiB, 3 rounds: about 55 ms of one core here). After [#FREE]
/// wrong ones in a row the next attempt has to wait, 1 s at first, doubling up to [#LONGEST]; the count stands in the database, so all
/// managers share it. One of these is enough for a manager, and bounds how many are looked at at once.
public final class Passwords {
    /// Wrong passwords in a row that cost no waiting.
    static final int FREE = 5;
    /// The longest wait; short enough that nobody keeps somebody else out by guessing badly.
    static final Duration LONGEST = Duration.ofMinutes(1);
    private static final int LEAST_LETTERS = 10;
    private static final int MOST_LETTERS = 200;
    private static final Duration QUEUE = Duration.ofSeconds(5);
    private static final int SALT_BYTES = 16;
    // Each check takes 19 MiB and a core: two at a time leave the rest of the manager its breath.
    private final Semaphore checks = new Semaphore(2);
    private final Argon2Function argon2 = Argon2Function.getInstance(19 * 1024, 3, 1, 32, Argon2.ID);
    private final Database database;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final String nobody;

    /// @param random must be cryptographically strong outside tests
    public Passwords(Database database, InstantSource clock, RandomGenerator random) {
        this.database = database;
        this.clock = clock;
        this.random = random;
        this.nobody = hash("a password nobody has");
    }

    /// What became of an attempt.
    sealed interface Attempt {
        record Good() implements Attempt {}

        record Wrong() implements Attempt {}

        /// The password was not looked at.
        record Wait(Instant until) implements Attempt {}
    }

    /// Where passwords of one sort are kept.
    enum Kept {
        OPERATOR("operator", "name"),
        CUSTOMER("customer_password", "cast(customer_id as text)");

        private final String table;
        private final String key;

        Kept(String table, String key) {
            this.table = table;
            this.key = key;
        }
    }

    /// Looks at a password; takes as long for an unknown key as for a known one. A good one is told to the audit.
    Attempt verify(Kept kept, String key, String password, String actor) {
        if (!entered()) {
            return new Attempt.Wait(now().plus(QUEUE));
        }
        try {
            return checked(kept, key, password, actor);
        } finally {
            checks.release();
        }
    }

    private Attempt checked(Kept kept, String key, String password, String actor) {
        record Known(int failures, @Nullable Instant waitUntil, String hash) {}
        Instant now = now();
        // Counted first and in its own transaction: a hundred guesses at once are a hundred failures, not one.
        Optional<Known> known = database.transact(handle -> {
            Optional<Known> row = handle.createQuery("select failures, wait_until, password_hash from " + kept.table + " where "
                    + kept.key + " = :key for update")
                    .bind("key", key)
                    .map((found, context) -> new Known(found.getInt("failures"),
                            found.getTimestamp("wait_until") == null ? null : found.getTimestamp("wait_until").toInstant(),
                            found.getString("password_hash")))
                    .findOne();
            if (row.isPresent() && !waits(row.get().waitUntil(), now)) {
                int failures = row.get().failures() + 1;
                handle.createUpdate("update " + kept.table + " set failures = :failures, wait_until = cast(:until as timestamptz) where "
                        + kept.key + " = :key")
                        .bind("failures", failures).bind("until", failures < FREE ? null : now.plus(pause(failures)))
                        .bind("key", key).execute();
            }
            return row;
        });
        if (known.isPresent() && known.get().waitUntil() != null && waits(known.get().waitUntil(), now)) {
            return new Attempt.Wait(known.get().waitUntil());
        }
        boolean good = password.length() <= MOST_LETTERS
                && Password.check(password, known.map(Known::hash).orElse(nobody)).with(argon2);
        if (!good || known.isEmpty()) {
            return new Attempt.Wrong();
        }
        database.transact(handle -> {
            handle.createUpdate("update " + kept.table + " set failures = 0, wait_until = null where " + kept.key + " = :key")
                    .bind("key", key).execute();
            Audit.write(handle, now, actor, "sign in", key, "");
            return key;
        });
        return new Attempt.Good();
    }

    /// @throws IllegalArgumentException when it is too short or too long
    String hashFit(String password) {
        if (password.length() < LEAST_LETTERS || password.length() > MOST_LETTERS) {
            throw new IllegalArgumentException("a password has " + LEAST_LETTERS + " to " + MOST_LETTERS + " characters, not "
                    + password.length());
        }
        return hash(password);
    }

    private boolean entered() {
        try {
            return checks.tryAcquire(QUEUE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private String hash(String password) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return Password.hash(password).addSalt(salt).with(argon2).getResult();
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static boolean waits(@Nullable Instant until, Instant now) {
        return until != null && now.isBefore(until);
    }

    private static Duration pause(int failures) {
        Duration pause = Duration.ofSeconds(1L << Math.min(failures - FREE, 10));
        return pause.compareTo(LONGEST) < 0 ? pause : LONGEST;
    }
}
