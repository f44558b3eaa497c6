package leaseback.manager.storage;

import java.time.Instant;

/// One stored part of an upload; `number` is 1 to 10,000.
public record Part(int number, long bytes, Digests digests, Instant modifiedAt) {}
