package leaseback.manager.fleet;

/// One small request to a host, as one manager hands it to the one that holds the host's line (JSON; `body` in Base64).
///
/// @param deadlineMillis longest wait for the host, 1 to 60,000
public record PeerCall(String method, String path, byte[] body, long deadlineMillis) {
    public PeerCall {
        if (deadlineMillis < 1 || deadlineMillis > 60_000) {
            throw new IllegalArgumentException("a deadline is 1 to 60000 ms, not " + deadlineMillis);
        }
        if (!path.startsWith("/v1/")) {
            throw new IllegalArgumentException("a host has no path " + path);
        }
    }
}
