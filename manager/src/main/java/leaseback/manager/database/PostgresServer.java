package leaseback.manager.database;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The embedded PostgreSQL: real, durable, reachable only from this machine and only with its password.
///
/// It is a process of its own that outlives a killed manager; the next start takes it over. Its folder holds
/// `cluster/` (the data), `password`, `log/`, `lock` and the unpacked programs.
public final class PostgresServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresServer.class);
    private static final String USER = "leaseback";
    private static final String SUPERUSER = "postgres";
    // Long enough to replay a gigabyte of log after a crash on a slow disk.
    private static final Duration START = Duration.ofMinutes(5);
    private static final Duration STOP = Duration.ofSeconds(90);
    private static final int BINDINGS = 5;
    private static final int LOWEST_PORT = 20_000;
    private static final int PORTS = 12_000;

    private final Path folder;
    private final PostgresBinaries binaries;
    private final PostgresAccount account;
    private final FolderLock lock;
    private final String password;
    private Postmaster postmaster;
    private boolean closed;

    private PostgresServer(Path folder, PostgresBinaries binaries, PostgresAccount account, FolderLock lock) throws IOException {
        this.folder = folder;
        this.binaries = binaries;
        this.account = account;
        this.lock = lock;
        refuseAnotherMajor();
        this.password = passwordOf(folder);
        account.own(folder.resolve("password"));
        Optional<Postmaster> survivor = survivor();
        if (survivor.isPresent()) {
            this.postmaster = survivor.get();
            LOG.info("Took over the PostgreSQL that an earlier manager left running: process {}, port {}", postmaster.pid(), postmaster.port());
        } else {
            initialize();
            this.postmaster = launch(0);
            binaries.deleteEarlier();
            LOG.info("Started PostgreSQL {} in {}: process {}, port {}", binaries.major(), folder, postmaster.pid(), postmaster.port());
        }
        try {
            createDatabase();
        } catch (SQLException failed) {
            stop();
            throw new IOException("PostgreSQL in " + folder + " runs, but its database could not be made: " + failed.getMessage(), failed);
        }
    }

    /// Starts the PostgreSQL that came with this build in `folder`, made if absent and used for nothing else; or takes over the one
    /// that still runs there.
    ///
    /// @throws IOException when another process uses the folder, another major version wrote it, or PostgreSQL does not start;
    ///     the message says what to do
    public static PostgresServer start(Path folder) throws IOException {
        return start(folder, Optional.empty());
    }

    /// The same with `binaries` of your own. One folder is for one major version.
    public static PostgresServer start(Path folder, PostgresBinaries binaries) throws IOException {
        return start(folder, Optional.of(binaries));
    }

    private static PostgresServer start(Path given, Optional<PostgresBinaries> chosen) throws IOException {
        Path folder = given.toAbsolutePath().normalize();
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        }
        FolderLock lock = FolderLock.on(folder);
        try {
            PostgresAccount account = PostgresAccount.of(folder);
            PostgresBinaries binaries = chosen.isPresent() ? chosen.get() : PostgresBinaries.bundled(folder);
            if (binaries.folder().startsWith(folder)) {
                account.own(binaries.folder());
            }
            return new PostgresServer(folder, binaries, account, lock);
        } catch (IOException | RuntimeException failed) {
            lock.close();
            throw failed;
        }
    }

    /// `jdbc:postgresql://127.0.0.1:<port>/leaseback`; stays the same while this lives.
    public String jdbcUrl() {
        return url(port(), USER);
    }

    /// The owner of the database; may create further databases, and is no superuser.
    public String user() {
        return USER;
    }

    public String password() {
        return password;
    }

    PostgresBinaries binaries() {
        return binaries;
    }

    synchronized int port() {
        return postmaster.port();
    }

    synchronized long pid() {
        return postmaster.pid();
    }

    /// Starts PostgreSQL again on the same port when it died; costs next to nothing when it did not. For a chore, about each second.
    ///
    /// @return whether it had died
    /// @throws IOException when it cannot be started; try again
    public synchronized boolean ensureRunning() throws IOException {
        if (closed || postmaster.lives()) {
            return false;
        }
        LOG.warn("PostgreSQL, process {}, is gone; starting it again on port {}", postmaster.pid(), postmaster.port());
        Optional<Postmaster> survivor = survivor();
        postmaster = survivor.isPresent() ? survivor.get() : launch(postmaster.port());
        LOG.info("PostgreSQL runs again: process {}, port {}", postmaster.pid(), postmaster.port());
        return true;
    }

    /// Stops PostgreSQL within 90 s, ending open transactions, and lets the folder go.
    @Override
    public synchronized void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            stop();
        } finally {
            lock.close();
        }
    }

    private Path cluster() {
        return folder.resolve("cluster");
    }

    private void refuseAnotherMajor() throws IOException {
        Path version = cluster().resolve("PG_VERSION");
        if (!Files.exists(version)) {
            return;
        }
        String found = Files.readString(version).strip();
        if (!found.equals(Integer.toString(binaries.major()))) {
            throw new IOException("the data in " + cluster() + " are PostgreSQL " + found + "'s, and this release carries PostgreSQL "
                    + binaries.major() + ", which cannot read them. Nothing was changed. Run the release that wrote them, save them with pg_dump,"
                    + " move " + folder + " away, start this release and load them: docs/runbook/backup-and-restore.md says how");
        }
    }

    /// One password for both roles. The file is the only place that has it.
    private String passwordOf(Path folder) throws IOException {
        Path file = folder.resolve("password");
        if (Files.exists(file)) {
            return Files.readString(file).strip();
        }
        if (Files.exists(cluster())) {
            throw new IOException(file + " is missing, and without it the data in " + cluster() + " cannot be opened; restore it from your backup");
        }
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        String fresh = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        Path partial = folder.resolve("password.partial");
        Files.deleteIfExists(partial);
        Files.createFile(partial, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(partial, fresh + "\n", StandardOpenOption.SYNC);
        Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
        return fresh;
    }

    /// The server that runs in the cluster already, once it answers.
    private Optional<Postmaster> survivor() throws IOException {
        long deadline = System.nanoTime() + START.toNanos();
        while (true) {
            Optional<Postmaster> living = Postmaster.livingIn(cluster());
            if (living.isEmpty()) {
                return Optional.empty();
            }
            try (Connection connection = connect(living.get().port(), SUPERUSER, SUPERUSER)) {
                if (Files.isSameFile(Path.of(text(connection, "show data_directory")), cluster())) {
                    return living;
                }
                throw new IOException("port " + living.get().port() + " is answered by a PostgreSQL with other data than " + cluster()
                        + ", though " + cluster().resolve("postmaster.pid") + " names it; stop process " + living.get().pid());
            } catch (SQLException silent) {
                if ("28P01".equals(silent.getSQLState())) {
                    throw new IOException("the PostgreSQL of " + cluster() + " refuses the password in " + folder.resolve("password")
                            + "; restore that file from your backup", silent);
                }
                if (System.nanoTime() - deadline > 0) {
                    throw new IOException("process " + living.get().pid() + " holds " + cluster() + " but does not answer on port "
                            + living.get().port() + " for " + START.toSeconds() + " s; see " + logs() + ", then end it with kill -INT", silent);
                }
            }
            pause(100);
        }
    }

    /// Makes the cluster, whole or not at all.
    private void initialize() throws IOException {
        if (Files.exists(cluster())) {
            return;
        }
        Path partial = folder.resolve("cluster.partial");
        Folders.delete(partial);
        List<String> command = new ArrayList<>(List.of(binaries.program("initdb"), "--username=" + SUPERUSER,
                "--pwfile=" + folder.resolve("password"), "--auth=scram-sha-256", "--data-checksums", "--encoding=UTF8", "--no-instructions"));
        // The builtin provider came with 17: the same order on every machine, whatever its C library.
        command.addAll(binaries.major() >= 17 ? List.of("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
                : List.of("--locale=C.UTF-8"));
        command.addAll(List.of("--pgdata", partial.toString()));
        Command made = account.run(command, START);
        if (!made.succeeded()) {
            throw new IOException("PostgreSQL could not make its data folder in " + folder + "; initdb said: " + made.said());
        }
        Files.move(partial, cluster(), StandardCopyOption.ATOMIC_MOVE);
    }

    /// @param wanted the port, or 0 for any free one
    private Postmaster launch(int wanted) throws IOException {
        long deadline = System.nanoTime() + START.toNanos();
        for (int attempt = 1; ; attempt++) {
            int port = wanted == 0 ? freePort() : wanted;
            write(cluster().resolve("postgresql.conf"), PostgresSettings.settings(port, logs()));
            write(cluster().resolve("pg_hba.conf"), PostgresSettings.access());
            if (!Files.isDirectory(logs())) {
                account.own(Files.createDirectory(logs()));
            }
            Path startLog = logs().resolve("start.log");
            write(startLog, "");
            // pg_ctl gives the server a session of its own, so that Ctrl-C in a terminal reaches the manager alone.
            Command started = account.run(List.of(binaries.program("pg_ctl"), "start", "--wait", "--timeout=" + START.toSeconds(),
                    "--log=" + startLog, "--pgdata", cluster().toString()), START.plusSeconds(10));
            Optional<Postmaster> living = Postmaster.livingIn(cluster());
            if (started.succeeded() && living.isPresent()) {
                return living.get();
            }
            String said = Command.tail(startLog);
            // The children of a killed server need a moment to notice, and to let its shared memory and its port go.
            boolean passes = said.contains("shared memory") || said.contains("postmaster.pid")
                    || said.contains("could not bind") && attempt < BINDINGS;
            if (!passes || System.nanoTime() - deadline > 0) {
                throw new IOException("PostgreSQL did not start in " + folder + " on port " + port + ": " + said + "; see also " + logs());
            }
            pause(200);
        }
    }

    private void stop() throws IOException {
        if (Postmaster.livingIn(cluster()).isEmpty()) {
            return;
        }
        Command stopped = pgCtlStop("fast");
        if (!stopped.succeeded() && Postmaster.livingIn(cluster()).isPresent()) {
            LOG.warn("PostgreSQL in {} did not stop within {} s ({}); ending it at once, the next start repairs", folder, STOP.toSeconds(), stopped.said());
            pgCtlStop("immediate");
        }
    }

    private Command pgCtlStop(String mode) throws IOException {
        return account.run(List.of(binaries.program("pg_ctl"), "stop", "--wait", "--timeout=" + STOP.toSeconds(),
                "--mode=" + mode, "--pgdata", cluster().toString()), STOP.plusSeconds(10));
    }

    /// The manager's role is no superuser: whoever tricks it into foreign SQL gets its tables, not the machine.
    private void createDatabase() throws SQLException {
        try (Connection connection = connect(port(), SUPERUSER, SUPERUSER)) {
            if (text(connection, "select count(*) from pg_roles where rolname = '" + USER + "'").equals("0")) {
                // Over loopback, and the server logs no statements: the password is in no file but its own.
                execute(connection, "create role " + USER + " login createdb password '" + password + "'");
                execute(connection, "grant pg_read_all_settings to " + USER);
            }
            if (text(connection, "select count(*) from pg_database where datname = '" + USER + "'").equals("0")) {
                execute(connection, "create database " + USER + " owner " + USER);
            }
        }
    }

    private Connection connect(int port, String database, String user) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("loginTimeout", "5");
        properties.setProperty("socketTimeout", "30");
        properties.setProperty("ApplicationName", "leaseback launcher");
        // Only who knows the password's verifier can answer SCRAM: nobody else on this port is believed.
        properties.setProperty("requireAuth", "scram-sha-256");
        return DriverManager.getConnection(url(port, database), properties);
    }

    private static String url(int port, String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    private static String text(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static void execute(Connection connection, String command) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(command);
        }
    }

    private Path logs() {
        return folder.resolve("log");
    }

    private void write(Path file, String text) throws IOException {
        Files.writeString(file, text, StandardCharsets.UTF_8);
        account.own(file);
    }

    /// Below the range from which systems take the near ends of outgoing connections, so that it is still free after a restart.
    private static int freePort() throws IOException {
        SecureRandom random = new SecureRandom();
        for (int attempt = 0; attempt < 100; attempt++) {
            int port = LOWEST_PORT + random.nextInt(PORTS);
            try (ServerSocket probe = new ServerSocket()) {
                probe.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
                return port;
            } catch (IOException taken) {
                // The next one.
            }
        }
        throw new IOException("no free port for PostgreSQL between " + LOWEST_PORT + " and " + (LOWEST_PORT + PORTS) + " after 100 tries");
    }

    private static void pause(long millis) throws InterruptedIOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for PostgreSQL");
        }
    }
}
