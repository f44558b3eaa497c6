package leaseback.manager.s3;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/// What was read within the last second, at most 10,000 of it: keys and buckets, which every request asks for and which seldom
/// change. What this manager changes it forgets at once; what another one changed holds here a second later.
final class Recent<V> {
    static final Duration LIFE = Duration.ofSeconds(1);
    private static final int MOST = 10_000;
    private final LongSupplier nanos;
    private final Map<String, Read<V>> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Read<V>> eldest) {
            return size() > MOST;
        }
    };
    private final Map<String, Integer> changing = new HashMap<>();
    private long changes;

    /// @param nanos a clock that only goes forward
    Recent(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /// What `source` says, or said less than a second ago. What it throws is not remembered.
    <E extends Exception> V get(String name, Source<V, E> source) throws E {
        long now = nanos.getAsLong();
        long before;
        synchronized (known) {
            Read<V> read = changing.containsKey(name) ? null : known.get(name);
            if (read != null && now - read.at() < LIFE.toNanos()) {
                return read.value();
            }
            before = changes;
        }
        V value = source.read();
        synchronized (known) {
            // What was read while something changed may be older than the change.
            if (before == changes && !changing.containsKey(name)) {
                known.put(name, new Read<>(value, now));
            }
        }
        return value;
    }

    /// From now on everyone reads it anew, until the change has ended.
    void changeBegins(String name) {
        synchronized (known) {
            changing.merge(name, 1, Integer::sum);
            known.remove(name);
        }
    }

    void changeEnds(String name) {
        synchronized (known) {
            changes++;
            changing.computeIfPresent(name, (same, count) -> count == 1 ? null : count - 1);
        }
    }

    /// Where it comes from.
    @FunctionalInterface
    interface Source<V, E extends Exception> {
        V read() throws E;
    }

    /// @param at nanoseconds, before it was read
    private record Read<V>(V value, long at) {}
}
