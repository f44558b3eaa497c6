package leaseback.manager.storage;

import java.util.Map;
import leaseback.manager.placement.StorageClasses;

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

    /// The header that names an object's storage class; kept only when it is not STANDARD, as S3 shows it.
    public static final String STORAGE_CLASS = "x-amz-storage-class";

    /// The name of what is promised for the object.
    public String storageClass() {
        return headers.getOrDefault(STORAGE_CLASS, StorageClasses.STANDARD.name());
    }
}
