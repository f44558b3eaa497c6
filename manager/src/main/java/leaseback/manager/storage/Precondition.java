package leaseback.manager.storage;

import org.jspecify.annotations.Nullable;

/// What must be true of the key at the instant of commit.
///
/// @param absent  nothing may stand under the key (`If-None-Match: *`)
/// @param etag    the object there must have this ETag (`If-Match`); null when it does not matter
public record Precondition(boolean absent, @Nullable String etag) {
    public static final Precondition NONE = new Precondition(false, null);
}
