package leaseback.host.pieces;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// How much of the leased share is taken. What is reserved counts as taken: many pieces may be arriving at once.
final class Quota {
    /// Of the file system: files and folders take whole blocks.
    static final long BLOCK_BYTES = 4096;
    /// For a piece's name in its folder.
    private static final long ENTRY_BYTES = 256;

    private final LongSupplier leasedBytes;
    private final AtomicLong usedBytes = new AtomicLong();

    Quota(LongSupplier leasedBytes) {
        this.leasedBytes = leasedBytes;
    }

    /// What a piece of `bytes` takes of the disk.
    static long footprint(long bytes) {
        return (bytes + ENTRY_BYTES + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES;
    }

    /// Takes `bytes` if they fit into the lease, else nothing.
    boolean reserve(long bytes) {
        long limit = limit();
        long used = usedBytes.get();
        while (used + bytes <= limit) {
            long seen = usedBytes.compareAndExchange(used, used + bytes);
            if (seen == used) {
                return true;
            }
            used = seen;
        }
        return false;
    }

    /// Counts what lies there already, whether it fits or not: a lease may have shrunk.
    void count(long bytes) {
        usedBytes.addAndGet(bytes);
    }

    void release(long bytes) {
        usedBytes.addAndGet(-bytes);
    }

    long usedBytes() {
        return usedBytes.get();
    }

    long leasedBytes() {
        return leasedBytes.getAsLong();
    }

    /// The folder of pieces and its marker take a block each and hold nothing of anyone.
    private long limit() {
        return leasedBytes.getAsLong() - 2 * BLOCK_BYTES;
    }
}
