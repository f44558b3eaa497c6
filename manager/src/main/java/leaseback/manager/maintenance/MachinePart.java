package leaseback.manager.maintenance;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A part in a machine, or one that was.
///
/// @param serial    the part maker's own; null where it has none
/// @param mac       of what speaks on a network, such as `02:00:5e:10:00:01`
/// @param removedAt null while it is in
/// @param why       how it came in: with the machine, or by a part replacement's number
public record MachinePart(UUID id, PartKind kind, @Nullable String serial, @Nullable String mac, Instant builtAt, @Nullable Instant removedAt,
        String why) {}
