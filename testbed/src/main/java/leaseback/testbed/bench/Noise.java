package leaseback.testbed.bench;

import java.util.Map;
import java.util.Random;
import leaseback.manager.storage.Content;
import leaseback.manager.storage.Digests;

/// Bytes to be stored, made from a seed.
final class Noise implements Content {
    private final Random random;
    private final int length;
    private int at;

    Noise(long seed, int length) {
        this.random = new Random(seed);
        this.length = length;
    }

    @Override
    public int read(byte[] buffer, int offset, int wanted) {
        int count = Math.min(wanted, length - at);
        for (int place = 0; place < count; place++) {
            buffer[offset + place] = (byte) random.nextInt();
        }
        at += count;
        return count == 0 ? -1 : count;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public Digests digests() {
        return new Digests("d41d8cd98f00b204e9800998ecf8427e", Map.of("CRC64NVME", "AAAAAAAAAAA=", "TYPE", "FULL_OBJECT"));
    }
}
