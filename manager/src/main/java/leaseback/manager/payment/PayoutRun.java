package leaseback.manager.payment;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import leaseback.manager.catalog.Money;
import org.jspecify.annotations.Nullable;

/// Everybody to whom more than a threshold was owed, paid at once.
///
/// @param id       the caller's own; null for a dry run, which changes nothing
/// @param payouts  by id; those of a dry run have no state to speak of
/// @param skipped  who is owed and was not paid now; told by letter what to do
/// @param finished whether all that was owed is on its way; otherwise run it again under the same id
public record PayoutRun(@Nullable UUID id, Instant at, Money threshold, List<Payment> payouts, List<Skipped> skipped, Money total,
        boolean finished) {
    public PayoutRun {
        payouts = List.copyOf(payouts);
        skipped = List.copyOf(skipped);
    }

    /// @param whom the customer's id, or the partner's item
    public record Skipped(String whom, Money owed, String reason) {}
}
