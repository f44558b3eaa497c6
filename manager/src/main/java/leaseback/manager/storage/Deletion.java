package leaseback.manager.storage;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// How something is deleted: on what conditions, all of which a key without anything fulfils.
///
/// @param bypass   whether GOVERNANCE is to be overridden; only for callers who may
/// @param etag     of what is deleted, `*` for any; null when it does not matter
/// @param modified to the second
public record Deletion(boolean bypass, @Nullable String etag, @Nullable Instant modified, @Nullable Long bytes) {
    public static final Deletion PLAIN = new Deletion(false, null, null, null);

    boolean conditional() {
        return etag != null || modified != null || bytes != null;
    }

    void require(StoredObject object) {
        boolean same = (etag == null || etag.equals(Precondition.ANY) || etag.equals(object.digests().etag()))
                && (modified == null || modified.getEpochSecond() == object.modifiedAt().getEpochSecond())
                && (bytes == null || bytes == object.bytes());
        if (!same) {
            throw new Refused(StorageFault.Reason.PRECONDITION_FAILED, "what stands under " + object.key()
                    + " is not what was to be deleted");
        }
    }

    /// What became of it.
    ///
    /// @param version of the version that was deleted, or of the marker that was set; null in a bucket without versions, and
    ///                when nothing was done
    /// @param marker  whether that is a marker
    public record Outcome(@Nullable String version, boolean marker) {
        static final Outcome NOTHING = new Outcome(null, false);
    }
}
