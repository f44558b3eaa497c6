package leaseback.testbed.line;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// Runs with the system's clock, ahead of it by as much as a test has moved it.
final class MovableClock implements InstantSource {
    private volatile Duration ahead = Duration.ZERO;

    @Override
    public Instant instant() {
        return Instant.now().plus(ahead);
    }

    void move(Duration by) {
        ahead = ahead.plus(by);
    }

    /// From here on shows `instant`.
    void set(Instant instant) {
        ahead = Duration.between(Instant.now(), instant);
    }
}
