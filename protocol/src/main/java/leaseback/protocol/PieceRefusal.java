package leaseback.protocol;

/// Why a host did not do what was asked of a piece.
///
/// @param message     what, how much, and what would help
/// @param leasedBytes the most the host may hold
/// @param usedBytes   what it holds
public record PieceRefusal(String message, long leasedBytes, long usedBytes) {}
