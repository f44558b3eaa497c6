package leaseback.protocol;

/// The manager's request that the host dials a gateway for bulk traffic (`POST /v1/dial` on the control line).
///
/// @param address host name or IP address of the gateway that needs the bytes
/// @param port    its line port
/// @param ticket  opaque; the host repeats it in its first message, so that the gateway knows what it asked for
public record Dial(String address, int port, String ticket) {}
