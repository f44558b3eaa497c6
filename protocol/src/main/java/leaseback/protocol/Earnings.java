package leaseback.protocol;

import java.time.Instant;

/// What the manager tells the agent for the owner's eyes (`PUT /v1/earnings`): minor units of `currency`.
///
/// @param earned          earned in the current calendar month of the owner's zone
/// @param minutesPresent  minutes of the serving window in which the host answered, this month
/// @param minutesPromised minutes of the serving window so far, this month
public record Earnings(long earned, String currency, long minutesPresent, long minutesPromised, Instant asOf) {}
