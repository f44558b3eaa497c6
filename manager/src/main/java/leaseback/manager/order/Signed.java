package leaseback.manager.order;

/// Bytes and what proves that the provider wrote them.
///
/// @param document  the exact bytes, canonical JSON
/// @param signature ECDSA P-256 over SHA-256 of them, DER: `openssl dgst -sha256 -verify`
/// @param key       number of the signing key
@SuppressWarnings("ArrayRecordComponent")
public record Signed(byte[] document, byte[] signature, int key) {}
