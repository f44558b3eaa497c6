package leaseback.manager.sealing;

import org.jspecify.annotations.Nullable;

/// The key management service cannot be asked now, or refused us; nothing is wrong with what it sealed.
public final class KmsUnreachable extends RuntimeException {
    private static final long serialVersionUID = 1;

    KmsUnreachable(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
