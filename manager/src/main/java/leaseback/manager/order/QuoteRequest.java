package leaseback.manager.order;

import java.time.ZoneId;
import java.util.List;
import java.util.UUID;
import leaseback.manager.catalog.MayBeMissing;
import leaseback.manager.catalog.Money;
import org.jspecify.annotations.Nullable;

/// What a customer asks a price for.
///
/// @param options      ids of chosen options, at most one of each kind; where none is chosen, the smallest is taken
/// @param zone         whose wall clock the windows follow; the customer's own when null
/// @param leasedBytes  an explicit share of the drive, within the plan's limits, instead of the plan's
/// @param kilowattHour what the customer pays for electricity, for the estimate; the plan's figure when null
/// @param items        ids of what is bought beside the machine: accessories, Internet access, services; at most 50
/// @param serial       of a machine that the customer has and that is to be upgraded; `offeringId` is then `own-machine`, and `options` are
///                     ids of parts
/// @param acquisition  how the machine is come by; sold when null
/// @param channelId    of the sales channel that the quote comes through; null for none
/// @param validDays    how long the offer stands, 1 to 60 days; 14 when null
public record QuoteRequest(
        UUID customerId,
        String offeringId,
        @MayBeMissing List<String> options,
        String planId,
        @Nullable ZoneId zone,
        @Nullable Long leasedBytes,
        @Nullable Money kilowattHour,
        @Nullable Integer validDays,
        @MayBeMissing List<String> items,
        @Nullable String serial,
        @Nullable Acquisition acquisition,
        @Nullable String channelId) {
    static final int VALID_DAYS = 14;

    @SuppressWarnings("NullAway") // comes from JSON, where anything may be missing
    public QuoteRequest {
        need("customerId", customerId);
        need("offeringId", offeringId);
        need("planId", planId);
        options = options == null ? List.of() : List.copyOf(options);
        items = items == null ? List.of() : List.copyOf(items);
        if (items.size() > 50) {
            throw new IllegalArgumentException("a quote has at most 50 items, not " + items.size());
        }
        if (validDays != null && (validDays < 1 || validDays > 60)) {
            throw new IllegalArgumentException("validDays is 1 to 60, not " + validDays);
        }
        if (kilowattHour != null && kilowattHour.minor() < 0) {
            throw new IllegalArgumentException("kilowattHour cannot be " + kilowattHour);
        }
    }

    /// For a machine that is made.
    public QuoteRequest(UUID customerId, String offeringId, List<String> options, String planId, @Nullable ZoneId zone,
            @Nullable Long leasedBytes, @Nullable Money kilowattHour, @Nullable Integer validDays, List<String> items) {
        this(customerId, offeringId, options, planId, zone, leasedBytes, kilowattHour, validDays, items, null, null, null);
    }

    private static void need(String field, @Nullable Object value) {
        if (value == null) {
            throw new IllegalArgumentException("a quote needs " + field);
        }
    }
}
