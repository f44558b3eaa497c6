package leaseback.testbed.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/// One direction of an exchange, with a small window, that can break.
final class Pipe {
    private static final ByteBuffer END = ByteBuffer.allocate(0);
    private final BlockingQueue<ByteBuffer> window = new ArrayBlockingQueue<>(2);
    private ByteBuffer head = END;
    private boolean ended;
    private volatile boolean broken;
    private volatile boolean drained;

    void write(ByteBuffer bytes, Duration deadline) throws IOException {
        ByteBuffer copy = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
        if (copy.hasRemaining()) {
            put(copy, deadline);
        }
    }

    void end() throws IOException {
        put(END, Duration.ofMinutes(1));
    }

    @SuppressWarnings("ReferenceEquality") // END is that one buffer, and not any empty one
    int read(ByteBuffer into, Duration deadline) throws IOException {
        if (ended) {
            return -1;
        }
        if (!head.hasRemaining()) {
            head = take(deadline);
            if (head == END) {
                ended = true;
                return -1;
            }
        }
        int count = Math.min(into.remaining(), head.remaining());
        into.put(head.slice().limit(count));
        head.position(head.position() + count);
        return count;
    }

    void cut() {
        broken = true;
    }

    /// Nobody reads any more; what is still written is thrown away.
    void drain() {
        drained = true;
    }

    private void put(ByteBuffer bytes, Duration deadline) throws IOException {
        long end = System.nanoTime() + deadline.toNanos();
        try {
            while (!broken && !drained && !window.offer(bytes, 5, TimeUnit.MILLISECONDS)) {
                require(System.nanoTime() < end, "the window stayed shut");
            }
        } catch (InterruptedException cut) {
            throw new IOException("interrupted", cut);
        }
        require(!broken, "the line broke");
    }

    private ByteBuffer take(Duration deadline) throws IOException {
        long end = System.nanoTime() + deadline.toNanos();
        try {
            while (true) {
                ByteBuffer bytes = window.poll(5, TimeUnit.MILLISECONDS);
                require(!broken, "the line broke");
                if (bytes != null) {
                    return bytes;
                }
                require(System.nanoTime() < end, "nothing came");
            }
        } catch (InterruptedException cut) {
            throw new IOException("interrupted", cut);
        }
    }

    private static void require(boolean well, String otherwise) throws IOException {
        if (!well) {
            throw new IOException(otherwise);
        }
    }
}
