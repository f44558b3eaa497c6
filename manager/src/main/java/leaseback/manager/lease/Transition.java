package leaseback.manager.lease;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One step of a lease's life: who took it, when and why.
///
/// @param from   null for the offer, with which a lease begins; equal to `to` for an act that leaves it where it stands
/// @param nextAt when something happens by itself after it; null for never
public record Transition(int version, @Nullable LeaseStep from, LeaseStep to, String actor, Instant at, String reason,
        @Nullable Instant nextAt) {}
