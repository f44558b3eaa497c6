package leaseback.manager.clock;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A figure that takes long to count. It is counted seldom: at most every two seconds, and never for more than a fiftieth of the time.
public final class Counted<T> {
    private static final Duration FRESH = Duration.ofSeconds(2);
    private static final int SHARE = 50;
    private final InstantSource wall;
    private final Supplier<T> count;
    private @Nullable T counted;
    private Instant goodUntil = Instant.MIN;

    /// @param wall the real clock: by one that stands, nothing would ever be counted again
    public Counted(InstantSource wall, Supplier<T> count) {
        this.wall = wall;
        this.count = count;
    }

    /// As it was counted last.
    public synchronized T get() {
        Instant begun = wall.instant();
        T known = counted;
        if (known != null && begun.isBefore(goodUntil)) {
            return known;
        }
        T fresh = count.get();
        counted = fresh;
        Instant ended = wall.instant();
        Duration rest = Duration.between(begun, ended).multipliedBy(SHARE);
        goodUntil = ended.plus(rest.compareTo(FRESH) > 0 ? rest : FRESH);
        return fresh;
    }
}
