package leaseback.manager.storage;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Bytes on their way in, and the proof at their end that they are the ones the sender meant.
public interface Content {
    /// As `InputStream.read`: at least one byte, or -1 at the end. What it throws ends the act: nothing is stored,
    /// and the exception reaches the caller unchanged.
    int read(byte[] buffer, int offset, int length) throws IOException;

    /// Bytes to come in all; -1 when the sender did not say.
    long length();

    /// Called once, after `read` gave -1 and before anything is acknowledged: checks what the sender claimed.
    ///
    /// @throws IOException when a claimed digest is not that of the bytes; nothing is stored then
    Digests digests() throws IOException;

    /// The key under which it is to be encrypted besides; null for none.
    default @Nullable Cover cover() {
        return null;
    }
}
