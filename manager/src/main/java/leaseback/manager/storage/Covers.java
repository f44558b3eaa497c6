package leaseback.manager.storage;

import java.util.Arrays;
import java.util.Optional;

/// Where covers come from: a key that somebody brings, or one that the bucket's owner has under a name.
public final class Covers {
    private final ObjectStore.Means means;

    public Covers(ObjectStore store) {
        this.means = store.means();
    }

    /// @param key 32 bytes
    public Cover brought(byte[] key) {
        return new Cover(key, means.random());
    }

    /// Empty when the bucket's owner has no such key, or has it no more.
    public Optional<Cover> named(Bucket bucket, String name) {
        return means.keys().named().open(bucket.ownerId(), name).map(key -> {
            Cover cover = brought(key);
            Arrays.fill(key, (byte) 0);
            return cover;
        });
    }
}
