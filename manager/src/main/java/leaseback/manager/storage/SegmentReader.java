package leaseback.manager.storage;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import leaseback.manager.fleet.Host;
import leaseback.manager.fleet.Lines;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads a range of one segment, stripe by stripe: the data cells where their hosts are reachable and prompt, else as many
/// others as it takes. Every cell is authenticated; a source that fails or gives wrong bytes is replaced by another
/// piece from that very stripe on. When a stripe's cells are later than first cells usually are, as many spare hosts as could
/// replace them are asked as well, within a budget ([Promptness]); as soon as any k cells are there the late ones
/// are let go. Used by one thread.
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
    private final @Nullable Layer layer;
    private final @Nullable Host[] hosts;
    /// By piece; null where none is open.
    private final @Nullable PieceSource[] sources;
    private final Deque<Integer> spares = new ArrayDeque<>();
    /// Pieces that were slow once: they get a second, longer, chance when all others are used up.
    private final BitSet slow = new BitSet();
    /// Pieces whose hosts are reachable, and were not slow lately.
    private final BitSet prompt = new BitSet();
    /// Pieces whose source gave a cell.
    private final BitSet heard = new BitSet();
    /// By piece: nanoTime when it was opened.
    private final long[] opened;
    private final Semaphore arrivals = new Semaphore(0);
    private final byte[][] cells;
    private final byte[] plain;
    private int stripe;

    /// @param from first wanted byte, counted in the segment
    /// @param to   behind the last
    /// @param layer what its bytes are encrypted with below the seal, at `from`; null for nothing
    SegmentReader(Segment segment, long from, long to, byte[] key, @Nullable Layer layer, Hosts fleet, Lines lines, Patience patience,
            Tally tally) {
        this.layer = layer;
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
        this.opened = new long[segment.n()];
        tally.promptness.readBegins();
        rank(fleet);
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
        if (layer != null) {
            layer.apply(plain, first, end - first);
        }
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

    /// Data pieces, then parity, of prompt hosts; then slow hosts, the slowest last; then those that cannot be reached.
    private void rank(Hosts fleet) {
        List<Integer> parity = new ArrayList<>();
        List<Integer> late = new ArrayList<>();
        List<Integer> unreachable = new ArrayList<>();
        double[] slowness = new double[segment.n()];
        for (int piece = 0; piece < segment.n(); piece++) {
            Host host = segment.hosts()[piece] < 0 ? null : fleet.byAlias(segment.hosts()[piece]).orElse(null);
            hosts[piece] = host;
            if (host == null) {
                continue;
            }
            slowness[piece] = tally.promptness.slowness(host.id());
            if (!lines.reachable(host.id())) {
                unreachable.add(piece);
            } else if (slowness[piece] > 0) {
                late.add(piece);
            } else {
                prompt.set(piece);
                (piece < segment.k() ? spares : parity).add(piece);
            }
        }
        Collections.shuffle(parity, new Random(segment.root().getLeastSignificantBits() ^ from));
        late.sort(Comparator.comparingDouble(piece -> slowness[piece]));
        spares.addAll(parity);
        spares.addAll(late);
        spares.addAll(unreachable);
    }

    /// Within one stripe only the cells of the range; over several, all data cells.
    private void openFirst() {
        int cellBytes = segment.cellBytes(stripe);
        boolean one = stripe == lastStripe;
        int firstCell = one ? (int) (from - stripe * segment.stripeBytes()) / cellBytes : 0;
        int lastCell = one ? (int) (to - 1 - stripe * segment.stripeBytes()) / cellBytes : segment.k() - 1;
        List<Integer> wanted = spares.stream().filter(piece -> piece >= firstCell && piece <= lastCell).toList();
        if (wanted.stream().filter(prompt::get).count() == lastCell - firstCell + 1) {
            wanted.forEach(this::open);
            spares.removeAll(wanted);
        } else {
            openSpares(segment.k());
        }
    }

    /// Takes cells from the open sources until all wanted are there, or any k; those there are authenticated,
    /// and of data cells the plain bytes are in their place.
    private BitSet collect(BitSet wanted, int cellBytes) throws StorageFault, InterruptedException {
        BitSet have = new BitSet();
        long begun = System.nanoTime();
        int hedges = 0;
        while (true) {
            arrivals.drainPermits();
            boolean came = pollAll(wanted, have, cellBytes);
            if (isEnough(wanted, have)) {
                if (hedges > 0) {
                    letGo(have);
                }
                return have;
            }
            if (openBut(have) < 0) {
                if (openSpares(segment.k() - have.cardinality()) == 0) {
                    tally.refusedReads.increment();
                    throw new StorageFault(StorageFault.Reason.NOT_ENOUGH_PIECES, "reading this needs " + segment.k()
                            + " pieces of it, and " + have.cardinality() + " of " + segment.n()
                            + " can be read now; try again when more hosts are on");
                }
                continue;
            }
            if (came) {
                continue;
            }
            long now = System.nanoTime();
            giveUpSlow(have, begun, now);
            // Each further one, in case the spares hang too, waits twice as long.
            long hedgeIn = (tally.promptness.hedgeAfter(patience.read()).toNanos() << hedges) - (now - begun);
            if (hedgeIn <= 0 && !spares.isEmpty()) {
                hedges++;
                if (tally.promptness.mayHedge()) {
                    tally.hedgedReads.increment();
                    openSpares(segment.k() - have.cardinality());
                }
                continue;
            }
            if (openBut(have) >= 0) {
                long wait = Math.min(untilGivenUp(have, begun, now), spares.isEmpty() ? Long.MAX_VALUE : hedgeIn);
                boolean woken = arrivals.tryAcquire(Math.max(1_000_000, wait), TimeUnit.NANOSECONDS);
                LOG.trace("segment {}: woken {}", segment.root(), woken);
            }
        }
    }

    private boolean isEnough(BitSet wanted, BitSet have) {
        BitSet lacking = (BitSet) wanted.clone();
        lacking.andNot(have);
        return lacking.isEmpty() || have.cardinality() >= segment.k();
    }

    /// Takes what is there, until it is enough. Whether anything was.
    private boolean pollAll(BitSet wanted, BitSet have, int cellBytes) {
        boolean came = false;
        for (int piece = 0; piece < sources.length && !isEnough(wanted, have); piece++) {
            PieceSource source = sources[piece];
            if (source == null || have.get(piece)) {
                continue;
            }
            byte[] cell = source.poll(stripe);
            if (cell != null && take(piece, source, cell, cellBytes)) {
                have.set(piece);
                came = true;
            } else if (cell != null || source.ended()) {
                fail(piece, source, cell == null);
                came = true;
            }
        }
        return came;
    }

    /// Sources that had their time and gave nothing.
    private void giveUpSlow(BitSet have, long begun, long now) {
        for (int piece = 0; piece < sources.length; piece++) {
            PieceSource source = sources[piece];
            if (source != null && !have.get(piece) && deadline(piece, begun) - now <= 0) {
                source.late(now - Math.max(begun, opened[piece]));
                lagged(piece, source);
                fail(piece, source, true);
            }
        }
    }

    private long untilGivenUp(BitSet have, long begun, long now) {
        long least = Long.MAX_VALUE;
        for (int piece = 0; piece < sources.length; piece++) {
            if (sources[piece] != null && !have.get(piece)) {
                least = Math.min(least, deadline(piece, begun) - now);
            }
        }
        return least;
    }

    private long deadline(int piece, long begun) {
        return Math.max(begun, opened[piece]) + patience.read().multipliedBy(slow.get(piece) ? 3 : 1).toNanos();
    }

    /// The stripe is whole without these.
    private void letGo(BitSet have) {
        for (int piece = 0; piece < sources.length; piece++) {
            PieceSource source = sources[piece];
            if (source != null && !have.get(piece)) {
                lagged(piece, source);
                source.close();
                sources[piece] = null;
                spares.addLast(piece);
            }
        }
    }

    private void lagged(int piece, PieceSource source) {
        if (!heard.get(piece) && source.firstAfter() == 0) {
            tally.promptness.lagged(source.host().id(), source.age());
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

    private boolean take(int piece, PieceSource source, byte[] cell, int cellBytes) {
        if (!heard.get(piece)) {
            heard.set(piece);
            tally.promptness.came(source.host().id(), source.firstAfter());
        }
        if (authentic(piece, cell, cellBytes)) {
            cells[piece] = cell;
            return true;
        }
        tally.wrongCells.increment();
        LOG.warn("piece {} of segment {} has wrong bytes in stripe {}: {}", piece, segment.root(), stripe, source.failure());
        return false;
    }

    private void fail(int piece, PieceSource source, boolean gaveNothing) {
        if (gaveNothing) {
            LOG.info("piece {} of segment {} is read from another host: {}", piece, segment.root(), source.failure());
            if (!slow.get(piece)) {
                slow.set(piece);
                spares.addLast(piece);
            }
        }
        source.close();
        sources[piece] = null;
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
            opened[piece] = System.nanoTime();
            heard.clear(piece);
            sources[piece] = new PieceSource(lines, host, segment, piece, stripe, lastStripe, patience.read().multipliedBy(3),
                    arrivals::release);
        }
    }

    /// A run of bytes in someone's array.
    record Bytes(byte[] array, int from, int length) {}
}
