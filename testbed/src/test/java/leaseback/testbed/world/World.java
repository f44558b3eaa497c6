package leaseback.testbed.world;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import leaseback.app.ApiClient;
import leaseback.app.Sale;
import leaseback.host.Agent;
import leaseback.host.AgentSettings;
import leaseback.manager.Manager;
import leaseback.manager.ManagerSettings;
import leaseback.manager.ManagerSettings.DatabaseAddress;
import leaseback.manager.ManagerSettings.Ports;
import leaseback.manager.database.PostgresBinaries;
import leaseback.manager.database.PostgresServer;
import org.jspecify.annotations.Nullable;

/// The whole world in one process: a real manager with a real PostgreSQL, real agents that were sold, built and enrolled
/// through the public API, on free ports, in a temporary folder.
///
///     try (World world = World.with(hosts(6), users(1))) { ... }
///
/// With `-Dleaseback.test.database=debian15` on Debian's PostgreSQL 15.
public final class World implements AutoCloseable {
    private static final long LEASED_BYTES = 400_000_000L;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private final Path folder;
    private final Duration lifecycleDay;
    private final MovableClock clock;
    private final List<Manager> managers = new ArrayList<>();
    private final List<Inhabitant> hosts = new ArrayList<>();
    private final List<Sale.User> users = new ArrayList<>();
    private final ApiClient api;
    private final Sale sale;
    private @Nullable PostgresServer postgres;

    /// How many hosts, and how each is leased.
    ///
    /// @param plan id of a lease plan
    public record Hosts(int count, String plan, long leasedBytes) {
        public Hosts leasing(long bytes) {
            return new Hosts(count, plan, bytes);
        }

        public Hosts under(String otherPlan) {
            return new Hosts(count, otherPlan, leasedBytes);
        }
    }

    /// How many users, each with a key.
    public record Users(int count) {}

    public static Hosts hosts(int count) {
        return new Hosts(count, "always", LEASED_BYTES);
    }

    public static Users users(int count) {
        return new Users(count);
    }

    /// One host of this world; `agent` is null while it is off.
    public static final class Inhabitant {
        private final Sale.Sold sold;
        private final Path folder;
        private final InstantSource clock;
        private @Nullable Agent agent;

        private Inhabitant(Sale.Sold sold, Path folder, InstantSource clock) {
            this.sold = sold;
            this.folder = folder;
            this.clock = clock;
        }

        public String serial() {
            return sold.serial();
        }

        public Path folder() {
            return folder;
        }

        public Agent agent() {
            if (agent == null) {
                throw new IllegalStateException("host " + serial() + " is off");
            }
            return agent;
        }

        public void start(List<URI> managers, List<String> lines) throws IOException {
            Path claim = folder.resolve("claim-code");
            agent = Agent.start(new AgentSettings(folder, managers, lines, folder.resolve("ca.pem"), null,
                    Files.exists(claim) ? claim : null, 0, clock));
        }

        /// Off, as when the plug is pulled: the line just ends.
        public void stop() throws IOException {
            if (agent != null) {
                agent.close();
                agent = null;
            }
        }
    }

    private World(int managerCount, Hosts wantedHosts, Users wantedUsers, Duration day) throws IOException {
        lifecycleDay = day;
        folder = Files.createTempDirectory("leaseback-world");
        clock = new MovableClock();
        boolean debian = "debian15".equals(System.getProperty("leaseback.test.database"));
        if (managerCount == 1 && !debian) {
            managers.add(Manager.start(settings("manager", null)));
        } else {
            postgres = debian
                    ? PostgresServer.start(folder.resolve("shared"), PostgresBinaries.in(Path.of("/usr/lib/postgresql/15")))
                    : PostgresServer.start(folder.resolve("shared"));
            DatabaseAddress shared = new DatabaseAddress(postgres.jdbcUrl(), postgres.user(), postgres.password());
            for (int i = 1; i <= managerCount; i++) {
                managers.add(Manager.start(settings(i == 1 ? "manager" : "manager" + i, shared)));
            }
        }
        api = new ApiClient(manager().web().resolve("/api"), Files.readString(folder.resolve("manager/operator.token")).strip());
        sale = new Sale(api, folder.resolve("factory"));
        addHosts(wantedHosts);
        for (int i = 0; i < wantedUsers.count(); i++) {
            users.add(sale.user());
        }
    }

    /// A world in which all hosts are enrolled and reachable.
    public static World with(Hosts hosts, Users users) throws IOException {
        return new World(1, hosts, users, Duration.ofDays(1));
    }

    /// The same, with days of lifecycle rules that last only so long.
    public static World withLifecycleDays(Duration day, Hosts hosts, Users users) throws IOException {
        return new World(1, hosts, users, day);
    }

    /// The same with several managers on one database and one master key; hosts dial any of them.
    public static World withManagers(int count, Hosts hosts, Users users) throws IOException {
        return new World(count, hosts, users, Duration.ofDays(1));
    }

    /// Sells, builds, delivers and boots that many more.
    public List<Inhabitant> addHosts(Hosts wanted) throws IOException {
        List<Inhabitant> added = new ArrayList<>();
        for (int i = 0; i < wanted.count(); i++) {
            int number = hosts.size() + 1;
            Sale.Sold sold = sale.accepted(number, wanted.leasedBytes(), wanted.plan());
            Path home = folder.resolve(String.format(Locale.ROOT, "hosts/%02d", number));
            sold.install(home, manager().line());
            Inhabitant inhabitant = new Inhabitant(sold, home, clock);
            hosts.add(inhabitant);
            added.add(inhabitant);
            start(inhabitant);
        }
        await(hosts.size() + " hosts are reachable", () -> reachable() == running());
        return added;
    }

    /// Boots a host again.
    public void start(Inhabitant host) throws IOException {
        host.start(managers.stream().map(Manager::webTls).toList(), managers.stream().map(Manager::line).toList());
    }

    /// Ends a manager, as when its machine goes down.
    public void stop(Manager manager) {
        manager.close();
        managers.remove(manager);
    }

    public List<Manager> managers() {
        return List.copyOf(managers);
    }

    public Manager manager() {
        return managers.getFirst();
    }

    public List<Inhabitant> hosts() {
        return List.copyOf(hosts);
    }

    public Sale.User user() {
        return users.getFirst();
    }

    public List<Sale.User> users() {
        return List.copyOf(users);
    }

    /// The JSON API, as the operator.
    public ApiClient api() {
        return api;
    }

    public Sale sale() {
        return sale;
    }

    public MovableClock clock() {
        return clock;
    }

    public Path folder() {
        return folder;
    }

    /// What the operator signs in to the console with.
    public String operatorPassword() throws IOException {
        return Files.readString(folder.resolve("manager/operator.password")).strip();
    }

    /// Hosts the manager calls reachable.
    public long reachable() {
        try {
            return api.list("/hosts").stream().filter(host -> host.path("reachable").asBoolean(false)).count();
        } catch (IOException unanswered) {
            return -1;
        }
    }

    public long running() {
        return hosts.stream().filter(host -> host.agent != null).count();
    }

    /// Waits until it is so; fails the test after a minute.
    public static void await(String what, BooleanSupplier isSo) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!isSo.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited " + PATIENCE.toSeconds() + " s in vain until " + what);
            }
            try {
                Thread.sleep(50);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while waiting until " + what, interrupted);
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (Inhabitant host : hosts) {
            host.stop();
        }
        api.close();
        managers.reversed().forEach(Manager::close);
        if (postgres != null) {
            postgres.close();
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failed) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private ManagerSettings settings(String name, @Nullable DatabaseAddress database) {
        return new ManagerSettings(folder.resolve(name), database, folder.resolve("manager/master.key"), "127.0.0.1", List.of(),
                Ports.ANY, "leaseback-1", Duration.ofMillis(500), clock, new SecureRandom())
                .withLifecycleDay(lifecycleDay);
    }

    /// The machine's clock, moved by as much as a test asks.
    public static final class MovableClock implements InstantSource {
        private volatile Duration moved = Duration.ZERO;

        @Override
        public Instant instant() {
            return Instant.now().plus(moved);
        }

        public void move(Duration by) {
            moved = moved.plus(by);
        }
    }
}
