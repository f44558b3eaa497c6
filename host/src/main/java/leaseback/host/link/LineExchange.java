package leaseback.host.link;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One request of the manager, being answered on a virtual thread of its own.
/// When the handler returns, the answer ends; when it throws, the stream is reset.
public interface LineExchange {
    String method();

    /// Path without query.
    String path();

    /// One parameter of the query, decoded.
    @Nullable String parameter(String name);

    /// A header by lower-case name.
    @Nullable String header(String name);

    /// Reads what has come of the request's body, at least one byte; -1 at its end.
    ///
    /// @throws IOException when the manager reset the stream, the line broke, or nothing came by the deadline
    int read(ByteBuffer into, Duration deadline) throws IOException;

    /// Sends the head of the answer; once.
    void reply(int status, Map<String, String> headers) throws IOException;

    /// Sends all of `bytes` as body; waits while the manager's flow-control window is shut.
    void write(ByteBuffer bytes, Duration deadline) throws IOException;
}
