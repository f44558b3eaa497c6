package leaseback.protocol;

import org.jspecify.annotations.Nullable;

/// The first thing a host says on a new connection, after the TLS handshake and before HTTP/2: one line of JSON ended
/// by a line feed, at most 1,024 bytes. Who it is stands in its certificate and nowhere else.
///
/// @param agentVersion the agent's release
/// @param ticket       on a bulk connection, the `Dial.ticket` that asked for it; null on the control line
public record LineHello(String agentVersion, @Nullable String ticket) {
    /// ALPN name of the control line.
    public static final String CONTROL = "leaseback/1";

    /// ALPN name of a bulk connection.
    public static final String BULK = "leaseback-bulk/1";

    /// Longest line, line feed included.
    public static final int MAX_BYTES = 1024;
}
