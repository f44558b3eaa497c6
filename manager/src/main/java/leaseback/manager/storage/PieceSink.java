package leaseback.manager.storage;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import leaseback.manager.fleet.Exchange;
import leaseback.manager.fleet.Host;
import leaseback.manager.fleet.LineFault;
import leaseback.manager.fleet.Lines;
import leaseback.protocol.PieceReceipt;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Carries one piece to one host: a virtual thread behind a queue of few cells.
///
/// It ends in one of two ways, once, and then tells `ended`: stored, when the host has said that the piece is on its
/// disk and the receipt is that of the bytes sent; failed, when anything else happened or it was cut.
final class PieceSink {
    private static final int QUEUE = 4;
    private static final int ANSWER_BYTES = 4096;
    private static final Duration REASON = Duration.ofMillis(100);
    /// No cell is empty.
    private static final ByteBuffer END = ByteBuffer.allocate(0);

    private final Lines lines;
    private final Host host;
    private final UUID piece;
    private final long announced;
    private final Patience patience;
    private final BlockingQueue<PieceSink> ended;
    private final BlockingQueue<ByteBuffer> cells = new ArrayBlockingQueue<>(QUEUE);
    private final Thread thread;
    private volatile @Nullable String failure;
    private volatile boolean stored;

    /// @param announced bytes of the piece; -1 when not known beforehand
    /// @param ended     gets this sink once it has ended; must have room
    PieceSink(Lines lines, Host host, UUID piece, long announced, Patience patience, BlockingQueue<PieceSink> ended) {
        this.lines = lines;
        this.host = host;
        this.piece = piece;
        this.announced = announced;
        this.patience = patience;
        this.ended = ended;
        this.thread = Thread.ofVirtual().name("piece-sink " + host.serial()).unstarted(this::carry);
    }

    void start() {
        thread.start();
    }

    /// Queues one cell, waiting for room; nothing happens when the sink has failed, and it fails when it is stuck.
    void put(ByteBuffer cell) throws InterruptedException {
        long deadline = System.nanoTime() + patience.write().multipliedBy(2).toNanos();
        while (failure == null && !cells.offer(cell, 50, TimeUnit.MILLISECONDS)) {
            if (System.nanoTime() > deadline) {
                cut("took no bytes for " + patience.write().multipliedBy(2).toMillis() + " ms");
            }
        }
    }

    /// No more cells come.
    void end() throws InterruptedException {
        put(END);
    }

    /// Makes it fail, unless it has ended. It may take until the line's own deadline for the thread to be gone.
    void cut(String why) {
        if (failure == null) {
            failure = why;
        }
        thread.interrupt();
    }

    void join(Duration atMost) throws InterruptedException {
        thread.join(atMost);
    }

    boolean stored() {
        return stored;
    }

    boolean failed() {
        return failure != null;
    }

    Host host() {
        return host;
    }

    /// Why it failed, in words; empty while it has not.
    String failure() {
        String why = failure;
        return why == null ? "" : host.serial() + ": " + why;
    }

    private void carry() {
        try (Exchange exchange = lines.open(host.id(), "PUT", "/v1/pieces/" + piece, headers())) {
            CRC32C crc = new CRC32C();
            long bytes = send(exchange, crc);
            int status = exchange.status(patience.write().multipliedBy(3));
            String answer = answer(exchange);
            if (status != 200 && status != 201) {
                fail("answered " + status + " " + answer);
            } else if (receipt(answer).equals(new PieceReceipt(bytes, crc.getValue()))) {
                stored = failure == null;
            } else {
                fail("has other bytes than were sent: " + answer);
            }
        } catch (LineFault | JacksonException broken) {
            fail(String.valueOf(broken.getMessage()));
        } catch (InterruptedException cut) {
            fail("was cut");
        } catch (RuntimeException unforeseen) {
            fail(unforeseen.toString());
            throw unforeseen;
        } finally {
            cells.clear();
            ended.add(this);
        }
    }

    private long send(Exchange exchange, CRC32C crc) throws LineFault, InterruptedException {
        long bytes = 0;
        try {
            for (ByteBuffer cell = next(); cell.hasRemaining(); cell = next()) {
                crc.update(cell.duplicate());
                bytes += cell.remaining();
                exchange.write(cell, patience.write());
            }
            exchange.endBody();
        } catch (LineFault cutOff) {
            // A host that refuses answers before it has read all; then its answer says more than the broken line.
            requireAnswer(exchange, cutOff);
        }
        return bytes;
    }

    private static void requireAnswer(Exchange exchange, LineFault otherwise) throws LineFault {
        try {
            exchange.status(REASON);
        } catch (LineFault none) {
            otherwise.addSuppressed(none);
            throw otherwise;
        }
    }

    private Map<String, String> headers() {
        return announced < 0 ? Map.of() : Map.of("content-length", Long.toString(announced));
    }

    private ByteBuffer next() throws InterruptedException {
        ByteBuffer cell = failure == null ? cells.poll(patience.intent().toMillis(), TimeUnit.MILLISECONDS) : null;
        if (cell == null) {
            throw new InterruptedException();
        }
        return cell;
    }

    private static PieceReceipt receipt(String answer) {
        return JsonMapper.shared().readValue(answer, PieceReceipt.class);
    }

    private String answer(Exchange exchange) throws LineFault {
        ByteBuffer answer = ByteBuffer.allocate(ANSWER_BYTES);
        while (answer.hasRemaining() && exchange.read(answer, patience.write()) >= 0) {
            // Until the end, or as much as is worth reading.
        }
        return StandardCharsets.UTF_8.decode(answer.flip()).toString();
    }

    private void fail(String why) {
        if (failure == null) {
            failure = why;
        }
    }
}
