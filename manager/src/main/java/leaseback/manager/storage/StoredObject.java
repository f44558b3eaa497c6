package leaseback.manager.storage;

import java.time.Instant;
import java.util.UUID;

/// One acknowledged object.
///
/// @param id    names the bytes: a new PUT under the same key has a new id
/// @param parts how many parts it was uploaded in; 0 for a single PUT
public record StoredObject(
        UUID id, UUID bucketId, String key, long bytes, Digests digests, Attributes attributes, int parts, Instant modifiedAt) {}
