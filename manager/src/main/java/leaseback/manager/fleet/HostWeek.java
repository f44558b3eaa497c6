package leaseback.manager.fleet;

import java.time.Instant;
import java.util.UUID;

/// What is known of a host beyond its promise.
///
/// @param rates      of the promised minutes in which it answered, by hour of the week in UTC; 168 of them, likely ones where
///                   little was seen yet
/// @param network    /24 or /48 from which its line came last; empty before the first
/// @param lot        the system it was sold as; empty when not known
/// @param house      whether it is the provider's own
/// @param enrolledAt since when it is a host
public record HostWeek(UUID hostId, double[] rates, String network, String lot, boolean house, Instant enrolledAt) {}
