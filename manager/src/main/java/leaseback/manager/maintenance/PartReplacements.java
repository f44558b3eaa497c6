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
import leaseback.manager.lease.Party;
import leaseback.manager.letter.Letters;
import leaseback.manager.maintenance.PartReplacement.State;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Exchanges parts of leased machines. While a part is awaited the lease is paused by us: nothing is asked of the host, nothing is held against
/// it, it gets no new pieces, and it is paid as if it had served. Every method works in the caller's transaction.
public final class PartReplacements {
    /// As `compliance` names it, which stands above.
    private static final String TAMPER = "TAMPER";
    private static final Duration EXPECTED = Duration.ofDays(14);
    private static final Duration LONGEST = Duration.ofDays(92);
    private final Leases leases;
    private final MachineParts parts;
    private final Letters letters;
    private final InstantSource clock;
    private final RandomGenerator random;

    public PartReplacements(Leases leases, MachineParts parts, Letters letters, InstantSource clock, RandomGenerator random) {
        this.leases = leases;
        this.parts = parts;
        this.letters = letters;
        this.clock = clock;
        this.random = random;
    }

    /// Takes a machine into maintenance. A lease that was warned or suspended is cured by it: what did not work is exchanged. The same `id` again
    /// answers with what was opened first.
    ///
    /// @param until when the machine should serve again; two weeks from now where it is null
    /// @throws Refusal UNFIT when the lease does not run, CONFLICT when the machine is in maintenance already
    public PartReplacement open(Handle handle, UUID id, UUID leaseId, PartKind part, String reason, @Nullable Instant until, String actor) {
        handle.createQuery("select id from lease where id = :id for update").bind("id", leaseId).mapTo(UUID.class).findOne();
        Optional<PartReplacement> before = find(handle, id);
        if (before.isPresent()) {
            if (!before.get().leaseId().equals(leaseId) || before.get().part() != part) {
                throw Refusal.conflict("this Idempotency-Key was used for " + before.get().number() + "; use a new one");
            }
            return before.get();
        }
        Lease lease = leases.find(handle, leaseId).orElseThrow(() -> Refusal.unknown("agreement", leaseId));
        if (!(lease.state() instanceof LeaseState.Running running)) {
            throw Refusal.conflict("lease " + lease.number() + " is " + lease.state().step() + "; only the machine of one that runs is maintained");
        }
        handle.createQuery("select number from part_replacement where lease_id = :lease and closed_at is null").bind("lease", leaseId)
                .mapTo(String.class).findOne().ifPresent(other -> {
                    throw Refusal.conflict("the machine is in maintenance already, by " + other + "; close that first");
                });
        if (running instanceof LeaseState.Paused paused && paused.by() == Party.CUSTOMER) {
            throw Refusal.conflict("the customer has paused lease " + lease.number() + " until " + day(lease, paused.until())
                    + ", and nothing is asked of the machine until then; open it afterwards, or ask them to end their pause first");
        }
        if (provision(running).equals(TAMPER)) {
            throw Refusal.conflict("lease " + lease.number() + " was warned because data was altered, which no part cures; clear that first");
        }
        Instant now = now();
        Instant expected = until(now, until);
        String serial = handle.createQuery("select serial from machine where id = :id union select serial from owned_machine where id = :id limit 1")
                .bind("id", running.machineId()).mapTo(String.class).findOne().orElseThrow(() -> Refusal.conflict(
                        "the machine of lease " + lease.number() + " has no serial number that we know"));
        PartReplacement made = new PartReplacement(id, Numbers.fresh("S-", 8, random), leaseId, lease.customerId(), serial, part, reason, State.OPEN, now,
                expected, null);
        handle.createUpdate("""
                insert into part_replacement (id, number, lease_id, customer_id, serial, part, reason, state, opened_at, expected_until)
                values (:id, :number, :lease, :customer, :serial, :part, :reason, 'OPEN', :at, :until)""")
                .bind("id", id).bind("number", made.number()).bind("lease", leaseId).bind("customer", made.customerId()).bind("serial", serial)
                .bind("part", part.name()).bind("reason", reason).bind("at", now).bind("until", expected).execute();
        pause(handle, made, actor);
        Audit.write(handle, now, actor, "open part replacement", id.toString(), made.number() + ", " + part + " of " + serial);
        letters.write(handle, made.customerId(), "maintenance:" + id, "Your machine " + serial + " gets a new " + part.words(),
                reason + "\n\nUntil it is in, at the latest until " + day(lease, expected) + ", nothing is asked of the machine: you may switch it off, and"
                        + " nothing is held against you. You are paid as if it had served. Ours: " + made.number() + ".\n");
        return made;
    }

    /// The part is on its way. Again it may move the day.
    ///
    /// @param until when the machine should serve again; as before where it is null
    public PartReplacement sent(Handle handle, UUID id, @Nullable Instant until, String actor) {
        PartReplacement open = held(handle, id, State.SENT);
        if (open.state() == State.SENT && until == null) {
            return open;
        }
        Instant expected = until == null ? open.expectedUntil() : until(now(), until);
        handle.createUpdate("update part_replacement set state = 'SENT', expected_until = :until where id = :id").bind("until", expected).bind("id", id)
                .execute();
        PartReplacement sent = find(handle, id).orElseThrow();
        if (!expected.equals(open.expectedUntil())) {
            pause(handle, sent, actor);
        }
        Audit.write(handle, now(), actor, "send part", id.toString(), sent.number() + ", expected until " + expected);
        return sent;
    }

    /// The new part is in: the machine serves again, as the one it was. Again it changes nothing.
    ///
    /// @param old   the serial number of the part that came out; null where it is not known
    /// @param built what came in; null where nothing is known but its kind
    public PartReplacement done(Handle handle, UUID id, @Nullable String old, MachineParts.@Nullable Facts built, String actor) {
        PartReplacement open = held(handle, id, State.DONE);
        if (open.state() == State.DONE) {
            return open;
        }
        if (built != null && built.kind() != open.part()) {
            throw Refusal.unfit(open.number() + " is for a " + open.part() + ", not a " + built.kind());
        }
        parts.removed(handle, open.serial(), open.part(), old);
        parts.builtIn(handle, open.serial(), built == null ? new MachineParts.Facts(open.part(), null, null) : built, open.number(), actor);
        return closed(handle, open, State.DONE, "The new " + open.part().words() + " is in.", old == null ? "" : ", out goes " + old, actor);
    }

    /// The part stays as it is: the machine serves again. Again it changes nothing.
    public PartReplacement cancel(Handle handle, UUID id, String actor) {
        PartReplacement open = held(handle, id, State.CANCELLED);
        return open.state() == State.CANCELLED ? open : closed(handle, open, State.CANCELLED, "No part is exchanged after all.", "", actor);
    }

    public Optional<PartReplacement> find(Handle handle, UUID id) {
        return handle.createQuery("select * from part_replacement where id = :id").bind("id", id).map((row, context) -> replacement(row)).findOne();
    }

    /// Oldest first, at most `limit`, those that come after the one `after`.
    ///
    /// @param customerId null for everybody's
    /// @param open       whether only those of machines that are in maintenance
    public List<PartReplacement> page(Handle handle, @Nullable UUID customerId, boolean open, @Nullable UUID after, int limit) {
        return handle.createQuery("""
                select * from part_replacement r
                where (cast(:customer as uuid) is null or r.customer_id = cast(:customer as uuid)) and (not :open or r.closed_at is null)
                  and (cast(:after as uuid) is null
                       or (r.opened_at, r.id) > (select a.opened_at, a.id from part_replacement a where a.id = cast(:after as uuid)))
                order by r.opened_at, r.id limit :limit""")
                .bind("customer", customerId).bind("open", open).bind("after", after).bind("limit", limit).map((row, context) -> replacement(row)).list();
    }

    /// One that is open, for as long as the caller's transaction lasts.
    ///
    /// @throws Refusal UNKNOWN when there is none, CONFLICT when it is closed
    public PartReplacement opened(Handle handle, UUID id) {
        PartReplacement found = locked(handle, id);
        if (!found.state().open()) {
            throw Refusal.conflict(found.number() + " is " + found.state() + "; open a new one");
        }
        return found;
    }

    private PartReplacement closed(Handle handle, PartReplacement open, State state, String words, String more, String actor) {
        Instant now = now();
        handle.createUpdate("update part_replacement set state = :state, closed_at = :now where id = :id")
                .bind("state", state.name()).bind("now", now).bind("id", open.id()).execute();
        if (ours(handle, open.leaseId())) {
            leases.resume(handle, open.leaseId(), Party.PROVIDER, actor);
        }
        boolean runs = leases.find(handle, open.leaseId()).orElseThrow().state() instanceof LeaseState.Running;
        Audit.write(handle, now, actor, state == State.DONE ? "replace part" : "cancel part replacement", open.id().toString(),
                open.number() + ", " + open.part() + " of " + open.serial() + more);
        letters.write(handle, open.customerId(), "maintenance:" + open.id() + ":closed",
                "Your machine " + open.serial() + (runs ? " is in service again" : " is ready"),
                words + (runs ? " From now on the machine is asked for what it promised, as before." : "") + "\n");
        return find(handle, open.id()).orElseThrow();
    }

    /// Until the day on which it is expected to serve again, whatever stood before.
    private void pause(Handle handle, PartReplacement open, String actor) {
        LeaseState state = leases.find(handle, open.leaseId()).orElseThrow().state();
        String why = "maintenance " + open.number() + ": " + open.part().words();
        switch (state) {
            case LeaseState.Paused paused -> leases.resume(handle, open.leaseId(), Party.PROVIDER, actor);
            case LeaseState.Warned warned -> leases.cure(handle, open.leaseId(), actor, why);
            case LeaseState.Suspended suspended -> leases.cure(handle, open.leaseId(), actor, why);
            default -> { }
        }
        leases.pause(handle, open.leaseId(), open.expectedUntil(), Party.PROVIDER, actor, why);
    }

    private boolean ours(Handle handle, UUID leaseId) {
        return leases.find(handle, leaseId).orElseThrow().state() instanceof LeaseState.Paused paused && paused.by() == Party.PROVIDER;
    }

    private static String provision(LeaseState.Running running) {
        return switch (running) {
            case LeaseState.Warned warned -> warned.provision();
            case LeaseState.Suspended suspended -> suspended.provision();
            case LeaseState.Active active -> "";
            case LeaseState.Paused paused -> "";
        };
    }

    /// One that is open or stands as wanted.
    private static PartReplacement held(Handle handle, UUID id, State wanted) {
        PartReplacement found = locked(handle, id);
        if (!found.state().open() && found.state() != wanted) {
            throw Refusal.conflict(found.number() + " is " + found.state() + " and cannot become " + wanted + "; open a new one");
        }
        return found;
    }

    private static PartReplacement locked(Handle handle, UUID id) {
        return handle.createQuery("select * from part_replacement where id = :id for update").bind("id", id)
                .map((row, context) -> replacement(row)).findOne().orElseThrow(() -> Refusal.unknown("part replacement", id));
    }

    private Instant until(Instant now, @Nullable Instant wanted) {
        Instant until = wanted == null ? now.plus(EXPECTED) : wanted.truncatedTo(ChronoUnit.MILLIS);
        if (!until.isAfter(now) || until.isAfter(now.plus(LONGEST))) {
            throw Refusal.unfit("a machine is in maintenance until a day that lies ahead, " + LONGEST.toDays() + " days at most; not until " + wanted);
        }
        return until;
    }

    private static String day(Lease lease, Instant at) {
        return at.atZone(lease.zone()).toLocalDate().toString();
    }

    private static PartReplacement replacement(ResultSet row) throws SQLException {
        return new PartReplacement(row.getObject("id", UUID.class), row.getString("number"), row.getObject("lease_id", UUID.class),
                row.getObject("customer_id", UUID.class), row.getString("serial"), PartKind.valueOf(row.getString("part")), row.getString("reason"),
                State.valueOf(row.getString("state")), row.getTimestamp("opened_at").toInstant(), row.getTimestamp("expected_until").toInstant(),
                row.getTimestamp("closed_at") == null ? null : row.getTimestamp("closed_at").toInstant());
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
