package leaseback.manager.s3;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import leaseback.manager.s3.rights.Acl;
import leaseback.manager.s3.rights.Action;
import leaseback.manager.s3.rights.Question;
import leaseback.manager.storage.BucketSettings;
import leaseback.manager.storage.StorageFault;
import leaseback.manager.storage.StoredObject;
import leaseback.manager.storage.Versions;

/// ACLs of buckets and objects, told and set.
final class AclOperations {
    private final Access access;
    private final Finder finder;
    private final BucketSettings settings;
    private final Versions versions;
    private final AclRequests requests;

    AclOperations(Access access, Finder finder, BucketSettings settings, Versions versions, AclRequests requests) {
        this.access = access;
        this.finder = finder;
        this.settings = settings;
        this.versions = versions;
        this.requests = requests;
    }

    void getBucket(Call call) throws IOException, StorageFault {
        call.noBody();
        Gate gate = access.gate(call);
        gate.require(Action.GET_BUCKET_ACL);
        call.answer(requests.document(gate.bucket().ownerId(),
                settings.find(gate.bucket(), Access.ACL).map(Acl::parse).orElse(null)));
    }

    void putBucket(Call call) throws IOException, StorageFault {
        Gate gate = access.gate(call);
        gate.require(Action.PUT_BUCKET_ACL);
        Acl acl = requests.ofRequest(call, gate.bucket().ownerId(), gate.bucket().ownerId());
        AclRequests.check(gate, acl, call.header("x-amz-acl"));
        settings.put(gate.bucket(), Access.ACL, acl.text());
        call.answer(200);
    }

    void getObject(Call call) throws IOException, StorageFault {
        call.noBody();
        Found found = finder.find(call, Action.GET_OBJECT_ACL, Action.GET_OBJECT_VERSION_ACL);
        StoredObject object = found.object();
        ObjectHeaders.writeVersion(found.bucket(), object.version(), call.reply());
        Question.ObjectRights rights = ObjectAcls.rights(object, found.bucket().ownerId());
        call.answer(requests.document(rights.owner(), object.attributes().headers().containsKey(ObjectAcls.ACL) ? rights.acl() : null));
    }

    void putObject(Call call) throws IOException, StorageFault {
        Gate gate = access.gate(call);
        Found found = finder.find(call, Action.PUT_OBJECT_ACL, Action.PUT_OBJECT_VERSION_ACL);
        StoredObject object = found.object();
        Question.ObjectRights rights = ObjectAcls.rights(object, gate.bucket().ownerId());
        Acl acl = requests.ofRequest(call, rights.owner(), gate.bucket().ownerId());
        AclRequests.check(gate, acl, call.header("x-amz-acl"));
        Map<String, String> headers = new HashMap<>(object.attributes().headers());
        headers.put(ObjectAcls.ACL, acl.text());
        if (!versions.keepHeaders(found.bucket(), object, headers)) {
            throw ObjectReads.noSuchKey(call.key());
        }
        ObjectHeaders.writeVersion(found.bucket(), object.version(), call.reply());
        call.answer(200);
    }
}
