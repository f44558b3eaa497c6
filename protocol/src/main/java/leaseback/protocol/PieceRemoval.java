package leaseback.protocol;

/// The answer to `POST /v1/pieces/delete`, whose body is a list of at most [#MOST] piece ids.
///
/// @param removed pieces that were there; afterwards none of those named is
public record PieceRemoval(int removed) {
    /// Ids in one request.
    public static final int MOST = 1000;
}
