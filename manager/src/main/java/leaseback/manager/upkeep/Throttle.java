package leaseback.manager.upkeep;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/// Keeps all that pass through it together below so many bytes a second: whoever took too much waits until it is paid off.
/// Real time, not the world's: it guards a real network.
final class Throttle {
    private final long bytesPerSecond;
    private final ReentrantLock lock = new ReentrantLock();
    private long paidUntil = System.nanoTime();

    Throttle(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
    }

    void pass(long bytes) throws InterruptedException {
        long now = System.nanoTime();
        long wait;
        lock.lock();
        try {
            paidUntil = Math.max(paidUntil, now) + bytes * 1_000_000_000L / bytesPerSecond;
            wait = paidUntil - now;
        } finally {
            lock.unlock();
        }
        // A little ahead is no harm, and spares a sleep at every stripe.
        if (wait > 20_000_000) {
            Thread.sleep(Duration.ofNanos(wait));
        }
    }
}
