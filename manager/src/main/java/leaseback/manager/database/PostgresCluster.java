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
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The data of one PostgreSQL on the disk, and the starting and stopping of the server that works on them.
///
/// `folder` holds `cluster/` (the data), `password`, `log/`, `lock`, and the programs that were unpacked.
final class PostgresCluster {
    static final String SUPERUSER = "postgres";
    private static final Logger LOG = LoggerFactory.getLogger(PostgresCluster.class);
    // Long enough to replay a gigabyte of log after a crash on a slow disk.
    private static final Duration START = Duration.ofMinutes(5);
    private static final Duration STOP = Duration.ofSeconds(90);
    private static final int BINDINGS = 5;
    private static final int LOWEST_PORT = 20_000;
    private static final int PORTS = 12_000;

    private final Path folder;
    private final PostgresBinaries binaries;
    private final PostgresAccount account;
    private final String password;

    /// @throws IOException when the data there are of another major version, or their password is missing
    PostgresCluster(Path folder, PostgresBinaries binaries, PostgresAccount account) throws IOException {
        this.folder = folder;
        this.binaries = binaries;
        this.account = account;
        refuseAnotherMajor();
        this.password = passwordFromItsFile();
        account.own(folder.resolve("password"));
    }

    String password() {
        return password;
    }

    PostgresBinaries binaries() {
        return binaries;
    }

    /// The server that runs in the cluster already, once it answers.
    Optional<Postmaster> survivor() throws IOException {
        long deadline = System.nanoTime() + START.toNanos();
        while (true) {
            Optional<Postmaster> living = Postmaster.livingIn(cluster());
            if (living.isEmpty()) {
                return Optional.empty();
            }
            try (Connection connection = connect(living.get().port())) {
                if (Files.isSameFile(Path.of(Sql.text(connection, "show data_directory")), cluster())) {
                    return living;
                }
                throw new IOException("port " + living.get().port() + " is answered by a PostgreSQL with other data than "
                        + cluster() + ", though its postmaster.pid names that port; stop process " + living.get().pid());
            } catch (SQLException silent) {
                if ("28P01".equals(silent.getSQLState())) {
                    throw new IOException("the PostgreSQL of " + cluster() + " refuses the password in "
                            + folder.resolve("password") + "; restore that file from your backup", silent);
                }
                if (System.nanoTime() - deadline > 0) {
                    throw new IOException("process " + living.get().pid() + " holds " + cluster()
                            + " but does not answer on port " + living.get().port() + " for " + START.toSeconds()
                            + " s; see " + logs() + ", then end it with kill -INT", silent);
                }
            }
            pause(100);
        }
    }

    /// Makes the cluster, whole or not at all.
    void initialize() throws IOException {
        if (Files.exists(cluster())) {
            return;
        }
        Path partial = folder.resolve("cluster.partial");
        Folders.delete(partial);
        List<String> command = new ArrayList<>(List.of(binaries.program("initdb"), "--username=" + SUPERUSER,
                "--pwfile=" + folder.resolve("password"), "--auth=scram-sha-256", "--data-checksums", "--encoding=UTF8",
                "--no-instructions"));
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
    Postmaster launch(int wanted) throws IOException {
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
                throw new IOException("PostgreSQL did not start in " + folder + " on port " + port + ": " + said + "; see also "
                        + logs());
            }
            pause(200);
        }
    }

    void stop() throws IOException {
        if (Postmaster.livingIn(cluster()).isEmpty()) {
            return;
        }
        Command stopped = pgCtlStop("fast");
        if (!stopped.succeeded() && Postmaster.livingIn(cluster()).isPresent()) {
            LOG.warn("PostgreSQL in {} did not stop within {} s ({}); ending it at once, the next start repairs", folder,
                    STOP.toSeconds(), stopped.said());
            pgCtlStop("immediate");
        }
    }

    private Command pgCtlStop(String mode) throws IOException {
        return account.run(List.of(binaries.program("pg_ctl"), "stop", "--wait", "--timeout=" + STOP.toSeconds(),
                "--mode=" + mode, "--pgdata", cluster().toString()), STOP.plusSeconds(10));
    }

    /// As superuser, in the database that is always there.
    Connection connect(int port) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", SUPERUSER);
        properties.setProperty("password", password);
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("loginTimeout", "5");
        properties.setProperty("socketTimeout", "30");
        properties.setProperty("ApplicationName", "leaseback launcher");
        // Only who knows the password's verifier can answer SCRAM: nobody else on this port is believed.
        properties.setProperty("requireAuth", "scram-sha-256");
        return DriverManager.getConnection(url(port, SUPERUSER), properties);
    }

    static String url(int port, String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    private void refuseAnotherMajor() throws IOException {
        Path version = cluster().resolve("PG_VERSION");
        if (!Files.exists(version)) {
            return;
        }
        String found = Files.readString(version).strip();
        if (!found.equals(Integer.toString(binaries.major()))) {
            throw new IOException("the data in " + cluster() + " are PostgreSQL " + found + "'s, and this release carries PostgreSQL "
                    + binaries.major() + ", which cannot read them. Nothing was changed. Run the release that wrote them,"
                    + " save them with pg_dump, move " + folder + " away, start this release and load them:"
                    + " docs/runbook/backup-and-restore.md says how");
        }
    }

    /// One password for both roles. The file is the only place that has it.
    private String passwordFromItsFile() throws IOException {
        Path file = folder.resolve("password");
        if (Files.exists(file)) {
            return Files.readString(file).strip();
        }
        if (Files.exists(cluster())) {
            throw new IOException(file + " is missing, and without it the data in " + cluster()
                    + " cannot be opened; restore it from your backup");
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

    private Path cluster() {
        return folder.resolve("cluster");
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
        throw new IOException("no free port for PostgreSQL between " + LOWEST_PORT + " and " + (LOWEST_PORT + PORTS)
                + " after 100 tries");
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
