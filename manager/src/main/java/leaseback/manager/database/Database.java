package leaseback.manager.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.ThreadLocalRandom;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/// The truth: one PostgreSQL, reached over JDBC, its tables brought up to date when opened.
///
/// Every act is one short transaction, tried again when the database says it lost a race. Nothing talks to a host inside one.
/// Isolation is PostgreSQL's own, read committed: what a decision rests on is locked (`for update`) or held by a constraint.
public final class Database implements AutoCloseable {
    private static final int TRIES = 12;
    private static final int CONNECTIONS = 16;
    private static final Duration CONNECTION_WAIT = Duration.ofSeconds(20);
    private static final Duration STATEMENT = Duration.ofSeconds(60);
    private final Runnable atClose;
    private final Jdbi jdbi;

    private Database(DataSource connections, Runnable atClose) {
        this.atClose = atClose;
        this.jdbi = Jdbi.create(connections);
    }

    /// Over connections of the caller's own, to a database that is up to date; closing it leaves them open.
    public static Database over(DataSource connections) {
        return new Database(connections, () -> {});
    }

    /// Opens `jdbcUrl` and migrates it; several managers may do so at once. `password` never reaches a log.
    ///
    /// @throws DatabaseFault when it does not answer or refuses us
    public static Database open(String jdbcUrl, String user, String password) {
        Properties properties = connectionProperties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        Greeting.to(jdbcUrl, properties);
        // Not through the pool: a migration of a great table may take longer than any statement else should.
        // Each part of the house numbers its own tables, so a new one may come before what is there already.
        Flyway.configure().dataSource(jdbcUrl, user, password).locations("classpath:leaseback/database").outOfOrder(true).load().migrate();

        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(jdbcUrl);
        config.setDataSourceProperties(properties);
        config.setMaximumPoolSize(CONNECTIONS);
        config.setMinimumIdle(2);
        config.setConnectionTimeout(CONNECTION_WAIT.toMillis());
        // The driver would give each session this machine's time zone.
        config.setConnectionInitSql("set time zone 'UTC'");
        config.setPoolName("database");
        HikariDataSource pool = new HikariDataSource(config);
        return new Database(pool, pool::close);
    }

    /// One transaction, from first statement to commit; run again from the start, at most 12 times, when it lost a race, or
    /// when the connection broke before the commit was asked for. A connection that breaks during the commit leaves its fate
    /// unknown: that throws. Within another `transact` of this thread it is part of that one.
    public <T extends @Nullable Object> T transact(Work<T> work) {
        for (int attempt = 1; ; attempt++) {
            Progress progress = new Progress();
            try {
                return jdbi.withHandle(handle -> {
                    progress.within = handle.isInTransaction();
                    return handle.inTransaction(same -> {
                        T result = work.run(same);
                        progress.committing = true;
                        return result;
                    });
                });
            } catch (RuntimeException failed) {
                boolean nothingKept = lostRace(failed) || !progress.committing && lostConnection(failed);
                if (attempt == TRIES || progress.within || !nothingKept) {
                    throw failed;
                }
                pauseAfter(attempt);
            }
        }
    }

    /// Reads as if in one instant, whatever others commit meanwhile.
    public <T extends @Nullable Object> T snapshot(Work<T> work) {
        return transact(handle -> {
            handle.execute("set transaction isolation level repeatable read, read only");
            return work.run(handle);
        });
    }

    /// One statement that changes something and is its own transaction, which spares the database two messages. Run again when it lost
    /// a race; a connection that breaks leaves its fate unknown: that throws. Within a `transact` of this thread it is part of that one.
    public <T extends @Nullable Object> T once(Work<T> statement) {
        for (int attempt = 1; ; attempt++) {
            Progress progress = new Progress();
            try {
                return jdbi.withHandle(handle -> {
                    progress.within = handle.isInTransaction();
                    return statement.run(handle);
                });
            } catch (RuntimeException failed) {
                if (attempt == TRIES || progress.within || !lostRace(failed)) {
                    throw failed;
                }
                pauseAfter(attempt);
            }
        }
    }

    /// What plain JDBC throws, for those who wait for what Jdbi throws.
    public static RuntimeException failed(SQLException cause) {
        return new IllegalStateException("a statement failed: " + cause.getMessage(), cause);
    }

    /// Reads outside an explicit transaction: each statement sees what was committed when it began. Run again when the
    /// connection broke. Within a `transact` of this thread it reads in that transaction.
    public <T extends @Nullable Object> T read(Work<T> work) {
        for (int attempt = 1; ; attempt++) {
            Progress progress = new Progress();
            try {
                return jdbi.withHandle(handle -> {
                    progress.within = handle.isInTransaction();
                    return work.run(handle);
                });
            } catch (RuntimeException failed) {
                if (attempt == TRIES || progress.within || !(lostRace(failed) || lostConnection(failed))) {
                    throw failed;
                }
                pauseAfter(attempt);
            }
        }
    }

    @Override
    public void close() {
        atClose.run();
    }

    /// What is done with the open connection; may run more than once, so it changes nothing outside the database.
    @FunctionalInterface
    public interface Work<T extends @Nullable Object> {
        T run(Handle handle);
    }

    /// How far one attempt came.
    private static final class Progress {
        boolean within;
        boolean committing;
    }

    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the database", interrupted);
        }
    }

    private static Properties connectionProperties() {
        Properties properties = new Properties();
        properties.setProperty("ApplicationName", "leaseback manager");
        properties.setProperty("connectTimeout", "10");
        properties.setProperty("loginTimeout", "10");
        properties.setProperty("socketTimeout", Long.toString(STATEMENT.toSeconds()));
        properties.setProperty("tcpKeepAlive", "true");
        return properties;
    }

    private static boolean lostRace(Throwable failed) {
        String state = state(failed);
        return state.equals("40001") || state.equals("40P01");
    }

    /// The server went away under an open connection. Not: no connection to be had within 20 s, or no answer to a statement
    /// within 60 s, which more of the same does not mend.
    private static boolean lostConnection(Throwable failed) {
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLTransientConnectionException || cause instanceof SocketTimeoutException) {
                return false;
            }
        }
        String state = state(failed);
        return state.startsWith("08") || state.startsWith("57P");
    }

    private static String state(Throwable failed) {
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return sql.getSQLState();
            }
        }
        return "";
    }

    private static void pauseAfter(int attempt) {
        pause(ThreadLocalRandom.current().nextLong(1, 5L << Math.min(attempt, 7)));
    }
}
