package leaseback.manager.metering;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A reading that is kept.
///
/// @param at         when it came
/// @param replacedBy the reading that corrects it; null while it counts
public record Received(Reading reading, Instant at, @Nullable UUID replacedBy) {}
