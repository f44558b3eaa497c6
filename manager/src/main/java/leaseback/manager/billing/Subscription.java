package leaseback.manager.billing;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What a customer has of us from month to month, at the price it had when it was ordered.
///
/// @param leaseId the lease whose incentives may make it cheaper: that of the order it came with; null for none
/// @param to      when it ends; null while that is open
public record Subscription(UUID id, UUID customerId, @Nullable UUID leaseId, Product product, Instant from, @Nullable Instant to) {}
