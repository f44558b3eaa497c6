package leaseback.manager.storage;

import java.util.concurrent.atomic.AtomicLong;

/// How much waits in the database to be packed: what was counted last, and what this manager has added since. Several
/// managers may together exceed the bound by what each takes between two counts, a few seconds' worth.
final class Staging {
    /// Enough for a burst; the database is not where bytes are kept.
    static final long MOST_BYTES = 256L * 1024 * 1024;

    private final AtomicLong bytes = new AtomicLong();

    /// Whether so much more may be staged; if so, it counts.
    boolean take(long more) {
        if (bytes.addAndGet(more) <= MOST_BYTES) {
            return true;
        }
        bytes.addAndGet(-more);
        return false;
    }

    void counted(long waiting) {
        bytes.set(waiting);
    }
}
