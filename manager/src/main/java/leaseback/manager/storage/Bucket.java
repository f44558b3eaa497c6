package leaseback.manager.storage;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A named set of objects with one owner. Names are unique over the whole manager.
///
/// @param lockRule null when its objects cannot be locked
public record Bucket(UUID id, String name, UUID ownerId, Instant createdAt, Versioning versioning, @Nullable LockRule lockRule) {
    /// One without versions.
    public Bucket(UUID id, String name, UUID ownerId, Instant createdAt) {
        this(id, name, ownerId, createdAt, Versioning.OFF, null);
    }
}
