package leaseback.manager.s3;

import java.util.Arrays;
import java.util.stream.Collectors;

/// S3's errors: the code is the name in camel case.
enum S3Error {
    ACCESS_CONTROL_LIST_NOT_SUPPORTED(400),
    ACCESS_DENIED(403),
    ACCESS_FORBIDDEN(403),
    AUTHORIZATION_HEADER_MALFORMED(400),
    AUTHORIZATION_QUERY_PARAMETERS_ERROR(400),
    BAD_DIGEST(400),
    BAD_REQUEST(400),
    BUCKET_ALREADY_EXISTS(409),
    BUCKET_ALREADY_OWNED_BY_YOU(409),
    BUCKET_NOT_EMPTY(409),
    ENTITY_TOO_LARGE(400),
    ENTITY_TOO_SMALL(400),
    ILLEGAL_LOCATION_CONSTRAINT_EXCEPTION(400),
    INCOMPLETE_BODY(400),
    INTERNAL_ERROR(500),
    INVALID_ACCESS_KEY_ID(403),
    INVALID_ARGUMENT(400),
    INVALID_BUCKET_ACL_WITH_OBJECT_OWNERSHIP(400),
    INVALID_BUCKET_NAME(400),
    INVALID_BUCKET_STATE(409),
    INVALID_CHUNK_SIZE_ERROR(403),
    INVALID_DIGEST(400),
    INVALID_PART(400),
    INVALID_PART_NUMBER(416),
    INVALID_PART_ORDER(400),
    INVALID_POLICY_DOCUMENT(400),
    INVALID_RANGE(416),
    INVALID_REQUEST(400),
    INVALID_RETENTION_PERIOD(400),
    INVALID_STORAGE_CLASS(400),
    INVALID_TAG(400),
    INVALID_TOKEN(400),
    INVALID_URI(400),
    KEY_TOO_LONG_ERROR(400),
    MALFORMED_ACL_ERROR(400),
    MALFORMED_POLICY(400),
    MALFORMED_POST_REQUEST(400),
    MALFORMED_TRAILER_ERROR(400),
    MALFORMED_XML(400),
    MAX_MESSAGE_LENGTH_EXCEEDED(400),
    METADATA_TOO_LARGE(400),
    METHOD_NOT_ALLOWED(405),
    MISSING_CONTENT_LENGTH(411),
    MISSING_REQUEST_BODY_ERROR(400),
    MISSING_SECURITY_HEADER(400),
    NO_SUCH_BUCKET(404),
    NO_SUCH_BUCKET_POLICY(404),
    NO_SUCH_CORS_CONFIGURATION(404),
    NO_SUCH_KEY(404),
    NO_SUCH_LIFECYCLE_CONFIGURATION(404),
    NO_SUCH_OBJECT_LOCK_CONFIGURATION(404),
    NO_SUCH_PUBLIC_ACCESS_BLOCK_CONFIGURATION(404),
    NO_SUCH_TAG_SET(404),
    NO_SUCH_VERSION(404),
    OBJECT_LOCK_CONFIGURATION_NOT_FOUND_ERROR(404),
    NO_SUCH_UPLOAD(404),
    NOT_IMPLEMENTED(501),
    OWNERSHIP_CONTROLS_NOT_FOUND_ERROR(404),
    PRECONDITION_FAILED(412),
    QUOTA_EXCEEDED(403),
    REQUEST_TIME_TOO_SKEWED(403),
    REQUEST_TIMEOUT(400),
    SERVICE_UNAVAILABLE(503),
    SLOW_DOWN(503),
    SIGNATURE_DOES_NOT_MATCH(403),
    TOO_MANY_BUCKETS(400),
    UNRESOLVABLE_GRANT_BY_EMAIL_ADDRESS(400),
    X_AMZ_CONTENT_SHA256_MISMATCH(400);

    private final int status;
    private final String code;

    S3Error(int status) {
        this.status = status;
        this.code = switch (name()) {
            case "INVALID_URI" -> "InvalidURI";
            case "MALFORMED_ACL_ERROR" -> "MalformedACLError";
            case "MALFORMED_POST_REQUEST" -> "MalformedPOSTRequest";
            case "MALFORMED_XML" -> "MalformedXML";
            case "NO_SUCH_CORS_CONFIGURATION" -> "NoSuchCORSConfiguration";
            case "X_AMZ_CONTENT_SHA256_MISMATCH" -> "XAmzContentSHA256Mismatch";
            default -> Arrays.stream(name().split("_"))
                    .map(word -> word.charAt(0) + word.substring(1).toLowerCase(java.util.Locale.ROOT))
                    .collect(Collectors.joining());
        };
    }

    String code() {
        return code;
    }

    int status() {
        return status;
    }

    S3Fault because(String message) {
        return new S3Fault(this, message);
    }
}
