package leaseback.testbed.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import leaseback.manager.database.Database;
import leaseback.manager.database.PostgresBinaries;
import leaseback.manager.database.PostgresServer;

/// A migrated database of its own for a test class, on a real server that lives as long: the embedded one, or Debian's
/// PostgreSQL 15 with `-Dleaseback.test.database=debian15`.
final class RackDatabase implements AutoCloseable {
    private final PostgresServer server;
    private final Database database;

    RackDatabase(Path folder) throws IOException, SQLException {
        server = "debian15".equals(System.getProperty("leaseback.test.database"))
                ? PostgresServer.start(folder.resolve("postgres"), PostgresBinaries.in(Path.of("/usr/lib/postgresql/15")))
                : PostgresServer.start(folder.resolve("postgres"));
        String name = "rack_" + UUID.randomUUID().toString().substring(0, 8);
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
                Statement statement = connection.createStatement()) {
            statement.execute("create database " + name);
        }
        int at = server.jdbcUrl().lastIndexOf('/') + 1;
        int parameters = server.jdbcUrl().indexOf('?');
        database = Database.open(server.jdbcUrl().substring(0, at) + name
                + (parameters < 0 ? "" : server.jdbcUrl().substring(parameters)), server.user(), server.password());
    }

    Database database() {
        return database;
    }

    @Override
    public void close() throws IOException {
        database.close();
        server.close();
    }
}
