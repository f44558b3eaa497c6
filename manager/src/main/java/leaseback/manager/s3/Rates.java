package leaseback.manager.s3;

import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/// A bucket of tokens for each caller: a request takes one, and as many come back a second as the limits say.
final class Rates {
    /// Callers remembered; who was forgotten begins with a full bucket.
    private static final int MOST = 10_000;
    private final Limits limits;
    private final InstantSource clock;
    private final Map<Object, Tokens> callers = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Object, Tokens> eldest) {
            return size() > MOST;
        }
    };

    Rates(Limits limits, InstantSource clock) {
        this.limits = limits;
        this.clock = clock;
    }

    /// @throws S3Fault SlowDown when the caller has none left
    void take(Object caller) throws S3Fault {
        Instant now = clock.instant();
        boolean one;
        synchronized (callers) {
            Tokens tokens = callers.get(caller);
            Tokens left = tokens == null ? new Tokens(limits.burst(), now) : tokens.at(now, limits);
            one = left.count() >= 1;
            callers.put(caller, one ? new Tokens(left.count() - 1, left.since()) : left);
        }
        if (!one) {
            throw S3Error.SLOW_DOWN.because("Please reduce your request rate: " + limits.requestsPerSecond()
                    + " requests a second, and " + limits.burst() + " at once, are what this manager does for one account.");
        }
    }

    /// @param count at `since`
    private record Tokens(double count, Instant since) {
        Tokens at(Instant now, Limits limits) {
            // A clock that was set back gives nothing, and takes nothing.
            double passed = now.isAfter(since) ? (now.getEpochSecond() - since.getEpochSecond()) + (now.getNano() - since.getNano()) / 1e9 : 0;
            return new Tokens(Math.min(limits.burst(), count + passed * limits.requestsPerSecond()), now);
        }
    }
}
