package leaseback.manager.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A fresh, migrated database for one test, on one real server for the whole run.
///
/// The server is the embedded PostgreSQL with the product's own settings, kept under the module's `target/` so that only the
/// first run makes it; a server that outlived a killed run is taken over. Property `leaseback.test.database` chooses another:
/// `debian15` for Debian's PostgreSQL 15 through the same launcher, or `jdbc:postgresql://...` with
/// `leaseback.test.database.user` and `.password`, a role that may create databases.
public final class TestDatabase implements AutoCloseable {
    private static final String CHOICE = "leaseback.test.database";
    private static final Path DEBIAN_15 = Path.of("/usr/lib/postgresql/15");
    private static final Path TARGET = Path.of("target").toAbsolutePath();
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final Server server;
    private final String name;
    private final Database database;

    private TestDatabase(Server server, String name) {
        this.server = server;
        this.name = name;
        server.execute("create database " + name + " template " + server.template);
        this.database = Database.open(server.urlOf(name), server.user, server.password);
    }

    /// Takes about a tenth of a second.
    public static TestDatabase fresh() {
        return new TestDatabase(Server.ONE, Server.ONE.template + "_" + COUNT.incrementAndGet());
    }

    public Database database() {
        return database;
    }

    public String jdbcUrl() {
        return server.urlOf(name);
    }

    public String user() {
        return server.user;
    }

    public String password() {
        return server.password;
    }

    /// Ends whoever is still connected, and drops the database.
    @Override
    public void close() {
        database.close();
        try {
            server.execute("drop database if exists " + name + " with (force)");
        } catch (IllegalStateException inUse) {
            // Only a superuser may end an autovacuum worker that is at it; the next run drops what this one leaves.
        }
    }

    /// The PostgreSQL this run was told to use, for tests that start one of their own; unpacked already.
    static PostgresBinaries binaries() throws IOException {
        return server().isPresent() ? server().get().binaries()
                : PostgresBinaries.bundled(Files.createDirectories(TARGET.resolve("postgres-programs")));
    }

    /// The server of this run, unless one was given by its address.
    static Optional<PostgresServer> server() {
        return Optional.ofNullable(Server.ONE.running);
    }

    private static final class Server {
        static final Server ONE = open();
        final String url;
        final String user;
        final String password;
        /// Migrated once and copied for each test. Random, because several runs may share one server.
        final String template = "test_" + UUID.randomUUID().toString().substring(0, 8);

        private final @Nullable PostgresServer running;

        private Server(@Nullable PostgresServer running, String url, String user, String password) {
            this.running = running;
            this.url = url;
            this.user = user;
            this.password = password;
            execute("create database " + template);
            Database.open(urlOf(template), user, password).close();
        }

        private static Server open() {
            String choice = System.getProperty(CHOICE, "");
            if (choice.startsWith("jdbc:")) {
                Server given = new Server(null, choice,
                        System.getProperty(CHOICE + ".user", ""), System.getProperty(CHOICE + ".password", ""));
                Runtime.getRuntime().addShutdownHook(
                        new Thread(() -> given.execute("drop database if exists " + given.template + " with (force)")));
                return given;
            }
            if (!choice.isEmpty() && !choice.equals("debian15")) {
                throw new IllegalArgumentException("-D" + CHOICE + "=" + choice
                        + " is neither debian15 nor jdbc:postgresql://...");
            }
            try {
                PostgresServer running = startInTarget(choice);
                Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(running)));
                Server server = new Server(running, running.jdbcUrl(), running.user(), running.password());
                server.dropWhatKilledRunsLeft();
                return server;
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }

        private static PostgresServer startInTarget(String choice) throws IOException {
            for (int n = 1; ; n++) {
                try {
                    Path folder = TARGET.resolve("postgres" + choice + "-" + n);
                    return choice.isEmpty() ? PostgresServer.start(folder)
                            : PostgresServer.start(folder, PostgresBinaries.in(DEBIAN_15));
                } catch (FolderLock.FolderInUse anotherRun) {
                    if (n == 9) {
                        throw anotherRun;
                    }
                }
            }
        }

        private static void stop(PostgresServer running) {
            try {
                running.close();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }

        private void dropWhatKilledRunsLeft() {
            try (Connection connection = DriverManager.getConnection(url, user, password);
                    Statement statement = connection.createStatement();
                    var names = statement.executeQuery("select datname from pg_database where datname like 'test\\_%'")) {
                while (names.next()) {
                    if (!names.getString(1).equals(template)) {
                        drop(names.getString(1));
                    }
                }
            } catch (SQLException failed) {
                throw new IllegalStateException("cannot tidy up the test server at " + url, failed);
            }
        }

        private void drop(String left) {
            try {
                execute("drop database " + left + " with (force)");
            } catch (IllegalStateException inUse) {
                // An autovacuum worker is at it; a later run drops it.
            }
        }

        String urlOf(String name) {
            int parameters = url.indexOf('?');
            String place = parameters < 0 ? url : url.substring(0, parameters);
            return place.substring(0, place.lastIndexOf('/') + 1) + name + (parameters < 0 ? "" : url.substring(parameters));
        }

        void execute(String command) {
            try (Connection connection = DriverManager.getConnection(url, user, password);
                    Statement statement = connection.createStatement()) {
                statement.execute(command);
            } catch (SQLException failed) {
                throw new IllegalStateException("the test server at " + url + " refused: " + command, failed);
            }
        }
    }
}
