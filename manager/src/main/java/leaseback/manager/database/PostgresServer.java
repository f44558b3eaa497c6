package leaseback.manager.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The embedded PostgreSQL: real, durable, reachable only from this machine and only with its password.
///
/// It is a process of its own that outlives a killed manager; the next start takes it over.
public final class PostgresServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresServer.class);
    private static final String USER = "leaseback";

    private final PostgresCluster cluster;
    private final FolderLock lock;
    private Postmaster postmaster;
    private boolean closed;

    private PostgresServer(PostgresCluster cluster, FolderLock lock) throws IOException {
        this.cluster = cluster;
        this.lock = lock;
        Optional<Postmaster> survivor = cluster.survivor();
        if (survivor.isPresent()) {
            this.postmaster = survivor.get();
            LOG.info("Took over the PostgreSQL that an earlier manager left running: process {}, port {}",
                    postmaster.pid(), postmaster.port());
        } else {
            cluster.initialize();
            this.postmaster = cluster.launch(0);
            cluster.binaries().deleteEarlier();
            LOG.info("Started PostgreSQL {}: process {}, port {}", cluster.binaries().major(), postmaster.pid(),
                    postmaster.port());
        }
        try {
            createDatabase();
        } catch (SQLException failed) {
            cluster.stop();
            throw new IOException("PostgreSQL runs, but its database could not be made: " + failed.getMessage(), failed);
        }
    }

    /// Starts the PostgreSQL that came with this build in `folder`, made if absent and used for nothing else;
    /// or takes over the one that still runs there.
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
            return new PostgresServer(new PostgresCluster(folder, binaries, account), lock);
        } catch (IOException | RuntimeException failed) {
            lock.close();
            throw failed;
        }
    }

    /// `jdbc:postgresql://127.0.0.1:<port>/leaseback`; stays the same while this lives.
    public String jdbcUrl() {
        return PostgresCluster.url(port(), USER);
    }

    /// The owner of the database; may create further databases, and is no superuser.
    public String user() {
        return USER;
    }

    public String password() {
        return cluster.password();
    }

    PostgresBinaries binaries() {
        return cluster.binaries();
    }

    synchronized int port() {
        return postmaster.port();
    }

    synchronized long pid() {
        return postmaster.pid();
    }

    /// Starts PostgreSQL again on the same port when it died; costs next to nothing when it did not. For a chore, about each
    /// second.
    ///
    /// @return whether it had died
    /// @throws IOException when it cannot be started; try again
    public synchronized boolean ensureRunning() throws IOException {
        if (closed || postmaster.lives()) {
            return false;
        }
        LOG.warn("PostgreSQL, process {}, is gone; starting it again on port {}", postmaster.pid(), postmaster.port());
        Optional<Postmaster> survivor = cluster.survivor();
        postmaster = survivor.isPresent() ? survivor.get() : cluster.launch(postmaster.port());
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
            cluster.stop();
        } finally {
            lock.close();
        }
    }

    /// The manager's role is no superuser: whoever tricks it into foreign SQL gets its tables, not the machine.
    private void createDatabase() throws SQLException {
        try (Connection connection = cluster.connect(port())) {
            if (Sql.text(connection, "select count(*) from pg_roles where rolname = '" + USER + "'").equals("0")) {
                // Over loopback, and the server logs no statements: the password is in no file but its own.
                Sql.execute(connection, "create role " + USER + " login createdb password '" + password() + "'");
                Sql.execute(connection, "grant pg_read_all_settings to " + USER);
            }
            if (Sql.text(connection, "select count(*) from pg_database where datname = '" + USER + "'").equals("0")) {
                Sql.execute(connection, "create database " + USER + " owner " + USER);
            }
        }
    }
}
