package leaseback.manager.order;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.UUID;
import leaseback.manager.catalog.DiskShare;
import leaseback.manager.catalog.Incentive;
import leaseback.manager.catalog.Item;
import leaseback.manager.catalog.LeasePlan;
import leaseback.manager.catalog.Money;
import leaseback.manager.catalog.Offering;
import org.jspecify.annotations.Nullable;

/// A price for one machine with both answers worked out: what a yes brings and costs, and what a no does.
///
/// @param version     what is accepted or declined is one exact version
/// @param offering    as it stood when the quote was made
/// @param plan        as it stood when the quote was made, with the customer's proposal worked in
/// @param incentives  those of the plan that take effect here
/// @param electricity what keeping the promise costs the customer
/// @param items       as they stood when the quote was made
/// @param upgrades    the machine that the customer has and that would be upgraded; null where one would be made
/// @param acquisition how the machine is come by; null for a sale
/// @param commission  what the sales channel gets; null where there is none
/// @param listed      the plan before any proposal; null where there was none
/// @param proposal    the customer's, which this version answers; null where there was none
public record Quote(
        UUID id,
        int version,
        QuoteRequest request,
        String customerName,
        UUID leaseId,
        String leaseNumber,
        Offering offering,
        LeasePlan plan,
        ZoneId zone,
        DiskShare share,
        List<Incentive> incentives,
        Answer accepted,
        Answer declined,
        Electricity electricity,
        Instant createdAt,
        Instant expiresAt,
        @Nullable LeasePlan listed,
        @Nullable Proposal proposal,
        List<Item> items,
        @Nullable Machine upgrades,
        @Nullable Acquisition acquisition,
        @Nullable Commission commission) {
    @SuppressWarnings("NullAway") // quotes stored before there were items have none
    public Quote {
        items = items == null ? List.of() : List.copyOf(items);
    }

    /// What one answer leads to.
    ///
    /// @param lines   to be paid once
    /// @param monthly to be paid every month
    public record Answer(List<OrderLine> lines, Money total, BuildConfiguration build, List<OrderLine> monthly) {
        @SuppressWarnings("NullAway") // stored before anything recurred
        public Answer {
            monthly = monthly == null ? List.of() : List.copyOf(monthly);
        }
    }
}
