package leaseback.manager.database;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The first connection to a database: says plainly why there is none, and looks whether commits are kept.
final class Greeting {
    private static final Logger LOG = LoggerFactory.getLogger(Greeting.class);
    private static final Duration WAIT_WHILE_STARTING = Duration.ofSeconds(60);
    private static final String STARTING_OR_STOPPING = "57P03";

    private Greeting() {}

    /// @throws DatabaseFault when the database does not answer, refuses us, or is no PostgreSQL
    static void to(String jdbcUrl, Properties properties) {
        String place = place(jdbcUrl);
        if (!jdbcUrl.startsWith("jdbc:postgresql:")) {
            throw new DatabaseFault(place + " is no PostgreSQL address; it looks like jdbc:postgresql://host:5432/leaseback",
                    new IllegalArgumentException("scheme"));
        }
        long deadline = System.nanoTime() + WAIT_WHILE_STARTING.toNanos();
        while (true) {
            try (Connection connection = DriverManager.getConnection(jdbcUrl, properties)) {
                warnWhereCommitsMayBeLost(connection, place);
                return;
            } catch (SQLException refused) {
                if (!STARTING_OR_STOPPING.equals(refused.getSQLState()) || System.nanoTime() - deadline > 0) {
                    throw new DatabaseFault(reason(refused, place, properties.getProperty("user", "")), refused);
                }
            }
            Database.pause(250);
        }
    }

    /// Where the database is, without the parameters, among which a password may stand.
    static String place(String jdbcUrl) {
        int parameters = jdbcUrl.indexOf('?');
        return parameters < 0 ? jdbcUrl : jdbcUrl.substring(0, parameters);
    }

    private static String reason(SQLException refused, String place, String user) {
        String state = refused.getSQLState() == null ? "" : refused.getSQLState();
        return switch (state) {
            case "28P01", "28000" -> "the database at " + place + " refuses the user " + user
                    + ": the password is wrong, or its pg_hba.conf does not let this machine in";
            case "3D000" -> "the server of " + place + " answers but has no such database; make it with:"
                    + " create database ... owner " + user;
            case "53300" -> "the database at " + place + " has no connection left; raise its max_connections,"
                    + " or stop what holds them";
            case "57P03" -> "the database at " + place + " has been starting or stopping for " + WAIT_WHILE_STARTING.toSeconds()
                    + " s; look at its log, then start the manager again";
            case "08001", "08006", "08004" -> "the database at " + place + " does not answer (" + refused.getMessage()
                    + "); is it running, and is the address right?";
            default -> "the database at " + place + " cannot be opened: " + refused.getMessage() + " (SQLSTATE " + state + ")";
        };
    }

    private static void warnWhereCommitsMayBeLost(Connection connection, String place) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String setting : new String[] {"fsync", "synchronous_commit", "full_page_writes"}) {
                try (ResultSet row = statement.executeQuery("select current_setting('" + setting + "', true)")) {
                    if (row.next() && "off".equals(row.getString(1))) {
                        LOG.warn("The database at {} runs with {} = off: it can lose writes that were acknowledged,"
                                + " and with them customers' files. Set {} = on in its postgresql.conf", place, setting, setting);
                    }
                }
            }
        }
    }
}
