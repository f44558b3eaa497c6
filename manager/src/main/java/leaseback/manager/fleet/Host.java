package leaseback.manager.fleet;

import java.time.Instant;
import java.util.UUID;
import leaseback.protocol.LeaseTerms;
import org.jspecify.annotations.Nullable;

/// An enrolled machine.
///
/// @param alias      small number that stands for the host in packed lists of pieces; never reused
/// @param ownerId    the customer who lends it
/// @param state      ACTIVE once its lease runs
/// @param terms      what it promised
/// @param usedBytes  by its last report
/// @param reachable  whether its line is up
/// @param reportedAt instant of its last report; null before the first
public record Host(
        UUID id,
        int alias,
        String serial,
        UUID ownerId,
        HostState state,
        LeaseTerms terms,
        long usedBytes,
        long processId,
        boolean reachable,
        @Nullable Instant reportedAt) {
    /// Bytes that may still be placed here, by its last report.
    public long freeBytes() {
        return Math.max(0, terms.leasedBytes() - usedBytes);
    }
}
