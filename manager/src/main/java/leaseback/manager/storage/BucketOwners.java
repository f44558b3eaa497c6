package leaseback.manager.storage;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import leaseback.manager.database.Database;

/// Whose bucket is whose; remembered, because a bucket never changes its owner.
final class BucketOwners {
    private static final int MOST = 10_000;
    private final Database database;
    private final Map<UUID, UUID> known = new ConcurrentHashMap<>();

    BucketOwners(Database database) {
        this.database = database;
    }

    /// The owner; the bucket's own id when it was deleted meanwhile.
    UUID of(UUID bucketId) {
        UUID owner = known.get(bucketId);
        if (owner != null) {
            return owner;
        }
        UUID found = database.read(handle -> handle.createQuery("select owner_id from bucket where id = :id").bind("id", bucketId)
                .mapTo(UUID.class).findOne()).orElse(bucketId);
        if (known.size() >= MOST) {
            known.clear();
        }
        known.put(bucketId, found);
        return found;
    }
}
