package leaseback.manager.upkeep;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a walk over all segments found.
///
/// @param begunAt    when it began
/// @param endedAt    when it ended
/// @param segments   on hosts; what is inline in the database is not counted
/// @param bytes      of them, as users gave them
/// @param byMargin   segments by surviving pieces above what reading needs: how many losses each is away from its end
/// @param byState    pieces
/// @param toMake     pieces to make again or to move
/// @param unreadable segments of which fewer pieces can be read at this hour than reading needs
/// @param lost       segments of which too few pieces survive
/// @param worst      the segments nearest to their end, at most ten
/// @param hostPieces pieces that should be with each host, by serial number, for those that leave
/// @param outage     whether more than half of the hosts that should have been on were away when it ended
public record Figures(Instant begunAt, Instant endedAt, long segments, long bytes, Map<Integer, Long> byMargin,
        Map<PieceState, Long> byState, long toMake, long unreadable, long lost, List<Worst> worst, Map<String, Long> hostPieces,
        boolean outage) {
    /// The margin of the segment nearest to its end; null when there are none.
    public @Nullable Integer worstMargin() {
        return byMargin.keySet().stream().min(Integer::compare).orElse(null);
    }

    /// One of the segments nearest to their end.
    ///
    /// @param margin    surviving pieces above `k`
    /// @param surviving pieces
    /// @param k         pieces needed to read it
    /// @param n         pieces it should have
    /// @param days      it would live without repair, by the model
    public record Worst(java.util.UUID contentId, long start, int margin, int surviving, int k, int n, double days) {}
}
