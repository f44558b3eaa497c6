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
import java.util.regex.Pattern;
import java.util.random.RandomGenerator;
import leaseback.manager.audit.Audit;
import leaseback.manager.database.Database;
import org.jspecify.annotations.Nullable;

/// The people who run this: names and passwords for the console.
///
/// Passwords are kept as Argon2id (19 MiB, 3 rounds: about 55 ms of one core here). After [#FREE] wrong passwords in a row the
/// next attempt has to wait, 1 s at first, doubling up to [#LONGEST]; the count stands in the database, so all managers share it.
public final class Operators {
    /// Wrong passwords in a row that cost no waiting.
    public static final int FREE = 5;
    /// The longest wait; short enough that nobody keeps an operator out by guessing badly.
    public static final Duration LONGEST = Duration.ofMinutes(1);
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._@-]{0,62}");
    private static final int LEAST_LETTERS = 10;
    private static final int MOST_LETTERS = 200;
    private static final Duration QUEUE = Duration.ofSeconds(5);
    private static final int SALT_BYTES = 16;
    private final Database database;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Argon2Function argon2 = Argon2Function.getInstance(19 * 1024, 3, 1, 32, Argon2.ID);
    // Each check takes 19 MiB and a core: two at a time leave the rest of the manager its breath.
    private final Semaphore checks = new Semaphore(2);
    private final String nobody;

    /// @param random must be cryptographically strong outside tests
    public Operators(Database database, InstantSource clock, RandomGenerator random) {
        this.database = database;
        this.clock = clock;
        this.random = random;
        this.nobody = hash("a password nobody has");
    }

    /// What became of an attempt to sign in.
    public sealed interface SignIn {
        record Welcome(String name) implements SignIn {}

        /// No such operator, or another password; which of the two is not told.
        record Wrong() implements SignIn {}

        /// Too many wrong passwords, or too many people at the door; the password was not looked at.
        record Wait(Instant until) implements SignIn {}
    }

    /// @throws IllegalArgumentException when the name is taken, or name or password are not fit
    public void add(String name, String password, String actor) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("an operator's name is 1 to 63 of a-z, 0-9, and . _ @ - after the first");
        }
        String hash = hash(fit(password));
        Instant now = now();
        database.transact(handle -> {
            int added = handle.createUpdate("""
                    insert into operator (name, password_hash, created_at, changed_at) values (:name, :hash, :at, :at)
                    on conflict (name) do nothing""")
                    .bind("name", name).bind("hash", hash).bind("at", now).execute();
            if (added == 0) {
                throw new IllegalArgumentException("there is an operator " + name + " already; change the password instead");
            }
            Audit.write(handle, now, actor, "add operator", name, "");
            return added;
        });
    }

    /// Sets another password and forgets the failed attempts.
    ///
    /// @throws IllegalArgumentException when there is no such operator, or the password is not fit
    public void change(String name, String password, String actor) {
        String hash = hash(fit(password));
        Instant now = now();
        database.transact(handle -> {
            int changed = handle.createUpdate("""
                    update operator set password_hash = :hash, changed_at = :at, failures = 0, wait_until = null
                    where name = :name""")
                    .bind("name", name).bind("hash", hash).bind("at", now).execute();
            if (changed == 0) {
                throw new IllegalArgumentException("there is no operator " + name);
            }
            Audit.write(handle, now, actor, "change password of operator", name, "");
            return changed;
        });
    }

    /// Whether anybody can sign in at all.
    public boolean any() {
        return database.read(handle -> handle.createQuery("select exists (select 1 from operator)").mapTo(Boolean.class).one());
    }

    /// Looks at a password; takes as long for an unknown name as for a known one.
    public SignIn verify(String name, String password) {
        if (!entered()) {
            return new SignIn.Wait(now().plus(QUEUE));
        }
        try {
            return checked(name, password);
        } finally {
            checks.release();
        }
    }

    private SignIn checked(String name, String password) {
        record Known(int failures, @Nullable Instant waitUntil, String hash) {}
        Instant now = now();
        // Counted first and in its own transaction: a hundred guesses at once are a hundred failures, not one.
        Optional<Known> known = database.transact(handle -> {
            Optional<Known> row =
                    handle.createQuery("select failures, wait_until, password_hash from operator where name = :name for update")
                    .bind("name", name)
                    .map((found, context) -> new Known(found.getInt("failures"),
                            found.getTimestamp("wait_until") == null ? null : found.getTimestamp("wait_until").toInstant(),
                            found.getString("password_hash")))
                    .findOne();
            if (row.isPresent() && !waits(row.get().waitUntil(), now)) {
                int failures = row.get().failures() + 1;
                handle.createUpdate("""
                        update operator set failures = :failures, wait_until = cast(:until as timestamptz)
                        where name = :name""")
                        .bind("failures", failures).bind("until", failures < FREE ? null : now.plus(pause(failures)))
                        .bind("name", name).execute();
            }
            return row;
        });
        if (known.isPresent() && known.get().waitUntil() != null && waits(known.get().waitUntil(), now)) {
            return new SignIn.Wait(known.get().waitUntil());
        }
        boolean good = password.length() <= MOST_LETTERS
                && Password.check(password, known.map(Known::hash).orElse(nobody)).with(argon2);
        if (!good || known.isEmpty()) {
            return new SignIn.Wrong();
        }
        database.transact(handle -> {
            handle.createUpdate("update operator set failures = 0, wait_until = null where name = :name").bind("name", name)
                    .execute();
            Audit.write(handle, now, "operator:" + name, "sign in", name, "");
            return name;
        });
        return new SignIn.Welcome(name);
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

    private static String fit(String password) {
        if (password.length() < LEAST_LETTERS || password.length() > MOST_LETTERS) {
            throw new IllegalArgumentException("a password has " + LEAST_LETTERS + " to " + MOST_LETTERS + " characters, not "
                    + password.length());
        }
        return password;
    }
}
