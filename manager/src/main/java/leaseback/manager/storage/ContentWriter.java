package leaseback.manager.storage;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import leaseback.manager.fleet.Host;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes one content in: reads it stripe by stripe, hands the stripes to one segment after the other, and ends with all
/// of it on the hosts' disks, or with nothing of it left. Memory: a stripe, and the few cells each sink has queued.
final class ContentWriter {
    private static final Logger LOG = LoggerFactory.getLogger(ContentWriter.class);

    private final ObjectStore.Means means;
    private final Tenancy tenancy;
    private final Content content;
    private final boolean stageable;
    private final UUID contentId = UUID.randomUUID();
    private long read;
    private long placed;
    private boolean ended;
    private final Set<UUID> failed = ConcurrentHashMap.newKeySet();
    private Instant renewAt;
    private boolean streamed;
    private @Nullable SegmentWriter current;
    /// Of the current segment.
    private @Nullable Layer layer;
    /// The end of one segment (flushes on six disks) overlaps with the start of the next.
    private @Nullable FutureTask<Integer> finishing;
    private @Nullable SegmentWriter last;

    /// @param stageable whether it may wait in its row to be packed when it is small
    ContentWriter(ObjectStore.Means means, Tenancy tenancy, Content content, boolean stageable) {
        this.stageable = stageable;
        this.means = means;
        this.tenancy = tenancy;
        this.content = content;
        this.renewAt = means.clock().instant().plus(means.patience().intent().dividedBy(3));
    }

    Written write() throws StorageFault, IOException {
        byte[] head = new byte[Segment.INLINE_BYTES + 1];
        int length = fill(head, 0, head.length);
        if (length <= Segment.INLINE_BYTES) {
            requireWhole();
            means.tally().writtenBytes.add(length);
            return new Written(contentId, length, content.digests(), false, inline(head, length), tenancy.storageClass(), null);
        }
        if (stageable && content.length() > Segment.INLINE_BYTES && content.length() <= Segment.STAGED_BYTES) {
            Choosing choosing = Choosing.of(means, tenancy);
            Redundancy redundancy = redundancy(choosing);
            // Hosts are not used yet, but what none could take must not be taken.
            requireHosts(redundancy, choosing.hosts(redundancy, redundancy.pieceBytes(content.length()), failed));
            if (means.staging().take(content.length())) {
                return stage(head);
            }
        }
        try {
            stream(head);
            requireWhole();
            means.tally().writtenBytes.add(read);
            return new Written(contentId, read, content.digests(), true, List.of(), tenancy.storageClass(), null);
        } catch (StorageFault | IOException | RuntimeException refused) {
            giveUp();
            means.tally().refusedWrites.add(refused instanceof StorageFault ? 1 : 0);
            throw refused;
        } catch (InterruptedException stopped) {
            giveUp();
            Thread.currentThread().interrupt();
            throw interrupted(stopped);
        }
    }

    private void stream(byte[] head) throws StorageFault, IOException, InterruptedException {
        Choosing choosing = Choosing.of(means, tenancy);
        Redundancy redundancy = redundancy(choosing);
        byte[] stripe = Arrays.copyOf(head, Math.max(head.length, redundancy.k() * CellSeal.CELL_BYTES));
        int length = fill(stripe, head.length, stripe.length);
        while (length > 0) {
            SegmentWriter writer = current == null ? open(redundancy, choosing) : current;
            current = writer;
            // The last stripe of a segment may be shorter: 64 MiB is no multiple of every k.
            int now = Math.min(length, writer.room());
            byte[] rest = Arrays.copyOfRange(stripe, now, length);
            if (layer != null) {
                layer.apply(stripe, 0, now);
            }
            writer.write(stripe, now);
            placed += now;
            if (writer.room() == 0) {
                finishInBackground();
            }
            System.arraycopy(rest, 0, stripe, 0, rest.length);
            length = fill(stripe, rest.length, stripe.length);
        }
        if (current != null) {
            finishInBackground();
        }
        awaitFinishing();
    }

    private Redundancy redundancy(Choosing choosing) throws StorageFault {
        int hosts = means.hosts().underLease();
        if (hosts < Redundancy.FEWEST_HOSTS) {
            throw new StorageFault(StorageFault.Reason.NOT_ENOUGH_HOSTS, "storing more than "
                    + Segment.INLINE_BYTES + " bytes needs " + Redundancy.FEWEST_HOSTS + " hosts under lease, and there are " + hosts);
        }
        return choosing.redundancy(hosts);
    }

    private SegmentWriter open(Redundancy redundancy, Choosing choosing) throws StorageFault {
        long left = content.length() < 0 ? Segment.MOST_BYTES : content.length() - placed;
        int bytes = (int) Math.min(Segment.MOST_BYTES, left);
        List<Host> hosts = choosing.hosts(redundancy, redundancy.pieceBytes(bytes), failed);
        requireHosts(redundancy, hosts);
        byte[] key = new byte[CellSeal.KEY_BYTES];
        means.random().nextBytes(key);
        UUID root = UUID.randomUUID();
        int[] aliases = new int[redundancy.n()];
        Arrays.fill(aliases, Segment.NO_HOST);
        for (int piece = 0; piece < hosts.size(); piece++) {
            aliases[piece] = hosts.get(piece).alias();
        }
        Cover.Inner inner = inner();
        layer = inner == null ? null : inner.layer();
        Segment plan = new Segment(contentId, placed, bytes, root, redundancy.k(), aliases,
                means.keys().seal(tenancy.tenantId(), key, Segment.purpose(root)), null, inner == null ? null : inner.wrapped());
        if (!streamed) {
            means.contents().begin(plan, tenancy.storageClass());
            streamed = true;
        } else if (!means.contents().add(plan, tenancy.storageClass())) {
            throw lapsed();
        }
        return new SegmentWriter(plan, hosts, redundancy, content.length() >= 0, key, means.lines(), means.patience());
    }

    private Written stage(byte[] head) throws StorageFault, IOException {
        byte[] bytes = Arrays.copyOf(head, (int) content.length() + 1);
        int length = fill(bytes, head.length, bytes.length);
        requireWhole();
        means.tally().writtenBytes.add(length);
        return new Written(contentId, length, content.digests(), false, inline(bytes, length), tenancy.storageClass(), tenancy);
    }

    private static void requireHosts(Redundancy redundancy, List<Host> hosts) throws StorageFault {
        if (hosts.size() < redundancy.needed()) {
            throw SegmentWriter.notEnough(redundancy, hosts.size());
        }
    }

    private void finishInBackground() throws StorageFault, InterruptedException {
        awaitFinishing();
        SegmentWriter writer = Objects.requireNonNull(current);
        failed.addAll(writer.failedHosts());
        last = writer;
        current = null;
        FutureTask<Integer> task = new FutureTask<>(() -> {
            SegmentWriter.Stored stored = writer.finish();
            failed.addAll(writer.failedHosts());
            if (writer.differs(stored)) {
                means.contents().correct(stored);
            }
            return stored.segment().bytes();
        });
        finishing = task;
        Thread.ofVirtual().name("segment-end").start(task);
    }

    private void awaitFinishing() throws StorageFault, InterruptedException {
        FutureTask<Integer> task = finishing;
        if (task == null) {
            return;
        }
        try {
            task.get(means.patience().write().multipliedBy(10).toMillis(), TimeUnit.MILLISECONDS);
            finishing = null;
        } catch (ExecutionException failed) {
            switch (failed.getCause()) {
                case StorageFault fault -> throw fault;
                case RuntimeException unforeseen -> throw unforeseen;
                case null, default -> throw new IllegalStateException("a segment could not be ended", failed);
            }
        } catch (TimeoutException stuck) {
            throw new IllegalStateException("a segment did not end in time although each of its waits does", stuck);
        }
    }

    /// As many bytes as fit, less only at the content's end; the new length.
    private int fill(byte[] buffer, int from, int to) throws StorageFault, IOException {
        int at = from;
        while (at < to && !ended) {
            int count = content.read(buffer, at, to - at);
            ended = count < 0;
            at += Math.max(0, count);
            read += Math.max(0, count);
            renew();
        }
        return at;
    }

    /// A slow sender is no dead one.
    private void renew() throws StorageFault {
        Instant now = means.clock().instant();
        if (streamed && now.isAfter(renewAt)) {
            renewAt = now.plus(means.patience().intent().dividedBy(3));
            if (!means.contents().renew(contentId)) {
                throw lapsed();
            }
        }
    }

    private static StorageFault lapsed() {
        return new StorageFault(StorageFault.Reason.NOT_ENOUGH_HOSTS,
                "the sender paused for longer than the manager keeps track of it; send it again");
    }

    private void requireWhole() throws IOException {
        if (content.length() >= 0 && content.length() != read) {
            throw new IOException("the content ended after " + read + " of " + content.length() + " bytes");
        }
    }

    private List<Segment> inline(byte[] bytes, int length) {
        if (length == 0) {
            return List.of();
        }
        byte[] key = new byte[CellSeal.KEY_BYTES];
        means.random().nextBytes(key);
        Cover.Inner inner = inner();
        if (inner != null) {
            inner.layer().apply(bytes, 0, length);
        }
        byte[] sealed = new byte[length + CellSeal.TAG_BYTES];
        new CellSeal(key).seal(0, 0, bytes, 0, length, sealed);
        UUID root = UUID.randomUUID();
        return List.of(new Segment(contentId, 0, length, root, 0, new int[0],
                means.keys().seal(tenancy.tenantId(), key, Segment.purpose(root)), sealed, inner == null ? null : inner.wrapped()));
    }

    private Cover.@Nullable Inner inner() {
        Cover cover = content.cover();
        return cover == null ? null : cover.inner();
    }

    /// Nothing is left behind: the pieces that got somewhere are deleted now, and once more by the sweep.
    void giveUp() {
        try {
            if (current != null) {
                current.cut("was given up");
            }
            if (last != null) {
                last.cut("was given up");
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        try {
            if (streamed && means.contents().giveUp(contentId)) {
                means.sweep().now(contentId);
            }
        } catch (RuntimeException failed) {
            LOG.warn("what was stored of content {} stays until its intent lapses", contentId, failed);
        }
    }

    private static IOException interrupted(InterruptedException cause) {
        InterruptedIOException stopped = new InterruptedIOException("storing was interrupted");
        stopped.initCause(cause);
        return stopped;
    }
}
