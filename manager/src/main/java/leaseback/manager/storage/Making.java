package leaseback.manager.storage;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import leaseback.manager.fleet.Host;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One segment's pieces on their way to new hosts, stripe by stripe; see [PieceMaker]. Used by one thread.
final class Making implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Making.class);

    private final Segment segment;
    private final ObjectStore.Means means;
    private final CellSeal seal;
    private final ErasureCode code;
    private final Deque<PieceMaker.Source> spares = new ArrayDeque<>();
    /// Slow once: they get a second, longer, chance when all others are used up.
    private final Set<Integer> slow = new TreeSet<>();
    /// By piece; null where none is open.
    private final @Nullable PieceSource[] open;
    private final Map<Integer, PieceSink> sinks = new HashMap<>();
    private final BlockingQueue<PieceSink> ended;
    private final byte[][] cells;
    private final byte[] scratch = new byte[CellSeal.CELL_BYTES];
    private final Set<Integer> altered = new TreeSet<>();
    private final Set<Integer> missing = new TreeSet<>();
    private long readBytes;
    private long sentBytes;

    Making(Segment segment, byte[] key, List<PieceMaker.Source> sources, Map<Integer, Host> targets, ObjectStore.Means means) {
        this.segment = segment;
        this.means = means;
        this.seal = new CellSeal(key);
        this.code = new ErasureCode(segment.k(), segment.n());
        this.open = new PieceSource[segment.n()];
        this.cells = new byte[segment.n()][];
        this.ended = new ArrayBlockingQueue<>(Math.max(1, targets.size()));
        spares.addAll(sources);
        targets.forEach((piece, host) -> sinks.put(piece,
                new PieceSink(means.lines(), host, segment.piece(piece), segment.pieceBytes(), means.patience(), ended)));
    }

    PieceMaker.Made run(PieceMaker.Progress progress) throws InterruptedException {
        boolean copying = sinks.size() <= segment.k()
                && spares.stream().limit(sinks.size()).filter(source -> sinks.containsKey(source.piece())).count() == sinks.size();
        for (int count = copying ? sinks.size() : segment.k(); count > 0 && !spares.isEmpty(); count--) {
            openNext(0);
        }
        sinks.values().forEach(PieceSink::start);
        String said = "";
        for (int stripe = 0; stripe <= segment.lastStripe() && said.isEmpty(); stripe++) {
            long before = readBytes + sentBytes;
            said = pass(stripe);
            if (said.isEmpty() && !progress.stripe(readBytes + sentBytes - before)) {
                said = "was given up: it took too long, or something else has changed the segment";
            }
        }
        return said.isEmpty() ? finish() : stopped(said);
    }

    @Override
    public void close() {
        for (PieceSource source : open) {
            if (source != null) {
                source.close();
            }
        }
        sinks.values().stream().filter(sink -> !sink.stored()).forEach(sink -> sink.cut("was not finished"));
    }

    /// Passes one stripe on; why not, or nothing.
    private String pass(int stripe) throws InterruptedException {
        int cellBytes = segment.cellBytes(stripe);
        BitSet wanted = new BitSet();
        sinks.forEach((piece, sink) -> wanted.set(piece, !sink.failed()));
        if (wanted.isEmpty()) {
            return "no new host takes it: " + failures();
        }
        BitSet have = collect(wanted, stripe, cellBytes);
        BitSet lacking = (BitSet) wanted.clone();
        lacking.andNot(have);
        if (!lacking.isEmpty()) {
            if (have.cardinality() < segment.k()) {
                return "making a piece needs " + segment.k() + " others, and " + have.cardinality() + " can be read now";
            }
            rebuild(have, lacking, stripe, cellBytes);
        }
        for (int piece = wanted.nextSetBit(0); piece >= 0; piece = wanted.nextSetBit(piece + 1)) {
            Objects.requireNonNull(sinks.get(piece)).put(ByteBuffer.wrap(cells[piece]));
            sentBytes += cells[piece].length;
        }
        return "";
    }

    /// All that is wanted, or any `k`; or as many as there are.
    private BitSet collect(BitSet wanted, int stripe, int cellBytes) throws InterruptedException {
        BitSet have = new BitSet();
        while (true) {
            for (int piece = 0; piece < open.length && have.cardinality() < segment.k(); piece++) {
                if (open[piece] != null && !have.get(piece) && take(piece, stripe, cellBytes)) {
                    have.set(piece);
                }
            }
            BitSet lacking = (BitSet) wanted.clone();
            lacking.andNot(have);
            if (lacking.isEmpty() || have.cardinality() >= segment.k() || !openNext(stripe)) {
                return have;
            }
        }
    }

    private boolean take(int piece, int stripe, int cellBytes) throws InterruptedException {
        PieceSource source = open[piece];
        if (source == null) {
            return false;
        }
        boolean second = slow.contains(piece);
        Duration patience = means.patience().read();
        byte[] cell = source.take(stripe, second ? patience.multipliedBy(3) : patience);
        if (cell != null) {
            readBytes += cell.length;
            if (authentic(piece, stripe, cell, cellBytes)) {
                cells[piece] = cell;
                return true;
            }
            altered.add(piece);
            means.tally().wrongCells.increment();
            LOG.warn("piece {} of segment {} has wrong bytes in stripe {}: {}", piece, segment.root(), stripe, source.failure());
        } else if (source.status() == 404) {
            missing.add(piece);
        } else if (!second) {
            slow.add(piece);
            spares.addLast(new PieceMaker.Source(piece, source.host()));
        }
        source.close();
        open[piece] = null;
        return false;
    }

    private boolean authentic(int piece, int stripe, byte[] cell, int cellBytes) {
        return piece < segment.k() ? seal.open(piece, stripe, cell, cellBytes, scratch, 0) : seal.check(piece, stripe, cell, cellBytes);
    }

    /// A lost data cell comes back as ciphertext; opening and sealing it gives its tag.
    private void rebuild(BitSet have, BitSet lacking, int stripe, int cellBytes) {
        int[] want = lacking.stream().toArray();
        for (int piece : want) {
            cells[piece] = new byte[cellBytes + CellSeal.TAG_BYTES];
        }
        code.rebuild(cells, have.stream().limit(segment.k()).toArray(), want, cellBytes);
        for (int piece : want) {
            if (piece < segment.k()) {
                seal.openRebuilt(piece, stripe, cells[piece], cellBytes, scratch, 0);
                seal.seal(piece, stripe, scratch, 0, cellBytes, cells[piece]);
            } else {
                seal.tag(piece, stripe, cells[piece], cellBytes);
            }
        }
    }

    private boolean openNext(int stripe) {
        PieceMaker.Source next = spares.pollFirst();
        if (next == null) {
            return false;
        }
        open[next.piece()] = new PieceSource(means.lines(), next.host(), segment, next.piece(), stripe, segment.lastStripe(),
                means.patience().read().multipliedBy(3));
        return true;
    }

    private PieceMaker.Made finish() throws InterruptedException {
        for (PieceSink sink : sinks.values()) {
            sink.end();
        }
        long deadline = System.nanoTime() + means.patience().write().multipliedBy(6).toNanos();
        for (int left = sinks.size(); left > 0; left--) {
            if (ended.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS) == null) {
                break;
            }
        }
        return stopped(failures());
    }

    private PieceMaker.Made stopped(String said) throws InterruptedException {
        List<PieceSink> unfinished = sinks.values().stream().filter(sink -> !sink.stored()).toList();
        unfinished.forEach(sink -> sink.cut("did not answer in time"));
        for (PieceSink sink : unfinished) {
            sink.join(Duration.ofSeconds(2));
        }
        Set<Integer> stored = new TreeSet<>();
        sinks.forEach((piece, sink) -> {
            if (sink.stored()) {
                stored.add(piece);
            }
        });
        return new PieceMaker.Made(stored, altered, missing, readBytes, sentBytes, said);
    }

    private String failures() {
        return new ArrayList<>(sinks.values()).stream().filter(PieceSink::failed).map(PieceSink::failure).collect(Collectors.joining("; "));
    }
}
