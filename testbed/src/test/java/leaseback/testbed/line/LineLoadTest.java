package leaseback.testbed.line;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import leaseback.manager.fleet.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Many exchanges at once on the line of one host: none is ever stuck.
class LineLoadTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int THREADS = 12;
    private static final int PIECES = 40;

    @TempDir
    private Path folder;

    private LineWorld world;

    @BeforeEach
    void open() throws Exception {
        world = new LineWorld(folder);
    }

    @AfterEach
    void close() throws Exception {
        world.close();
    }

    @Test
    void noneOfManyPiecesSentAtOnceIsStuck() throws Exception {
        Node node = world.manager();
        UUID host = world.agent(node).hostId().orElseThrow();
        byte[] piece = new byte[512 << 10];
        new Random(1).nextBytes(piece);
        ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
        Thread[] threads = new Thread[THREADS];
        for (int number = 0; number < THREADS; number++) {
            threads[number] = Thread.ofVirtual().start(() -> {
                for (int count = 0; count < PIECES; count++) {
                    UUID id = UUID.randomUUID();
                    try (Exchange exchange = node.lines.open(host, "PUT", "/v1/pieces/" + id, Map.of("content-length", "" + piece.length))) {
                        for (int at = 0; at < piece.length; at += 64 << 10) {
                            exchange.write(ByteBuffer.wrap(piece, at, 64 << 10), PATIENCE);
                        }
                        exchange.endBody();
                        int status = exchange.status(PATIENCE);
                        if (status == 201) {
                            node.lines.call(host, "DELETE", "/v1/pieces/" + id, new byte[0], PATIENCE);
                        } else {
                            failures.add(id + ": " + status);
                        }
                    } catch (Exception failed) {
                        failures.add(failed.toString());
                    }
                }
            });
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
    }
}
