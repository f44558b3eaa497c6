package leaseback.manager.s3;

import leaseback.manager.s3.rights.Action;
import leaseback.manager.storage.Bucket;
import leaseback.manager.storage.Buckets;
import leaseback.manager.storage.StorageFault;

/// Finds the bucket of a request and what its caller may do there.
final class Access {
    private final Buckets buckets;

    Access(Buckets buckets) {
        this.buckets = buckets;
    }

    /// Into the bucket that the call is about; nothing is allowed yet.
    Gate gate(Call call) throws S3Fault, StorageFault {
        return gate(call, call.target().bucket(), "x-amz-expected-bucket-owner");
    }

    /// @param expectedOwner a header in which the client may say whose the bucket must be
    Gate gate(Call call, String name, String expectedOwner) throws S3Fault, StorageFault {
        Bucket bucket = buckets.find(name);
        String expected = call.header(expectedOwner);
        if (expected != null && !expected.equals(bucket.ownerId().toString())) {
            throw S3Error.ACCESS_DENIED.because("Access Denied. The bucket " + name + " belongs to another account.");
        }
        return new Gate(bucket, call.callerId());
    }

    /// The bucket of the call, if its caller may do this to it, or to the call's key.
    Bucket bucket(Call call, Action action) throws S3Fault, StorageFault {
        Gate gate = gate(call);
        if (action.scope() == Action.Scope.OBJECT) {
            gate.require(action, call.key());
        } else {
            gate.require(action);
        }
        return gate.bucket();
    }
}
