package leaseback.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.lang.module.ModuleFinder;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import leaseback.app.WorldFile.Member;
import leaseback.app.WorldFile.Ports;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One manager and its hosts as processes of this computer, brought up step by step through the manager's public API.
///
/// The manager is started again should it end, as a service manager would; a host that ends stays off, as a machine would.
final class LocalWorld implements AutoCloseable {
    private static final Duration MANAGER_START = Duration.ofSeconds(120);
    private static final Duration HOSTS_START = Duration.ofSeconds(120);
    /// Netty's search for leaks takes a stack trace of every 128th buffer; tests keep it.
    private static final String NO_LEAK_SAMPLES = "-Dio.netty.leakDetection.level=disabled";
    private static final List<String> MANAGER_JVM = List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders",
            "-XX:MaxDirectMemorySize=128m", NO_LEAK_SAMPLES);
    /// In incubation, so it is asked for; the manager codes with it where it is.
    private static final String VECTOR_API = "jdk.incubator.vector";
    private static final List<String> HOST_JVM = List.of("-Xms16m", "-Xmx64m", "-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders",
            "-XX:MaxDirectMemorySize=48m", "-XX:ReservedCodeCacheSize=48m", "-Xss512k", NO_LEAK_SAMPLES);

    private final Folder held;
    private final Path folder;
    private final PrintWriter out;
    private final List<Child> hosts = new ArrayList<>();
    private @Nullable Child manager;
    private boolean closed;

    LocalWorld(Folder held, Path folder, PrintWriter out) {
        this.held = held;
        this.folder = folder;
        this.out = out;
    }

    /// Until the world can be used; prints each step as it is done, and at the end what a person needs.
    void start(int hostCount, long leasedBytes, boolean anyPorts) throws IOException, InterruptedException {
        long began = System.nanoTime();
        WorldFile known = WorldFile.read(folder);
        WorldFile world = known == null ? new WorldFile(choosePorts(anyPorts), null, null, List.of()) : known.with(stillFree(known.ports()));
        world.write(folder);
        say(known == null ? "A new world in " + folder : "Carrying on with the world in " + folder);

        startManager(world.ports());
        String kept = world.apiToken();
        String token = kept == null ? Files.readString(folder.resolve("manager/operator.token")).strip() : kept;
        world = world.with(token);
        Files.copy(folder.resolve("manager/ca.pem"), folder.resolve("ca.pem"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        say("  manager runs, with its own PostgreSQL");

        try (ApiClient api = new ApiClient(URI.create("http://127.0.0.1:" + world.ports().web() + "/api"), token)) {
            Sale sale = new Sale(api, folder.resolve("factory"));
            if (known == null || known.hosts().isEmpty()) {
                sale.catalogue().forEach(line -> say("  " + line));
            }
            List<Member> members = new ArrayList<>(world.hosts());
            for (int number = members.size() + 1; number <= hostCount; number++) {
                Sale.Sold sold = sale.accepted(number, leasedBytes);
                if (number == 1) {
                    say("  the offer, as the first buyer reads it:");
                    sold.offer().lines().forEach(line -> say("    | " + line));
                }
                say("  " + sold.story());
                String name = String.format(Locale.ROOT, "hosts/%02d", number);
                sold.install(folder.resolve(name), "127.0.0.1:" + world.ports().line());
                members.add(new Member(sold.serial(), name, freePort()));
                world = world.with(members);
                world.write(folder);
            }
            if (known == null || known.user() == null) {
                say("  " + sale.declined(hostCount + 1).story());
                world = world.with(sale.user());
                say("  a user signed up for storage and has a key");
            }
            world.write(folder);
            startHosts(world.hosts(), world.ports());
            awaitHosts(api, world.hosts().size());
        }
        summary(world, Duration.ofNanos(System.nanoTime() - began));
    }

    /// Returns when this world is closed. Says when a process ends.
    void watch() throws IOException, InterruptedException {
        Set<Child> mourned = new HashSet<>();
        while (!isClosed()) {
            Thread.sleep(500);
            for (Child host : hosts) {
                if (!host.process().isAlive() && mourned.add(host) && !isClosed()) {
                    say(host.name() + " (process " + host.process().pid() + ") has ended; start `up` again to bring it back");
                }
            }
            Child running = manager;
            if (running != null && !running.process().isAlive() && !isClosed()) {
                say("the manager (process " + running.process().pid() + ") has ended; starting it again");
                WorldFile world = WorldFile.existing(folder);
                startManager(world.ports());
                say("the manager is back");
            }
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        say("stopping ...");
        try {
            hosts.forEach(host -> host.process().destroy());
            for (Child host : hosts) {
                host.stop(Duration.ofSeconds(10));
            }
            if (manager != null) {
                manager.stop(Duration.ofSeconds(100));
            }
            held.close();
            say("stopped; `./leaseback up` carries on with the same data");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (IOException failed) {
            say("the folder could not be let go: " + failed.getMessage());
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private synchronized void startManager(Ports ports) throws IOException, InterruptedException {
        if (closed) {
            return;
        }
        List<String> jvm = new ArrayList<>(MANAGER_JVM);
        if (ModuleFinder.ofSystem().find(VECTOR_API).isPresent()) {
            jvm.add("--add-modules=" + VECTOR_API);
        }
        Child started = Child.start("manager", jvm, List.of("manager", "--data", folder.resolve("manager").toString(),
                "--web-port", String.valueOf(ports.web()), "--web-tls-port", String.valueOf(ports.webTls()),
                "--s3-port", String.valueOf(ports.s3()), "--s3-tls-port", String.valueOf(ports.s3Tls()),
                "--line-port", String.valueOf(ports.line()), "--region", UpCommand.REGION),
                Map.of("MALLOC_ARENA_MAX", "2"), folder.resolve("logs/manager.log"));
        manager = started;
        held.note(started.process());
        long deadline = System.nanoTime() + MANAGER_START.toNanos();
        while (!answers(ports.web())) {
            if (!started.process().isAlive()) {
                throw new IOException("the manager did not start; its log " + started.log() + " ends with:\n" + started.lastLines(12));
            }
            if (System.nanoTime() > deadline) {
                throw new IOException("the manager did not answer within " + MANAGER_START.toSeconds() + " s; see " + started.log());
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private static boolean answers(int port) throws InterruptedException {
        try (java.net.http.HttpClient http = java.net.http.HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build()) {
            java.net.http.HttpRequest request = java.net.http.HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health"))
                    .timeout(Duration.ofSeconds(5)).build();
            return http.send(request, java.net.http.HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    private synchronized void startHosts(List<Member> members, Ports ports) throws IOException {
        for (Member member : members) {
            if (closed) {
                return;
            }
            Child host = Child.start("host " + member.serial(), HOST_JVM,
                    List.of("host", "--data", folder.resolve(member.folder()).toString(), "--page-port", String.valueOf(member.page()),
                            "--no-battery", "--manager", "https://127.0.0.1:" + ports.webTls(), "--line", "127.0.0.1:" + ports.line()),
                    Map.of("MALLOC_ARENA_MAX", "2"), folder.resolve("logs/" + member.serial() + ".log"));
            hosts.add(host);
            held.note(host.process());
        }
        say("  " + hosts.size() + " hosts boot, each its own process");
    }

    private void awaitHosts(ApiClient api, int count) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + HOSTS_START.toNanos();
        while (true) {
            int ready = 0;
            for (JsonNode host : api.list("/hosts")) {
                if (host.path("reachable").asBoolean(false) && host.path("state").asString("").equals("ACTIVE")) {
                    ready++;
                }
            }
            if (ready >= count) {
                say("  all " + count + " enrolled with their claim codes; their leases run");
                return;
            }
            for (Child host : hosts) {
                if (!host.process().isAlive()) {
                    throw new IOException(host.name() + " did not start; its log " + host.log() + " ends with:\n" + host.lastLines(12));
                }
            }
            if (System.nanoTime() > deadline) {
                throw new IOException("only " + ready + " of " + count + " hosts came up within " + HOSTS_START.toSeconds()
                        + " s; see the logs in " + folder.resolve("logs"));
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }

    private void summary(WorldFile world, Duration took) throws IOException {
        Sale.User user = world.user();
        if (user == null) {
            throw new IOException("the world has no user; start over with --reset");
        }
        Path here = Path.of("").toAbsolutePath();
        String data = folder.equals(here.resolve(UpCommand.FOLDER)) ? "" : " --data '" + folder + "'";
        say("");
        say("Ready after " + took.toSeconds() + " s.");
        say("  console        http://127.0.0.1:" + world.ports().web() + "/   sign in as operator, password in " + folder.resolve("manager/operator.password"));
        say("  S3 endpoint    http://127.0.0.1:" + world.ports().s3() + "   (HTTPS: https://127.0.0.1:" + world.ports().s3Tls() + ")");
        say("  region         " + UpCommand.REGION);
        say("  access key     " + user.accessKey());
        say("  secret         " + user.secret());
        say("  CA file        " + folder.resolve("ca.pem") + "   (for the HTTPS addresses)");
        say("  API            http://127.0.0.1:" + world.ports().web() + "/api");
        say("  local pages    " + String.join(" ", world.hosts().stream().map(host -> "http://127.0.0.1:" + host.page() + "/").limit(3).toList())
                + (world.hosts().size() > 3 ? " ..." : ""));
        say("");
        say("Try, in a second terminal:");
        say("  eval \"$(./leaseback env" + data + ")\"");
        say("  aws s3 mb s3://first && aws s3 cp README.md s3://first/ && aws s3 ls s3://first");
        say("  ./leaseback status" + data);
        say("Ctrl-C stops all of it.");
    }

    private void say(String line) {
        synchronized (out) {
            out.println(line);
            out.flush();
        }
    }

    /// The well-known ports where they are free, any others where not.
    private static Ports choosePorts(boolean any) throws IOException {
        return new Ports(port(8080, any), port(8443, any), port(9000, any), port(9443, any), port(7443, any));
    }

    /// Those of an earlier run; where another program has taken one meanwhile, a free one instead.
    private static Ports stillFree(Ports known) throws IOException {
        return new Ports(port(known.web(), false), port(known.webTls(), false), port(known.s3(), false), port(known.s3Tls(), false),
                port(known.line(), false));
    }

    private static int port(int wanted, boolean any) throws IOException {
        if (!any) {
            try (ServerSocket free = new ServerSocket(wanted, 1, InetAddress.getLoopbackAddress())) {
                return free.getLocalPort();
            } catch (IOException taken) {
                // Someone else's; the summary prints what was taken instead.
            }
        }
        return freePort();
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }
}
