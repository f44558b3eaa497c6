package leaseback.testbed.storage;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import leaseback.manager.customer.AccessKey;
import leaseback.manager.customer.Customers;
import leaseback.manager.customer.Role;
import leaseback.manager.s3.Limits;
import leaseback.manager.s3.S3;
import leaseback.manager.sealing.MasterKey;
import leaseback.manager.sealing.NamedKeys;
import org.eclipse.jetty.server.HttpConnectionFactory;
import leaseback.manager.metering.Meter;
import leaseback.manager.metering.Readings;
import leaseback.manager.metering.Sum;
import leaseback.manager.storage.TenantUse;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/// The S3 face on a free port, over the real storage on a rack of hosts: all of the manager but its lines.
public final class RackedFace implements AutoCloseable {
    /// Not the one that clients assume.
    public static final String REGION = "eu-home-1";
    private static final long IDLE_MILLIS = 3_000;
    private static final long LEASED_BYTES = 2L << 30;
    private final RackDatabase database;
    private final Rack rack;
    private final Customers customers;
    private final S3 s3;
    private final Server server;
    private final ServerConnector connector;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    public RackedFace(Path folder, int hosts) throws Exception {
        this(folder, hosts, Limits.NORMAL, Long.MAX_VALUE);
    }

    /// @param tenantBytes that one customer may store
    public RackedFace(Path folder, int hosts, Limits limits, long tenantBytes) throws Exception {
        database = new RackDatabase(folder);
        rack = new Rack(database.database(), folder, hosts, LEASED_BYTES, tenantBytes);
        SecureRandom random = new SecureRandom();
        customers = new Customers(database.database(), MasterKey.at(folder.resolve("master-key")), InstantSource.system(),
                random);
        QueuedThreadPool pool = new QueuedThreadPool();
        pool.setVirtualThreadsExecutor(threads);
        server = new Server(pool);
        connector = new ServerConnector(server, new HttpConnectionFactory(S3.configuration()));
        connector.setHost("127.0.0.1");
        connector.setIdleTimeout(IDLE_MILLIS);
        server.addConnector(connector);
        s3 = new S3(rack.buckets, rack.store, rack.uploads, customers, InstantSource.system(), REGION, Set.of("localhost"), random,
                limits);
        server.setHandler(s3);
        server.start();
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + connector.getLocalPort());
    }

    public int port() {
        return connector.getLocalPort();
    }

    /// Of a new customer with these roles.
    public AccessKey key(String name, Role... roles) {
        return customers.issueKey(customers.add(name, name + "@example.com", ZoneOffset.UTC, Set.of(roles)).id());
    }

    /// Counts what tenants use by this clock from now on, and takes nothing more from those who are frozen.
    public TenantUse use(InstantSource clock, Predicate<UUID> frozen) {
        TenantUse use = new TenantUse(database.database(), new Readings(clock), clock);
        s3.billing(use, frozen);
        return use;
    }

    /// What was measured of a tenant between two instants.
    public Map<Meter, Sum> measured(UUID tenant, Instant from, Instant to) {
        return database.database().read(handle -> new Readings(InstantSource.system()).sums(handle, tenant, from, to, Instant.parse("9999-01-01T00:00:00Z")));
    }

    /// A round of the chore that delivers access logs.
    public int deliverLogs() {
        return s3.deliverLogs();
    }

    public NamedKeys namedKeys() {
        return rack.keys.named();
    }

    /// Every text and all bytes that the database keeps of contents and objects, in one.
    public String kept() {
        return database.database().read(handle -> handle.createQuery("""
                select coalesce(string_agg(t, ' '), '') from (select cast(o as text) as t from object o union all
                  select cast(s as text) from segment s union all select cast(u as text) from upload u union all
                  select cast(p as text) from part p) all_rows""").mapTo(String.class).one());
    }

    public void kill(int hosts) {
        rack.hosts.subList(0, hosts).forEach(RackedHost::kill);
    }

    public void reviveAll() {
        rack.hosts.forEach(RackedHost::revive);
    }

    /// On all hosts, after everything that is garbage was swept.
    public long pieces() {
        rack.sweepAll();
        return rack.pieces();
    }

    @Override
    public void close() throws IOException {
        LifeCycle.stop(server);
        threads.close();
        database.close();
    }
}
