package leaseback.testbed.line;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import leaseback.host.link.LineExchange;
import leaseback.manager.fleet.Exchange;
import leaseback.manager.fleet.LineFault;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlowTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /// Windows, what each end holds beside them, and the sockets' own buffers: well over what they sum up to, well under 64 MiB.
    private static final long BOUND = 16L << 20;

    @TempDir
    private Path folder;

    private LineWorld world;
    private Node node;

    @BeforeEach
    void open() throws Exception {
        world = new LineWorld(folder);
        node = world.manager();
    }

    @AfterEach
    void close() throws Exception {
        world.close();
    }

    @Test
    void sixtyFourMebibytesGoThereAndBackWhole() throws Exception {
        BareHost host = host(FlowTest::echo);
        long total = 64L << 20;
        try (Exchange exchange = node.lines.open(host.id(), "POST", "/v1/test", Map.of());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Long> back = threads.submit(() -> {
                assertThat(exchange.status(PATIENCE)).isEqualTo(200);
                ByteBuffer buffer = ByteBuffer.allocate(50_000);
                long at = 0;
                while (exchange.read(buffer, PATIENCE) >= 0) {
                    for (buffer.flip(); buffer.hasRemaining(); at++) {
                        if (buffer.get() != pattern(at)) {
                            throw new AssertionError("byte " + at + " came back as another");
                        }
                    }
                    buffer.clear();
                }
                return at;
            });
            for (long at = 0; at < total; ) {
                ByteBuffer chunk = ByteBuffer.allocate(100_000);
                for (; chunk.hasRemaining() && at < total; at++) {
                    chunk.put(pattern(at));
                }
                exchange.write(chunk.flip(), PATIENCE);
            }
            exchange.endBody();
            assertThat(back.get()).isEqualTo(total);
        }
    }

    @Test
    void aManagerThatDoesNotReadStopsTheHost() throws Exception {
        AtomicLong written = new AtomicLong();
        BareHost host = host(exchange -> {
            exchange.reply(200, Map.of());
            ByteBuffer chunk = ByteBuffer.allocate(64 << 10);
            for (int i = 0; i < 1024; i++) {
                exchange.write(chunk.clear(), Duration.ofSeconds(1));
                written.addAndGet(64 << 10);
            }
        });
        try (Exchange exchange = node.lines.open(host.id(), "GET", "/v1/test", Map.of())) {
            exchange.endBody();
            assertThat(exchange.status(PATIENCE)).isEqualTo(200);
            settled(written);
            assertThat(written.get()).isLessThan(BOUND);
            // Another exchange on the same connections is not held up by it.
            assertThat(node.lines.call(host.id(), "GET", "/v1/nothing", new byte[0], PATIENCE).status()).isEqualTo(404);
        }
    }

    @Test
    void aHostThatDoesNotReadStopsTheManager() throws Exception {
        BareHost host = host(exchange -> {
            exchange.reply(200, Map.of());
            try {
                Thread.sleep(5_000);
            } catch (InterruptedException closing) {
                throw new IOException(closing);
            }
        });
        long written = 0;
        try (Exchange exchange = node.lines.open(host.id(), "PUT", "/v1/test", Map.of())) {
            ByteBuffer chunk = ByteBuffer.allocate(64 << 10);
            LineFault stopped = null;
            for (int i = 0; i < 1024 && stopped == null; i++) {
                try {
                    exchange.write(chunk.clear(), Duration.ofSeconds(1));
                    written += 64 << 10;
                } catch (LineFault full) {
                    stopped = full;
                }
            }
            assertThat(stopped).isNotNull().hasMessageContaining("takes no more bytes");
            assertThat(written).isLessThan(BOUND);
        }
    }

    @Test
    void stalledReadersDoNotHoldUpOthers() throws Exception {
        BareHost host = host(exchange -> {
            exchange.reply(200, Map.of());
            ByteBuffer chunk = ByteBuffer.allocate(64 << 10);
            for (int i = 0; i < 64; i++) {
                exchange.write(chunk.clear(), PATIENCE);
            }
        });
        List<Exchange> stalled = new ArrayList<>();
        try {
            for (int i = 0; i < 12; i++) {
                Exchange exchange = node.lines.open(host.id(), "GET", "/v1/test", Map.of());
                stalled.add(exchange);
                exchange.endBody();
                assertThat(exchange.status(PATIENCE)).isEqualTo(200);
            }
            assertThat(drain(host.id())).isEqualTo(4L << 20);
            for (Exchange exchange : stalled) {
                assertThat(drained(exchange)).isEqualTo(4L << 20);
            }
        } finally {
            stalled.forEach(Exchange::close);
        }
    }

    @Test
    void aHundredExchangesShareAFewConnections() throws Exception {
        AtomicInteger most = new AtomicInteger();
        AtomicInteger now = new AtomicInteger();
        BareHost host = host(exchange -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            echo(exchange);
            now.decrementAndGet();
        });
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<byte[]>> all = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                byte[] said = ("exchange " + i).getBytes(java.nio.charset.StandardCharsets.UTF_8);
                all.add(threads.submit(() -> {
                    try (Exchange exchange = node.lines.open(host.id(), "POST", "/v1/test", Map.of())) {
                        exchange.write(ByteBuffer.wrap(said), PATIENCE);
                        exchange.endBody();
                        assertThat(exchange.status(PATIENCE)).isEqualTo(200);
                        ByteBuffer back = ByteBuffer.allocate(100);
                        while (exchange.read(back, PATIENCE) >= 0) {
                            assertThat(back.hasRemaining()).isTrue();
                        }
                        return java.util.Arrays.copyOf(back.array(), back.position());
                    }
                }));
            }
            for (int i = 0; i < 100; i++) {
                assertThat(new String(all.get(i).get(), java.nio.charset.StandardCharsets.UTF_8)).isEqualTo("exchange " + i);
            }
        }
        assertThat(most.get()).isLessThanOrEqualTo(48);
        assertThat(host.gateways.connections()).isLessThanOrEqualTo(3);
    }

    @Test
    void aHostThatHasHeardEnoughAnswersBeforeTheEnd() throws Exception {
        BareHost host = host(exchange -> {
            exchange.reply(507, Map.of("leaseback-reason", "full"));
            exchange.write(ByteBuffer.wrap("full".getBytes(java.nio.charset.StandardCharsets.UTF_8)), PATIENCE);
        });
        try (Exchange exchange = node.lines.open(host.id(), "PUT", "/v1/test", Map.of())) {
            ByteBuffer chunk = ByteBuffer.allocate(64 << 10);
            try {
                for (int i = 0; i < 256; i++) {
                    exchange.write(chunk.clear(), PATIENCE);
                }
                exchange.endBody();
            } catch (LineFault cutShort) {
                assertThat(cutShort).hasMessageContaining("/v1/test");
            }
            assertThat(exchange.status(PATIENCE)).isEqualTo(507);
            assertThat(exchange.header("leaseback-reason")).isEqualTo("full");
        }
    }

    @Test
    void aHandlerThatFailsResetsTheStreamAndNothingElse() throws Exception {
        BareHost host = host(exchange -> {
            throw new IOException("broken on purpose");
        });
        try (Exchange exchange = node.lines.open(host.id(), "GET", "/v1/test", Map.of())) {
            exchange.endBody();
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> exchange.status(PATIENCE)).isInstanceOf(LineFault.class)
                    .hasMessageContaining("reset");
        }
        assertThat(node.lines.call(host.id(), "GET", "/v1/nothing", new byte[0], PATIENCE).status()).isEqualTo(404);
    }

    private BareHost host(leaseback.host.link.LineHandler handler) throws Exception {
        return world.keep(new BareHost(world, folder.resolve("identity.pem"), node, handler));
    }

    private long drain(UUID host) throws LineFault {
        try (Exchange exchange = node.lines.open(host, "GET", "/v1/test", Map.of())) {
            exchange.endBody();
            assertThat(exchange.status(PATIENCE)).isEqualTo(200);
            return drained(exchange);
        }
    }

    private static long drained(Exchange exchange) throws LineFault {
        ByteBuffer buffer = ByteBuffer.allocate(64 << 10);
        long bytes = 0;
        for (int read = 0; read >= 0; read = exchange.read(buffer.clear(), PATIENCE)) {
            bytes += read;
        }
        return bytes;
    }

    /// Waits until the number stands still.
    private static void settled(AtomicLong number) throws InterruptedException {
        long before = -1;
        while (before != number.get()) {
            before = number.get();
            Thread.sleep(500);
        }
    }

    private static void echo(LineExchange exchange) throws IOException {
        exchange.reply(200, Map.of());
        ByteBuffer buffer = ByteBuffer.allocate(64 << 10);
        while (exchange.read(buffer, PATIENCE) >= 0) {
            exchange.write(buffer.flip(), PATIENCE);
            buffer.clear();
        }
    }

    private static byte pattern(long at) {
        return (byte) (at * 31 + (at >> 13));
    }
}
