package leaseback.manager.s3;

import leaseback.manager.storage.Bucket;
import leaseback.manager.storage.Buckets;
import leaseback.manager.storage.StorageFault;

/// Opens buckets to their owners, and to no one else.
final class Access {
    private final Buckets buckets;

    Access(Buckets buckets) {
        this.buckets = buckets;
    }

    /// The bucket that the call is about.
    Bucket bucket(Call call) throws S3Fault, StorageFault {
        return bucket(call, call.target().bucket(), "x-amz-expected-bucket-owner");
    }

    /// @param expectedOwner a header in which the client may say whose the bucket must be
    Bucket bucket(Call call, String name, String expectedOwner) throws S3Fault, StorageFault {
        Bucket bucket = buckets.find(name);
        String expected = call.header(expectedOwner);
        if (!bucket.ownerId().equals(call.customer().id()) || expected != null && !expected.equals(bucket.ownerId().toString())) {
            throw S3Error.ACCESS_DENIED.because("Access Denied. The bucket " + name + " belongs to another account.");
        }
        return bucket;
    }
}
