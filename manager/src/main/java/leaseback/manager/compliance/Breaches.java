package leaseback.manager.compliance;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import leaseback.manager.clock.Due;
import leaseback.manager.database.Database;
import leaseback.manager.lease.Ending;
import leaseback.manager.lease.Lease;
import leaseback.manager.lease.LeaseState;
import leaseback.manager.lease.Leases;
import leaseback.manager.letter.Letters;
import org.jdbi.v3.core.Handle;

/// What follows from findings, one step after the other: a letter and 7 days to cure, then a letter and incentives paused for 7 days, then
/// a letter and the end. The letter is always in the transaction of the step, or in the next instant where the step is the lease's own.
public final class Breaches implements Due {
    private static final String ACTOR = "compliance";
    private static final int PAGE = 200;
    private static final String BREACH = "select id, lease_id, provision, warned_at, told, told_at from breach ";
    private final Database database;
    private final Leases leases;
    private final Letters letters;
    private final InstantSource clock;

    public Breaches(Database database, Leases leases, Letters letters, InstantSource clock) {
        this.database = database;
        this.leases = leases;
        this.letters = letters;
        this.clock = clock;
    }

    /// A warning and what came of it.
    ///
    /// @param told WARNED, SUSPENDED, CURED or ENDED: the last thing that its owner was written
    public record Breach(UUID id, UUID leaseId, Provision provision, Instant warnedAt, String told, Instant toldAt) {}

    /// Warns of what a finding says, if the lease is as it should be otherwise. Altered data comes before a warning of something else.
    boolean warn(Handle handle, Finding finding, Standard standard) {
        Lease lease = leases.find(handle, finding.leaseId()).orElseThrow();
        boolean tamper = finding.provision() == Provision.TAMPER;
        if (tamper && lease.state() instanceof LeaseState.Warned warned && !warned.provision().equals(Provision.TAMPER.name())) {
            leases.cure(handle, lease.id(), ACTOR, "set aside: something graver has come up");
            open(handle, lease.id()).ifPresent(breach -> mark(handle, breach, "CURED"));
        } else if (!(lease.state() instanceof LeaseState.Active)) {
            return false;
        }
        Instant now = now();
        Duration toCure = tamper ? Duration.ofHours(standard.tamperHours()) : Duration.ofDays(Leases.CURE_DAYS);
        UUID breach = UUID.nameUUIDFromBytes(("breach " + finding.id() + " " + now).getBytes(StandardCharsets.UTF_8));
        // The letter first: it is never younger than the step it tells of.
        write(handle, lease, breach, "warned", Notice.warning(lease, finding, standard, now.plus(toCure)));
        leases.warn(handle, lease.id(), finding.provision().name(), toCure, ACTOR, finding.words());
        handle.createUpdate("""
                insert into breach (id, lease_id, provision, warned_at, told, told_at)
                values (:id, :lease, :provision, :now, 'WARNED', :now)""")
                .bind("id", breach).bind("lease", lease.id()).bind("provision", finding.provision().name()).bind("now", now).execute();
        return true;
    }

    /// What was warned of is in order again.
    boolean cure(Handle handle, UUID leaseId, Provision provision, String reason) {
        Lease lease = leases.find(handle, leaseId).orElseThrow();
        if (!(lease.state() instanceof LeaseState.Warned) && !(lease.state() instanceof LeaseState.Suspended)) {
            return false;
        }
        leases.cure(handle, leaseId, ACTOR, reason);
        open(handle, leaseId).ifPresent(breach -> told(handle, lease, breach, "CURED", Notice.cured(lease, provision)));
        return true;
    }

    Optional<Breach> open(Handle handle, UUID leaseId) {
        return handle.createQuery(BREACH + "where lease_id = :lease and told in ('WARNED', 'SUSPENDED')").bind("lease", leaseId)
                .map((row, context) -> breach(row)).findOne();
    }

    List<Breach> of(Handle handle, UUID leaseId) {
        return handle.createQuery(BREACH + "where lease_id = :lease order by warned_at desc limit 100").bind("lease", leaseId)
                .map((row, context) -> breach(row)).list();
    }

    /// Now, when a lease has gone a step further than its owner was written.
    @Override
    public Optional<Instant> next() {
        return database.read(handle -> handle.createQuery("""
                select 1 from breach b join lease l on l.id = b.lease_id
                where b.told in ('WARNED', 'SUSPENDED') and l.state <> b.told limit 1""").mapTo(Integer.class).findOne())
                .map(waits -> clock.instant());
    }

    @Override
    public void run() {
        List<UUID> behind = database.read(handle -> handle.createQuery("""
                select b.lease_id from breach b join lease l on l.id = b.lease_id
                where b.told in ('WARNED', 'SUSPENDED') and l.state <> b.told order by b.lease_id limit :page""").bind("page", PAGE)
                .mapTo(UUID.class).list());
        for (UUID lease : behind) {
            database.transact(handle -> {
                tell(handle, lease);
                return lease;
            });
        }
    }

    private void tell(Handle handle, UUID leaseId) {
        Breach breach = handle.createQuery(BREACH + "where lease_id = :lease and told in ('WARNED', 'SUSPENDED') for update")
                .bind("lease", leaseId).map((row, context) -> breach(row)).findOne().orElse(null);
        if (breach == null) {
            return;
        }
        Lease lease = leases.find(handle, leaseId).orElseThrow();
        switch (lease.state()) {
            case LeaseState.Suspended suspended ->
                    told(handle, lease, breach, "SUSPENDED", Notice.suspended(lease, breach.provision(), suspended.endsAt()));
            case LeaseState.Active active -> told(handle, lease, breach, "CURED", Notice.cured(lease, breach.provision()));
            case LeaseState.Paused paused -> told(handle, lease, breach, "CURED", Notice.cured(lease, breach.provision()));
            // Cured and warned again by somebody else: that is where it stands.
            case LeaseState.Warned warned -> mark(handle, breach, "WARNED");
            case LeaseState.StandingDown leaving -> ended(handle, lease, breach, leaving.ending());
            case LeaseState.Released released -> ended(handle, lease, breach, released.ending());
            case LeaseState.Offered never -> throw never(lease);
            case LeaseState.Lapsed never -> throw never(lease);
            case LeaseState.Declined never -> throw never(lease);
            case LeaseState.Accepted never -> throw never(lease);
            case LeaseState.Owned never -> throw never(lease);
            case LeaseState.Configured never -> throw never(lease);
            case LeaseState.Delivered never -> throw never(lease);
            case LeaseState.Withdrawn never -> throw never(lease);
        }
    }

    private void ended(Handle handle, Lease lease, Breach breach, Ending ending) {
        if (ending == Ending.BREACH) {
            told(handle, lease, breach, "ENDED", Notice.ended(lease, breach.provision()));
        } else {
            // It ended for another reason, of which others tell.
            mark(handle, breach, "ENDED");
        }
    }

    private void told(Handle handle, Lease lease, Breach breach, String told, Notice notice) {
        write(handle, lease, breach.id(), told.toLowerCase(Locale.ROOT), notice);
        mark(handle, breach, told);
    }

    private void mark(Handle handle, Breach breach, String told) {
        handle.createUpdate("update breach set told = :told, told_at = :now where id = :id").bind("told", told).bind("now", now())
                .bind("id", breach.id()).execute();
    }

    private void write(Handle handle, Lease lease, UUID breach, String step, Notice notice) {
        letters.write(handle, lease.customerId(), "breach:" + breach + ":" + step, notice.subject(), notice.text());
    }

    private static Breach breach(ResultSet row) throws SQLException {
        return new Breach(row.getObject("id", UUID.class), row.getObject("lease_id", UUID.class), Provision.valueOf(row.getString("provision")),
                row.getTimestamp("warned_at").toInstant(), row.getString("told"), row.getTimestamp("told_at").toInstant());
    }

    private static IllegalStateException never(Lease lease) {
        return new IllegalStateException("lease " + lease.number() + " was warned and is now " + lease.state().step());
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
