package leaseback.manager.storage;

import java.util.Map;

/// What is kept beside an object's bytes and given back with them, uninterpreted but for the lock.
///
/// @param headers content headers by lower-case name (`content-type`, `cache-control`, ...)
/// @param user    the user's own pairs, by lower-case name
/// @param tags    may be changed later
/// @param lock    may be changed later, within its rules
public record Attributes(Map<String, String> headers, Map<String, String> user, Map<String, String> tags, ObjectLock lock) {
    public static final Attributes NONE = new Attributes(Map.of(), Map.of());

    public Attributes {
        headers = Map.copyOf(headers);
        user = Map.copyOf(user);
        tags = Map.copyOf(tags);
    }

    public Attributes(Map<String, String> headers, Map<String, String> user) {
        this(headers, user, Map.of(), ObjectLock.NONE);
    }

    public Attributes withHeaders(Map<String, String> others) {
        return new Attributes(others, user, tags, lock);
    }

    public Attributes withTags(Map<String, String> others) {
        return new Attributes(headers, user, others, lock);
    }

    public Attributes withLock(ObjectLock other) {
        return new Attributes(headers, user, tags, other);
    }
}
