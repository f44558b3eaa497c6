package leaseback.manager.compliance;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import leaseback.manager.audit.Audit;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.clock.Due;
import leaseback.manager.database.Database;
import leaseback.manager.lease.LeaseState;
import leaseback.manager.lease.Leases;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Times in which we were not there for our hosts, which is never a breach of theirs. The operator records them; and managers that have all
/// been silent record it themselves when one of them lives again. Deadlines to cure are prolonged by them.
///
/// Stands in the timetable before whatever has deadlines.
public final class Outages implements Due {
    private static final Logger LOG = LoggerFactory.getLogger(Outages.class);
    /// Silence of all managers for longer is an outage; each says every half minute that it lives.
    private static final Duration SILENCE = Duration.ofMinutes(3);
    private static final Duration LONGEST = Duration.ofDays(92);
    private static final int PAGE = 200;
    private static final String COLUMNS = "select id, from_at, to_at, reason, actor, recorded_at from outage ";
    private final Database database;
    private final Leases leases;
    private final InstantSource clock;

    public Outages(Database database, Leases leases, InstantSource clock) {
        this.database = database;
        this.leases = leases;
        this.clock = clock;
    }

    /// One of them, from `from` until just before `to`.
    public record Outage(UUID id, Instant from, Instant to, String reason, String actor, Instant recordedAt) {}

    /// @throws Refusal UNFIT when it is not a time that is past, of 92 days at most
    public Outage record(Handle handle, Instant from, Instant to, String reason, String actor) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        if (!from.isBefore(to) || to.isAfter(now) || from.plus(LONGEST).isBefore(to)) {
            throw Refusal.unfit("an outage goes from an earlier instant to a later one that is past, at most "
                    + LONGEST.toDays() + " days on; not from " + from + " to " + to + " when it is " + now);
        }
        Outage outage = new Outage(UUID.randomUUID(), from.truncatedTo(ChronoUnit.MILLIS), to.truncatedTo(ChronoUnit.MILLIS), reason, actor, now);
        handle.createUpdate("""
                insert into outage (id, from_at, to_at, reason, actor, recorded_at, heeded) values (:id, :from, :to, :reason, :actor, :now, false)""")
                .bind("id", outage.id()).bind("from", outage.from()).bind("to", outage.to()).bind("reason", reason).bind("actor", actor)
                .bind("now", now).execute();
        Audit.write(handle, now, actor, "record outage", outage.id().toString(), from + " to " + to + ": " + reason);
        return outage;
    }

    /// The newest first, at most `limit`, those that come after the outage `after`.
    public List<Outage> page(Handle handle, @Nullable UUID after, int limit) {
        return handle.createQuery(COLUMNS + """
                where cast(:after as uuid) is null or (to_at, id) < (select a.to_at, a.id from outage a where a.id = cast(:after as uuid))
                order by to_at desc, id desc limit :limit""").bind("after", after).bind("limit", limit)
                .map((row, context) -> outage(row)).list();
    }

    /// Says that a manager lives. A chore by the real clock alone: a clock that is set leaps, and nobody was away.
    public void beat() {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        database.transact(handle -> {
            handle.createUpdate("insert into heartbeat (name, at) values ('manager', :now) on conflict do nothing").bind("now", now).execute();
            Instant last = handle.createQuery("select at from heartbeat where name = 'manager' for update")
                    .map((row, context) -> row.getTimestamp(1).toInstant()).one();
            if (last.plus(SILENCE).isBefore(now)) {
                Instant from = last.plus(LONGEST).isBefore(now) ? now.minus(LONGEST) : last;
                Outage outage = record(handle, from, now, "no manager ran", "manager");
                LOG.warn("no manager ran from {} to {}: nothing of that time is held against hosts", outage.from(), outage.to());
            }
            return handle.createUpdate("update heartbeat set at = :now where at < :now").bind("now", now).execute();
        });
    }

    /// Now, when deadlines are to be prolonged.
    @Override
    public Optional<Instant> next() {
        return database.read(handle -> handle.createQuery("select 1 from outage where not heeded limit 1").mapTo(Integer.class).findOne())
                .map(waits -> clock.instant());
    }

    @Override
    public void run() {
        List<Outage> unheeded = database.read(handle -> handle.createQuery(COLUMNS + "where not heeded order by recorded_at, id limit :page")
                .bind("page", PAGE).map((row, context) -> outage(row)).list());
        for (Outage outage : unheeded) {
            @Nullable UUID after = null;
            List<UUID> page;
            do {
                page = warned(outage, after);
                for (UUID lease : page) {
                    database.transact(handle -> prolong(handle, outage, lease));
                    after = lease;
                }
            } while (page.size() == PAGE);
            database.transact(handle -> handle.createUpdate("update outage set heeded = true where id = :id").bind("id", outage.id()).execute());
        }
    }

    private List<UUID> warned(Outage outage, @Nullable UUID after) {
        return database.read(handle -> handle.createQuery("""
                select lease_id from breach where told in ('WARNED', 'SUSPENDED') and warned_at < :to
                  and (cast(:after as uuid) is null or lease_id > cast(:after as uuid)) order by lease_id limit :page""")
                .bind("to", outage.to()).bind("after", after).bind("page", PAGE).mapTo(UUID.class).list());
    }

    private boolean prolong(Handle handle, Outage outage, UUID lease) {
        LeaseState state = leases.find(handle, lease).orElseThrow().state();
        if (!(state instanceof LeaseState.Warned) && !(state instanceof LeaseState.Suspended)) {
            return false;
        }
        Instant warned = handle.createQuery("select warned_at from breach where lease_id = :lease and told in ('WARNED', 'SUSPENDED')")
                .bind("lease", lease).map((row, context) -> row.getTimestamp(1).toInstant()).one();
        Instant from = outage.from().isBefore(warned) ? warned : outage.from();
        long minutes = Math.ceilDiv(Duration.between(from, outage.to()).toMillis(), 60_000L);
        boolean fresh = handle.createUpdate("insert into prolonging (outage_id, lease_id, minutes) values (:outage, :lease, :minutes) on conflict do nothing")
                .bind("outage", outage.id()).bind("lease", lease).bind("minutes", minutes).execute() == 1;
        if (fresh) {
            leases.prolong(handle, lease, Duration.ofMinutes(minutes), outage.actor(), "an outage of ours from " + outage.from() + " to "
                    + outage.to() + ": " + outage.reason());
        }
        return fresh;
    }

    private static Outage outage(ResultSet row) throws SQLException {
        return new Outage(row.getObject("id", UUID.class), row.getTimestamp("from_at").toInstant(), row.getTimestamp("to_at").toInstant(),
                row.getString("reason"), row.getString("actor"), row.getTimestamp("recorded_at").toInstant());
    }
}
