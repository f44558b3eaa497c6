package leaseback.manager.lease;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.UUID;
import leaseback.manager.catalog.DiskShare;
import leaseback.manager.catalog.LeasePlan;
import leaseback.manager.catalog.Money;
import org.jspecify.annotations.Nullable;

/// A lease-back agreement: a part of one machine, lent by its owner, for what the plan gives.
///
/// @param number       what people call it, such as `L-7K3M9Q2X`
/// @param plan         as agreed upon; changed by an amendment alone
/// @param share        of the drive; the plan's, or the explicit one of the quote
/// @param monthlyPay   what the owner is paid for a month kept in full
/// @param termsVersion of the terms that hold now
/// @param deliveredAt  when the machine came to its owner; null before
/// @param nextAt       when something happens to it by itself; null for never
/// @param holidays     days promised whole, first to last; they count while the plan has holidays
/// @param holidaysVersion grows with every change of them
public record Lease(
        UUID id,
        String number,
        UUID customerId,
        ZoneId zone,
        LeasePlan plan,
        DiskShare share,
        Money monthlyPay,
        int termsVersion,
        LeaseState state,
        @Nullable Instant deliveredAt,
        @Nullable Instant nextAt,
        Instant createdAt,
        List<LocalDate> holidays,
        int holidaysVersion) {}
