package leaseback.manager.storage;

import java.util.List;
import java.util.Map;
import java.util.Set;
import leaseback.manager.fleet.Host;

/// Makes pieces of a segment again, bit for bit as they were: the nonce of a cell is its place, so there is only one way
/// to seal it. Never opens what the segment holds for anybody, and never reads more than `k` cells of a stripe that are right.
public final class PieceMaker {
    private final ObjectStore.Means means;

    public PieceMaker(ObjectStore store) {
        this.means = store.means();
    }

    /// Sends pieces to hosts. A piece whose own host is among the sources is copied from there; the others are made from
    /// any `k`. A source that fails or gives wrong bytes is replaced by the next one from that stripe on.
    ///
    /// @param sources  what may be read, best first; to be copied, a piece's own host must come before the others
    /// @param targets  who gets which piece; none of them a source of another piece
    /// @param progress asked after every stripe
    public Made make(Segment segment, List<Source> sources, Map<Integer, Host> targets, Progress progress) throws InterruptedException {
        byte[] key = means.keys().open(segment.sealedKey(), Segment.purpose(segment.root()));
        try (Making making = new Making(segment, key, sources, targets, means)) {
            return making.run(progress);
        }
    }

    /// A piece and the host to read it from.
    public record Source(int piece, Host host) {}

    /// What came of it.
    ///
    /// @param stored    pieces that lie on their new hosts' disks, with receipts over the very bytes
    /// @param altered   sources whose bytes were wrong
    /// @param missing   sources that were not there
    /// @param readBytes taken from sources, wrong ones included
    /// @param sentBytes to new hosts
    /// @param said      why something is not stored; empty when all is
    public record Made(Set<Integer> stored, Set<Integer> altered, Set<Integer> missing, long readBytes, long sentBytes, String said) {}

    /// Looks on, and may slow down or end what it sees.
    public interface Progress {
        /// @param bytes read and sent for this stripe
        /// @return false to give up
        boolean stripe(long bytes) throws InterruptedException;
    }
}
