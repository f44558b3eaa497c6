package leaseback.manager.storage;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import leaseback.manager.fleet.Exchange;
import leaseback.manager.fleet.Host;
import leaseback.manager.fleet.LineFault;
import leaseback.manager.fleet.Lines;
import org.jspecify.annotations.Nullable;

/// Fetches the cells of one piece, from one stripe to another: a virtual thread ahead of a queue of few cells.
final class PieceSource implements AutoCloseable {
    private static final int QUEUE = 3;
    /// Whoever reads the object may be slow; the face that serves him gives up long before.
    private static final Duration READER_WAIT = Duration.ofMinutes(10);
    private static final Cell END = new Cell(-1, new byte[0]);

    private final Lines lines;
    private final Host host;
    private final Segment segment;
    private final int piece;
    private final int first;
    private final int last;
    private final Duration patience;
    private final BlockingQueue<Cell> cells = new ArrayBlockingQueue<>(QUEUE);
    private final Runnable arrived;
    private final long begun = System.nanoTime();
    private final Thread thread;
    private boolean ended;
    private volatile long firstAfter;
    private volatile boolean closed;
    private volatile String failure = "";
    private volatile int status;

    PieceSource(Lines lines, Host host, Segment segment, int piece, int first, int last, Duration patience) {
        this(lines, host, segment, piece, first, last, patience, () -> {});
    }

    /// @param arrived run by this source's thread when a cell, or the end, is there to be polled
    PieceSource(Lines lines, Host host, Segment segment, int piece, int first, int last, Duration patience, Runnable arrived) {
        this.arrived = arrived;
        this.lines = lines;
        this.host = host;
        this.segment = segment;
        this.piece = piece;
        this.first = first;
        this.last = last;
        this.patience = patience;
        this.thread = Thread.ofVirtual().name("piece-source " + host.serial()).start(this::fetch);
    }

    /// The cell of `stripe`, tag included; null when it did not come in time, or cannot come.
    byte @Nullable [] take(int stripe, Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (true) {
            Cell cell = cells.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (cell == null) {
                failure = "gave no cell for " + atMost.toMillis() + " ms";
                return null;
            }
            if (cell.stripe() < 0) {
                return null;
            }
            if (cell.stripe() == stripe) {
                return cell.bytes();
            }
        }
    }

    /// The cell of `stripe` if it is there; null when it is not there yet, or cannot come: then [#ended].
    byte @Nullable [] poll(int stripe) {
        for (Cell cell = cells.poll(); cell != null; cell = cells.poll()) {
            if (cell.stripe() < 0) {
                ended = true;
                return null;
            }
            if (cell.stripe() == stripe) {
                return cell.bytes();
            }
        }
        return null;
    }

    /// Whether [#poll] met the end.
    boolean ended() {
        return ended;
    }

    /// Nanoseconds from the start to the first cell; 0 while it has not come.
    long firstAfter() {
        return firstAfter;
    }

    /// Nanoseconds since the start.
    long age() {
        return System.nanoTime() - begun;
    }

    /// Whoever waits for it gives it up after so long.
    void late(long nanos) {
        failure = "gave no cell for " + nanos / 1_000_000 + " ms";
    }

    Host host() {
        return host;
    }

    /// What the host answered; 0 while it has not.
    int status() {
        return status;
    }

    String failure() {
        return host.serial() + ": " + failure;
    }

    @Override
    public void close() {
        closed = true;
        cells.clear();
        thread.interrupt();
    }

    private void fetch() {
        long whole = CellSeal.CELL_BYTES + CellSeal.TAG_BYTES;
        long length = (last - first) * whole + segment.cellBytes(last) + CellSeal.TAG_BYTES;
        String path = "/v1/pieces/" + segment.piece(piece) + "?offset=" + first * whole + "&length=" + length;
        try (Exchange exchange = lines.open(host.id(), "GET", path, Map.of())) {
            exchange.endBody();
            int answer = exchange.status(patience);
            status = answer;
            for (int stripe = first; stripe <= last && answer == 200 && !closed; stripe++) {
                ByteBuffer cell = ByteBuffer.allocate(segment.cellBytes(stripe) + CellSeal.TAG_BYTES);
                while (cell.hasRemaining()) {
                    if (exchange.read(cell, patience) < 0) {
                        throw new LineFault("ended the piece early");
                    }
                }
                put(new Cell(stripe, cell.array()));
            }
            if (answer != 200) {
                failure = "answered " + answer;
            }
            put(END);
        } catch (LineFault broken) {
            failure = String.valueOf(broken.getMessage());
            tell();
        } catch (InterruptedException stopped) {
            failure = "was no longer wanted";
        }
    }

    private void put(Cell cell) throws InterruptedException {
        if (firstAfter == 0 && cell.stripe() >= 0) {
            firstAfter = Math.max(1, age());
        }
        if (!cells.offer(cell, READER_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new InterruptedException();
        }
        arrived.run();
    }

    /// What came before the line broke is good; the end comes behind it.
    private void tell() {
        try {
            put(END);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private record Cell(int stripe, byte[] bytes) {}
}
