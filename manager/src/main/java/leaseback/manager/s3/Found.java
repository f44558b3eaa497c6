package leaseback.manager.s3;

import leaseback.manager.storage.Bucket;
import leaseback.manager.storage.StoredObject;

/// An object that a call is about and may be told of.
record Found(Bucket bucket, StoredObject object) {}
