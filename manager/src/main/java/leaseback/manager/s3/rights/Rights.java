package leaseback.manager.s3.rights;

import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// All that decides who may do what in a bucket. `allows` is the one place where it is decided.
///
/// @param owner  the bucket's
/// @param policy null when there is none
public record Rights(UUID owner, @Nullable Policy policy, Acl acl, PublicAccessBlock block, Ownership ownership) {
    private static final Set<Action> OF_PLACES = EnumSet.of(Action.PUT_OBJECT, Action.DELETE_OBJECT, Action.DELETE_OBJECT_VERSION,
            Action.ABORT_MULTIPART_UPLOAD, Action.LIST_MULTIPART_UPLOAD_PARTS, Action.BYPASS_GOVERNANCE_RETENTION);

    /// A new bucket's: its owner's, and no one else's.
    public static Rights ofNew(UUID owner) {
        return new Rights(owner, null, Acl.PRIVATE, PublicAccessBlock.NONE, Ownership.OBJECT_WRITER);
    }

    /// A denial of the policy outweighs all. Then what is one's own is open; then what the policy opens; then what an ACL does.
    public boolean allows(Question question) {
        boolean bucketOwner = owner.equals(question.caller());
        if (bucketOwner && isAboutPolicy(question.action())) {
            // Or an owner could lock himself out for good.
            return true;
        }
        Policy.Effect effect = policy == null ? Policy.Effect.NONE : policy.weigh(question);
        if (effect == Policy.Effect.DENY) {
            return false;
        }
        return owns(question, bucketOwner) || effect == Policy.Effect.ALLOW && policyReaches(question, bucketOwner)
                || aclAllows(question);
    }

    /// Whether what is allowed would not be without an ACL.
    public boolean opensByAclAlone(Question question) {
        boolean bucketOwner = owner.equals(question.caller());
        return !owns(question, bucketOwner) && !(policy != null && policy.weigh(question) == Policy.Effect.ALLOW
                && policyReaches(question, bucketOwner));
    }

    /// Whether the service that delivers access logs may put an object: by the policy; or by the ACL, as S3 has it, for sources
    /// of the bucket's own owner.
    public boolean allowsLogs(Question question, UUID sourceOwner) {
        Policy.Effect effect = policy == null ? Policy.Effect.NONE : policy.weighProgram("logging.s3.amazonaws.com", question);
        return effect == Policy.Effect.ALLOW || effect == Policy.Effect.NONE && sourceOwner.equals(owner)
                && ownership != Ownership.BUCKET_OWNER_ENFORCED && acl.grantsLogDelivery(Permission.WRITE);
    }

    /// Whether the policy denies it, whoever else would allow it.
    public boolean forbids(Question question) {
        return policy != null && policy.weigh(question) == Policy.Effect.DENY;
    }

    /// Whether the bucket's owner may hand out what is asked for: not what stands in another's object.
    private boolean policyReaches(Question question, boolean bucketOwner) {
        boolean restricted = block.restrictPolicy() && policy != null && policy.isPublic();
        return (bucketOwner || !restricted) && (isOwners(question) || !isInObject(question.action()));
    }

    private boolean owns(Question question, boolean bucketOwner) {
        Question.ObjectRights object = question.object();
        if (object == null || isOwners(question)) {
            return bucketOwner;
        }
        // Whoever owns the bucket decides what stays in it, not what others may have written into it.
        return isInObject(question.action()) ? object.owner().equals(question.caller()) : bucketOwner;
    }

    /// Whether the object that is asked for, if any, is the bucket owner's.
    private boolean isOwners(Question question) {
        Question.ObjectRights object = question.object();
        return object == null || ownership == Ownership.BUCKET_OWNER_ENFORCED || object.owner().equals(owner);
    }

    private boolean aclAllows(Question question) {
        if (ownership == Ownership.BUCKET_OWNER_ENFORCED) {
            return false;
        }
        Permission inBucket = question.action().inBucketAcl();
        if (inBucket != null && acl.grants(question.caller(), inBucket, block.ignoreAcls())) {
            return true;
        }
        Permission inObject = question.action().inObjectAcl();
        Question.ObjectRights object = question.object();
        return inObject != null && object != null && object.acl().grants(question.caller(), inObject, block.ignoreAcls());
    }

    /// Whether an action is about what is in an object, and not about its place in the bucket.
    private static boolean isInObject(Action action) {
        return action.scope() == Action.Scope.OBJECT && !OF_PLACES.contains(action);
    }

    private static boolean isAboutPolicy(Action action) {
        return action == Action.GET_BUCKET_POLICY || action == Action.PUT_BUCKET_POLICY || action == Action.DELETE_BUCKET_POLICY;
    }
}
