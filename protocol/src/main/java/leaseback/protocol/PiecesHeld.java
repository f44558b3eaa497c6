package leaseback.protocol;

import java.util.Arrays;

/// The answer to `POST /v1/pieces/held`, whose body is a list of at most [#MOST] piece ids.
///
/// @param bits bit `i % 8` of byte `i / 8`, the least significant first, says whether piece `i` of the list is there;
///             trailing bytes of zeros may be left out. Base64 in JSON
public record PiecesHeld(byte[] bits) {
    /// Ids in one request.
    public static final int MOST = 1000;

    @Override
    public boolean equals(Object other) {
        return other instanceof PiecesHeld that && Arrays.equals(bits, that.bits);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bits);
    }
}
