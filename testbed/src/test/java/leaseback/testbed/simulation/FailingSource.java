package leaseback.testbed.simulation;

import java.io.PrintWriter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// One manager's way to the real database: at a statement that the seed chose, the connection breaks or the manager dies,
/// before the statement or behind it. Commits count as statements.
final class FailingSource implements DataSource {
    private static final String BROKEN = "08006";
    private final DataSource real;
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger statements = new AtomicInteger();
    private volatile Trouble trouble = Trouble.NONE;
    private volatile boolean dead;

    FailingSource(DataSource real) {
        this.real = real;
    }

    /// From now on.
    void expect(Trouble next) {
        statements.set(0);
        trouble = next;
    }

    boolean dead() {
        return dead;
    }

    /// Whether the trouble that was expected came.
    boolean struck() {
        return trouble.at() != 0 && statements.get() >= trouble.at();
    }

    /// Whatever this manager asks from now on never reaches the database; what it has begun there is rolled back.
    void kill() {
        dead = true;
        for (Connection left : open) {
            try {
                left.close();
            } catch (SQLException gone) {
                throw new IllegalStateException(gone);
            }
        }
    }

    @Override
    public Connection getConnection() throws SQLException {
        if (dead) {
            throw new Crash();
        }
        Connection connection = real.getConnection();
        open.add(connection);
        return proxy(Connection.class, new Session(connection));
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return getConnection();
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(PrintWriter out) {}

    @Override
    public void setLoginTimeout(int seconds) {}

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLException("nothing is wrapped");
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static @Nullable Object pass(Object real, Method method, Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException failed) {
            throw failed.getTargetException();
        }
    }

    /// What the database will do to a manager.
    ///
    /// @param at    the number of the statement it happens at, from 1; 0 for never
    /// @param after whether the statement is still carried out
    /// @param crash whether the manager dies; else its connection breaks
    record Trouble(int at, boolean after, boolean crash) {
        static final Trouble NONE = new Trouble(0, false, false);

        @Override
        public String toString() {
            return at == 0 ? "" : (crash ? " CRASH " : " BREAK ") + (after ? "after " : "before ") + at;
        }
    }

    private final class Session implements InvocationHandler {
        private final Connection connection;
        private volatile boolean broken;

        Session(Connection connection) {
            this.connection = connection;
        }

        @Override
        public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
            return switch (method.getName()) {
                case "close" -> {
                    open.remove(connection);
                    yield pass(connection, method, arguments);
                }
                case "hashCode" -> System.identityHashCode(proxy);
                case "equals" -> false;
                // A server whose client is gone rolls back by itself: what the client still wishes does not matter.
                case "rollback", "setAutoCommit", "isClosed", "getAutoCommit" ->
                    dead || broken ? quiet(method) : pass(connection, method, arguments);
                case "commit" -> strike(connection, method, arguments);
                case "prepareStatement" -> {
                    require();
                    yield statement(PreparedStatement.class, pass(connection, method, arguments));
                }
                case "createStatement" -> {
                    require();
                    yield statement(Statement.class, pass(connection, method, arguments));
                }
                default -> {
                    require();
                    yield pass(connection, method, arguments);
                }
            };
        }

        private @Nullable Object quiet(Method method) {
            return method.getReturnType() == boolean.class ? method.getName().equals("getAutoCommit") : null;
        }

        private Object statement(Class<? extends Statement> type, @Nullable Object prepared) {
            Object real = Objects.requireNonNull(prepared);
            return proxy(type, (proxy, method, arguments) -> method.getName().startsWith("execute")
                    ? strike(real, method, arguments) : pass(real, method, arguments));
        }

        private @Nullable Object strike(Object real, Method method, Object @Nullable [] arguments) throws Throwable {
            require();
            Trouble now = trouble;
            boolean hit = now.at() != 0 && statements.incrementAndGet() == now.at();
            if (!hit) {
                return pass(real, method, arguments);
            }
            if (now.after()) {
                pass(real, method, arguments);
            }
            broken = true;
            if (now.crash()) {
                dead = true;
            }
            require();
            return null;
        }

        private void require() throws SQLException {
            if (dead) {
                throw new Crash();
            }
            if (broken) {
                throw new SQLException("the connection broke", BROKEN);
            }
        }
    }
}
