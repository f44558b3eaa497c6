package leaseback.manager.storage;

import java.util.UUID;

/// For whom and where something is stored: whose key seals it, and whose wishes its hosts must fit.
///
/// @param tenantId the customer who owns the bucket
record Tenancy(UUID tenantId, UUID bucketId) {
    static Tenancy of(Bucket bucket) {
        return new Tenancy(bucket.ownerId(), bucket.id());
    }
}
