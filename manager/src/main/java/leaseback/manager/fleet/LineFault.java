package leaseback.manager.fleet;

/// The host could not be reached, went away, or did not answer in time. Says which host and what was being done.
public final class LineFault extends Exception {
    private static final long serialVersionUID = 1;

    public LineFault(String message) {
        super(message);
    }

    public LineFault(String message, Throwable cause) {
        super(message, cause);
    }
}
