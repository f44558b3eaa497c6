package leaseback.protocol;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What the manager tells the agent for the owner's eyes (`PUT /v1/earnings`): minor units of `currency`.
///
/// @param earned          earned in the current calendar month of the owner's zone
/// @param minutesPresent  minutes of the serving window in which the host answered, this month
/// @param minutesPromised minutes of the serving window so far, this month
/// @param power           what those minutes drew, about; null when the offer had no estimate, or from an older manager
public record Earnings(long earned, String currency, long minutesPresent, long minutesPromised, Instant asOf, @Nullable Power power) {
    /// Without an estimate of power.
    public Earnings(long earned, String currency, long minutesPresent, long minutesPromised, Instant asOf) {
        this(earned, currency, minutesPresent, minutesPromised, asOf, null);
    }

    /// As the offer estimated it: what the machine draws while on and idle, at the owner's price of electricity.
    ///
    /// @param cost in minor units of the earnings' currency
    public record Power(int watts, long wattHours, long cost) {}
}
