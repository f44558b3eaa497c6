package leaseback.manager.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.net.ServerSocket;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class DatabaseTest {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    @Test
    void managersThatStartAtOnceMigrateOnce() throws Exception {
        try (TestDatabase test = TestDatabase.fresh()) {
            String empty = "empty_" + ProcessHandle.current().pid();
            test.database().read(handle -> handle.execute("create database " + empty));
            String url = test.jdbcUrl().replaceAll("/[a-z0-9_]+(?=$|\\?)", "/" + empty);
            try (ExecutorService starters = Executors.newVirtualThreadPerTaskExecutor()) {
                Callable<Integer> start = () -> {
                    try (Database database = Database.open(url, test.user(), test.password())) {
                        return migrations(database);
                    }
                };
                List<Future<Integer>> started = List.of(starters.submit(start), starters.submit(start), starters.submit(start));
                int once = migrations(test.database());
                for (Future<Integer> each : started) {
                    assertThat(each.get(DEADLINE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(once);
                }
            } finally {
                test.database().read(handle -> handle.execute("drop database if exists " + empty + " with (force)"));
            }
        }
    }

    @Test
    void aTransactionThatLosesARaceIsRunAgain() throws Exception {
        try (TestDatabase test = TestDatabase.fresh(); ExecutorService rivals = Executors.newVirtualThreadPerTaskExecutor()) {
            Database database = test.database();
            database.transact(handle -> handle.execute("create table counter (value int); insert into counter values (0)"));
            CyclicBarrier bothHaveRead = new CyclicBarrier(2);
            AtomicInteger runs = new AtomicInteger();
            Callable<Integer> increment = () -> database.transact(handle -> {
                handle.execute("set transaction isolation level repeatable read");
                int value = handle.createQuery("select value from counter").mapTo(Integer.class).one();
                if (runs.incrementAndGet() <= 2) {
                    await(bothHaveRead);
                }
                return handle.execute("update counter set value = ?", value + 1);
            });
            Future<Integer> one = rivals.submit(increment);
            Future<Integer> other = rivals.submit(increment);
            one.get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
            other.get(DEADLINE.toSeconds(), TimeUnit.SECONDS);

            assertThat(value(database)).isEqualTo(2);
            assertThat(runs).hasValue(3);
        }
    }

    @Test
    void aTransactionWhoseConnectionBreaksBeforeTheCommitIsRunAgain() {
        try (TestDatabase test = TestDatabase.fresh()) {
            Database database = test.database();
            database.transact(handle -> handle.execute("create table counter (value int); insert into counter values (0)"));
            AtomicInteger runs = new AtomicInteger();

            database.transact(handle -> {
                handle.execute("update counter set value = value + 1");
                if (runs.incrementAndGet() == 1) {
                    int backend = handle.createQuery("select pg_backend_pid()").mapTo(Integer.class).one();
                    execute(test, "select pg_terminate_backend(" + backend + ")");
                }
                return handle.createQuery("select value from counter").mapTo(Integer.class).one();
            });

            assertThat(value(database)).isEqualTo(1);
            assertThat(runs).hasValue(2);
        }
    }

    @Test
    void aTransactionWithinATransactionIsPartOfItAndRunsAgainWithIt() {
        try (TestDatabase test = TestDatabase.fresh()) {
            Database database = test.database();
            database.transact(handle -> handle.execute("create table counter (value int); insert into counter values (0)"));
            AtomicInteger runs = new AtomicInteger();

            database.transact(outer -> {
                outer.execute("update counter set value = value + 1");
                return database.transact(inner -> {
                    if (runs.incrementAndGet() == 1) {
                        inner.execute("do $$ begin raise exception 'lost' using errcode = '40001'; end $$");
                    }
                    return inner.execute("update counter set value = value + 10");
                });
            });

            assertThat(value(database)).isEqualTo(11);
            assertThat(runs).hasValue(2);
        }
    }

    @Test
    void whatAWorkThrowsIsThrownAndNothingIsKept() {
        try (TestDatabase test = TestDatabase.fresh()) {
            assertThatThrownBy(() -> test.database().transact(handle -> {
                handle.execute("create table left_behind (number int)");
                throw new IllegalArgumentException("no");
            })).isInstanceOf(IllegalArgumentException.class).hasMessage("no");

            assertThat(test.database().<Boolean>read(handle -> handle.createQuery("select to_regclass('left_behind') is null")
                    .mapTo(Boolean.class).one())).isTrue();
        }
    }

    @Test
    void sessionsReckonInUtc() {
        try (TestDatabase test = TestDatabase.fresh()) {
            assertThat(test.database().<String>read(handle -> handle.createQuery("show time zone").mapTo(String.class).one()))
                    .isEqualTo("UTC");
        }
    }

    @Test
    void aWrongPasswordIsCalledThatAndNotShown() {
        try (TestDatabase test = TestDatabase.fresh()) {
            assertThatThrownBy(() -> Database.open(test.jdbcUrl(), test.user(), "my-secret")).isInstanceOf(DatabaseFault.class)
                    .hasMessageContaining("refuses the user " + test.user()).hasMessageContaining("the password is wrong")
                    .hasMessageNotContaining("my-secret");
        }
    }

    @Test
    void aDatabaseThatDoesNotExistIsNamed() {
        try (TestDatabase test = TestDatabase.fresh()) {
            String url = test.jdbcUrl().replaceAll("/[a-z0-9_]+(?=$|\\?)", "/nowhere");
            assertThatThrownBy(() -> Database.open(url, test.user(), test.password())).isInstanceOf(DatabaseFault.class)
                    .hasMessageContaining("has no such database").hasMessageContaining("create database");
        }
    }

    @Test
    void anAddressThatDoesNotAnswerIsNamedWithoutTheSecretsInIt() throws Exception {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        assertThatThrownBy(() -> Database.open("jdbc:postgresql://127.0.0.1:" + free + "/leaseback?password=my-secret",
                "someone", ""))
                .isInstanceOf(DatabaseFault.class)
                .hasMessageContaining("127.0.0.1:" + free).hasMessageContaining("does not answer")
                .hasMessageNotContaining("my-secret");
    }

    @Test
    void anAddressOfAnotherKindIsRefused() {
        assertThatThrownBy(() -> Database.open("jdbc:mysql://127.0.0.1/leaseback?password=my-secret", "someone", ""))
                .isInstanceOf(DatabaseFault.class)
                .hasMessageContaining("jdbc:mysql").hasMessageContaining("jdbc:postgresql://")
                .hasMessageNotContaining("my-secret");
    }

    @Test
    void aDatabaseThatMayForgetCommitsIsWarnedOf() throws Exception {
        try (TestDatabase test = TestDatabase.fresh()) {
            String name = test.database().read(handle -> handle.createQuery("select current_database()")
                    .mapTo(String.class).one());
            execute(test, "alter database " + name + " set synchronous_commit = off");
            Logger logger = (Logger) LoggerFactory.getLogger(Greeting.class);
            ListAppender<ILoggingEvent> heard = new ListAppender<>();
            heard.start();
            logger.addAppender(heard);
            try {
                Database.open(test.jdbcUrl(), test.user(), test.password()).close();
            } finally {
                logger.detachAppender(heard);
            }
            assertThat(heard.list).anySatisfy(event -> {
                assertThat(event.getLevel()).isEqualTo(Level.WARN);
                assertThat(event.getFormattedMessage()).contains("synchronous_commit = off").contains("acknowledged");
            });
        }
    }

    private static void execute(TestDatabase test, String command) {
        try (var connection = DriverManager.getConnection(test.jdbcUrl(), test.user(), test.password());
                var statement = connection.createStatement()) {
            statement.execute(command);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static int value(Database database) {
        return database.read(handle -> handle.createQuery("select value from counter").mapTo(Integer.class).one());
    }

    private static int migrations(Database database) {
        return database.read(handle -> handle.createQuery("select count(*) from flyway_schema_history where success")
                .mapTo(Integer.class).one());
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(DEADLINE.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }
}
