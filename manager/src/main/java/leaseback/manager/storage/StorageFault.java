package leaseback.manager.storage;

/// Why storage did not do what was asked. Nothing was changed.
public final class StorageFault extends Exception {
    private static final long serialVersionUID = 1;
    private final Reason reason;

    public StorageFault(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    /// The kinds of refusal.
    public enum Reason {
        NO_SUCH_BUCKET,
        BUCKET_ALREADY_EXISTS,
        BUCKET_ALREADY_OWNED_BY_YOU,
        BUCKET_NOT_EMPTY,
        /// What the bucket is set to keep does not allow this.
        BUCKET_STATE,
        NO_SUCH_KEY,
        NO_SUCH_VERSION,
        /// A delete marker is no object: it has nothing to be read or changed.
        IS_A_MARKER,
        /// A lock keeps the version from being deleted, or the lock from being weakened.
        LOCKED,
        NO_SUCH_UPLOAD,
        /// A part named at completion is not there, or is another than named.
        INVALID_PART,
        PRECONDITION_FAILED,
        /// The object is encrypted under a key that must be given to read it.
        NEEDS_KEY,
        /// There is no class of the name.
        INVALID_STORAGE_CLASS,
        /// Too few hosts can take a piece now; the message says how many are needed and how many there are.
        NOT_ENOUGH_HOSTS,
        /// Too few pieces can be read now; the message says how many are needed and how many there are.
        NOT_ENOUGH_PIECES,
        /// The customer keeps as much as the manager's limits allow.
        QUOTA_EXCEEDED,
        /// This manager has as much under way as its memory allows.
        BUSY
    }
}
