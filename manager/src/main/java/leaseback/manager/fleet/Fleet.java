package leaseback.manager.fleet;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import leaseback.manager.audit.Audit;
import leaseback.manager.database.Database;
import leaseback.manager.lease.LeaseStep;
import leaseback.manager.lease.Leases;
import leaseback.manager.order.Electricity;
import leaseback.protocol.Earnings;
import leaseback.protocol.LeaseTerms;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The enrolled machines, what they promised and how they are.
///
/// Answers from a picture of the host table that is at most a second old while the database answers: it is asked at every
/// PUT. Whether a line is up is asked of `Lines` each time.
public final class Fleet {
    private static final Logger LOG = LoggerFactory.getLogger(Fleet.class);
    private static final Duration FRESH = Duration.ofSeconds(1);
    private static final Duration STALE = Duration.ofSeconds(5);

    private final Database database;
    private final Leases leases;
    private final Lines lines;
    private final InstantSource clock;
    private final ReentrantLock refreshing = new ReentrantLock();
    private volatile @Nullable Picture picture;

    public Fleet(Database database, Leases leases, Lines lines, InstantSource clock) {
        this.database = database;
        this.leases = leases;
        this.lines = lines;
        this.clock = clock;
    }

    /// Every host ever enrolled, by serial number.
    public List<Host> all() {
        return picture().byId().values().stream().map(this::host)
                .sorted(Comparator.comparing(Host::serial).thenComparingInt(Host::alias)).toList();
    }

    public Optional<Host> find(UUID id) {
        return Optional.ofNullable(picture().byId().get(id)).map(this::host);
    }

    public Optional<Host> byAlias(int alias) {
        return Optional.ofNullable(picture().byAlias().get(alias)).map(this::host);
    }

    /// Hosts that can take a piece of `pieceBytes` now: lease runs and is not paused, line up, mains on, serving window open, room left.
    public List<Host> placeable(long pieceBytes) {
        Instant now = clock.instant();
        return picture().byId().values().stream()
                .filter(Known::underLease)
                .filter(known -> !known.resting() && known.terms().serving().isOpen(now))
                .map(this::host)
                .filter(host -> host.reachable() && host.reportedAt() != null && host.freeBytes() >= pieceBytes)
                .toList();
    }

    /// The host, if it can take a piece of `pieceBytes` now.
    public Optional<Host> placeable(int alias, long pieceBytes) {
        return Optional.ofNullable(picture().byAlias().get(alias))
                .filter(Known::underLease)
                .filter(known -> !known.resting() && known.terms().serving().isOpen(clock.instant()))
                .map(this::host)
                .filter(host -> host.reachable() && host.reportedAt() != null && host.freeBytes() >= pieceBytes);
    }

    /// Hosts whose lease runs, reachable or not.
    public List<Host> leased() {
        return picture().byId().values().stream().filter(Known::underLease).map(this::host).toList();
    }

    /// Hosts whose lease runs, reachable or not: what redundancy is reckoned from.
    public int underLease() {
        return picture().underLease();
    }

    /// What the host has earned this month.
    public Optional<Earnings> earnings(UUID id) {
        return Optional.ofNullable(picture().byId().get(id)).map(known -> database.read(handle ->
                Presence.earnings(handle, id, known.terms(),
                Electricity.offered(handle, known.terms().leaseId()), known.enrolledAt(), clock.instant())));
    }

    /// Takes the host's certificates back, for good: every manager cuts its connections within seconds and refuses new ones.
    ///
    /// @param actor who decided it, for the audit log
    /// @return whether there was such a host
    public boolean revoke(UUID id, String actor, String reason) {
        Instant now = clock.instant();
        boolean found = database.transact(handle -> {
            handle.createUpdate("update certificate set revoked_at = :now where subject_id = :id and revoked_at is null")
                    .bind("now", now).bind("id", id).execute();
            int changed = handle.createUpdate("update host set state = 'REVOKED' where id = :id").bind("id", id).execute();
            if (changed == 1) {
                Audit.write(handle, now, actor, "revoke host", id.toString(), reason);
            }
            return changed == 1;
        });
        if (found) {
            LOG.warn("host {} was revoked by {}: {}", id, actor, reason);
            refresh();
        }
        return found;
    }

    /// Sends the host on its way: nothing new is placed there, and what it holds is moved elsewhere while it stays reachable.
    ///
    /// @param actor who decided it, for the audit log
    /// @return whether there is such a host whose lease runs, or one that is leaving already
    public boolean drain(UUID id, String actor, String reason) {
        Instant now = clock.instant();
        boolean found = database.transact(handle -> {
            int changed = handle.createUpdate("update host set state = 'LEAVING' where id = :id and state = 'ACTIVE'")
                    .bind("id", id).execute();
            if (changed == 1) {
                Audit.write(handle, now, actor, "drain host", id.toString(), reason);
            }
            return changed == 1 || handle.createQuery("select count(*) from host where id = :id and state = 'LEAVING'")
                    .bind("id", id).mapTo(Long.class).one() == 1;
        });
        refresh();
        return found;
    }

    /// Notes that a host which leaves holds nothing any more, once; from now on it may be let go.
    public void emptied(UUID id) {
        Instant now = clock.instant();
        database.transact(handle -> {
            int changed = handle.createUpdate("""
                    update host set emptied_at = :now where id = :id and state = 'LEAVING' and emptied_at is null""")
                    .bind("now", now).bind("id", id).execute();
            if (changed == 1) {
                Audit.write(handle, now, "manager", "empty host", id.toString(), "nothing is kept there any more");
                LOG.info("host {} is empty and may be let go", id);
            }
            return changed;
        });
    }

    /// Looks at the database now, for one who has just changed something in it.
    public void refresh() {
        refreshing.lock();
        try {
            picture = load();
        } finally {
            refreshing.unlock();
        }
    }

    /// Terms and enrolment of a host, as of the last look.
    Optional<Known> known(UUID id) {
        return Optional.ofNullable(picture().byId().get(id));
    }

    private Host host(Known known) {
        return new Host(known.id(), known.alias(), known.serial(), known.ownerId(), known.state(), known.terms(),
                known.usedBytes(),
                known.processId(), !known.state().gone() && lines.reachable(known.id()), known.reportedAt());
    }

    private Picture picture() {
        Picture old = picture;
        if (old != null && (old.age() < FRESH.toNanos() || old.age() < STALE.toNanos() && refreshing.isLocked())) {
            return old;
        }
        refreshing.lock();
        try {
            Picture meanwhile = picture;
            if (meanwhile != null && meanwhile.age() < FRESH.toNanos()) {
                return meanwhile;
            }
            Picture fresh = load();
            picture = fresh;
            return fresh;
        } catch (RuntimeException failed) {
            if (old == null) {
                throw failed;
            }
            LOG.warn("the fleet is shown as it was {} ms ago; the database does not answer: {}", old.age() / 1_000_000,
                    failed.toString());
            return old;
        } finally {
            refreshing.unlock();
        }
    }

    private Picture load() {
        Picture before = picture;
        long taken = System.nanoTime();
        return database.read(handle -> {
            Map<UUID, Known> byId = new HashMap<>();
            Map<Integer, Known> byAlias = new HashMap<>();
            List<Known> all = handle.createQuery("""
                    select h.id, h.alias, h.serial, h.owner_id, h.lease_id, h.state, h.enrolled_at, h.reported_at, h.process_id,
                           h.used_bytes, h.battery_discharging, l.terms_version + l.holidays_version as promised_version, l.state as lease_state
                    from host h join lease l on l.id = h.lease_id""")
                    .map((row, context) -> new Known(row.getObject("id", UUID.class), row.getInt("alias"),
                            row.getString("serial"),
                            row.getObject("owner_id", UUID.class), HostState.valueOf(row.getString("state")),
                            LeaseStep.valueOf(row.getString("lease_state")).runs(),
                            LeaseStep.valueOf(row.getString("lease_state")) == LeaseStep.PAUSED,
                            terms(handle, before, row.getObject("id", UUID.class), row.getObject("lease_id", UUID.class),
                                    row.getInt("promised_version")),
                            row.getTimestamp("enrolled_at").toInstant(), row.getLong("used_bytes"), row.getBoolean("battery_discharging"),
                            row.getLong("process_id"),
                            row.getTimestamp("reported_at") == null ? null : row.getTimestamp("reported_at").toInstant()))
                    .list();
            for (Known known : all) {
                byId.put(known.id(), known);
                byAlias.put(known.alias(), known);
            }
            return new Picture(Map.copyOf(byId), Map.copyOf(byAlias), (int) all.stream().filter(Known::underLease).count(),
                    taken);
        });
    }

    /// Terms change only with their version: read once, then carried from picture to picture.
    private LeaseTerms terms(Handle handle, @Nullable Picture before, UUID hostId, UUID leaseId, int version) {
        Known old = before == null ? null : before.byId().get(hostId);
        if (old != null && old.terms().leaseId().equals(leaseId) && old.terms().version() == version) {
            return old.terms();
        }
        return leases.terms(handle, leaseId);
    }

    /// One row of the host table.
    ///
    /// @param paused    nothing is asked of it for now
    /// @param onBattery by its last report, the mains does not feed it: it may be gone in minutes
    record Known(UUID id, int alias, String serial, UUID ownerId, HostState state, boolean leaseRuns, boolean paused, LeaseTerms terms,
            Instant enrolledAt, long usedBytes, boolean onBattery, long processId, @Nullable Instant reportedAt) {
        /// It keeps what it has, and gets nothing new.
        boolean resting() {
            return paused || onBattery;
        }

        boolean underLease() {
            return state == HostState.ACTIVE && leaseRuns;
        }
    }

    private record Picture(Map<UUID, Known> byId, Map<Integer, Known> byAlias, int underLease, long takenNanos) {
        long age() {
            return System.nanoTime() - takenNanos;
        }
    }
}
