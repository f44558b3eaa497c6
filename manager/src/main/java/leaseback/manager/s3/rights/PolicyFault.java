package leaseback.manager.s3.rights;

/// Why a text is no policy that could be weighed here; the message is for whoever wrote it.
public final class PolicyFault extends Exception {
    private static final long serialVersionUID = 1;

    PolicyFault(String message) {
        super(message);
    }
}
