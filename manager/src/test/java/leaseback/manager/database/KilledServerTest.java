package leaseback.manager.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KilledServerTest {
    private static final int WRITERS = 4;
    private static final int KILLS = 3;
    private static final int WRITES_BETWEEN_KILLS = 150;

    @Test
    void noAcknowledgedCommitIsLostWhenTheServerIsKilledAndTheDatabaseGoesOn(@TempDir Path data) throws Exception {
        Set<UUID> acknowledged = ConcurrentHashMap.newKeySet();
        AtomicBoolean enough = new AtomicBoolean();
        try (PostgresServer server = PostgresServer.start(data.resolve("postgres"), TestDatabase.binaries());
                Database database = Database.open(server.jdbcUrl(), server.user(), server.password())) {
            database.transact(handle -> handle.execute("create table written (id uuid primary key)"));
            try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<?>> writing = new ArrayList<>();
                for (int n = 0; n < WRITERS; n++) {
                    writing.add(writers.submit(() -> write(database, acknowledged, enough)));
                }
                try {
                    for (int n = 1; n <= KILLS; n++) {
                        awaitWrites(acknowledged, n * WRITES_BETWEEN_KILLS);
                        ProcessHandle.of(server.pid()).orElseThrow().destroyForcibly();
                        while (!server.ensureRunning()) {
                            Thread.onSpinWait();
                        }
                    }
                    awaitWrites(acknowledged, (KILLS + 1) * WRITES_BETWEEN_KILLS);
                } finally {
                    enough.set(true);
                }
                for (Future<?> each : writing) {
                    each.get(60, TimeUnit.SECONDS);
                }
            }
            Set<UUID> found = new HashSet<>(database.read(handle -> handle.createQuery("select id from written")
                    .mapTo(UUID.class).list()));
            assertThat(found).containsAll(acknowledged);
        }
    }

    private static void write(Database database, Set<UUID> acknowledged, AtomicBoolean enough) {
        while (!enough.get()) {
            UUID id = UUID.randomUUID();
            try {
                database.transact(handle -> handle.execute("insert into written values (?)", id));
                acknowledged.add(id);
            } catch (JdbiException fateUnknown) {
                // Killed during the commit: there or not, nobody was told.
            }
        }
    }

    private static void awaitWrites(Set<UUID> acknowledged, int count) throws InterruptedException {
        for (int n = 0; acknowledged.size() < count; n++) {
            assertThat(n).as("waits of 10 ms for write %d", count).isLessThan(6_000);
            Thread.sleep(10);
        }
    }
}
