package leaseback.protocol;

/// What a host answers once a piece lies on its disk, file and folder entry flushed (`PUT /v1/pieces/{id}`).
///
/// @param bytes  of the piece
/// @param crc32c of the bytes as the host received them, unsigned
public record PieceReceipt(long bytes, long crc32c) {}
