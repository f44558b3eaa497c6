package leaseback.manager.storage;

import java.time.Instant;
import java.util.UUID;

/// A named set of objects with one owner. Names are unique over the whole manager.
public record Bucket(UUID id, String name, UUID ownerId, Instant createdAt) {}
