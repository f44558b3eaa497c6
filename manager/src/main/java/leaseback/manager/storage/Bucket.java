package leaseback.manager.storage;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A named set of objects with one owner. Names are unique over the whole manager.
///
/// @param lockRule  null when its objects cannot be locked
/// @param lifecycle on what goes by itself
public record Bucket(UUID id, String name, UUID ownerId, Instant createdAt, Versioning versioning, @Nullable LockRule lockRule,
        List<LifecycleRule> lifecycle) {
    public Bucket {
        lifecycle = List.copyOf(lifecycle);
    }

    /// One without versions.
    public Bucket(UUID id, String name, UUID ownerId, Instant createdAt) {
        this(id, name, ownerId, createdAt, Versioning.OFF, null, List.of());
    }
}
