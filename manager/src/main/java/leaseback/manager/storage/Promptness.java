package leaseback.manager.storage;

import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// How fast hosts give the first cell of a piece: when to ask further hosts, and which to ask last. Used by many threads.
final class Promptness {
    /// Nanoseconds, before any host was heard.
    private static final double FIRST_GUESS = 50e6;
    /// Nanoseconds: what is sooner than this is not worth another host's work.
    private static final double SOONEST = 20e6;
    /// Hosts remembered; when there are more they all begin anew.
    private static final int MOST = 100_000;
    /// Tenths of a hedge: a read earns one, so that in the long run one read in ten asks further hosts, at most k of them, and a
    /// fleet that is slow as a whole is not made slower by asking it twice.
    private static final int COST = 10;
    private static final int FIRST_BUDGET = 20 * COST;
    private static final int MOST_BUDGET = 50 * COST;

    private final Map<UUID, Double> hosts = new ConcurrentHashMap<>();
    private final AtomicInteger budget = new AtomicInteger(FIRST_BUDGET);
    private double mean = FIRST_GUESS;
    private double deviation = FIRST_GUESS / 2;

    /// A host gave its first cell after `nanos`.
    void came(UUID host, long nanos) {
        remember(host, nanos);
        synchronized (this) {
            deviation += (Math.abs(nanos - mean) - deviation) / 8;
            mean += (nanos - mean) / 16;
        }
    }

    /// A host was given up after `nanos`. Says nothing of the others, else one slow host would make all hedges late.
    void lagged(UUID host, long nanos) {
        remember(host, nanos);
    }

    /// How long to wait before further hosts are asked: mean and four deviations, as TCP waits before it sends again.
    Duration hedgeAfter(Duration atMost) {
        return Duration.ofNanos((long) Math.min(atMost.toNanos() / 2.0, usual()));
    }

    /// Nanoseconds this host takes by what was seen lately; 0 for one that is prompt, or unknown.
    /// Asking about a slow one lets some of it be forgotten: it gets another chance.
    double slowness(UUID host) {
        Double nanos = hosts.get(host);
        if (nanos == null || nanos <= usual()) {
            return 0;
        }
        hosts.replace(host, nanos, nanos * 0.95);
        return nanos;
    }

    void readBegins() {
        budget.updateAndGet(tenths -> Math.min(MOST_BUDGET, tenths + 1));
    }

    /// Whether one more hedge is within the budget; takes it.
    boolean mayHedge() {
        return budget.getAndUpdate(tenths -> tenths >= COST ? tenths - COST : tenths) >= COST;
    }

    private synchronized double usual() {
        return Math.max(SOONEST, mean + 4 * deviation);
    }

    private void remember(UUID host, long nanos) {
        if (hosts.size() >= MOST) {
            hosts.clear();
        }
        hosts.merge(host, (double) nanos, (old, seen) -> 0.7 * old + 0.3 * seen);
    }
}
