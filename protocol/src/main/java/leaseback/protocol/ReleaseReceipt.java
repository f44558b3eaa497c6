package leaseback.protocol;

/// What a host signs when it has given the disk back; asked again, it gives the same.
///
/// @param document    JSON, as it was signed: host, lease, when, what was erased
/// @param signature   of the document's UTF-8 bytes by the host's key, SHA-256 with ECDSA, Base64
/// @param certificate of that key, DER, Base64
public record ReleaseReceipt(String document, String signature, String certificate) {}
