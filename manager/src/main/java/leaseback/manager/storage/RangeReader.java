package leaseback.manager.storage;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Reads a range of a content over its segments. When a segment nears its end, the next is opened.
final class RangeReader implements ObjectStore.ObjectReader {
    /// Stripes before a segment's end at which the next one's hosts are asked.
    private static final int AHEAD = 4;

    private final ObjectStore.Means means;
    private final @Nullable Cover cover;
    private final long from;
    private final long to;
    private final Deque<Segment> segments;
    private final Deque<SegmentReader> open = new ArrayDeque<>();
    private SegmentReader.@Nullable Bytes ready;
    private @Nullable Runnable atClose;

    /// Reads the first bytes.
    ///
    /// @param cover the key of a content that is encrypted below the seal
    RangeReader(ObjectStore.Means means, UUID contentId, long from, long length, @Nullable Cover cover) throws StorageFault {
        this(means, length == 0 ? List.of() : means.contents().find(contentId, from, from + length), from, length, cover);
    }

    /// Of a content that is this segment.
    RangeReader(ObjectStore.Means means, Segment only, long from, long length, @Nullable Cover cover) throws StorageFault {
        this(means, length == 0 ? List.of() : List.of(only), from, length, cover);
    }

    private RangeReader(ObjectStore.Means means, List<Segment> segments, long from, long length, @Nullable Cover cover)
            throws StorageFault {
        this.means = means;
        this.cover = cover;
        this.from = from;
        this.to = from + length;
        this.segments = new ArrayDeque<>(segments);
        requireAll();
        try {
            ready = next();
        } catch (StorageFault | RuntimeException failed) {
            close();
            throw failed;
        } catch (InterruptedException stopped) {
            close();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while opening an object", stopped);
        }
    }

    @Override
    public void writeTo(OutputStream out) throws StorageFault, IOException {
        try {
            for (SegmentReader.Bytes bytes = ready; bytes != null; bytes = next()) {
                out.write(bytes.array(), bytes.from(), bytes.length());
                means.tally().readBytes.add(bytes.length());
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("reading was interrupted");
        }
    }

    @Override
    public void close() {
        open.forEach(SegmentReader::close);
        open.clear();
        segments.clear();
        Runnable last = atClose;
        atClose = null;
        if (last != null) {
            last.run();
        }
    }

    /// Runs `last` once, when this is closed.
    RangeReader atClose(Runnable last) {
        atClose = last;
        return this;
    }

    private SegmentReader.@Nullable Bytes next() throws StorageFault, InterruptedException {
        while (true) {
            SegmentReader reader = open.peekFirst();
            if (reader == null) {
                Segment segment = segments.pollFirst();
                if (segment == null) {
                    return null;
                }
                byte[] inline = segment.inline();
                if (inline != null) {
                    return opened(segment, inline);
                }
                if (segment.packed() != null) {
                    return opened(segment, fromPack(means, segment));
                }
                open.addLast(reader(segment));
            } else if (reader.left() == 0) {
                open.removeFirst().close();
            } else {
                Segment following = segments.peekFirst();
                if (reader.left() <= AHEAD && open.size() == 1 && following != null && following.k() > 0) {
                    open.addLast(reader(segments.removeFirst()));
                }
                return reader.next();
            }
        }
    }

    private SegmentReader reader(Segment segment) {
        long first = Math.max(from, segment.start()) - segment.start();
        return new SegmentReader(segment, first, Math.min(to, segment.end()) - segment.start(), key(segment),
                layer(segment, first), means.hosts(), means.lines(), means.patience(), means.tally());
    }

    /// The sealed bytes of a small content that lies in a pack.
    static byte[] fromPack(ObjectStore.Means means, Segment segment) throws StorageFault {
        Segment.Packed packed = Objects.requireNonNull(segment.packed());
        int length = segment.bytes() + CellSeal.TAG_BYTES;
        means.sweep().readBegins(packed.packId());
        try (RangeReader pack = new RangeReader(means, packed.packId(), packed.from(), length, null)) {
            byte[] sealed = new byte[length];
            int at = 0;
            for (SegmentReader.Bytes bytes = pack.ready; bytes != null; bytes = pack.next()) {
                System.arraycopy(bytes.array(), bytes.from(), sealed, at, bytes.length());
                at += bytes.length();
            }
            return sealed;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while reading a pack", stopped);
        } finally {
            means.sweep().readEnds(packed.packId());
        }
    }

    private SegmentReader.Bytes opened(Segment segment, byte[] inline) {
        byte[] plain = new byte[segment.bytes()];
        if (!new CellSeal(key(segment)).open(0, 0, inline, segment.bytes(), plain, 0)) {
            throw new IllegalStateException("the bytes of segment " + segment.root() + " in the database were altered");
        }
        Layer layer = layer(segment, 0);
        if (layer != null) {
            layer.apply(plain, 0, plain.length);
        }
        int first = (int) (Math.max(from, segment.start()) - segment.start());
        return new SegmentReader.Bytes(plain, first, (int) (Math.min(to, segment.end()) - segment.start()) - first);
    }

    private @Nullable Layer layer(Segment segment, long at) {
        byte[] wrapped = segment.cover();
        return wrapped == null || cover == null ? null : new Layer(cover.unwrap(wrapped), at);
    }

    private byte[] key(Segment segment) {
        return means.keys().open(segment.sealedKey(), Segment.purpose(segment.root()));
    }

    /// Its rows go some time after it was deleted or overwritten; whoever found it before that comes too late.
    private void requireAll() throws StorageFault {
        long at = from;
        for (Segment segment : segments) {
            if (segment.start() > at) {
                break;
            }
            at = segment.end();
            if (segment.cover() != null && cover == null) {
                throw new StorageFault(StorageFault.Reason.NEEDS_KEY, "the object is encrypted under a key that was not given");
            }
        }
        if (at < to) {
            throw new StorageFault(StorageFault.Reason.NO_SUCH_KEY, "the object was deleted or overwritten meanwhile");
        }
    }
}
