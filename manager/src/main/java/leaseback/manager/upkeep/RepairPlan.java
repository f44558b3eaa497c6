package leaseback.manager.upkeep;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import leaseback.manager.storage.PieceBook.Place;

/// Which pieces are to be made again, and which segment comes first. Pure: no clock, no database, no host is asked.
///
/// - Lost, flawed and never stored pieces are made again; those on hosts that leave are moved while these answer.
/// - A piece whose host is away is left alone until its grace is over, unless the segment would be within one loss of its
///   end without those that are away. While most hosts are away at once the fault is likely ours, and nobody is given up.
/// - What merely sleeps is never made again.
/// - First comes the segment with the fewest surviving pieces above `k`; among equals the one with fewer days to live.
public final class RepairPlan {
    /// Pieces above `k` at which waiting for those away is too bold.
    static final int BOLD = 1;
    private static final Comparator<Task> ORDER = Comparator.comparingInt(Task::margin).thenComparingDouble(Task::days)
            .thenComparing(task -> task.place().contentId()).thenComparingLong(task -> task.place().start());

    private RepairPlan() {}

    /// A segment as it stands.
    ///
    /// @param k      pieces that suffice
    /// @param pieces of all `n`, in their order
    public record Case(Place place, int k, List<PieceState> pieces) {
        public Case {
            pieces = List.copyOf(pieces);
            if (k < 1 || pieces.size() < k) {
                throw new IllegalArgumentException(k + " of " + pieces.size() + " pieces is no code");
            }
        }

        /// Surviving pieces above `k`; negative when it cannot be read any more.
        public int margin() {
            return (int) pieces.stream().filter(PieceState::survives).count() - k;
        }

        int readable() {
            return (int) pieces.stream().filter(PieceState::readable).count();
        }
    }

    /// What is to be done for one segment.
    ///
    /// @param margin   surviving pieces above `k`
    /// @param days     it would live without repair, on average
    /// @param make     indexes of the pieces to make again or to move
    /// @param possible whether enough pieces can be read now
    public record Task(Place place, int margin, double days, List<Integer> make, boolean possible) {
        public Task {
            make = List.copyOf(make);
        }
    }

    /// All that is to be done, the most at risk first.
    ///
    /// @param outage whether most hosts are away at once
    public static List<Task> of(Collection<Case> cases, boolean outage) {
        return cases.stream().map(each -> of(each, outage)).flatMap(Optional::stream).sorted(ORDER).toList();
    }

    /// What is to be done for one segment; empty when nothing is.
    public static Optional<Task> of(Case segment, boolean outage) {
        long steady = segment.pieces().stream().filter(piece -> piece.survives() && piece != PieceState.AWAY).count();
        boolean awayToo = !outage && steady - segment.k() <= BOLD;
        List<Integer> make = new ArrayList<>();
        boolean copies = true;
        for (int index = 0; index < segment.pieces().size(); index++) {
            PieceState state = segment.pieces().get(index);
            boolean due = switch (state) {
                case LOST, FLAWED, NONE, LEAVING -> true;
                case AWAY -> awayToo;
                case PRESENT, ASLEEP, LEAVING_AWAY -> false;
            };
            if (due) {
                make.add(index);
                copies &= state == PieceState.LEAVING;
            }
        }
        return make.isEmpty() ? Optional.empty() : Optional.of(new Task(segment.place(), segment.margin(), Lifetime.days(segment),
                make, copies || segment.readable() >= segment.k()));
    }
}
