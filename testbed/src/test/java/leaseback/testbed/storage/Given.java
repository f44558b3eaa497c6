package leaseback.testbed.storage;

import java.io.IOException;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import leaseback.manager.storage.Content;
import leaseback.manager.storage.Cover;
import leaseback.manager.storage.Digests;

/// Content made from a seed, so that nothing large is kept; and what happens at one point of it.
final class Given implements Content {
    private final long length;
    private final byte[] block;
    private final CRC32 crc = new CRC32();
    private boolean silent;
    private long at;
    private long eventAt = Long.MAX_VALUE;
    private Event event = () -> {};

    Given(long seed, long length) {
        this.length = length;
        this.block = new byte[100_003];
        new Random(seed).nextBytes(block);
    }

    static byte[] bytes(long seed, int length) {
        byte[] bytes = new byte[length];
        byte[] block = new Given(seed, 0).block;
        for (int i = 0; i < length; i++) {
            bytes[i] = block[i % block.length];
        }
        return bytes;
    }

    /// Does something once `bytes` have been read.
    Given at(long bytes, Event what) {
        eventAt = bytes;
        event = what;
        return this;
    }

    /// Does not say how long it is.
    Given silent() {
        silent = true;
        return this;
    }

    @Override
    public int read(byte[] buffer, int offset, int count) throws IOException {
        if (at >= eventAt) {
            eventAt = Long.MAX_VALUE;
            event.happen();
        }
        if (at == length) {
            return -1;
        }
        int place = (int) (at % block.length);
        int given = (int) Math.min(Math.min(count, length - at), block.length - place);
        System.arraycopy(block, place, buffer, offset, given);
        crc.update(block, place, given);
        at += given;
        return given;
    }

    /// The same, encrypted below the seal with a key that its user brings.
    Content under(Cover cover) {
        return new Content() {
            @Override
            public int read(byte[] buffer, int offset, int count) throws IOException {
                return Given.this.read(buffer, offset, count);
            }

            @Override
            public long length() {
                return Given.this.length();
            }

            @Override
            public Digests digests() {
                return cover.hide(Given.this.digests());
            }

            @Override
            public Cover cover() {
                return cover;
            }
        };
    }

    @Override
    public long length() {
        return silent ? -1 : length;
    }

    @Override
    public Digests digests() {
        return new Digests(Long.toHexString(crc.getValue()), Map.of("CRC32", Long.toString(crc.getValue())));
    }

    /// What happens.
    interface Event {
        void happen() throws IOException;
    }
}
