package leaseback.manager.upkeep;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import leaseback.manager.audit.Audit;
import leaseback.manager.database.Database;
import leaseback.manager.fleet.Host;
import leaseback.manager.placement.Placer;
import leaseback.manager.placement.StorageClass;
import leaseback.manager.storage.Hosts;
import leaseback.manager.upkeep.Reputation.Step;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The hosts' reputations in the database, and who is welcome to new pieces.
public final class Standings {
    private static final Logger LOG = LoggerFactory.getLogger(Standings.class);
    /// For so long after its exchange what went with a drive may still be found missing.
    private static final Duration NEW_DRIVE = Duration.ofDays(7);
    /// Asked at every PUT, so it may be this old.
    private static final Duration FRESH = Duration.ofSeconds(5);
    private final Database database;
    private final InstantSource clock;
    /// Of agents, as last seen by this manager: spares the database.
    private final Map<UUID, Long> processes = new ConcurrentHashMap<>();
    private volatile Picture picture = new Picture(Map.of(), Instant.MIN);

    public Standings(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /// The same hosts, where those that are suspended are offered for nothing new.
    public Hosts welcome(Hosts hosts) {
        return new Hosts() {
            @Override
            public List<Host> all() {
                return hosts.all();
            }

            @Override
            public List<Host> placeable(long pieceBytes) {
                Map<UUID, Step> steps = steps();
                return hosts.placeable(pieceBytes).stream().filter(host -> {
                    Step step = steps.getOrDefault(host.id(), Step.GOOD);
                    return step == Step.GOOD || step == Step.WARNED;
                }).toList();
            }

            @Override
            public Optional<Host> placeable(int alias, long pieceBytes) {
                return hosts.placeable(alias, pieceBytes).filter(host -> {
                    Step step = steps().getOrDefault(host.id(), Step.GOOD);
                    return step == Step.GOOD || step == Step.WARNED;
                });
            }

            @Override
            public Placer placer() {
                return hosts.placer();
            }

            @Override
            public Optional<StorageClass> storageClass(String name) {
                return hosts.storageClass(name);
            }

            @Override
            public int underLease() {
                return hosts.underLease();
            }

            @Override
            public Optional<Host> byAlias(int alias) {
                return hosts.byAlias(alias);
            }
        };
    }

    /// A host's standing, as people see it.
    ///
    /// @param online share of promised minutes kept in 30 days
    public record Standing(UUID hostId, Reputation reputation, double online) {}

    /// Of all hosts that were ever audited or judged.
    public Map<UUID, Standing> all() {
        return database.read(handle -> {
            Map<UUID, Standing> all = new HashMap<>();
            handle.createQuery("select * from standing").map((row, context) ->
                    new Standing(row.getObject("host_id", UUID.class), reputation(row), row.getDouble("online")))
                    .forEach(standing -> all.put(standing.hostId(), standing));
            return all;
        });
    }

    /// Hosts whose pieces are to be moved away.
    Set<UUID> parting() {
        Set<UUID> parting = new HashSet<>();
        steps().forEach((host, step) -> {
            if (step == Step.PARTING) {
                parting.add(host);
            }
        });
        return parting;
    }

    /// What a round of audits found of one host.
    ///
    /// @param silent cells it has not answered for at the third time
    /// @param blame  whether failures count against it: false when the fault is likely the manager's
    record Answers(int good, int altered, int missing, int silent, long bytes, boolean blame) {}

    /// What went with a drive that we exchanged does not count against the host: it is repaired like all that is missing.
    void count(UUID host, Answers answers) {
        Instant now = clock.instant();
        database.transact(handle -> {
            int excused = !answers.blame() ? answers.altered() + answers.missing() + answers.silent()
                    : answers.missing() > 0 && newDrive(handle, host, now) ? answers.missing() : 0;
            handle.createUpdate("""
                    insert into audit_hour (host_id, at, good, altered, missing, silent, excused, bytes)
                    values (:host, :at, :good, :altered, :missing, :silent, :excused, :bytes)
                    on conflict (host_id, at) do update set good = audit_hour.good + excluded.good,
                      altered = audit_hour.altered + excluded.altered, missing = audit_hour.missing + excluded.missing,
                      silent = audit_hour.silent + excluded.silent, excused = audit_hour.excused + excluded.excused,
                      bytes = audit_hour.bytes + excluded.bytes""")
                    .bind("excused", excused)
                    .bind("host", host).bind("at", now.truncatedTo(ChronoUnit.HOURS)).bind("good", answers.good())
                    .bind("altered", answers.altered()).bind("missing", answers.missing()).bind("silent", answers.silent())
                    .bind("bytes", answers.bytes()).execute();
            Reputation reputation = lock(handle, host, now);
            for (int i = 0; i < answers.good(); i++) {
                reputation = reputation.answered(true);
            }
            int failed = answers.altered() + answers.missing() + answers.silent() - excused;
            for (int i = 0; i < failed; i++) {
                reputation = reputation.answered(false);
            }
            save(handle, host, reputation);
            return 1;
        });
    }

    /// Whether we exchange its drive, or did within the last week: by then all its pieces were asked for.
    private static boolean newDrive(Handle handle, UUID host, Instant now) {
        return handle.createQuery("""
                select exists (select 1 from host h join part_replacement r on r.lease_id = h.lease_id
                where h.id = :host and r.part in ('DRIVE', 'MAINBOARD') and r.state <> 'CANCELLED' and (r.closed_at is null or r.closed_at > :since))""")
                .bind("host", host).bind("since", now.minus(NEW_DRIVE)).mapTo(Boolean.class).one();
    }

    /// Draws the consequences for one host.
    ///
    /// @param online share of the promised and watched minutes in which it answered
    void judge(Host host, double online) {
        Instant now = clock.instant();
        Step step = database.transact(handle -> {
            Reputation before = lock(handle, host.id(), now);
            Reputation after = before.judged(online, now);
            if (!after.equals(before)) {
                save(handle, host.id(), after);
            }
            handle.createUpdate("update standing set online = :online where host_id = :host and online <> :online")
                    .bind("online", online).bind("host", host.id()).execute();
            if (after.step() == before.step()) {
                return null;
            }
            Audit.write(handle, now, "manager", after.step() == Step.GOOD ? "clear host" : "judge host", host.id().toString(),
                    after.step() + (after.why().isEmpty() ? "" : ": " + after.why()));
            return after.step();
        });
        if (step != null) {
            LOG.warn("host {} is now {}", host.serial(), step);
            picture = new Picture(Map.of(), Instant.MIN);
        }
    }

    /// Asks for all of a host's pieces in the next lap.
    void suspect(UUID host) {
        Instant now = clock.instant();
        database.transact(handle -> {
            lock(handle, host, now);
            return handle.createUpdate("update standing set inventory = true where host_id = :host").bind("host", host).execute();
        });
    }

    void checked(UUID host) {
        database.transact(handle -> handle.createUpdate("update standing set inventory = false where host_id = :host")
                .bind("host", host).execute());
    }

    /// Hosts all of whose pieces are to be asked for.
    Set<UUID> suspected() {
        return database.read(handle -> handle.createQuery("select host_id from standing where inventory").mapTo(UUID.class).set());
    }

    /// Whether the host's agent has been started anew since this was last asked; true at the first time.
    boolean isNewProcess(Host host) {
        Long before = processes.put(host.id(), host.processId());
        if (before != null && before == host.processId()) {
            return false;
        }
        Instant now = clock.instant();
        return database.transact(handle -> {
            lock(handle, host.id(), now);
            return handle.createUpdate("update standing set process_id = :process where host_id = :host and process_id <> :process")
                    .bind("process", host.processId()).bind("host", host.id()).execute() == 1;
        });
    }

    private Map<UUID, Step> steps() {
        Instant now = clock.instant();
        Picture old = picture;
        if (now.isBefore(old.goodUntil())) {
            return old.steps();
        }
        Map<UUID, Step> steps = new HashMap<>();
        database.read(handle -> handle.createQuery("select host_id, step from standing where step <> 'GOOD'")
                .map((row, context) -> Map.entry(row.getObject(1, UUID.class), Step.valueOf(row.getString(2)))).list())
                .forEach(entry -> steps.put(entry.getKey(), entry.getValue()));
        picture = new Picture(Map.copyOf(steps), now.plus(FRESH));
        return steps;
    }

    private static Reputation lock(Handle handle, UUID host, Instant now) {
        Reputation fresh = Reputation.fresh(now);
        handle.createUpdate("""
                insert into standing (host_id, alpha, beta, step, since) values (:host, :alpha, :beta, 'GOOD', :now)
                on conflict do nothing""")
                .bind("host", host).bind("alpha", fresh.alpha()).bind("beta", fresh.beta()).bind("now", now).execute();
        return handle.createQuery("select * from standing where host_id = :host for update").bind("host", host)
                .map((row, context) -> reputation(row)).one();
    }

    private static void save(Handle handle, UUID host, Reputation reputation) {
        handle.createUpdate("""
                update standing set alpha = :alpha, beta = :beta, step = :step, since = :since, why = :why where host_id = :host""")
                .bind("alpha", reputation.alpha()).bind("beta", reputation.beta()).bind("step", reputation.step().name())
                .bind("since", reputation.since()).bind("why", reputation.why()).bind("host", host).execute();
    }

    private static Reputation reputation(ResultSet row) throws SQLException {
        return new Reputation(row.getDouble("alpha"), row.getDouble("beta"), Step.valueOf(row.getString("step")),
                row.getTimestamp("since").toInstant(), row.getString("why"));
    }

    private record Picture(Map<UUID, Step> steps, Instant goodUntil) {}
}
