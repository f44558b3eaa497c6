package leaseback.manager.support;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Help that a customer asks for.
///
/// @param leaseId    the lease that entitles them
/// @param answer     null while it is open
/// @param answeredAt null while it is open
public record SupportRequest(UUID id, UUID customerId, UUID leaseId, String leaseNumber, String subject, String text, Instant askedAt,
        @Nullable String answer, @Nullable Instant answeredAt) {}
