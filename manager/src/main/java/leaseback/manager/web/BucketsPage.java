package leaseback.manager.web;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import leaseback.manager.storage.Census;

/// The buckets.
///
/// @param owners names of customers
public record BucketsPage(List<Census.BucketSize> buckets, Map<UUID, String> owners) {
    public String owner(Census.BucketSize size) {
        return owners.getOrDefault(size.bucket().ownerId(), "–");
    }

    public long objects() {
        return buckets.stream().mapToLong(Census.BucketSize::objects).sum();
    }

    public long bytes() {
        return buckets.stream().mapToLong(Census.BucketSize::bytes).sum();
    }
}
