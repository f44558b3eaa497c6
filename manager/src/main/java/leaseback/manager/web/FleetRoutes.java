package leaseback.manager.web;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import leaseback.manager.database.Database;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.fleet.BackupPower;
import leaseback.manager.fleet.Host;
import leaseback.manager.fleet.HostRecords;
import leaseback.manager.fleet.HostState;
import leaseback.manager.storage.ObjectStore;
import leaseback.manager.storage.Redundancy;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/// The hosts, and how the whole stands.
final class FleetRoutes {
    private final Database database;
    private final Supplier<List<Host>> hosts;
    private final Supplier<ObjectStore.Totals> totals;
    private final InstantSource clock;
    private Supplier<Optional<Redundancy>> coded = Optional::empty;

    FleetRoutes(Database database, Supplier<List<Host>> hosts, Supplier<ObjectStore.Totals> totals,
            InstantSource clock) {
        this.database = database;
        this.hosts = hosts;
        this.totals = totals;
        this.clock = clock;
    }

    List<Route> all() {
        return List.of(
                Route.of("GET", "/api/hosts", this::hosts, TokenRole.CUSTOMER).says("The enrolled machines").pages(ShownHost.class),
                Route.of("GET", "/api/hosts/{id}", this::host, TokenRole.CUSTOMER).says("One of them").gives(ShownHost.class),
                Route.of("GET", "/api/status", this::status).says("How the whole stands").gives(Status.class));
    }

    /// A host as the fleet's list shows it.
    ///
    /// @param windowOpen  whether it is promised to be on now
    /// @param nextChange  when that changes; null when it never does
    /// @param backupPower null when it has no battery and no uninterruptible power supply, or does not tell of it
    private record ShownHost(UUID id, String serial, UUID ownerId, UUID leaseId, HostState state, boolean reachable,
            long leasedBytes, long usedBytes, boolean windowOpen, @Nullable Instant nextChange, long processId,
            @Nullable Instant reportedAt, @Nullable BackupPower backupPower) {}

    /// Counts; leases and orders by state.
    private record Status(Instant at, long customers, Map<String, Long> orders, Map<String, Long> leases,
            Map<HostState, Long> hosts, long reachable, long windowsOpen, long leasedBytes, long usedBytes,
            ObjectStore.Totals storage, String redundancy) {}

    private Answer hosts(Call call) {
        Instant now = clock.instant();
        UUID after = call.after();
        List<Host> own = hosts.get().stream().filter(host -> call.caller().actsFor(host.ownerId())).toList();
        int start = 0;
        for (int i = 0; after != null && i < own.size(); i++) {
            start = own.get(i).id().equals(after) ? i + 1 : start;
        }
        List<Host> found = own.subList(start, Math.min(own.size(), start + call.limit() + 1));
        Map<UUID, BackupPower> power = new HostRecords(database).backupPower(found.stream().map(Host::id).toList());
        return Pages.of(call, found, Host::id, host -> shown(host, power.get(host.id()), now));
    }

    private Answer host(Call call) {
        UUID id = call.id("host");
        Host found = hosts.get().stream().filter(host -> host.id().equals(id) && call.caller().actsFor(host.ownerId())).findFirst()
                .orElseThrow(() -> Refusal.unknown("host", id));
        return Pages.one(call, shown(found, new HostRecords(database).backupPower(List.of(id)).get(id), clock.instant()));
    }

    private Answer status(Call call) {
        Instant now = clock.instant();
        List<Host> all = hosts.get();
        Map<HostState, Long> states = new TreeMap<>();
        all.forEach(host -> states.merge(host.state(), 1L, Long::sum));
        ObjectStore.Totals kept = totals.get();
        return Pages.one(call, database.read(handle -> new Status(now,
                handle.createQuery("select count(*) from customer").mapTo(Long.class).one(),
                counts(handle.createQuery("""
                        select case when delivered_at is not null then 'DELIVERED'
                                    when configured_at is not null then 'CONFIGURED' else 'ACKNOWLEDGED' end as state,
                               count(*) as n
                        from customer_order group by 1""")),
                counts(handle.createQuery("""
                        select case when state = 'OFFERED' and expires_at <= :now then 'LAPSED' else state end as state,
                               count(*) as n
                        from lease group by 1""").bind("now", now)),
                states,
                all.stream().filter(Host::reachable).count(),
                all.stream().filter(host -> host.terms().serving().isOpen(now)).count(),
                all.stream().mapToLong(host -> host.terms().leasedBytes()).sum(),
                all.stream().mapToLong(Host::usedBytes).sum(), kept, redundancy(all))));
    }

    /// How objects of no special class are stored. Called before the first request.
    void storeAs(Supplier<Optional<Redundancy>> redundancy) {
        coded = redundancy;
    }

    /// In words; reckoned from the hosts under lease.
    private String redundancy(List<Host> all) {
        int hosts = (int) all.stream().filter(host -> host.state() == HostState.ACTIVE).count();
        if (hosts < Redundancy.FEWEST_HOSTS) {
            return "nothing can be stored: " + hosts + " hosts under lease, and at least " + Redundancy.FEWEST_HOSTS + " are needed";
        }
        Redundancy spread = coded.get().orElseGet(() -> Redundancy.of(hosts));
        return "any " + spread.k() + " of " + spread.n() + " pieces read an object back; " + spread.needed()
                + " are on disk before a PUT is acknowledged, so " + (spread.needed() - spread.k()) + " hosts may be lost";
    }

    private static Map<String, Long> counts(Query query) {
        Map<String, Long> counts = new TreeMap<>();
        query.map((row, context) -> Map.entry(row.getString("state"), row.getLong("n")))
                .forEach(entry -> counts.put(entry.getKey(), entry.getValue()));
        return counts;
    }

    private static ShownHost shown(Host host, @Nullable BackupPower power, Instant now) {
        Instant change = host.terms().serving().nextChange(now);
        return new ShownHost(host.id(), host.serial(), host.ownerId(), host.terms().leaseId(), host.state(), host.reachable(),
                host.terms().leasedBytes(), host.usedBytes(), host.terms().serving().isOpen(now),
                change.equals(Instant.MAX) ? null : change, host.processId(), host.reportedAt(), power);
    }
}
