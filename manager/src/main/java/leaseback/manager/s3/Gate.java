package leaseback.manager.s3;

import java.util.UUID;
import leaseback.manager.s3.rights.Action;
import leaseback.manager.storage.Bucket;
import leaseback.manager.storage.StoredObject;
import org.jspecify.annotations.Nullable;

/// What the caller of one request may do in one bucket. An operation asks it before it does or tells anything.
final class Gate {
    private final Bucket bucket;
    private final @Nullable UUID caller;

    Gate(Bucket bucket, @Nullable UUID caller) {
        this.bucket = bucket;
        this.caller = caller;
    }

    Bucket bucket() {
        return bucket;
    }

    /// Whether the caller may do this to the bucket.
    boolean allows(Action action) {
        return bucket.ownerId().equals(caller);
    }

    /// Whether the caller may do this to the key, whatever object it may name.
    boolean allows(Action action, String key) {
        return bucket.ownerId().equals(caller);
    }

    /// Whether the caller may do this to the object, whose ACL counts too.
    boolean allows(Action action, StoredObject object) {
        return bucket.ownerId().equals(caller);
    }

    /// @throws S3Fault AccessDenied
    void require(Action action) throws S3Fault {
        if (!allows(action)) {
            throw denied(action);
        }
    }

    /// @throws S3Fault AccessDenied
    void require(Action action, String key) throws S3Fault {
        if (!allows(action, key)) {
            throw denied(action);
        }
    }

    /// @throws S3Fault AccessDenied
    void require(Action action, StoredObject object) throws S3Fault {
        if (!allows(action, object)) {
            throw denied(action);
        }
    }

    /// That there is no such object: told only to those who may list the bucket.
    S3Fault noSuchKey(Action action, String key) {
        return allows(Action.LIST_BUCKET) ? ObjectReads.noSuchKey(key) : denied(action);
    }

    private S3Fault denied(Action action) {
        return S3Error.ACCESS_DENIED.because("Access Denied. " + action.wireName() + " in the bucket " + bucket.name()
                + " is not allowed to " + (caller == null ? "anonymous callers" : "this account") + ".");
    }
}
