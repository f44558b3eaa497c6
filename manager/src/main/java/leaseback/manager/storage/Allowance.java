package leaseback.manager.storage;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import leaseback.manager.database.Database;

/// How many bytes a customer's objects, their older versions, and parts may have in all. What is stored is counted in the database at most once a
/// minute for each customer who writes; what this manager took since is added, what others took is not: so with several
/// managers a customer may come to a minute's worth more.
public final class Allowance {
    private static final Duration FRESH = Duration.ofMinutes(1);
    /// Customers remembered; who was forgotten is counted again.
    private static final int MOST = 10_000;
    private final Database database;
    private final InstantSource clock;
    private final long mostBytes;
    private final Map<UUID, Count> counts = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<UUID, Count> eldest) {
            return size() > MOST;
        }
    };

    /// @param mostBytes plain, of one customer; `Long.MAX_VALUE` for no end
    public Allowance(Database database, InstantSource clock, long mostBytes) {
        this.database = database;
        this.clock = clock;
        this.mostBytes = mostBytes;
    }

    /// @throws StorageFault QUOTA_EXCEEDED when `bytes` more are too many
    void require(UUID customerId, long bytes) throws StorageFault {
        if (mostBytes == Long.MAX_VALUE) {
            return;
        }
        long used = used(customerId);
        if (bytes > mostBytes - used) {
            throw new StorageFault(StorageFault.Reason.QUOTA_EXCEEDED, "this account may keep " + mostBytes + " bytes and keeps about "
                    + used + ", so " + bytes + " more are too many; delete some, or ask for more room");
        }
    }

    /// So many more were taken.
    void took(UUID customerId, long bytes) {
        synchronized (counts) {
            counts.computeIfPresent(customerId, (id, count) -> new Count(count.bytes() + bytes, count.at()));
        }
    }

    private long used(UUID customerId) {
        Instant now = clock.instant();
        synchronized (counts) {
            Count count = counts.get(customerId);
            if (count != null && now.isBefore(count.at().plus(FRESH))) {
                return count.bytes();
            }
        }
        long bytes = counted(customerId);
        synchronized (counts) {
            counts.put(customerId, new Count(bytes, now));
        }
        return bytes;
    }

    private long counted(UUID customerId) {
        return database.read(handle -> handle.createQuery("""
                select (select coalesce(sum(o.bytes), 0) from object o join bucket b on b.id = o.bucket_id where b.owner_id = :owner)
                     + (select coalesce(sum(v.bytes), 0) from version v join bucket b on b.id = v.bucket_id where b.owner_id = :owner)
                     + (select coalesce(sum(p.bytes), 0) from part p join upload u on u.id = p.upload_id
                        join bucket b on b.id = u.bucket_id where b.owner_id = :owner)""")
                .bind("owner", customerId).mapTo(Long.class).one());
    }

    private record Count(long bytes, Instant at) {}
}
