package leaseback.manager.s3;

import leaseback.manager.storage.StorageFault;

/// Storage's refusals in S3's words.
final class Faults {
    private Faults() {}

    static S3Fault of(StorageFault fault) {
        S3Error error = switch (fault.reason()) {
            case NO_SUCH_BUCKET -> S3Error.NO_SUCH_BUCKET;
            case BUCKET_ALREADY_EXISTS -> S3Error.BUCKET_ALREADY_EXISTS;
            case BUCKET_ALREADY_OWNED_BY_YOU -> S3Error.BUCKET_ALREADY_OWNED_BY_YOU;
            case BUCKET_NOT_EMPTY -> S3Error.BUCKET_NOT_EMPTY;
            case BUCKET_STATE -> S3Error.INVALID_BUCKET_STATE;
            case NO_SUCH_VERSION -> S3Error.NO_SUCH_VERSION;
            case IS_A_MARKER -> S3Error.METHOD_NOT_ALLOWED;
            case LOCKED -> S3Error.ACCESS_DENIED;
            case NO_SUCH_KEY -> S3Error.NO_SUCH_KEY;
            case NO_SUCH_UPLOAD -> S3Error.NO_SUCH_UPLOAD;
            case INVALID_PART -> S3Error.INVALID_PART;
            case PRECONDITION_FAILED -> S3Error.PRECONDITION_FAILED;
            case QUOTA_EXCEEDED -> S3Error.QUOTA_EXCEEDED;
            case INVALID_STORAGE_CLASS -> S3Error.INVALID_STORAGE_CLASS;
            case NEEDS_KEY -> S3Error.INVALID_REQUEST;
            case BUSY -> S3Error.SLOW_DOWN;
            case NOT_ENOUGH_HOSTS, NOT_ENOUGH_PIECES -> S3Error.SERVICE_UNAVAILABLE;
        };
        return error.because(String.valueOf(fault.getMessage()));
    }
}
