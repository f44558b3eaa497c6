package leaseback.manager.storage;

import java.time.Instant;
import java.util.UUID;

/// One acknowledged object, or one version of it.
///
/// @param id      names the bytes: a new PUT under the same key has a new id
/// @param version tells it from others under its key; `null`, as a text, when it came in a time without versions
/// @param parts   how many parts it was uploaded in; 0 for a single PUT
public record StoredObject(UUID id, UUID bucketId, String key, String version, long bytes, Digests digests, Attributes attributes,
        int parts, Instant modifiedAt) {
    /// The version of what came in a time without versions.
    public static final String NULL_VERSION = "null";
}
