package leaseback.manager.storage;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What keeps one version of an object from being deleted.
///
/// @param mode  null exactly when `until` is
/// @param until no deletion before
/// @param hold  no deletion while it is set, whatever the time
public record ObjectLock(@Nullable LockMode mode, @Nullable Instant until, boolean hold) {
    public static final ObjectLock NONE = new ObjectLock(null, null, false);

    public ObjectLock {
        if ((mode == null) != (until == null)) {
            throw new IllegalArgumentException("a lock has a mode and an end, or neither: " + mode + ", " + until);
        }
    }

    /// @param bypass whether the caller may and wants to override GOVERNANCE
    public boolean forbidsDeletion(Instant now, boolean bypass) {
        return hold || isRunning(now) && !(bypass && mode == LockMode.GOVERNANCE);
    }

    /// Whether the retention may be changed to `next`: longer always, else as a deletion.
    public boolean forbids(ObjectLock next, Instant now, boolean bypass) {
        Instant end = until;
        boolean weaker = next.until == null || end != null && next.until.isBefore(end) || mode != next.mode;
        return isRunning(now) && weaker && !(bypass && mode == LockMode.GOVERNANCE);
    }

    private boolean isRunning(Instant now) {
        return until != null && now.isBefore(until);
    }

    public ObjectLock withHold(boolean on) {
        return new ObjectLock(mode, until, on);
    }
}
