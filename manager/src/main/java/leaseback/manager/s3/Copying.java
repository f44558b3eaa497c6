package leaseback.manager.s3;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import leaseback.manager.s3.checksum.Algorithm;
import leaseback.manager.storage.Content;
import leaseback.manager.storage.Cover;
import leaseback.manager.storage.Digests;
import leaseback.manager.storage.ObjectStore;
import leaseback.manager.storage.StorageFault;
import leaseback.manager.storage.StoredObject;
import org.jspecify.annotations.Nullable;

/// A stored object's bytes as new content: one thread reads while the caller writes, with a few buffers between them.
final class Copying implements Content, AutoCloseable {
    private static final int BUFFERS = 4;
    private static final int BUFFER = 64 * 1024;
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(2);
    private static final byte[] END = new byte[0];
    private final BlockingQueue<byte[]> buffers = new ArrayBlockingQueue<>(BUFFERS);
    private final Digesting digesting;
    private final @Nullable Cover cover;
    private final long length;
    private final ObjectStore.@Nullable ObjectReader reader;
    private final Thread thread;
    private volatile @Nullable Throwable failure;
    private byte[] current = END;
    private int position;
    private boolean ended;

    /// @param source how the object is encrypted that is read
    /// @param copy   how the copy is to be
    Copying(ObjectStore objects, StoredObject object, long from, long length, Set<Algorithm> algorithms, Encryption source,
            Encryption copy) throws StorageFault {
        this.cover = copy.cover();
        this.length = length;
        this.digesting = new Digesting(null, algorithms);
        this.reader = length == 0 ? null : objects.open(object, from, length, source.cover());
        this.thread = Thread.ofVirtual().name("copy-" + object.id()).start(this::fill);
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public int read(byte[] buffer, int offset, int wanted) throws IOException {
        if (!ended && position == current.length) {
            current = take();
            position = 0;
            ended = current.length == 0;
        }
        if (ended) {
            fail();
            return -1;
        }
        int count = Math.min(wanted, current.length - position);
        System.arraycopy(current, position, buffer, offset, count);
        position += count;
        digesting.update(buffer, offset, count);
        return count;
    }

    @Override
    public Digests digests() {
        digesting.finish();
        return cover == null ? digesting.digests() : cover.hide(digesting.digests());
    }

    @Override
    public @Nullable Cover cover() {
        return cover;
    }

    /// Ends the reading thread too.
    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        if (reader != null) {
            reader.close();
        }
    }

    private void fill() {
        try {
            if (reader != null) {
                reader.writeTo(new Buffers());
            }
        } catch (StorageFault | IOException | RuntimeException broken) {
            failure = broken;
        }
        try {
            buffers.put(END);
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private byte[] take() throws IOException {
        try {
            byte[] next = buffers.poll(LONGEST_WAIT.toSeconds(), TimeUnit.SECONDS);
            if (next == null) {
                throw S3Error.SERVICE_UNAVAILABLE.because("The source of the copy gave nothing for " + LONGEST_WAIT.toSeconds()
                        + " s. Please retry.");
            }
            return next;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while copying");
        }
    }

    private void fail() throws IOException {
        switch (failure) {
            case null -> { }
            case StorageFault fault -> throw Faults.of(fault);
            case IOException broken -> throw broken;
            case RuntimeException broken -> throw broken;
            case Throwable other -> throw new IllegalStateException("copying failed", other);
        }
    }

    private final class Buffers extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int count) throws IOException {
            try {
                for (int at = offset; at < offset + count; at += BUFFER) {
                    buffers.put(Arrays.copyOfRange(bytes, at, Math.min(at + BUFFER, offset + count)));
                }
            } catch (InterruptedException closed) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("the copy was given up");
            }
        }
    }
}
