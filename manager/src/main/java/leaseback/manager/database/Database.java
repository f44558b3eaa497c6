package leaseback.manager.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/// The truth: one PostgreSQL, reached over JDBC, its tables brought up to date when opened.
///
/// Every act is one short transaction, tried again when the database says it lost a race. Nothing talks to a host inside one.
public final class Database implements AutoCloseable {
    private static final int TRIES = 12;
    private static final int CONNECTIONS = 16;
    private final HikariDataSource pool;
    private final Jdbi jdbi;

    private Database(HikariDataSource pool) {
        this.pool = pool;
        this.jdbi = Jdbi.create(pool);
    }

    /// Opens `jdbcUrl` and migrates it. `password` never reaches a log.
    public static Database open(String jdbcUrl, String user, String password) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(jdbcUrl);
        config.setUsername(user);
        config.setPassword(password);
        config.setMaximumPoolSize(CONNECTIONS);
        config.setMinimumIdle(2);
        config.setConnectionTimeout(Duration.ofSeconds(20).toMillis());
        config.setPoolName("database");
        HikariDataSource pool = new HikariDataSource(config);
        try {
            Flyway.configure().dataSource(pool).locations("classpath:leaseback/database").load().migrate();
            return new Database(pool);
        } catch (RuntimeException failed) {
            pool.close();
            throw failed;
        }
    }

    /// One transaction, from first statement to commit; run again from the start, at most 12 times, when it lost a race.
    public <T extends @org.jspecify.annotations.Nullable Object> T transact(Work<T> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                return jdbi.inTransaction(work::run);
            } catch (RuntimeException failed) {
                if (attempt == TRIES || !lostRace(failed)) {
                    throw failed;
                }
                pause(attempt);
            }
        }
    }

    /// Reads outside an explicit transaction: each statement sees what was committed when it began.
    public <T extends @org.jspecify.annotations.Nullable Object> T read(Work<T> work) {
        return jdbi.withHandle(work::run);
    }

    @Override
    public void close() {
        pool.close();
    }

    /// What is done with the open connection; may run more than once, so it changes nothing outside the database.
    @FunctionalInterface
    public interface Work<T extends @org.jspecify.annotations.Nullable Object> {
        T run(Handle handle);
    }

    private static boolean lostRace(Throwable failed) {
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && ("40001".equals(sql.getSQLState()) || "40P01".equals(sql.getSQLState()))) {
                return true;
            }
        }
        return false;
    }

    private static void pause(int attempt) {
        try {
            Thread.sleep(ThreadLocalRandom.current().nextLong(1, 5L << Math.min(attempt, 7)));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting to repeat a transaction", interrupted);
        }
    }
}
