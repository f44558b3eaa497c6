package leaseback.manager.upkeep;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import leaseback.manager.storage.PieceBook.Place;
import leaseback.manager.storage.Segment;
import org.jspecify.annotations.Nullable;

/// Draws the cells that are audited: on every lap over all segments some of each host's, each cell as likely as any other.
///
/// Each slot of a host is a reservoir of one: when the host's cells number `total` with the new piece's `cells`, the piece
/// takes the slot with the chance cells / total. So at the end each slot holds each piece with a chance in proportion to
/// its bytes, whatever the other slots hold, without knowing beforehand how much there is.
final class Draw {
    private static final int MOST = 64;
    private static final int MOST_IN_ALL = 1_000_000;
    private final RandomGenerator random;
    private final ReentrantLock lock = new ReentrantLock();
    private Map<Integer, Slots> drawing = new HashMap<>();
    private Map<Integer, Slots> ready = new HashMap<>();

    Draw(RandomGenerator random) {
        this.random = random;
    }

    /// A cell of a piece.
    record Pick(Place place, int piece, int stripe) {}

    void offer(Segment segment) {
        lock.lock();
        try {
            for (int piece = 0; piece < segment.n(); piece++) {
                if (segment.hosts()[piece] != Segment.NO_HOST) {
                    drawing.computeIfAbsent(segment.hosts()[piece], alias -> new Slots(slots()))
                            .offer(segment.place(), piece, segment.lastStripe() + 1, random);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /// What was drawn on this lap takes the place of what was drawn on the one before.
    void lapEnds() {
        lock.lock();
        try {
            ready = drawing;
            drawing = new HashMap<>();
        } finally {
            lock.unlock();
        }
    }

    /// The next `count` cells of the host, one of each slot in turn; none when nothing was drawn.
    List<Pick> take(int alias, int count) {
        lock.lock();
        try {
            Slots slots = ready.get(alias);
            return slots == null ? List.of() : slots.take(count, random);
        } finally {
            lock.unlock();
        }
    }

    /// Hosts for which something was drawn.
    Set<Integer> hosts() {
        lock.lock();
        try {
            return Set.copyOf(ready.keySet());
        } finally {
            lock.unlock();
        }
    }

    private int slots() {
        return Math.clamp(MOST_IN_ALL / Math.max(1, ready.size()), 4, MOST);
    }

    private record Piece(Place place, int piece, int cells) {}

    private static final class Slots {
        private final @Nullable Piece[] slots;
        private long total;
        private int next;

        Slots(int count) {
            slots = new Piece[count];
        }

        void offer(Place place, int piece, int cells, RandomGenerator random) {
            Piece offered = new Piece(place, piece, cells);
            total += cells;
            if (total == cells) {
                Arrays.fill(slots, offered);
                return;
            }
            // Instead of a throw for each slot, how many slots are passed over until the next success.
            double never = Math.log1p(-(double) cells / total);
            for (long at = passed(random, never); at < slots.length; at += 1 + passed(random, never)) {
                slots[(int) at] = offered;
            }
        }

        private static long passed(RandomGenerator random, double never) {
            return (long) Math.min(Integer.MAX_VALUE, Math.floor(Math.log(1 - random.nextDouble()) / never));
        }

        List<Pick> take(int count, RandomGenerator random) {
            List<Pick> taken = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Piece piece = slots[next];
                next = (next + 1) % slots.length;
                if (piece != null) {
                    taken.add(new Pick(piece.place(), piece.piece(), random.nextInt(piece.cells())));
                }
            }
            return taken;
        }
    }
}
