package leaseback.manager.clock;

import java.time.Instant;
import java.time.InstantSource;

/// Time that stands still until it is set, never backwards: for trials and stories that take months.
public final class SettableClock implements InstantSource {
    private Instant now;

    public SettableClock(Instant start) {
        now = start;
    }

    @Override
    public synchronized Instant instant() {
        return now;
    }

    /// @throws IllegalArgumentException when `to` is past
    synchronized void set(Instant to) {
        if (to.isBefore(now)) {
            throw new IllegalArgumentException("it is " + now + " already, and time does not run backwards to " + to);
        }
        now = to;
    }
}
