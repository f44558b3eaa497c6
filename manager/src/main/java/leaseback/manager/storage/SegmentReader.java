package leaseback.manager.storage;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import leaseback.manager.fleet.Host;
import leaseback.manager.fleet.Lines;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads a range of one segment, stripe by stripe: the data cells where their hosts are reachable, else as many others
/// as it takes. Every cell is authenticated; a source that fails, is slow or gives wrong bytes is replaced by another
/// piece from that very stripe on. Used by one thread.
final class SegmentReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentReader.class);

    private final Segment segment;
    private final long from;
    private final long to;
    private final int lastStripe;
    private final Lines lines;
    private final Patience patience;
    private final Tally tally;
    private final CellSeal seal;
    private final @Nullable Host[] hosts;
    /// By piece; null where none is open.
    private final @Nullable PieceSource[] sources;
    private final Deque<Integer> spares = new ArrayDeque<>();
    /// Pieces that were slow once: they get a second, longer, chance when all others are used up.
    private final BitSet slow = new BitSet();
    private final byte[][] cells;
    private final byte[] plain;
    private int stripe;

    /// @param from first wanted byte, counted in the segment
    /// @param to   behind the last
    SegmentReader(Segment segment, long from, long to, byte[] key, Hosts fleet, Lines lines, Patience patience, Tally tally) {
        this.tally = tally;
        this.segment = segment;
        this.from = from;
        this.to = to;
        this.stripe = (int) (from / segment.stripeBytes());
        this.lastStripe = (int) ((to - 1) / segment.stripeBytes());
        this.lines = lines;
        this.patience = patience;
        this.seal = new CellSeal(key);
        this.hosts = new Host[segment.n()];
        this.sources = new PieceSource[segment.n()];
        this.cells = new byte[segment.n()][];
        this.plain = new byte[segment.k() * CellSeal.CELL_BYTES];
        List<Integer> parity = new ArrayList<>();
        List<Integer> unreachable = new ArrayList<>();
        for (int piece = 0; piece < segment.n(); piece++) {
            Host host = segment.hosts()[piece] < 0 ? null : fleet.byAlias(segment.hosts()[piece]).orElse(null);
            hosts[piece] = host;
            if (host != null) {
                (!lines.reachable(host.id()) ? unreachable : piece < segment.k() ? spares : parity).add(piece);
            }
        }
        Collections.shuffle(parity, new Random(segment.root().getLeastSignificantBits() ^ from));
        spares.addAll(parity);
        spares.addAll(unreachable);
        openFirst();
    }

    /// How many more stripes there are to read.
    int left() {
        return lastStripe - stripe + 1;
    }

    /// The next wanted bytes: a whole stripe, or what of it lies in the range. Valid until the next call.
    Bytes next() throws StorageFault, InterruptedException {
        int cellBytes = segment.cellBytes(stripe);
        long start = stripe * segment.stripeBytes();
        int first = (int) Math.max(0, from - start);
        int end = (int) Math.min(to - start, segment.stripeBytes());
        BitSet wanted = new BitSet();
        wanted.set(first / cellBytes, (end - 1) / cellBytes + 1);
        BitSet have = collect(wanted, cellBytes);
        BitSet missing = (BitSet) wanted.clone();
        missing.andNot(have);
        if (!missing.isEmpty()) {
            rebuild(have, missing, cellBytes);
        }
        stripe++;
        return new Bytes(plain, first, end - first);
    }

    @Override
    public void close() {
        for (PieceSource source : sources) {
            if (source != null) {
                source.close();
            }
        }
    }

    /// Within one stripe only the cells of the range; over several, all data cells.
    private void openFirst() {
        int cellBytes = segment.cellBytes(stripe);
        boolean one = stripe == lastStripe;
        int firstCell = one ? (int) (from - stripe * segment.stripeBytes()) / cellBytes : 0;
        int lastCell = one ? (int) (to - 1 - stripe * segment.stripeBytes()) / cellBytes : segment.k() - 1;
        List<Integer> wanted = spares.stream().filter(piece -> piece >= firstCell && piece <= lastCell).toList();
        if (wanted.stream().filter(this::reachable).count() == lastCell - firstCell + 1) {
            wanted.forEach(this::open);
            spares.removeAll(wanted);
        } else {
            openSpares(segment.k());
        }
    }

    private boolean reachable(int piece) {
        Host host = hosts[piece];
        return host != null && lines.reachable(host.id());
    }

    /// Takes cells from the open sources until all wanted are there, or any k; those there are authenticated,
    /// and of data cells the plain bytes are in their place.
    private BitSet collect(BitSet wanted, int cellBytes) throws StorageFault, InterruptedException {
        BitSet have = new BitSet();
        while (true) {
            BitSet lacking = (BitSet) wanted.clone();
            lacking.andNot(have);
            if (lacking.isEmpty() || have.cardinality() >= segment.k()) {
                return have;
            }
            int piece = openBut(have);
            if (piece < 0) {
                if (openSpares(segment.k() - have.cardinality()) == 0) {
                    tally.refusedReads.increment();
                    throw new StorageFault(StorageFault.Reason.NOT_ENOUGH_PIECES, "reading this needs " + segment.k()
                            + " pieces of it, and " + have.cardinality() + " of " + segment.n()
                            + " can be read now; try again when more hosts are on");
                }
                continue;
            }
            if (take(piece, cellBytes)) {
                have.set(piece);
            }
        }
    }

    private int openBut(BitSet have) {
        for (int piece = 0; piece < sources.length; piece++) {
            if (sources[piece] != null && !have.get(piece)) {
                return piece;
            }
        }
        return -1;
    }

    private boolean take(int piece, int cellBytes) throws InterruptedException {
        PieceSource source = sources[piece];
        if (source == null) {
            return false;
        }
        boolean second = slow.get(piece);
        Duration atMost = second ? patience.read().multipliedBy(3) : patience.read();
        byte[] cell = source.take(stripe, atMost);
        if (cell == null) {
            LOG.info("piece {} of segment {} is read from another host: {}", piece, segment.root(), source.failure());
            if (!second) {
                slow.set(piece);
                spares.addLast(piece);
            }
        } else if (authentic(piece, cell, cellBytes)) {
            cells[piece] = cell;
            return true;
        } else {
            tally.wrongCells.increment();
            LOG.warn("piece {} of segment {} has wrong bytes in stripe {}: {}", piece, segment.root(), stripe, source.failure());
        }
        source.close();
        sources[piece] = null;
        return false;
    }

    private boolean authentic(int piece, byte[] cell, int cellBytes) {
        return piece < segment.k()
                ? seal.open(piece, stripe, cell, cellBytes, plain, piece * cellBytes)
                : seal.check(piece, stripe, cell, cellBytes);
    }

    private void rebuild(BitSet have, BitSet missing, int cellBytes) {
        int[] from = have.stream().limit(segment.k()).toArray();
        int[] want = missing.stream().toArray();
        for (int piece : want) {
            cells[piece] = new byte[cellBytes];
        }
        new ErasureCode(segment.k(), segment.n()).rebuild(cells, from, want, cellBytes);
        tally.rebuiltCells.add(want.length);
        for (int piece : want) {
            seal.openRebuilt(piece, stripe, cells[piece], cellBytes, plain, piece * cellBytes);
        }
    }

    private int openSpares(int count) {
        int opened = 0;
        while (opened < count && !spares.isEmpty()) {
            open(spares.removeFirst());
            opened++;
        }
        return opened;
    }

    private void open(int piece) {
        Host host = hosts[piece];
        if (host != null) {
            sources[piece] = new PieceSource(lines, host, segment, piece, stripe, lastStripe, patience.read().multipliedBy(3));
        }
    }

    /// A run of bytes in someone's array.
    record Bytes(byte[] array, int from, int length) {}
}
