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

    /// As built or upgraded last, or where we did neither, as the share implies.
    static long bytes(Handle handle, Lease lease, LeaseState.Made made) {
        return built(handle, lease.id(), made.machineId()).orElseGet(() -> switch (lease.share()) {
            case DiskShare.Percent percent -> Math.multiplyExact(made.leasedBytes() / percent.percent(), 100L);
            case DiskShare.Bytes bytes -> Math.multiplyExact(made.leasedBytes() / DiskShare.MOST_PERCENT + 1, 100L);
        });
    }

    private static Optional<Long> built(Handle handle, UUID leaseId, UUID machineId) {
        return handle.createQuery("""
                select cast(body -> 'build' ->> 'driveBytes' as bigint) from customer_order
                where (lease_id = :lease or machine_id = :machine) and configured_at is not null and body -> 'build' ->> 'driveBytes' is not null
                order by configured_at desc, placed_at desc, machine_id is null limit 1""")
                .bind("lease", leaseId).bind("machine", machineId).mapTo(Long.class).findOne();
    }
}
