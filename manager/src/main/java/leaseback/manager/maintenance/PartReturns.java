package leaseback.manager.maintenance;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import leaseback.manager.audit.Audit;
import leaseback.manager.catalog.Numbers;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.lease.Lease;
import leaseback.manager.lease.LeaseState;
import leaseback.manager.lease.Leases;
import leaseback.manager.letter.Letters;
import leaseback.manager.maintenance.PartReturn.State;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Asks parts back that machines got for their lease, once it is over and nothing of others is on the machine any more. Every method works in the
/// caller's transaction.
public final class PartReturns {
    private static final Duration DUE = Duration.ofDays(30);
    private static final Duration SOONEST = Duration.ofDays(7);
    private static final Duration LATEST = Duration.ofDays(92);
    private final Leases leases;
    private final MachineParts parts;
    private final Letters letters;
    private final InstantSource clock;
    private final RandomGenerator random;

    public PartReturns(Leases leases, MachineParts parts, Letters letters, InstantSource clock, RandomGenerator random) {
        this.leases = leases;
        this.parts = parts;
        this.letters = letters;
        this.clock = clock;
        this.random = random;
    }

    /// What is asked back.
    ///
    /// @param partSerial null where it is not known
    /// @param reason     in the customer's words: it is in their letter
    /// @param dueAt      7 to 92 days ahead; in 30 days where it is null
    public record Wanted(UUID leaseId, PartKind part, @Nullable String partSerial, String reason, @Nullable Instant dueAt) {}

    /// Asks for a part by letter. The same `id` again answers with what was asked first.
    ///
    /// @throws Refusal CONFLICT when the machine is not its owner's alone again, or the part is asked back already; UNFIT when it is due too soon
    public PartReturn ask(Handle handle, UUID id, Wanted wanted, String actor) {
        handle.createQuery("select id from lease where id = :id for update").bind("id", wanted.leaseId()).mapTo(UUID.class).findOne();
        Optional<PartReturn> before = find(handle, id);
        if (before.isPresent()) {
            if (!before.get().leaseId().equals(wanted.leaseId()) || before.get().part() != wanted.part()) {
                throw Refusal.conflict("this Idempotency-Key was used for " + before.get().number() + "; use a new one");
            }
            return before.get();
        }
        Lease lease = leases.find(handle, wanted.leaseId()).orElseThrow(() -> Refusal.unknown("agreement", wanted.leaseId()));
        if (!(lease.state() instanceof LeaseState.Released released)) {
            throw Refusal.conflict("lease " + lease.number() + " is " + lease.state().step() + "; parts are asked back when it is RELEASED, and nothing of"
                    + " others is on the machine any more");
        }
        handle.createQuery("""
                select number from part_return
                where lease_id = :lease and part = :part and coalesce(part_serial, '') = coalesce(cast(:serial as text), '') and closed_at is null""")
                .bind("lease", wanted.leaseId()).bind("part", wanted.part().name()).bind("serial", wanted.partSerial())
                .mapTo(String.class).findOne().ifPresent(other -> {
                    throw Refusal.conflict("it is asked back already, by " + other + "; of several of a kind say which (partSerial)");
                });
        Instant now = now();
        Instant due = wanted.dueAt() == null ? now.plus(DUE) : wanted.dueAt().truncatedTo(ChronoUnit.MILLIS);
        if (due.isBefore(now.plus(SOONEST)) || due.isAfter(now.plus(LATEST))) {
            throw Refusal.unfit("a part is due back " + SOONEST.toDays() + " to " + LATEST.toDays() + " days from now; not at " + wanted.dueAt());
        }
        String serial = handle.createQuery("select serial from machine where id = :id union select serial from owned_machine where id = :id limit 1")
                .bind("id", released.machineId()).mapTo(String.class).findOne().orElseThrow(() -> Refusal.conflict(
                        "the machine of lease " + lease.number() + " has no serial number that we know"));
        PartReturn asked = new PartReturn(id, Numbers.fresh("B-", 8, random), lease.id(), lease.customerId(), serial, wanted.part(), wanted.partSerial(),
                wanted.reason(), State.ASKED, now, due, null);
        handle.createUpdate("""
                insert into part_return (id, number, lease_id, customer_id, serial, part, part_serial, reason, state, asked_at, due_at)
                values (:id, :number, :lease, :customer, :serial, :part, :partSerial, :reason, 'ASKED', :at, :due)""")
                .bind("id", id).bind("number", asked.number()).bind("lease", lease.id()).bind("customer", lease.customerId()).bind("serial", serial)
                .bind("part", wanted.part().name()).bind("partSerial", wanted.partSerial()).bind("reason", wanted.reason()).bind("at", now).bind("due", due)
                .execute();
        Audit.write(handle, now, actor, "ask part back", id.toString(), asked.number() + ", " + named(asked) + " of " + serial);
        String files = wanted.part() == PartKind.DRIVE ? " Copy your own files from it first: they are yours, and we do not read them." : "";
        letters.write(handle, asked.customerId(), "return:" + id, "Please send back the " + wanted.part().words() + " of your machine " + serial,
                wanted.reason() + "\n\nThe lease of your machine has ended, and with it what came for the lease. Please send us the " + named(asked)
                        + " by " + due.atZone(lease.zone()).toLocalDate() + ", and write " + asked.number() + " on the parcel." + files
                        + " If it is not in the machine, or you would rather keep it, tell us.\n");
        return asked;
    }

    /// It is with us. Again it changes nothing.
    public PartReturn received(Handle handle, UUID id, String actor) {
        PartReturn asked = held(handle, id, State.RECEIVED);
        if (asked.state() == State.RECEIVED) {
            return asked;
        }
        parts.removed(handle, asked.serial(), asked.part(), asked.partSerial());
        return closed(handle, asked, State.RECEIVED, "Thank you: the " + named(asked) + " has come.", actor);
    }

    /// It stays where it is. Again it changes nothing.
    public PartReturn cancel(Handle handle, UUID id, String actor) {
        PartReturn asked = held(handle, id, State.CANCELLED);
        return asked.state() == State.CANCELLED ? asked
                : closed(handle, asked, State.CANCELLED, "You need not send back the " + named(asked) + " after all.", actor);
    }

    public Optional<PartReturn> find(Handle handle, UUID id) {
        return handle.createQuery("select * from part_return where id = :id").bind("id", id).map((row, context) -> read(row)).findOne();
    }

    /// Oldest first, at most `limit`, those that come after the one `after`.
    ///
    /// @param customerId null for everybody's
    /// @param open       whether only those that are awaited
    public List<PartReturn> page(Handle handle, @Nullable UUID customerId, boolean open, @Nullable UUID after, int limit) {
        return handle.createQuery("""
                select * from part_return r
                where (cast(:customer as uuid) is null or r.customer_id = cast(:customer as uuid)) and (not :open or r.closed_at is null)
                  and (cast(:after as uuid) is null
                       or (r.asked_at, r.id) > (select a.asked_at, a.id from part_return a where a.id = cast(:after as uuid)))
                order by r.asked_at, r.id limit :limit""")
                .bind("customer", customerId).bind("open", open).bind("after", after).bind("limit", limit).map((row, context) -> read(row)).list();
    }

    private PartReturn closed(Handle handle, PartReturn asked, State state, String words, String actor) {
        Instant now = now();
        handle.createUpdate("update part_return set state = :state, closed_at = :now where id = :id")
                .bind("state", state.name()).bind("now", now).bind("id", asked.id()).execute();
        Audit.write(handle, now, actor, state == State.RECEIVED ? "receive part" : "cancel part return", asked.id().toString(),
                asked.number() + ", " + named(asked) + " of " + asked.serial());
        letters.write(handle, asked.customerId(), "return:" + asked.id() + ":closed", "The " + asked.part().words() + " of your machine " + asked.serial(),
                words + " Ours: " + asked.number() + ".\n");
        return find(handle, asked.id()).orElseThrow();
    }

    /// One that is asked for or stands as wanted.
    private static PartReturn held(Handle handle, UUID id, State wanted) {
        PartReturn found = handle.createQuery("select * from part_return where id = :id for update").bind("id", id)
                .map((row, context) -> read(row)).findOne().orElseThrow(() -> Refusal.unknown("part return", id));
        if (found.state() != State.ASKED && found.state() != wanted) {
            throw Refusal.conflict(found.number() + " is " + found.state() + " and cannot become " + wanted + "; ask anew");
        }
        return found;
    }

    private static String named(PartReturn part) {
        return part.part().words() + (part.partSerial() == null ? "" : " with the serial number " + part.partSerial());
    }

    private static PartReturn read(ResultSet row) throws SQLException {
        return new PartReturn(row.getObject("id", UUID.class), row.getString("number"), row.getObject("lease_id", UUID.class),
                row.getObject("customer_id", UUID.class), row.getString("serial"), PartKind.valueOf(row.getString("part")), row.getString("part_serial"),
                row.getString("reason"), State.valueOf(row.getString("state")), row.getTimestamp("asked_at").toInstant(),
                row.getTimestamp("due_at").toInstant(), row.getTimestamp("closed_at") == null ? null : row.getTimestamp("closed_at").toInstant());
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
