package leaseback.manager.storage;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// How many contents pass through this manager at once: each holds some MiB of cells, and the heap is what it is.
/// Who comes when all turns are taken waits a while, in order of arrival.
///
/// The last quarter of the turns is for customers who hold few: one customer's slow clients may fill three quarters, and
/// others still get through.
final class Turns {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private final int most;
    private final int kept;
    private final String what;
    private final Duration patience;
    private final Map<UUID, Integer> held = new HashMap<>();
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private int free;

    /// @param what of the work, for the refusal: `uploads`
    Turns(String what, int most, Duration patience) {
        this.what = what;
        this.most = most;
        this.kept = most / 4;
        this.free = most;
        this.patience = patience;
    }

    /// As many as leave half the heap to others when each takes `mebibytes`; 4 to 256.
    static Turns within(String what, int mebibytes) {
        long most = Runtime.getRuntime().maxMemory() / 2 / ((long) mebibytes << 20);
        return new Turns(what, Math.clamp(most, 4, 256), PATIENCE);
    }

    /// @throws StorageFault BUSY when none came in time; then none is held
    void take(UUID customer) throws StorageFault {
        Waiting mine;
        synchronized (this) {
            if (mayHave(customer)) {
                grant(customer);
                return;
            }
            mine = new Waiting(customer, new CompletableFuture<>());
            waiting.add(mine);
        }
        try {
            mine.turn().get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            leave(mine, "this manager has " + most + " " + what + " under way, or many of yours, and takes no more at once;"
                    + " try again in a moment");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            leave(mine, "this manager is stopping");
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    synchronized void giveBack(UUID customer) {
        free++;
        held.computeIfPresent(customer, (id, count) -> count == 1 ? null : count - 1);
        for (Iterator<Waiting> next = waiting.iterator(); next.hasNext() && free > 0;) {
            Waiting first = next.next();
            if (mayHave(first.customer())) {
                next.remove();
                grant(first.customer());
                first.turn().complete(true);
            }
        }
    }

    synchronized int free() {
        return free;
    }

    private boolean mayHave(UUID customer) {
        return free > kept || free > 0 && held.getOrDefault(customer, 0) < Math.max(1, kept);
    }

    private void grant(UUID customer) {
        free--;
        held.merge(customer, 1, Integer::sum);
    }

    private void leave(Waiting mine, String why) throws StorageFault {
        synchronized (this) {
            // Its turn may have come at the last moment.
            if (!waiting.remove(mine)) {
                return;
            }
        }
        throw new StorageFault(StorageFault.Reason.BUSY, why);
    }

    private record Waiting(UUID customer, CompletableFuture<Boolean> turn) {}
}
