package leaseback.manager.storage;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/// A multipart upload under way.
///
/// @param settings what the face wants back at completion (checksum algorithm and type)
public record Upload(
        UUID id, UUID bucketId, String key, Attributes attributes, Map<String, String> settings, Instant startedAt) {
    public Upload {
        settings = Map.copyOf(settings);
    }
}
