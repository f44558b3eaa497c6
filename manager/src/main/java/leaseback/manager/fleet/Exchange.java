package leaseback.manager.fleet;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// One HTTP/2 exchange with a host, used by one thread at a time; waits plainly, and each wait has the given deadline.
public interface Exchange extends AutoCloseable {
    /// Sends all of `bytes` as request body; waits while the host's flow-control window is shut. They are sent from where they
    /// lie, some of them later: nobody may change them any more.
    void write(ByteBuffer bytes, Duration deadline) throws LineFault;

    /// Ends the request body.
    void endBody() throws LineFault;

    /// The answer's status, waiting for its head.
    int status(Duration deadline) throws LineFault;

    /// A header of the answer, once `status` has returned.
    @Nullable String header(String name);

    /// Reads what has come of the answer's body into `into`, at least one byte; -1 at its end.
    int read(ByteBuffer into, Duration deadline) throws LineFault;

    /// Resets the stream unless both sides have ended it. Never throws.
    @Override
    void close();
}
