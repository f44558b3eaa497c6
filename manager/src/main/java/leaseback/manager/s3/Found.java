package leaseback.manager.s3;

import leaseback.manager.storage.Bucket;
import leaseback.manager.storage.ObjectStore;
import leaseback.manager.storage.StoredObject;
import org.jspecify.annotations.Nullable;

/// An object that a call is about and may be told of.
///
/// @param sight what its bytes are read from; null when they are not what the call is about
record Found(Bucket bucket, StoredObject object, ObjectStore.@Nullable Sight sight) {
    Found(Bucket bucket, StoredObject object) {
        this(bucket, object, null);
    }
}
