package leaseback.manager.maintenance;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A part that a machine got for its lease, asked back after it.
///
/// @param number     what people call it, such as `B-4T7M0Z2C`
/// @param serial     of the machine
/// @param partSerial the part maker's own; null where it is not known
/// @param dueAt      by then it should be with us; nothing happens by itself when it is not
/// @param closedAt   null while it is asked for
public record PartReturn(UUID id, String number, UUID leaseId, UUID customerId, String serial, PartKind part, @Nullable String partSerial, String reason,
        State state, Instant askedAt, Instant dueAt, @Nullable Instant closedAt) {
    /// Where it stands.
    public enum State {
        ASKED,
        RECEIVED,
        CANCELLED
    }
}
