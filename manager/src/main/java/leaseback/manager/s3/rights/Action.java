package leaseback.manager.s3.rights;

import org.jspecify.annotations.Nullable;

/// What a request does, by AWS's names. Every operation names its own before it touches anything.
///
/// @see <a href="https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html">AWS's list</a>
public enum Action {
    LIST_ALL_MY_BUCKETS("ListAllMyBuckets", Scope.SERVICE),
    CREATE_BUCKET("CreateBucket", Scope.SERVICE),
    DELETE_BUCKET("DeleteBucket", Scope.BUCKET),
    LIST_BUCKET("ListBucket", Scope.BUCKET, Permission.READ, null),
    LIST_BUCKET_VERSIONS("ListBucketVersions", Scope.BUCKET, Permission.READ, null),
    LIST_BUCKET_MULTIPART_UPLOADS("ListBucketMultipartUploads", Scope.BUCKET, Permission.READ, null),
    GET_BUCKET_LOCATION("GetBucketLocation", Scope.BUCKET),
    GET_BUCKET_VERSIONING("GetBucketVersioning", Scope.BUCKET),
    PUT_BUCKET_VERSIONING("PutBucketVersioning", Scope.BUCKET),
    GET_BUCKET_ACL("GetBucketAcl", Scope.BUCKET, Permission.READ_ACP, null),
    PUT_BUCKET_ACL("PutBucketAcl", Scope.BUCKET, Permission.WRITE_ACP, null),
    GET_BUCKET_POLICY("GetBucketPolicy", Scope.BUCKET),
    PUT_BUCKET_POLICY("PutBucketPolicy", Scope.BUCKET),
    DELETE_BUCKET_POLICY("DeleteBucketPolicy", Scope.BUCKET),
    GET_BUCKET_POLICY_STATUS("GetBucketPolicyStatus", Scope.BUCKET),
    GET_BUCKET_PUBLIC_ACCESS_BLOCK("GetBucketPublicAccessBlock", Scope.BUCKET),
    PUT_BUCKET_PUBLIC_ACCESS_BLOCK("PutBucketPublicAccessBlock", Scope.BUCKET),
    GET_BUCKET_OWNERSHIP_CONTROLS("GetBucketOwnershipControls", Scope.BUCKET),
    PUT_BUCKET_OWNERSHIP_CONTROLS("PutBucketOwnershipControls", Scope.BUCKET),
    GET_BUCKET_CORS("GetBucketCORS", Scope.BUCKET),
    PUT_BUCKET_CORS("PutBucketCORS", Scope.BUCKET),
    GET_BUCKET_WEBSITE("GetBucketWebsite", Scope.BUCKET),
    PUT_BUCKET_WEBSITE("PutBucketWebsite", Scope.BUCKET),
    DELETE_BUCKET_WEBSITE("DeleteBucketWebsite", Scope.BUCKET),
    GET_BUCKET_TAGGING("GetBucketTagging", Scope.BUCKET),
    PUT_BUCKET_TAGGING("PutBucketTagging", Scope.BUCKET),
    GET_ENCRYPTION_CONFIGURATION("GetEncryptionConfiguration", Scope.BUCKET),
    PUT_ENCRYPTION_CONFIGURATION("PutEncryptionConfiguration", Scope.BUCKET),
    GET_LIFECYCLE_CONFIGURATION("GetLifecycleConfiguration", Scope.BUCKET),
    PUT_LIFECYCLE_CONFIGURATION("PutLifecycleConfiguration", Scope.BUCKET),
    GET_BUCKET_OBJECT_LOCK_CONFIGURATION("GetBucketObjectLockConfiguration", Scope.BUCKET),
    PUT_BUCKET_OBJECT_LOCK_CONFIGURATION("PutBucketObjectLockConfiguration", Scope.BUCKET),
    GET_BUCKET_REQUEST_PAYMENT("GetBucketRequestPayment", Scope.BUCKET),
    PUT_BUCKET_REQUEST_PAYMENT("PutBucketRequestPayment", Scope.BUCKET),
    GET_BUCKET_LOGGING("GetBucketLogging", Scope.BUCKET),
    PUT_BUCKET_LOGGING("PutBucketLogging", Scope.BUCKET),
    GET_BUCKET_NOTIFICATION("GetBucketNotification", Scope.BUCKET),
    PUT_BUCKET_NOTIFICATION("PutBucketNotification", Scope.BUCKET),
    GET_OBJECT("GetObject", Scope.OBJECT, null, Permission.READ),
    GET_OBJECT_VERSION("GetObjectVersion", Scope.OBJECT, null, Permission.READ),
    GET_OBJECT_ATTRIBUTES("GetObjectAttributes", Scope.OBJECT, null, Permission.READ),
    GET_OBJECT_VERSION_ATTRIBUTES("GetObjectVersionAttributes", Scope.OBJECT, null, Permission.READ),
    GET_OBJECT_ACL("GetObjectAcl", Scope.OBJECT, null, Permission.READ_ACP),
    GET_OBJECT_VERSION_ACL("GetObjectVersionAcl", Scope.OBJECT, null, Permission.READ_ACP),
    PUT_OBJECT_ACL("PutObjectAcl", Scope.OBJECT, null, Permission.WRITE_ACP),
    PUT_OBJECT_VERSION_ACL("PutObjectVersionAcl", Scope.OBJECT, null, Permission.WRITE_ACP),
    GET_OBJECT_TAGGING("GetObjectTagging", Scope.OBJECT),
    GET_OBJECT_VERSION_TAGGING("GetObjectVersionTagging", Scope.OBJECT),
    PUT_OBJECT_TAGGING("PutObjectTagging", Scope.OBJECT),
    PUT_OBJECT_VERSION_TAGGING("PutObjectVersionTagging", Scope.OBJECT),
    DELETE_OBJECT_TAGGING("DeleteObjectTagging", Scope.OBJECT),
    DELETE_OBJECT_VERSION_TAGGING("DeleteObjectVersionTagging", Scope.OBJECT),
    GET_OBJECT_RETENTION("GetObjectRetention", Scope.OBJECT),
    PUT_OBJECT_RETENTION("PutObjectRetention", Scope.OBJECT),
    GET_OBJECT_LEGAL_HOLD("GetObjectLegalHold", Scope.OBJECT),
    PUT_OBJECT_LEGAL_HOLD("PutObjectLegalHold", Scope.OBJECT),
    BYPASS_GOVERNANCE_RETENTION("BypassGovernanceRetention", Scope.OBJECT),
    PUT_OBJECT("PutObject", Scope.OBJECT, Permission.WRITE, null),
    DELETE_OBJECT("DeleteObject", Scope.OBJECT, Permission.WRITE, null),
    DELETE_OBJECT_VERSION("DeleteObjectVersion", Scope.OBJECT),
    ABORT_MULTIPART_UPLOAD("AbortMultipartUpload", Scope.OBJECT),
    LIST_MULTIPART_UPLOAD_PARTS("ListMultipartUploadParts", Scope.OBJECT),
    RESTORE_OBJECT("RestoreObject", Scope.OBJECT);

    /// What an action is done to.
    public enum Scope { SERVICE, BUCKET, OBJECT }

    private final String bareName;
    private final Scope scope;
    private final @Nullable Permission inBucketAcl;
    private final @Nullable Permission inObjectAcl;

    Action(String bareName, Scope scope) {
        this(bareName, scope, null, null);
    }

    Action(String bareName, Scope scope, @Nullable Permission inBucketAcl, @Nullable Permission inObjectAcl) {
        this.bareName = bareName;
        this.scope = scope;
        this.inBucketAcl = inBucketAcl;
        this.inObjectAcl = inObjectAcl;
    }

    /// As policies write it: `s3:GetObject`.
    public String wireName() {
        return "s3:" + bareName;
    }

    public Scope scope() {
        return scope;
    }

    /// What opens it in the bucket's ACL; null when nothing there does.
    @Nullable Permission inBucketAcl() {
        return inBucketAcl;
    }

    /// What opens it in the object's ACL; null when nothing there does.
    @Nullable Permission inObjectAcl() {
        return inObjectAcl;
    }
}
