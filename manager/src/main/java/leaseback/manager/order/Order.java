package leaseback.manager.order;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import leaseback.manager.catalog.Money;
import org.jspecify.annotations.Nullable;

/// A machine bought.
///
/// @param number  what people call it, such as `O-4T7M0Z2C`
/// @param leaseId the agreement that was accepted with it; null when the offer was declined
/// @param system  what was ordered, by name
/// @param monthly what recurs every month, beside the machine's price
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
        List<OrderLine> monthly) {
    @SuppressWarnings("NullAway") // stored before anything recurred
    public Order {
        monthly = monthly == null ? List.of() : List.copyOf(monthly);
    }
}
