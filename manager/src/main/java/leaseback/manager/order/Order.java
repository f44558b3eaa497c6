package leaseback.manager.order;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import leaseback.manager.catalog.Money;
import org.jspecify.annotations.Nullable;

/// A machine bought, or parts for one that is there.
///
/// @param number  what people call it, such as `O-4T7M0Z2C`
/// @param quoteId of the quote, or of the addendum, that was accepted
/// @param leaseId the agreement that was accepted with it; null when the offer was declined
/// @param system  what was ordered, by name
/// @param monthly  what recurs every month, beside the machine's price
/// @param acquisition how the machine is come by; null for a sale
/// @param channel  the sales channel and what it gets, to be settled; null where there is none
/// @param upgrades the machine that its owner has and that is upgraded; null where one is made
public record Order(
        UUID id,
        String number,
        UUID customerId,
        UUID quoteId,
        @Nullable UUID leaseId,
        String system,
        List<OrderLine> lines,
        Money total,
        BuildConfiguration build,
        OrderState state,
        Instant placedAt,
        List<OrderLine> monthly,
        @Nullable Machine upgrades,
        @Nullable Acquisition acquisition,
        Commission.@Nullable Cut channel) {
    @SuppressWarnings("NullAway") // stored before anything recurred
    public Order {
        monthly = monthly == null ? List.of() : List.copyOf(monthly);
    }
}
