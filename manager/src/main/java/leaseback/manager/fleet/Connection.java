package leaseback.manager.fleet;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/// One accepted and greeted connection from a host: its control line, or one for bulk.
@SuppressWarnings("FutureReturnValueIgnored") // Netty: what goes wrong ends the channel, and that is watched
final class Connection {
    private static final int MAX_REPLY = 1 << 20;

    /// Set once the host has said that it will close the connection: nothing new on it.
    static final AttributeKey<Boolean> DRAINING = AttributeKey.valueOf("leaseback.draining");

    private final UUID host;
    private final Channel channel;
    private final X509Certificate certificate;
    private final long epoch;
    private final AtomicInteger exchanges = new AtomicInteger();
    private volatile long idleSince = System.nanoTime();
    private volatile List<String> told = List.of();

    /// @param epoch of the claim; 0 for bulk
    Connection(UUID host, Channel channel, X509Certificate certificate, long epoch) {
        this.host = host;
        this.channel = channel;
        this.certificate = certificate;
        this.epoch = epoch;
    }

    UUID host() {
        return host;
    }

    Channel channel() {
        return channel;
    }

    long epoch() {
        return epoch;
    }

    String serial() {
        return Authority.serial(certificate);
    }

    boolean expired(Instant now) {
        return now.isAfter(certificate.getNotAfter().toInstant());
    }

    boolean usable() {
        return channel.isActive() && !Boolean.TRUE.equals(channel.attr(DRAINING).get());
    }

    int exchanges() {
        return exchanges.get();
    }

    boolean idleFor(Duration time) {
        return exchanges.get() == 0 && System.nanoTime() - idleSince > time.toNanos();
    }

    /// Counts one exchange before it is opened, so that the connection does not close as idle in between.
    void reserve() {
        exchanges.incrementAndGet();
    }

    void unreserve() {
        idleSince = System.nanoTime();
        exchanges.decrementAndGet();
    }

    /// The managers' addresses that this host was last told.
    List<String> told() {
        return told;
    }

    void told(List<String> managers) {
        told = managers;
    }

    void close() {
        channel.close();
    }

    /// @param onClose run once, when the exchange is closed
    StreamExchange open(String method, String path, Map<String, String> headers, Duration deadline, Runnable onClose)
            throws LineFault {
        return StreamExchange.open(channel, "host " + host + ", " + method + " " + path, method, path, headers, deadline,
                onClose);
    }

    /// One small request and its whole answer; each wait within it has the deadline.
    Lines.Reply call(String method, String path, byte[] body, Duration deadline) throws LineFault {
        reserve();
        try (StreamExchange exchange = open(method, path,
                body.length == 0 ? Map.of() : Map.of("content-type", "application/json"), deadline, this::unreserve)) {
            exchange.write(ByteBuffer.wrap(body), deadline);
            exchange.endBody();
            int status = exchange.status(deadline);
            byte[] answer = new byte[0];
            ByteBuffer buffer = ByteBuffer.allocate(8 << 10);
            while (exchange.read(buffer, deadline) >= 0) {
                int at = answer.length;
                if (at + buffer.position() > MAX_REPLY) {
                    throw new LineFault("host " + host + " answers " + method + " " + path + " with more than 1 MiB");
                }
                answer = Arrays.copyOf(answer, at + buffer.position());
                buffer.flip().get(answer, at, buffer.remaining());
                buffer.clear();
            }
            return new Lines.Reply(status, answer);
        }
    }
}
