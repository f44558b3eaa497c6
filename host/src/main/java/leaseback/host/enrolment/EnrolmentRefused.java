package leaseback.host.enrolment;

/// The manager said no, and trying again will not change that. The message is the manager's own.
public final class EnrolmentRefused extends Exception {
    private static final long serialVersionUID = 1;

    EnrolmentRefused(String message) {
        super(message);
    }
}
