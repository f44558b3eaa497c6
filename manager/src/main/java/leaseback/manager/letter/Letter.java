package leaseback.manager.letter;

import java.time.Instant;
import java.util.UUID;

/// One letter to a customer, in plain words.
///
/// @param about what it is about, so that the same is told once: `renewal:LEASE:T-90`
public record Letter(UUID id, UUID customerId, Instant at, String about, String subject, String text) {}
