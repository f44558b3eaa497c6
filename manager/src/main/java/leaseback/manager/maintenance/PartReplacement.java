package leaseback.manager.maintenance;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A part of a leased machine that we exchange. While it is open nothing is asked of the host, by our own doing: its lease is paused and paid.
///
/// @param number        what people call it, such as `S-4T7M0Z2C`
/// @param serial        of the machine, which stays what it is
/// @param expectedUntil by then the machine is asked for what it promised again, done or not
/// @param closedAt      null while it is open
public record PartReplacement(UUID id, String number, UUID leaseId, UUID customerId, String serial, PartKind part, String reason, State state,
        Instant openedAt, Instant expectedUntil, @Nullable Instant closedAt) {
    /// Where it stands.
    public enum State {
        OPEN,
        /// The part is on its way.
        SENT,
        DONE,
        CANCELLED;

        /// Whether the machine is in maintenance.
        public boolean open() {
            return this == OPEN || this == SENT;
        }
    }
}
