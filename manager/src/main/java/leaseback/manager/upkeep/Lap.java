package leaseback.manager.upkeep;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import leaseback.manager.storage.PieceBook.Flaw;
import leaseback.manager.storage.PieceBook.Place;
import leaseback.manager.storage.Segment;

/// What has been counted on one way over all segments. In memory only: a manager that dies begins again.
final class Lap {
    private static final int WORST = 10;
    private static final Comparator<Figures.Worst> SAFEST_FIRST =
            Comparator.comparingInt(Figures.Worst::margin).thenComparingDouble(Figures.Worst::days).reversed();

    final Instant begunAt;
    /// Hosts that had nothing left but what segments count on, when the lap began.
    final Set<Integer> settled;
    Place at = Place.START;
    private long segments;
    private long bytes;
    private long toMake;
    private long unreadable;
    private long lost;
    private final Map<Integer, Long> byMargin = new TreeMap<>();
    private final Map<PieceState, Long> byState = new EnumMap<>(PieceState.class);
    private final Map<Integer, Long> byHost = new HashMap<>();
    private final PriorityQueue<Figures.Worst> worst = new PriorityQueue<>(SAFEST_FIRST);

    Lap(Instant begunAt, Set<Integer> settled) {
        this.begunAt = begunAt;
        this.settled = settled;
    }

    /// Counts one segment; what is to be done for it.
    Optional<RepairPlan.Task> see(Segment segment, List<Flaw> flaws, Muster muster) {
        RepairPlan.Case stands = muster.look(segment, flaws);
        Optional<RepairPlan.Task> task = RepairPlan.of(stands, muster.outage());
        segments++;
        bytes += segment.bytes();
        toMake += task.map(each -> each.make().size()).orElse(0);
        unreadable += stands.readable() < segment.k() ? 1 : 0;
        lost += stands.margin() < 0 ? 1 : 0;
        byMargin.merge(stands.margin(), 1L, Long::sum);
        stands.pieces().forEach(state -> byState.merge(state, 1L, Long::sum));
        for (int alias : segment.hosts()) {
            if (alias != Segment.NO_HOST) {
                byHost.merge(alias, 1L, Long::sum);
            }
        }
        worst.add(new Figures.Worst(segment.contentId(), segment.start(), stands.margin(), stands.margin() + segment.k(), segment.k(),
                segment.n(), Lifetime.days(stands)));
        if (worst.size() > WORST) {
            worst.poll();
        }
        return task;
    }

    long piecesOn(int alias) {
        return byHost.getOrDefault(alias, 0L);
    }

    Figures figures(Instant endedAt, Map<String, Long> hostPieces, boolean outage) {
        List<Figures.Worst> nearest = new ArrayList<>(worst);
        nearest.sort(SAFEST_FIRST.reversed());
        return new Figures(begunAt, endedAt, segments, bytes, byMargin, byState, toMake, unreadable, lost, nearest, hostPieces, outage);
    }
}
