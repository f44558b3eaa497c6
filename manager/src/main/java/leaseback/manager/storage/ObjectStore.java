package leaseback.manager.storage;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Puts, finds, reads, lists and deletes objects.
public final class ObjectStore {
    /// Stores all of `content` under `key`, in place of what was there. Returns once it is durable as promised.
    ///
    /// @throws IOException what `content` threw; nothing was stored
    public StoredObject put(Bucket bucket, String key, Attributes attributes, Content content, Precondition precondition)
            throws StorageFault, IOException {
        throw new UnsupportedOperationException();
    }

    public Optional<StoredObject> find(Bucket bucket, String key) {
        throw new UnsupportedOperationException();
    }

    /// Opens bytes `from` to `from + length` of the object; the first bytes are at hand when it returns,
    /// so that a failure is known before an answer's head is sent.
    public ObjectReader open(StoredObject object, long from, long length) throws StorageFault {
        throw new UnsupportedOperationException();
    }

    /// Where part `number` of a multipart object lies; empty when it has no such part.
    public Optional<PartRange> part(StoredObject object, int number) {
        throw new UnsupportedOperationException();
    }

    /// Whether there was anything to delete.
    public boolean delete(Bucket bucket, String key) {
        throw new UnsupportedOperationException();
    }

    /// @param prefix    only keys that start with it; may be empty
    /// @param delimiter keys that share what comes up to its first appearance after the prefix count as one; null for none
    /// @param after     only keys and common prefixes behind this one; null from the start
    /// @param most      1 to 1000 entries, objects and prefixes together
    public Listing list(Bucket bucket, String prefix, @Nullable String delimiter, @Nullable String after, int most) {
        throw new UnsupportedOperationException();
    }

    /// First byte and count.
    public record PartRange(long from, long bytes) {}

    /// Bytes on their way out.
    public interface ObjectReader extends AutoCloseable {
        /// Writes all that was asked for. What `out` throws passes unchanged.
        void writeTo(OutputStream out) throws StorageFault, IOException;

        @Override
        void close();
    }
}
