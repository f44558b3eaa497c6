package leaseback.manager.storage;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import leaseback.manager.fleet.Host;
import leaseback.manager.fleet.Lines;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes one segment: each stripe is sealed, coded, and its cells go to the sinks of their pieces.
///
/// Hosts that fail or are stuck are cut off and the others go on, as long as those that must store it are left.
final class SegmentWriter {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentWriter.class);

    private final Segment plan;
    private final Redundancy redundancy;
    private final Patience patience;
    private final CellSeal seal;
    private final ErasureCode code;
    /// By piece; null where no host was found.
    private final @Nullable PieceSink[] sinks;
    private final BlockingQueue<PieceSink> ended;
    private final long begun = System.nanoTime();
    private int stripe;
    private int bytes;

    /// @param plan  with all hosts that are to hold a piece
    /// @param hosts of the plan, in the order of the pieces
    /// @param known whether `plan` says how many bytes will come
    SegmentWriter(Segment plan, List<Host> hosts, Redundancy redundancy, boolean known, byte[] key, Lines lines,
            Patience patience) {
        this.plan = plan;
        this.redundancy = redundancy;
        this.patience = patience;
        this.seal = new CellSeal(key);
        this.code = new ErasureCode(redundancy.k(), redundancy.n());
        this.sinks = new PieceSink[redundancy.n()];
        this.ended = new ArrayBlockingQueue<>(redundancy.n());
        long announced = known ? redundancy.pieceBytes(plan.bytes()) : -1;
        for (int piece = 0; piece < hosts.size(); piece++) {
            sinks[piece] = new PieceSink(lines, hosts.get(piece), plan.piece(piece), announced, patience, ended);
        }
        started().forEach(PieceSink::start);
    }

    /// Plain bytes that still fit in.
    int room() {
        return Segment.MOST_BYTES - bytes;
    }

    /// @param plain  at least a whole stripe long; what lies behind `length` is overwritten with zeros
    /// @param length a whole stripe, or less for the last
    void write(byte[] plain, int length) throws StorageFault, InterruptedException {
        int k = redundancy.k();
        int cellBytes = (length + k - 1) / k;
        Arrays.fill(plain, length, cellBytes * k, (byte) 0);
        byte[][] cells = new byte[redundancy.n()][cellBytes + CellSeal.TAG_BYTES];
        for (int piece = 0; piece < k; piece++) {
            seal.seal(piece, stripe, plain, piece * cellBytes, cellBytes, cells[piece]);
        }
        code.encode(cells, cellBytes);
        for (int piece = k; piece < cells.length; piece++) {
            seal.tag(piece, stripe, cells[piece], cellBytes);
        }
        for (int piece = 0; piece < cells.length; piece++) {
            PieceSink sink = sinks[piece];
            if (sink != null) {
                sink.put(ByteBuffer.wrap(cells[piece]));
            }
        }
        stripe++;
        bytes += length;
        requireEnough();
    }

    /// Waits until enough hosts have the segment on disk, and a little for the others.
    Stored finish() throws StorageFault, InterruptedException {
        for (PieceSink sink : started()) {
            sink.end();
        }
        int open = started().size();
        int stored = 0;
        long deadline = System.nanoTime() + patience.write().multipliedBy(6).toNanos();
        while (open > 0) {
            PieceSink sink = ended.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (sink == null) {
                break;
            }
            open--;
            stored += sink.stored() ? 1 : 0;
            if (sink.stored() && stored == redundancy.needed()) {
                deadline = System.nanoTime() + straggler();
            }
            requireEnough();
        }
        cut(stored < redundancy.needed() ? "did not answer in time" : "was slower than the others");
        if (stored < redundancy.needed()) {
            throw notEnough(stored);
        }
        return outcome();
    }

    /// Those that failed so far: the next segment does better without them.
    List<UUID> failedHosts() {
        return started().stream().filter(PieceSink::failed).map(sink -> sink.host().id()).toList();
    }

    /// Twice as long as it took the others, within bounds: for a small segment a hanging host must not cost seconds.
    private long straggler() {
        long most = patience.straggler().toNanos();
        return Math.clamp(2 * (System.nanoTime() - begun), most / 6, most);
    }

    /// Whether it became other than planned.
    boolean differs(Stored stored) {
        return !stored.left().isEmpty() || stored.segment().bytes() != plan.bytes();
    }

    /// Ends all sinks that have not ended.
    void cut(String why) throws InterruptedException {
        List<PieceSink> cut = started().stream().filter(sink -> !sink.stored()).toList();
        cut.forEach(sink -> sink.cut(why));
        for (PieceSink sink : cut) {
            sink.join(Duration.ofSeconds(2));
        }
    }

    private Stored outcome() {
        int[] hosts = new int[sinks.length];
        List<Integer> left = new ArrayList<>();
        for (int piece = 0; piece < sinks.length; piece++) {
            PieceSink sink = sinks[piece];
            hosts[piece] = sink != null && sink.stored() ? sink.host().alias() : Segment.NO_HOST;
            if (sink != null && !sink.stored()) {
                left.add(piece);
            }
        }
        Segment segment = new Segment(plan.contentId(), plan.start(), bytes, plan.root(), plan.k(), hosts, plan.sealedKey(), null, plan.cover());
        return new Stored(segment, left);
    }

    private void requireEnough() throws StorageFault {
        int able = (int) started().stream().filter(sink -> !sink.failed()).count();
        if (able < redundancy.needed()) {
            throw notEnough(able);
        }
    }

    private StorageFault notEnough(int able) {
        // For the operator only: users need not know whose machine failed.
        LOG.warn("segment {} needs {} hosts and has {}: {}", plan.root(), redundancy.needed(), able,
                started().stream().filter(PieceSink::failed).map(PieceSink::failure).collect(Collectors.joining("; ")));
        return notEnough(redundancy, able);
    }

    static StorageFault notEnough(Redundancy redundancy, int able) {
        return new StorageFault(StorageFault.Reason.NOT_ENOUGH_HOSTS, "storing this needs " + redundancy.needed()
                + " hosts that take a piece, and " + able + " can now; try again when more hosts are on");
    }

    private List<PieceSink> started() {
        List<PieceSink> started = new ArrayList<>();
        for (PieceSink sink : sinks) {
            if (sink != null) {
                started.add(sink);
            }
        }
        return started;
    }

    /// @param segment as it lies on the hosts
    /// @param left    pieces that may lie, in part or whole, on the hosts the plan named for them, and do not count
    record Stored(Segment segment, List<Integer> left) {}
}
