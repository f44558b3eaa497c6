package leaseback.manager.fleet;

import java.time.Duration;
import java.util.Map;
import java.util.UUID;

/// The ways from this manager to the hosts. Hosts dial in; on each connection we are the HTTP/2 client.
///
/// Small requests go over the host's control line, wherever it is held (at most one hop through another manager).
/// Bulk goes over connections that the host dials to this very manager when asked, kept while in use.
public interface Lines {
    /// One small request and its whole answer (at most 1 MiB).
    ///
    /// @param body JSON; empty for none
    /// @throws LineFault when the host cannot be reached or does not answer by the deadline
    Reply call(UUID host, String method, String path, byte[] body, Duration deadline) throws LineFault;

    /// Begins one bulk exchange on a connection of its own kind; the head is sent at once.
    /// The caller writes the body, if any, ends it, reads the answer, and closes in every case.
    ///
    /// @throws LineFault when the host cannot be reached
    Exchange open(UUID host, String method, String path, Map<String, String> headers) throws LineFault;

    /// Whether some manager is known to hold this host's line; may be a second old.
    boolean reachable(UUID host);

    /// What came back.
    record Reply(int status, byte[] body) {}
}
