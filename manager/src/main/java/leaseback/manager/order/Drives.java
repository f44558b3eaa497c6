package leaseback.manager.order;

import java.util.Optional;
import java.util.UUID;
import leaseback.manager.catalog.DiskShare;
import leaseback.manager.lease.Lease;
import leaseback.manager.lease.LeaseState;
import org.jdbi.v3.core.Handle;

/// How large the drive is of which a lease has its share.
final class Drives {
    private Drives() {}

    /// As built, or where we did not build it, as the share implies.
    static long bytes(Handle handle, Lease lease, LeaseState.Made made) {
        return built(handle, lease.id()).orElseGet(() -> switch (lease.share()) {
            case DiskShare.Percent percent -> Math.multiplyExact(made.leasedBytes() / percent.percent(), 100L);
            case DiskShare.Bytes bytes -> Math.multiplyExact(made.leasedBytes() / DiskShare.MOST_PERCENT + 1, 100L);
        });
    }

    private static Optional<Long> built(Handle handle, UUID leaseId) {
        return handle.createQuery("select cast(body -> 'build' ->> 'driveBytes' as bigint) from customer_order where lease_id = :id")
                .bind("id", leaseId).mapTo(Long.class).findOne();
    }
}
