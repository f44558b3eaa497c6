package leaseback.manager.compliance;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import leaseback.manager.audit.Audit;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.lease.Lease;
import leaseback.manager.lease.Leases;
import org.jdbi.v3.core.Handle;

/// Reports of altered data. What was proved has consequences at once, and before 7 days are over; it is not cured by waiting, only cleared.
public final class Tampers {
    private final Leases leases;
    private final Breaches breaches;
    private final InstantSource clock;

    public Tampers(Leases leases, Breaches breaches, InstantSource clock) {
        this.leases = leases;
        this.breaches = breaches;
        this.clock = clock;
    }

    /// @param what was found, and what proves it
    public record Tamper(UUID id, UUID leaseId, String what, String actor, Instant at) {}

    /// Keeps the report, writes to the owner and warns, all at once. A paused lease is warned when it runs again.
    ///
    /// @throws Refusal UNFIT when the lease does not run
    public Tamper report(Handle handle, UUID leaseId, String what, String actor) {
        Lease lease = leases.find(handle, leaseId).orElseThrow(() -> Refusal.unknown("agreement", leaseId));
        if (!lease.state().step().runs()) {
            throw Refusal.unfit("lease " + lease.number() + " is " + lease.state().step() + ": it keeps nothing for others");
        }
        Tamper tamper = new Tamper(UUID.randomUUID(), leaseId, what, actor, now());
        handle.createUpdate("insert into tamper (id, lease_id, what, actor, at) values (:id, :lease, :what, :actor, :at)")
                .bind("id", tamper.id()).bind("lease", leaseId).bind("what", what).bind("actor", actor).bind("at", tamper.at()).execute();
        Audit.write(handle, tamper.at(), actor, "report tampering", leaseId.toString(), what);
        Standard standard = Standards.current(handle);
        Finding finding = Checks.tampered(standard, leaseId, tamper.at().atZone(lease.zone()).toLocalDate(), List.of(tamper), tamper.at());
        Findings.keep(handle, List.of(finding), tamper.at());
        breaches.warn(handle, finding, standard);
        return tamper;
    }

    /// It turned out not to be so, or was settled: the next night cures.
    public void clear(Handle handle, UUID id, String why, String actor) {
        if (handle.createQuery("select 1 from tamper where id = :id").bind("id", id).mapTo(Integer.class).findOne().isEmpty()) {
            throw Refusal.unknown("report", id);
        }
        int fresh = handle.createUpdate("insert into tamper_cleared (tamper_id, why, actor, at) values (:id, :why, :actor, :at) on conflict do nothing")
                .bind("id", id).bind("why", why).bind("actor", actor).bind("at", now()).execute();
        if (fresh == 1) {
            Audit.write(handle, now(), actor, "clear report of tampering", id.toString(), why);
        }
    }

    /// Those that were not cleared, by lease.
    static Map<UUID, List<Tamper>> open(Handle handle, Collection<UUID> leases) {
        Map<UUID, List<Tamper>> open = new HashMap<>();
        handle.createQuery("""
                select id, lease_id, what, actor, at from tamper t
                where lease_id = any(:leases) and not exists (select 1 from tamper_cleared c where c.tamper_id = t.id)
                order by lease_id, at""")
                .bindArray("leases", UUID.class, leases)
                .map((row, context) -> new Tamper(row.getObject("id", UUID.class), row.getObject("lease_id", UUID.class), row.getString("what"),
                        row.getString("actor"), row.getTimestamp("at").toInstant()))
                .forEach(tamper -> open.computeIfAbsent(tamper.leaseId(), id -> new ArrayList<>()).add(tamper));
        return open;
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
