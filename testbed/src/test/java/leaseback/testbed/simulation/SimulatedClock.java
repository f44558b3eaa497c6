package leaseback.testbed.simulation;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// The time of one world: it stands still until it is moved.
final class SimulatedClock implements InstantSource {
    private volatile Instant now;

    SimulatedClock(Instant start) {
        now = start;
    }

    @Override
    public Instant instant() {
        return now;
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    /// The clock of a machine that goes wrong by so much.
    InstantSource off(Duration skew) {
        return () -> now.plus(skew);
    }
}
