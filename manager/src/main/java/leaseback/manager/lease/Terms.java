package leaseback.manager.lease;

import java.time.Instant;
import leaseback.manager.catalog.DiskShare;
import leaseback.manager.catalog.LeasePlan;
import leaseback.manager.catalog.Money;

/// One version of what was agreed.
///
/// @param effectiveAt since when it holds; in the future where it was agreed ahead
/// @param leasedBytes 0 while the machine is not made
/// @param why         such as `as offered`, `renewed`, `more disk from 1 March`
public record Terms(int version, Instant effectiveAt, LeasePlan plan, DiskShare share, long leasedBytes, Money monthlyPay, String why,
        Instant agreedAt) {
    /// Why, of terms that carry a lease on beyond its term.
    public static final String RENEWED = "renewed";
    /// How the words begin of terms that came with an upgrade of the machine.
    public static final String UPGRADED = "upgraded";
}
