package leaseback.testbed.simulation;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import leaseback.manager.database.Database;
import leaseback.manager.fleet.Host;
import leaseback.manager.fleet.LineFault;
import leaseback.manager.fleet.Lines;
import leaseback.manager.sealing.MasterKey;
import leaseback.manager.sealing.TenantKeys;
import leaseback.manager.storage.Hosts;
import leaseback.manager.storage.ObjectStore;
import leaseback.manager.storage.Packer;
import leaseback.manager.storage.Patience;
import leaseback.manager.storage.Sweep;
import leaseback.manager.storage.Uploads;
import leaseback.manager.upkeep.Standings;
import leaseback.manager.upkeep.Upkeep;
import leaseback.manager.upkeep.UpkeepSettings;

/// One manager as far as storage goes, built of the real classes; it can be killed at any statement or byte.
final class ManagerProcess implements Hosts, Lines {
    /// Normal but for stragglers: a host that is slow here is slower than that.
    private static final Patience PATIENCE = new Patience(Duration.ofSeconds(10), Duration.ofMillis(60), Duration.ofSeconds(4),
            Duration.ofMinutes(1), Duration.ofMinutes(10));
    private final String name;
    private final List<SimulatedHost> hosts;
    private final SimulatedClock clock;
    private final FailingSource source;
    private final Set<SimulatedExchange> exchanges = ConcurrentHashMap.newKeySet();
    final ObjectStore store;
    final Uploads uploads;
    final Sweep sweep;
    final Packer packer;
    final Upkeep upkeep;

    /// @param skew by how much its clock is ahead of the world's
    ManagerProcess(String name, List<SimulatedHost> hosts, SimulatedClock clock, Duration skew, DataSource real, MasterKey masterKey,
            long seed) {
        this.name = name;
        this.hosts = hosts;
        this.clock = clock;
        this.source = new FailingSource(real);
        InstantSource own = clock.off(skew);
        RandomGenerator random = new Random(seed);
        Database database = Database.over(source);
        sweep = new Sweep(database, this, this, own);
        store = new ObjectStore(database, new TenantKeys(database, masterKey, own, random), this, this, sweep, own, random, PATIENCE);
        uploads = new Uploads(store);
        packer = new Packer(store);
        Standings standings = new Standings(database, own);
        upkeep = new Upkeep(database, store, standings.welcome(this), this, standings, host -> { }, own, random, UpkeepSettings.NORMAL);
    }

    String name() {
        return name;
    }

    boolean dead() {
        return source.dead();
    }

    boolean struck() {
        return source.struck();
    }

    void expect(FailingSource.Trouble trouble) {
        source.expect(trouble);
    }

    /// `kill -9`.
    void kill() {
        source.kill();
        exchanges.forEach(SimulatedExchange::close);
    }

    @Override
    public List<Host> all() {
        return hosts.stream().map(host -> host.seen(clock.instant())).toList();
    }

    @Override
    public List<Host> placeable(long pieceBytes) {
        return hosts.stream().map(host -> host.seen(clock.instant())).filter(Host::reachable)
                .filter(host -> host.freeBytes() >= pieceBytes).toList();
    }

    @Override
    public int underLease() {
        return hosts.size();
    }

    @Override
    public Optional<Host> byAlias(int alias) {
        return hosts.stream().filter(host -> host.alias() == alias).map(host -> host.seen(clock.instant())).findFirst();
    }

    @Override
    public boolean reachable(UUID host) {
        return hosts.stream().anyMatch(each -> each.id().equals(host) && each.known(clock.instant()));
    }

    @Override
    public SimulatedExchange open(UUID host, String method, String path, Map<String, String> headers) throws LineFault {
        if (dead()) {
            throw new LineFault("the manager is dead");
        }
        SimulatedExchange exchange = hosts.stream().filter(each -> each.id().equals(host)).findFirst().orElseThrow()
                .open(method, path, headers, clock.instant());
        exchanges.add(exchange);
        if (dead()) {
            exchange.close();
        }
        return exchange;
    }

    @Override
    public Reply call(UUID host, String method, String path, byte[] body, Duration deadline) throws LineFault {
        return open(host, method, path, Map.of()).call(body, deadline);
    }
}
