package leaseback.manager.s3;

import leaseback.manager.storage.Bucket;
import leaseback.manager.storage.StorageFault;
import leaseback.manager.storage.StoredObject;

/// What `x-amz-copy-source` names, found and allowed.
record CopySource(Bucket bucket, StoredObject object, Encryption encryption) {
    static CopySource find(Call call, Finder finder, Encryptions encryptions) throws S3Fault, StorageFault {
        String header = String.valueOf(call.header("x-amz-copy-source"));
        String raw = header;
        String version = null;
        int question = raw.lastIndexOf("?versionId=");
        if (question >= 0) {
            version = raw.substring(question + "?versionId=".length());
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
        Found found = finder.source(call, name, key, version);
        StoredObject object = found.object();
        if (Conditions.judge(call.headers(), "x-amz-copy-source-", object) != Conditions.Verdict.PROCEED) {
            throw S3Error.PRECONDITION_FAILED.because("At least one of the pre-conditions you specified did not hold");
        }
        return new CopySource(found.bucket(), object,
                encryptions.stored(call.headers(), Encryptions.BROUGHT_SOURCE, found.bucket(), object.attributes()));
    }

    private static S3Fault invalid(String header) {
        return S3Fault.invalidArgument("x-amz-copy-source", header,
                "Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
    }
}
