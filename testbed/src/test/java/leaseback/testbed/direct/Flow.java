package leaseback.testbed.direct;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/// One direction of an exchange, with a window, that can break.
final class Flow {
    private final Deque<ByteBuffer> bytes = new ArrayDeque<>();
    private final int window;
    private int held;
    private boolean ended;
    private boolean broken;
    private boolean drained;

    /// @param window bytes that may be under way before a writer waits
    Flow(int window) {
        this.window = window;
    }

    synchronized void write(ByteBuffer given, Duration deadline) throws IOException {
        ByteBuffer copy = ByteBuffer.allocate(given.remaining()).put(given).flip();
        long end = System.nanoTime() + deadline.toNanos();
        while (held > window && !broken && !drained) {
            await(end, "the window stayed shut");
        }
        requireWhole();
        if (!drained && copy.hasRemaining()) {
            bytes.add(copy);
            held += copy.remaining();
            notifyAll();
        }
    }

    synchronized void end() {
        ended = true;
        notifyAll();
    }

    synchronized boolean ended() {
        return ended;
    }

    /// At least one byte; -1 at the end.
    synchronized int read(ByteBuffer into, Duration deadline) throws IOException {
        long end = System.nanoTime() + deadline.toNanos();
        while (bytes.isEmpty() && !ended && !broken) {
            await(end, "nothing came");
        }
        requireWhole();
        ByteBuffer head = bytes.peek();
        if (head == null) {
            return -1;
        }
        int count = Math.min(into.remaining(), head.remaining());
        into.put(head.slice().limit(count));
        head.position(head.position() + count);
        held -= count;
        if (!head.hasRemaining()) {
            bytes.remove();
        }
        notifyAll();
        return count;
    }

    synchronized void cut() {
        broken = true;
        notifyAll();
    }

    /// Nobody reads any more; what is still written is thrown away.
    synchronized void drain() {
        drained = true;
        bytes.clear();
        held = 0;
        notifyAll();
    }

    private void requireWhole() throws IOException {
        if (broken) {
            throw new IOException("the line broke");
        }
    }

    @SuppressWarnings("WaitNotInLoop") // both callers loop
    private void await(long end, String otherwise) throws IOException {
        long millis = (end - System.nanoTime()) / 1_000_000;
        if (millis <= 0) {
            throw new IOException(otherwise);
        }
        try {
            wait(millis);
        } catch (InterruptedException cut) {
            throw new IOException("interrupted", cut);
        }
    }
}
