package leaseback.manager.s3;

import leaseback.manager.s3.rights.Action;
import leaseback.manager.storage.Bucket;
import leaseback.manager.storage.ObjectStore;
import leaseback.manager.storage.StorageFault;
import leaseback.manager.storage.StoredObject;

/// What `x-amz-copy-source` names, found and allowed.
record CopySource(Bucket bucket, StoredObject object) {
    static CopySource find(Call call, Access access, ObjectStore objects) throws S3Fault, StorageFault {
        String header = String.valueOf(call.header("x-amz-copy-source"));
        String raw = header;
        int question = raw.lastIndexOf("?versionId=");
        if (question >= 0) {
            if (!raw.substring(question).equals("?versionId=null")) {
                throw S3Fault.notImplemented("Versioning (versionId in x-amz-copy-source)");
            }
            raw = raw.substring(0, question);
        }
        String path;
        try {
            path = Percent.decodeText(raw.startsWith("/") ? raw.substring(1) : raw, false);
        } catch (S3Fault undecodable) {
            throw invalid(header);
        }
        int slash = path.indexOf('/');
        if (slash <= 0 || slash == path.length() - 1) {
            throw invalid(header);
        }
        String name = path.substring(0, slash);
        String key = path.substring(slash + 1);
        Target.checkBucket(name);
        Target.checkKey(key);
        Gate gate = access.gate(call, name, "x-amz-source-expected-bucket-owner");
        StoredObject object = objects.find(gate.bucket(), key).orElseThrow(() -> gate.noSuchKey(Action.GET_OBJECT, key));
        gate.require(Action.GET_OBJECT, object);
        if (Conditions.judge(call.headers(), "x-amz-copy-source-", object) != Conditions.Verdict.PROCEED) {
            throw S3Error.PRECONDITION_FAILED.because("At least one of the pre-conditions you specified did not hold");
        }
        return new CopySource(gate.bucket(), object);
    }

    private static S3Fault invalid(String header) {
        return S3Fault.invalidArgument("x-amz-copy-source", header,
                "Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
    }
}
