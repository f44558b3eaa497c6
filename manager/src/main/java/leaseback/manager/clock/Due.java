package leaseback.manager.clock;

import java.time.Instant;
import java.util.Optional;

/// What happens by itself at known instants: timers of leases, nightly and monthly work.
public interface Due {
    /// The next instant at which there is something to do; one that is past when something waits; empty for never.
    Optional<Instant> next();

    /// Does what is due now. May run twice, and beside another manager's.
    void run();
}
