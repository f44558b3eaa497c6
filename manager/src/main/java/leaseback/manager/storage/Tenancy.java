package leaseback.manager.storage;

import java.util.UUID;
import leaseback.manager.placement.StorageClasses;

/// For whom and where something is stored: whose key seals it, and whose wishes its hosts must fit.
///
/// @param tenantId     the customer who owns the bucket
/// @param storageClass name of what is promised for it
record Tenancy(UUID tenantId, UUID bucketId, String storageClass) {
    Tenancy(UUID tenantId, UUID bucketId) {
        this(tenantId, bucketId, StorageClasses.STANDARD.name());
    }

    static Tenancy of(Bucket bucket) {
        return new Tenancy(bucket.ownerId(), bucket.id());
    }

    /// In the class that the attributes name.
    Tenancy as(Attributes attributes) {
        return new Tenancy(tenantId, bucketId, attributes.storageClass());
    }
}
