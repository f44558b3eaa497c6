package leaseback.manager.web;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;
import leaseback.manager.audit.Audit;
import leaseback.manager.database.Database;

/// The people who run this: names and passwords for the console.
public final class Operators {
    /// Wrong passwords in a row that cost no waiting.
    public static final int FREE = Passwords.FREE;
    /// The longest wait.
    public static final Duration LONGEST = Passwords.LONGEST;
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._@-]{0,62}");
    private final Database database;
    private final InstantSource clock;
    private final Passwords passwords;

    public Operators(Database database, Passwords passwords, InstantSource clock) {
        this.database = database;
        this.clock = clock;
        this.passwords = passwords;
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
        String hash = passwords.hashFit(password);
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
        String hash = passwords.hashFit(password);
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
        return switch (passwords.verify(Passwords.Kept.OPERATOR, name, password, "operator:" + name)) {
            case Passwords.Attempt.Good good -> new SignIn.Welcome(name);
            case Passwords.Attempt.Wrong wrong -> new SignIn.Wrong();
            case Passwords.Attempt.Wait wait -> new SignIn.Wait(wait.until());
        };
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
