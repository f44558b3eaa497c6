package leaseback.manager.billing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import leaseback.manager.audit.Audit;
import leaseback.manager.catalog.Money;
import leaseback.manager.clock.Due;
import leaseback.manager.database.Database;
import leaseback.manager.letter.Letters;
import org.jdbi.v3.core.Handle;

/// Reminds of bills that are not paid: three letters, then the customer's services are frozen, which means read and not written,
/// until what is owed is paid. Nothing of theirs is deleted.
public final class Dunning implements Due {
    /// Days after the due date before the first letter: banks are slow.
    static final int GRACE_DAYS = 3;
    private static final Duration BETWEEN = Duration.ofDays(10);
    private static final int LETTERS = 3;
    private static final int PAGE = 200;
    private final Database database;
    private final Bills bills;
    private final Letters letters;
    private final InstantSource clock;

    public Dunning(Database database, Bills bills, Letters letters, InstantSource clock) {
        this.database = database;
        this.bills = bills;
        this.letters = letters;
        this.clock = clock;
    }

    @Override
    public Optional<Instant> next() {
        return database.read(handle -> handle.createQuery("select min(next_at) from bill").mapTo(Instant.class).findOne());
    }

    @Override
    public void run() {
        for (UUID id : database.read(handle -> handle.createQuery("select id from bill where next_at <= :now order by next_at, id limit :limit")
                .bind("now", now()).bind("limit", PAGE).mapTo(UUID.class).list())) {
            database.transact(handle -> remind(handle, id));
        }
    }

    private boolean remind(Handle handle, UUID id) {
        int sent = handle.createQuery("select reminders from bill where id = :id and next_at <= :now for update").bind("id", id).bind("now", now())
                .mapTo(Integer.class).findOne().orElse(-1);
        if (sent < 0) {
            return false;
        }
        Bill bill = bills.find(handle, id).orElseThrow();
        Money open = bills.open(handle, bill);
        if (open.minor() == 0) {
            handle.createUpdate("update bill set settled_at = :now, next_at = null where id = :id").bind("now", now()).bind("id", id).execute();
            return true;
        }
        int letter = Math.min(sent + 1, LETTERS + 1);
        boolean frozen = letter > LETTERS;
        if (sent <= LETTERS) {
            letters.write(handle, bill.customerId(), "reminder:" + bill.number() + "/" + letter,
                    frozen ? "Your services are frozen: bill " + bill.number() : "Reminder " + letter + ": bill " + bill.number(),
                    "Of bill " + bill.number() + ", due on " + bill.due() + ", " + open + " are still to be paid. Please pay with the reference "
                            + bill.number() + ". " + (frozen ? "Until then you can read what is yours and write nothing; nothing is deleted."
                            : letter == LETTERS ? "After " + BETWEEN.toDays() + " more days we freeze your services: you can read and not write."
                            : "If you have paid in the last days, this letter crossed your payment."));
        }
        // A frozen customer is looked at every day, so that who has paid is free again the next morning.
        Instant next = now().plus(frozen ? Duration.ofDays(1) : BETWEEN);
        handle.createUpdate("update bill set reminders = :letter, next_at = :next where id = :id")
                .bind("letter", letter).bind("next", next).bind("id", id).execute();
        if (letter != sent) {
            Audit.write(handle, now(), "manager", frozen ? "freeze customer" : "remind of bill", bill.number(), open + " open, letter " + letter);
        }
        return true;
    }

    /// Accounts whose services are frozen, because of a bill that is long overdue and still open.
    public Set<UUID> frozen() {
        return database.read(handle -> {
            Set<UUID> frozen = new HashSet<>();
            for (UUID id : handle.createQuery("select id from bill where reminders > :letters and settled_at is null")
                    .bind("letters", LETTERS).mapTo(UUID.class).list()) {
                Bill bill = bills.find(handle, id).orElseThrow();
                if (bills.open(handle, bill).minor() > 0) {
                    frozen.add(bill.customerId());
                }
            }
            return Set.copyOf(frozen);
        });
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
