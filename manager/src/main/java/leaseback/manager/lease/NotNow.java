package leaseback.manager.lease;

/// What was asked fits the lease's state, but not the moment or the terms; nothing was changed.
public final class NotNow extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotNow(String number, String why) {
        super("lease " + number + ": " + why);
    }
}
