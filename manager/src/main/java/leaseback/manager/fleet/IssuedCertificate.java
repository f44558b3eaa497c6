package leaseback.manager.fleet;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A certificate that speaks for a host, or did.
///
/// @param serial hexadecimal
public record IssuedCertificate(String serial, Instant issuedAt, Instant notAfter, @Nullable Instant revokedAt) {}
