package leaseback.testbed.line;

import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import leaseback.host.Agent;
import leaseback.host.AgentSettings;
import leaseback.manager.catalog.DiskShare;
import leaseback.manager.catalog.Incentive;
import leaseback.manager.catalog.LeasePlan;
import leaseback.manager.catalog.Money;
import leaseback.manager.customer.Customers;
import leaseback.manager.customer.Role;
import leaseback.manager.database.Database;
import leaseback.manager.database.PostgresServer;
import leaseback.manager.lease.Lease;
import leaseback.manager.lease.Leases;
import leaseback.manager.order.ClaimCodes;
import leaseback.manager.sealing.MasterKey;
import leaseback.protocol.Window;
import org.jspecify.annotations.Nullable;

/// A database of its own on a real PostgreSQL, any number of managers on it, and agents that enrol as theirs do.
final class LineWorld implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static @Nullable PostgresServer postgres;

    final Path folder;
    final MovableClock clock = new MovableClock();
    final RandomGenerator random = new SplittableRandom(11);
    final MasterKey masterKey;
    final Database database;
    Duration certificateLife = Duration.ofDays(30);
    List<Window> serving = window(LocalTime.MIDNIGHT, LocalTime.MIDNIGHT);
    private final String name = "line_" + UUID.randomUUID().toString().replace("-", "");
    private final Deque<Closeable> open = new ArrayDeque<>();
    private final List<Node> nodes = new ArrayList<>();
    private final List<UUID> undelivered = new ArrayList<>();
    private int machines;

    LineWorld(Path folder) throws IOException {
        this.folder = folder;
        this.masterKey = MasterKey.at(folder.resolve("master.key"));
        execute("create database " + name);
        this.database = connect();
    }

    static List<Window> window(LocalTime from, LocalTime to) {
        return Arrays.stream(DayOfWeek.values()).map(day -> new Window(day, from, to)).toList();
    }

    Database connect() throws IOException {
        String url = postgres().jdbcUrl();
        return Database.open(url.substring(0, url.lastIndexOf('/') + 1) + name, postgres().user(), postgres().password());
    }

    Node manager() throws Exception {
        Node node = keep(new Node(this));
        nodes.add(node);
        Files.writeString(caFile(), node.authority.rootPem());
        return node;
    }

    Path caFile() {
        return folder.resolve("ca.pem");
    }

    /// The claim code of a machine that was sold, made and delivered.
    String claimCode() throws IOException {
        return claimCode(true);
    }

    String claimCode(boolean delivered) throws IOException {
        int number = ++machines;
        Leases leases = new Leases(clock, random);
        UUID owner = new Customers(database, masterKey, clock, random)
                .add("Owner " + number, "owner" + number + "@example.org", ZoneId.of("Europe/Berlin"), Set.of(Role.HOST)).id();
        LeasePlan plan = new LeasePlan("plan", 1, "Plan", new DiskShare.Percent(15), 1, 1L << 40, serving, List.of(), 24, 30,
                new Money(32, "EUR"), List.of(new Incentive.Support()));
        UUID machine = UUID.randomUUID();
        return database.transact(handle -> {
            Lease lease = leases.offer(handle, owner, ZoneId.of("Europe/Berlin"), plan, plan.share(), new Money(500, "EUR"),
                    clock.instant().plus(Duration.ofDays(14)), "operator:test");
            leases.accept(handle, lease.id(), "customer", "accepted");
            leases.configure(handle, lease.id(), machine, 200_000_000L, "factory");
            if (delivered) {
                leases.deliver(handle, lease.id(), "carrier");
            } else {
                undelivered.add(lease.id());
            }
            return new ClaimCodes(leases, clock, random).issue(handle, machine, "SN-" + number, lease.id(), owner);
        });
    }

    /// The claim code for a host whose drive, and so whose key, was exchanged.
    String codeForANewDrive(UUID host) {
        return database.transact(handle -> new ClaimCodes(new Leases(clock, random), clock, random).again(handle,
                handle.createQuery("select lease_id from host where id = :id").bind("id", host).mapTo(UUID.class).one(), "operator:test"));
    }

    long hosts() {
        return database.read(handle -> handle.createQuery("select count(*) from host").mapTo(Long.class).one());
    }

    /// The carrier brings what is on its way.
    void deliverAll() {
        database.transact(handle -> {
            undelivered.forEach(lease -> new Leases(clock, random).deliver(handle, lease, "carrier"));
            return true;
        });
        undelivered.clear();
    }

    /// A freshly enrolled agent that knows these managers, with its line up and its terms received.
    Agent agent(Node... known) throws Exception {
        Agent agent = start("agent" + (machines + 1), claimCode(), known);
        until("the agent has its terms", () -> agent.standing().healthy() && agent.standing().terms().version() > 0);
        UUID host = agent.hostId().orElseThrow();
        until("every manager sees the host", () -> nodesAlive().stream().allMatch(node -> node.lines.reachable(host)
                && node.fleet.find(host).isPresent()));
        return agent;
    }

    Agent start(String name, @Nullable String claimCode, Node... known) throws IOException {
        return keep(Agent.start(settings(name, claimCode, known)));
    }

    AgentSettings settings(String name, @Nullable String claimCode, Node... known) {
        List<URI> enrolment = Arrays.stream(known).map(Node::enrolment).toList();
        List<String> lines = Arrays.stream(known).map(node -> node.lines.address()).toList();
        return new AgentSettings(folder.resolve(name), enrolment, lines, caFile(), claimCode, null, 0, clock);
    }

    void forget(Node node) {
        nodes.remove(node);
        open.remove(node);
    }

    <T extends Closeable> T keep(T thing) {
        open.push(thing);
        return thing;
    }

    static void until(String what, BooleanSupplier met) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!met.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("waited " + PATIENCE.toSeconds() + " s in vain until " + what);
            }
            Thread.sleep(20);
        }
    }

    @Override
    public void close() throws IOException {
        for (Closeable thing : open) {
            thing.close();
        }
        database.close();
        // Not by force: that may not end an autovacuum at work there, while a plain drop sends it away by itself.
        execute("drop database if exists " + name);
    }

    private List<Node> nodesAlive() {
        return nodes;
    }

    private static void execute(String command) throws IOException {
        PostgresServer server = postgres();
        try (var connection = DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
                var statement = connection.createStatement()) {
            statement.execute(command);
        } catch (SQLException failed) {
            throw new IOException(command, failed);
        }
    }

    private static synchronized PostgresServer postgres() throws IOException {
        if (postgres == null) {
            PostgresServer started = PostgresServer.start(Path.of("target/postgres-line-" + ProcessHandle.current().pid()).toAbsolutePath());
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                try {
                    started.close();
                } catch (IOException failed) {
                    throw new java.io.UncheckedIOException(failed);
                }
            }));
            postgres = started;
        }
        return postgres;
    }
}
