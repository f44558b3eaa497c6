package leaseback.manager.fleet;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The bulk connections of one host to this manager: a few, asked for when needed, shared by many exchanges.
@SuppressWarnings("FutureReturnValueIgnored") // Netty: what goes wrong ends the channel, and that is watched
final class BulkPool {
    /// Control and bulk never share a connection, and a handful of TCP connections fills a home's uplink.
    private static final int MOST_CONNECTIONS = 3;

    static final int MOST_EXCHANGES = 16;

    /// From here on a further connection is worth its memory.
    private static final int BUSY = 4;

    private final UUID host;
    private final Dialling dialling;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Connection> connections = new ArrayList<>();
    private int awaited;
    private int faults;
    private @Nullable LineFault lastFault;

    BulkPool(UUID host, Dialling dialling) {
        this.host = host;
        this.dialling = dialling;
    }

    /// Asks the host for one more connection in the background, and calls `arrived` or `failed` in the end.
    @FunctionalInterface
    interface Dialling {
        void dial(BulkPool pool);
    }

    UUID host() {
        return host;
    }

    /// A connection with one exchange reserved on it.
    Connection take(Duration deadline) throws LineFault {
        long left = deadline.toNanos();
        lock.lock();
        try {
            int seen = faults;
            while (true) {
                connections.removeIf(connection -> !connection.usable());
                Connection best = connections.stream().min(Comparator.comparingInt(Connection::exchanges)).orElse(null);
                int load = best == null ? MOST_EXCHANGES : best.exchanges();
                boolean free = best != null && load < MOST_EXCHANGES;
                if (!free && faults != seen && connections.isEmpty() && lastFault != null) {
                    throw new LineFault("no bulk connection from host " + host + ": " + lastFault.getMessage(), lastFault);
                }
                if (awaited == 0 && load >= BUSY && connections.size() < MOST_CONNECTIONS) {
                    awaited++;
                    dialling.dial(this);
                }
                if (best != null && free) {
                    best.reserve();
                    return best;
                }
                if (left <= 0) {
                    throw new LineFault("host " + host + ": no bulk connection was free within " + deadline.toMillis() + " ms ("
                            + connections.size() + " open, each with up to " + MOST_EXCHANGES + " exchanges)");
                }
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new LineFault("host " + host + ": interrupted while waiting for a bulk connection", interrupted);
        } finally {
            lock.unlock();
        }
    }

    void giveBack(Connection connection) {
        connection.unreserve();
        signal();
    }

    void arrived(Connection connection) {
        lock.lock();
        try {
            awaited--;
            connections.add(connection);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void failed(LineFault fault) {
        lock.lock();
        try {
            awaited--;
            faults++;
            lastFault = fault;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void gone(Connection connection) {
        lock.lock();
        try {
            connections.remove(connection);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// What is open now.
    List<Connection> connections() {
        lock.lock();
        try {
            return List.copyOf(connections);
        } finally {
            lock.unlock();
        }
    }

    /// Closes connections that nobody has used for `time`; under the lock, so that none is being taken.
    void closeIdle(Duration time) {
        lock.lock();
        try {
            connections.removeIf(connection -> {
                boolean idle = connection.idleFor(time);
                if (idle) {
                    connection.close();
                }
                return idle;
            });
        } finally {
            lock.unlock();
        }
    }

    private void signal() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
