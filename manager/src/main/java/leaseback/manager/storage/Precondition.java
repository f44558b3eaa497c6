package leaseback.manager.storage;

import org.jspecify.annotations.Nullable;

/// What must be true of the key at the instant of commit.
///
/// @param absent  nothing may stand under the key (`If-None-Match: *`)
/// @param etag    the object there must have this ETag (`If-Match`), `*` for any; null when it does not matter
/// @param notEtag if there is an object it must not have this ETag (`If-None-Match`); null when it does not matter
public record Precondition(boolean absent, @Nullable String etag, @Nullable String notEtag) {
    public static final Precondition NONE = new Precondition(false, null, null);
    static final String ANY = "*";

    public Precondition(boolean absent, @Nullable String etag) {
        this(absent, etag, null);
    }

    /// Nothing may stand under the key.
    public static Precondition nothingThere() {
        return new Precondition(true, null, null);
    }

    /// @param standing the ETag of what stands under the key; null when nothing does
    void require(@Nullable String standing, String key) {
        if (absent && standing != null) {
            throw new Refused(StorageFault.Reason.PRECONDITION_FAILED, "there is an object under " + key + " already");
        }
        if (etag != null && standing == null) {
            throw new Refused(StorageFault.Reason.NO_SUCH_KEY, "there is no object under " + key + " to take the place of");
        }
        if (etag != null && !etag.equals(ANY) && !etag.equals(standing) || notEtag != null && notEtag.equals(standing)) {
            throw new Refused(StorageFault.Reason.PRECONDITION_FAILED, "the object under " + key + " has the ETag " + standing);
        }
    }
}
