package leaseback.manager.lease;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One step of a lease's life: who took it, when and why.
///
/// @param from null for the offer, with which a lease begins
public record Transition(int version, @Nullable LeaseStep from, LeaseStep to, String actor, Instant at, String reason) {}
