package leaseback.manager.s3;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import leaseback.manager.s3.rights.Acl;
import leaseback.manager.s3.rights.Action;
import leaseback.manager.s3.rights.Ownership;
import leaseback.manager.s3.rights.Question;
import leaseback.manager.storage.Attributes;
import leaseback.manager.storage.StoredObject;
import org.jspecify.annotations.Nullable;

/// Whose an object is and its ACL, kept among its headers under names that no header can have: so they come and go with
/// the object and its versions, and are written in the transaction that makes it. Absent, the object is the bucket
/// owner's and private.
final class ObjectAcls {
    static final String OWNER = ":owner";
    static final String ACL = ":acl";
    private final AclRequests requests;

    ObjectAcls(AclRequests requests) {
        this.requests = requests;
    }

    static Question.ObjectRights rights(StoredObject object, UUID bucketOwner) {
        Map<String, String> headers = object.attributes().headers();
        String owner = headers.get(OWNER);
        String acl = headers.get(ACL);
        return new Question.ObjectRights(owner == null ? bucketOwner : UUID.fromString(owner),
                acl == null ? Acl.PRIVATE : Acl.parse(acl));
    }

    /// Who began an upload, or wrote an object: the bucket's owner where nothing else is said.
    static UUID owner(Attributes attributes, UUID bucketOwner) {
        String owner = attributes.headers().get(OWNER);
        return owner == null ? bucketOwner : UUID.fromString(owner);
    }

    /// What a new object is to be kept with: the caller's, with the ACL that the request asks for.
    Attributes stamp(Attributes attributes, Call call, Gate gate, String key) throws S3Fault {
        UUID bucketOwner = gate.bucket().ownerId();
        UUID caller = gate.caller();
        String canned = call.header("x-amz-acl");
        boolean giveAway = gate.rights().ownership() == Ownership.BUCKET_OWNER_PREFERRED
                && "bucket-owner-full-control".equals(canned);
        boolean enforced = gate.rights().ownership() == Ownership.BUCKET_OWNER_ENFORCED;
        // What nobody known wrote is the bucket owner's to keep or delete.
        UUID owner = caller == null || giveAway || enforced ? bucketOwner : caller;
        @Nullable Acl acl = requests.ofHeaders(call, owner, bucketOwner);
        if (acl != null) {
            AclRequests.check(gate, acl, canned);
            if (gate.forbids(Action.PUT_OBJECT_ACL, key)) {
                throw gate.denied(Action.PUT_OBJECT_ACL);
            }
        }
        Map<String, String> headers = new HashMap<>(attributes.headers());
        headers.remove(OWNER);
        headers.remove(ACL);
        if (!owner.equals(bucketOwner)) {
            headers.put(OWNER, owner.toString());
        }
        if (acl != null && !enforced && !acl.isPrivate(owner)) {
            headers.put(ACL, acl.text());
        }
        return attributes.withHeaders(headers);
    }
}
