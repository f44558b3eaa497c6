package leaseback.testbed.simulation;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Path;
import javax.sql.DataSource;
import leaseback.manager.database.Database;
import leaseback.manager.database.PostgresServer;
import leaseback.testbed.direct.Tables;

/// One real embedded PostgreSQL for many seeds. It does not wait for its disk: it is never killed here.
final class SimulationDatabase implements AutoCloseable {
    private final PostgresServer server;
    private final Database migrated;
    private final HikariDataSource pool;

    SimulationDatabase(Path folder) throws IOException {
        server = PostgresServer.start(folder.resolve("postgres"));
        migrated = Database.open(server.jdbcUrl(), server.user(), server.password());
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(server.jdbcUrl());
        config.setUsername(server.user());
        config.setPassword(server.password());
        config.setMaximumPoolSize(12);
        config.setConnectionInitSql("set time zone 'UTC'; set synchronous_commit to off");
        pool = new HikariDataSource(config);
    }

    DataSource source() {
        return pool;
    }

    Database database() {
        return migrated;
    }

    /// Forgets what another seed left.
    void clear() {
        Tables.empty(migrated);
    }

    @Override
    public void close() throws IOException {
        pool.close();
        migrated.close();
        server.close();
    }
}
