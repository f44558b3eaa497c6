package leaseback.manager.storage;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Up to 64 MiB of a content, with a key of its own. Outside this package it is for those who look after its pieces;
/// nobody else can open its key.
///
/// @param start     of its first byte in the content
/// @param bytes     plain
/// @param root      what the ids of its pieces follow from
/// @param k         pieces that suffice; 0 when the bytes are in `inline` or in a pack
/// @param hosts     aliases in the order of the pieces, -1 for none
/// @param sealedKey by the tenant's key, for [#purpose]
/// @param packed    where its sealed bytes lie among others; null when it has pieces of its own or is inline
/// @param cover     the key below the seal, wrapped by a [Cover]; null when there is none
public record Segment(UUID contentId, long start, int bytes, UUID root, int k, int[] hosts, byte[] sealedKey, byte @Nullable [] inline,
        @Nullable Packed packed, byte @Nullable [] cover) {
    /// Plain bytes of a full segment: large enough that its row costs nothing beside it, small enough to write again.
    static final int MOST_BYTES = 64 * 1024 * 1024;
    /// Up to here the bytes are kept in the row itself: n pieces of one disk block each would take more than that.
    static final int INLINE_BYTES = 4096;
    /// Up to here a content is put into its row first and into a pack later: pieces of its own would be too small.
    static final int STAGED_BYTES = 128 * 1024;
    /// In the list of hosts: the piece is nowhere.
    public static final int NO_HOST = -1;

    Segment(UUID contentId, long start, int bytes, UUID root, int k, int[] hosts, byte[] sealedKey, byte @Nullable [] inline,
            byte @Nullable [] cover) {
        this(contentId, start, bytes, root, k, hosts, sealedKey, inline, null, cover);
    }

    /// What its key is sealed for: the key of one segment does not open as that of another.
    static String purpose(UUID root) {
        return "segment/" + root;
    }

    /// The id of piece `index`. Hosts do not know the root, so they cannot tell which pieces belong together.
    static UUID piece(UUID root, int index) {
        return UUID.nameUUIDFromBytes(ByteBuffer.allocate(20).putLong(root.getMostSignificantBits())
                .putLong(root.getLeastSignificantBits()).putInt(index).array());
    }

    /// The id of its piece `index`.
    public UUID piece(int index) {
        return piece(root, index);
    }

    /// Pieces in all.
    public int n() {
        return hosts.length;
    }

    long end() {
        return start + bytes;
    }

    long stripeBytes() {
        return (long) k * CellSeal.CELL_BYTES;
    }

    /// Cells of each piece are counted from 0 to this.
    public int lastStripe() {
        return (int) ((bytes - 1) / stripeBytes());
    }

    /// Plain bytes in each cell of the stripe; only the last stripe has shorter ones.
    public int cellBytes(int stripe) {
        long rest = Math.min(bytes - stripe * stripeBytes(), stripeBytes());
        return (int) ((rest + k - 1) / k);
    }

    /// Stored bytes of each of its pieces.
    public long pieceBytes() {
        return (long) lastStripe() * (CellSeal.CELL_BYTES + CellSeal.TAG_BYTES) + cellBytes(lastStripe()) + CellSeal.TAG_BYTES;
    }

    /// Its place in the order in which segments are walked over.
    public PieceBook.Place place() {
        return new PieceBook.Place(contentId, start);
    }

    /// The same with other hosts.
    Segment on(int[] others) {
        return new Segment(contentId, start, bytes, root, k, others, sealedKey, inline, packed, cover);
    }

    /// A place in the plain bytes of a pack.
    record Packed(UUID packId, long from) {}
}
