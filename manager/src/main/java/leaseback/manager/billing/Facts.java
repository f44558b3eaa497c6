package leaseback.manager.billing;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import leaseback.manager.catalog.Money;
import leaseback.manager.compensation.Month;
import leaseback.manager.compensation.Scale;
import leaseback.manager.lease.Ending;
import leaseback.manager.lease.Lease;
import leaseback.manager.ledger.DocumentLine;
import leaseback.manager.metering.Meter;
import leaseback.manager.metering.Sum;
import org.jspecify.annotations.Nullable;

/// All that a month of one account rests on, in one currency.
///
/// @param known         what came later is not in it
/// @param usage         of the customer's own use
/// @param tenureMonth   since the first lease ran, 1 for its first month
/// @param amortising    whether a purchase discount of the account is still being earned
/// @param heldBefore    of earlier payouts, what is due to be released now
record Facts(UUID customerId, Month month, String currency, Instant known, List<Leased> leases, List<Subscription> subscriptions,
        Map<Meter, Sum> usage, int tenureMonth, boolean amortising, Scale scale, List<HeldBack> heldBefore) {
    /// One lease of the account.
    ///
    /// @param spans    of this month
    /// @param since    when it began to run
    /// @param score    how well the promise was kept, 0 to 1
    /// @param discount taken off the machine's price at the sale, and not earned at once; null for none
    /// @param ended    in this month
    record Leased(Lease lease, List<Span> spans, Instant since, Map<Meter, Sum> readings, BigDecimal score, @Nullable Discount discount,
            @Nullable Ended ended) {}

    /// @param given in all
    record Discount(Money given, int amortiseMonths, boolean clawedBack) {}

    record Ended(Instant at, Ending ending) {}

    /// @param payout where it was held
    record HeldBack(DocumentLine payout, String words, Money amount) {}

    /// Where readings of this month are found again, as they were known.
    DocumentLine measured(UUID subject, Meter meter) {
        return Measured.line(subject, meter, month.from(), month.to(), known);
    }
}
