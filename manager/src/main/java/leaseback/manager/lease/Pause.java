package leaseback.manager.lease;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A time in which nothing was asked of the host.
///
/// @param to null while it lasts
public record Pause(Instant from, @Nullable Instant to, Party by) {}
