package leaseback.manager.database;

/// The database could not be opened. The message says which, why and what to do, and holds no secret.
public final class DatabaseFault extends RuntimeException {
    private static final long serialVersionUID = 1;

    DatabaseFault(String message, Throwable cause) {
        super(message, cause);
    }
}
