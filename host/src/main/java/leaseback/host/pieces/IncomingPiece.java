package leaseback.host.pieces;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// A piece that is arriving. Until it is committed it is a `.part` file that `close` deletes, and its bytes count as used.
/// One thread writes; another may cancel.
final class IncomingPiece implements AutoCloseable {
    private final PieceFolder folder;
    private final Quota quota;
    private final UUID id;
    private final Path part;
    private final CRC32C crc = new CRC32C();
    private @Nullable FileChannel channel;
    private long bytes;
    private long reserved;
    private boolean stored;
    private volatile boolean cancelled;

    IncomingPiece(PieceFolder folder, Quota quota, UUID id, Path part) {
        this.folder = folder;
        this.quota = quota;
        this.id = id;
        this.part = part;
    }

    UUID id() {
        return id;
    }

    long bytes() {
        return bytes;
    }

    long crc32c() {
        return crc.getValue();
    }

    void cancel() {
        cancelled = true;
    }

    boolean cancelled() {
        return cancelled;
    }

    /// Takes room for `total` bytes in all; false when the lease has none.
    boolean reserve(long total) {
        long more = Quota.footprint(total) - reserved;
        if (more > 0) {
            if (!quota.reserve(more)) {
                return false;
            }
            reserved += more;
        }
        return true;
    }

    /// Writes what remains in `buffer`; false when there is no room left in the lease, and then nothing is written.
    boolean append(ByteBuffer buffer) throws IOException {
        if (!reserve(bytes + buffer.remaining())) {
            return false;
        }
        FileChannel file = channel;
        if (file == null) {
            if (!folder.makeRoomFor(id)) {
                return false;
            }
            file = FileChannel.open(part, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
            channel = file;
        }
        crc.update(buffer.duplicate());
        bytes += buffer.remaining();
        while (buffer.hasRemaining()) {
            file.write(buffer);
        }
        return true;
    }

    /// Flushes, and puts the piece in its place.
    Outcome commit() throws IOException {
        FileChannel file = channel;
        if (file == null) {
            throw new IllegalStateException("a piece of no bytes cannot be kept");
        }
        file.force(false);
        Outcome outcome = folder.settle(this, part);
        stored = outcome == Outcome.STORED;
        return outcome;
    }

    @Override
    public void close() throws IOException {
        folder.ended(this);
        try {
            if (channel != null) {
                channel.close();
                if (!stored) {
                    Files.deleteIfExists(part);
                }
            }
        } finally {
            quota.release(stored ? reserved - Quota.footprint(bytes) : reserved);
        }
    }

    /// How a commit ended.
    enum Outcome {
        STORED,
        /// The same bytes were there already.
        SAME,
        /// Other bytes were there; they stay.
        OTHER,
        /// The piece was deleted while it arrived.
        CANCELLED
    }
}
