package leaseback.manager.support;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A service, or a part for later, that goes with a lease.
///
/// @param name  as the customer knows it
/// @param holds whether it is owed now
/// @param why   it is or is not, in words
/// @param from  since when the lease runs, or from when on a part may be had; null before it runs
/// @param until the end of the lease as far as it is certain; null where that is open or it has no begin yet
public record Entitlement(Kind kind, String name, UUID leaseId, String leaseNumber, boolean holds, String why, @Nullable Instant from,
        @Nullable Instant until) {
    /// Which service.
    public enum Kind {
        /// Technical and hardware support.
        SUPPORT,
        /// A service contract that is free while the lease lasts.
        SERVICE_CONTRACT,
        /// A part built in for nothing or for less, once the lease has lasted for some months.
        HARDWARE_UPGRADE
    }
}
