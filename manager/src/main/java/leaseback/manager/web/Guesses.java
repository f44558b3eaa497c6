package leaseback.manager.web;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/// Slows down those who try out claim codes: so many wrong ones from one address, then a pause. Right codes cost nothing.
/// A code has 125 bits; this is against noise in the database, not what keeps codes safe.
final class Guesses {
    private static final int MOST_ADDRESSES = 10_000;

    private final InstantSource clock;
    private final int most;
    private final Duration span;
    private final Map<String, Count> counts = new LinkedHashMap<>(64, 0.75f, true);

    /// @param most wrong ones within `span` of the first
    Guesses(InstantSource clock, int most, Duration span) {
        this.clock = clock;
        this.most = most;
        this.span = span;
    }

    /// 0 when the address may try.
    synchronized long waitSeconds(String address) {
        Count count = counts.get(address);
        if (count == null || count.wrong() < most) {
            return 0;
        }
        long left = Duration.between(clock.instant(), count.since().plus(span)).toSeconds();
        if (left <= 0) {
            counts.remove(address);
        }
        return Math.max(0, left);
    }

    synchronized void wrong(String address) {
        Instant now = clock.instant();
        Count count = counts.get(address);
        counts.put(address, count != null && !now.isAfter(count.since().plus(span))
                ? new Count(count.wrong() + 1, count.since())
                : new Count(1, now));
        if (counts.size() > MOST_ADDRESSES) {
            counts.remove(counts.keySet().iterator().next());
        }
    }

    private record Count(int wrong, Instant since) {}
}
