package leaseback.testbed.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import leaseback.manager.customer.Customers;
import leaseback.manager.customer.Role;
import leaseback.manager.database.Database;
import leaseback.manager.fleet.Host;
import leaseback.manager.fleet.LineFault;
import leaseback.manager.fleet.Lines;
import leaseback.manager.placement.Placer;
import leaseback.manager.placement.Wear;
import leaseback.manager.sealing.MasterKey;
import leaseback.manager.sealing.TenantKeys;
import leaseback.manager.storage.Allowance;
import leaseback.manager.storage.Bucket;
import leaseback.manager.storage.Buckets;
import leaseback.manager.storage.Hosts;
import leaseback.manager.storage.ObjectStore;
import leaseback.manager.storage.Patience;
import leaseback.manager.storage.StorageFault;
import leaseback.manager.storage.Sweep;
import leaseback.manager.storage.Uploads;

/// The real storage of the manager over the real pieces of some hosts, with no network between them: what goes wrong
/// on a line or a disk is done by the test, to the byte.
final class Rack implements Hosts, Lines {
    static final Patience HASTE = new Patience(Duration.ofSeconds(2), Duration.ofMillis(500), Duration.ofMillis(700),
            Duration.ZERO, Duration.ofMinutes(10));
    /// For tests that mean a certain piece: a machine under other load leaves none out for being slow, short of seconds.
    static final Patience UNHURRIED = new Patience(Duration.ofSeconds(20), Duration.ofSeconds(30), Duration.ofMillis(700),
            Duration.ZERO, Duration.ofMinutes(10));
    final List<RackedHost> hosts = new ArrayList<>();
    final Database database;
    final Buckets buckets;
    final ObjectStore store;
    final Uploads uploads;
    final Sweep sweep;
    final Bucket bucket;
    final UUID ownerId;
    final InstantSource clock;
    final MasterKey masterKey;
    final TenantKeys keys;
    private final AtomicInteger stepsLeft = new AtomicInteger(Integer.MAX_VALUE);
    /// Hosts under lease, as the fleet says.
    volatile int leased;
    /// Over none: nothing is known of the hosts' hours.
    volatile Placer placer = Placer.over(List.of(), Wear.ASSUMED);
    private volatile Instant now = Instant.parse("2026-11-22T12:00:00Z");

    Rack(Database database, Path folder, int count, long leasedBytes) throws IOException, StorageFault {
        this(database, folder, count, leasedBytes, Long.MAX_VALUE);
    }

    /// @param tenantBytes that one customer may store
    Rack(Database database, Path folder, int count, long leasedBytes, long tenantBytes) throws IOException, StorageFault {
        this(database, folder, count, leasedBytes, tenantBytes, HASTE);
    }

    Rack(Database database, Path folder, int count, long leasedBytes, long tenantBytes, Patience patience)
            throws IOException, StorageFault {
        this.database = database;
        clock = () -> {
            step();
            return now;
        };
        leased = count;
        for (int i = 0; i < count; i++) {
            hosts.add(new RackedHost(i + 1, folder.resolve("host-" + i), leasedBytes, clock));
        }
        masterKey = MasterKey.at(folder.resolve("master-key"));
        SecureRandom random = new SecureRandom();
        ownerId = new Customers(database, masterKey, clock, random)
                .add("Ada", UUID.randomUUID() + "@example.com", ZoneOffset.UTC, Set.of(Role.USER)).id();
        sweep = new Sweep(database, this, this, clock);
        keys = new TenantKeys(database, masterKey, clock, random);
        store = new ObjectStore(database, keys, this, this, sweep, clock, random, patience,
                new Allowance(database, clock, tenantBytes));
        uploads = new Uploads(store);
        buckets = new Buckets(database, clock);
        bucket = buckets.create(ownerId, "b-" + UUID.randomUUID());
    }

    /// Runs `work` as a process that is killed before its step `steps`, where a step is a look at the clock or a call to a host.
    ///
    /// @return whether it came that far
    boolean diesAfter(int steps, Runnable work) {
        stepsLeft.set(steps);
        try {
            work.run();
        } catch (Killed killed) {
            // As planned.
        }
        return stepsLeft.getAndSet(Integer.MAX_VALUE) < 0;
    }

    private void step() {
        if (stepsLeft.get() != Integer.MAX_VALUE && stepsLeft.decrementAndGet() < 0) {
            throw new Killed();
        }
    }

    private static final class Killed extends Error {
        private static final long serialVersionUID = 1;

        Killed() {
            super("killed", null, false, false);
        }
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    /// Lets all that is due, and all that can become due, be swept.
    void sweepAll() {
        for (int i = 0; i < 3; i++) {
            sweep.run();
            pass(Duration.ofMinutes(11));
        }
        sweep.run();
    }

    long pieces() {
        return hosts.stream().mapToLong(host -> host.pieces().pieceCount()).sum();
    }

    long count(String table) {
        return database.read(handle -> handle.createQuery("select count(*) from " + table).mapTo(Long.class).one());
    }

    @Override
    public List<Host> all() {
        return hosts.stream().map(RackedHost::host).toList();
    }

    @Override
    public List<Host> placeable(long pieceBytes) {
        return hosts.stream().filter(RackedHost::offered).map(RackedHost::host)
                .filter(host -> host.freeBytes() >= pieceBytes).toList();
    }

    @Override
    public Placer placer() {
        return placer;
    }

    @Override
    public int underLease() {
        return leased;
    }

    @Override
    public Optional<Host> byAlias(int alias) {
        return alias < 1 || alias > hosts.size() ? Optional.empty() : Optional.of(hosts.get(alias - 1).host());
    }

    @Override
    public boolean reachable(UUID host) {
        return racked(host).up();
    }

    @Override
    public MemoryExchange open(UUID host, String method, String path, Map<String, String> headers) throws LineFault {
        step();
        return racked(host).open(method, path, headers);
    }

    @Override
    public Reply call(UUID host, String method, String path, byte[] body, Duration deadline) throws LineFault {
        return open(host, method, path, Map.of()).call(body, deadline);
    }

    private RackedHost racked(UUID id) {
        return hosts.stream().filter(host -> host.id().equals(id)).findFirst().orElseThrow();
    }
}
