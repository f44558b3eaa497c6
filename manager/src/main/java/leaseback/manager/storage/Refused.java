package leaseback.manager.storage;

/// Carries a fault out of a transaction, so that it is rolled back.
final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final StorageFault fault;

    Refused(StorageFault.Reason reason, String message) {
        super(message, null, false, false);
        this.fault = new StorageFault(reason, message);
    }

    StorageFault fault() {
        return fault;
    }
}
