package leaseback.manager.storage;

import java.util.List;
import java.util.UUID;

/// The buckets.
public final class Buckets {
    public Bucket create(UUID ownerId, String name) throws StorageFault {
        throw new UnsupportedOperationException();
    }

    /// By name.
    public List<Bucket> ownedBy(UUID ownerId) {
        throw new UnsupportedOperationException();
    }

    public Bucket find(String name) throws StorageFault {
        throw new UnsupportedOperationException();
    }

    /// Objects and unfinished uploads both count as content.
    public void delete(Bucket bucket) throws StorageFault {
        throw new UnsupportedOperationException();
    }
}
