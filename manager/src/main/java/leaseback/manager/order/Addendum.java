package leaseback.manager.order;

import java.time.Instant;
import java.time.ZoneId;
import java.util.UUID;
import leaseback.manager.catalog.DiskShare;
import leaseback.manager.catalog.LeasePlan;
import leaseback.manager.catalog.Money;
import org.jspecify.annotations.Nullable;

/// What is offered on a lease that runs: what would hold, and from when.
///
/// @param version     what is accepted or declined is one exact version
/// @param plan        with all that would be agreed worked in
/// @param leasedBytes what the share comes to on this machine
/// @param payBefore   what is paid for a month today
/// @param effectiveAt from when it would hold; not before the yes
/// @param until       the end of the term with it
/// @param upgrade     what would be built in; for an upgrade alone
public record Addendum(
        UUID id,
        int version,
        Kind kind,
        UUID customerId,
        String customerName,
        UUID leaseId,
        String leaseNumber,
        ZoneId zone,
        LeasePlan plan,
        DiskShare share,
        long leasedBytes,
        long leasedBytesBefore,
        Money monthlyPay,
        Money payBefore,
        Instant effectiveAt,
        Instant until,
        Instant madeAt,
        Instant expiresAt,
        @Nullable Upgrade upgrade) {
    /// What it would do to the lease.
    public enum Kind {
        /// Another term, from the end of this one on.
        RENEWAL,
        /// Other terms, within this one.
        AMENDMENT,
        /// A better machine, and other terms from its installation on.
        UPGRADE
    }

    /// Whether both offer the same, whenever they were made.
    boolean same(Addendum other) {
        return plan.equals(other.plan) && share.equals(other.share) && leasedBytes == other.leasedBytes
                && monthlyPay.equals(other.monthlyPay) && effectiveAt.equals(other.effectiveAt) && until.equals(other.until);
    }
}
