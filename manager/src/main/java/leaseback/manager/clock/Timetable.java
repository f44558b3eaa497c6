package leaseback.manager.clock;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;

/// All that happens by itself, in the order of its instants.
///
/// In a manager's daily life `run` is a chore. Where the clock can be set, `advance` stops at every instant at which something is
/// due, so that months passed in a moment leave the same rows as months that were waited for.
public final class Timetable {
    /// Something due that is still due after so many turns at one instant would hold up time for ever.
    private static final int MOST_TURNS = 10_000;
    private static final Duration FARTHEST = Duration.ofDays(366 * 5);

    private final InstantSource clock;
    private final List<Due> dues = new CopyOnWriteArrayList<>();
    private final ReentrantLock running = new ReentrantLock();

    public Timetable(InstantSource clock) {
        this.clock = clock;
    }

    public Timetable and(Due due) {
        dues.add(due);
        return this;
    }

    /// Does what is due, as long as something is.
    public void run() {
        running.lock();
        try {
            for (int turn = 0; turn < MOST_TURNS; turn++) {
                Instant now = clock.instant();
                boolean any = false;
                for (Due due : dues) {
                    if (due.next().filter(at -> !at.isAfter(now)).isPresent()) {
                        due.run();
                        any = true;
                    }
                }
                if (!any) {
                    return;
                }
            }
            throw new IllegalStateException("something is due at " + clock.instant() + " and stays due after " + MOST_TURNS + " turns");
        } finally {
            running.unlock();
        }
    }

    /// Lets time pass to `to`, and all happen that is due on the way, each thing at its instant.
    ///
    /// @throws IllegalArgumentException when `to` is past, or more than five years ahead
    public void advance(SettableClock settable, Instant to) {
        if (to.isAfter(settable.instant().plus(FARTHEST))) {
            throw new IllegalArgumentException("time passes at most five years at once, not to " + to);
        }
        running.lock();
        try {
            run();
            while (true) {
                Optional<Instant> next = dues.stream().map(Due::next).flatMap(Optional::stream).min(Instant::compareTo);
                if (next.isEmpty() || next.get().isAfter(to)) {
                    settable.set(to);
                    return;
                }
                settable.set(next.get());
                run();
            }
        } finally {
            running.unlock();
        }
    }
}
