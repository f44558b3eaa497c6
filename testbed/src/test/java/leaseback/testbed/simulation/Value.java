package leaseback.testbed.simulation;

import java.io.OutputStream;
import java.util.List;

/// What a key can hold: bytes that follow from numbers, so that nothing large is kept.
///
/// @param etag its own in the whole history
record Value(String etag, List<Run> runs) {
    Value {
        runs = List.copyOf(runs);
    }

    static Value of(String etag, long seed, int length) {
        return new Value(etag, List.of(new Run(seed, length)));
    }

    long length() {
        return runs.stream().mapToLong(Run::length).sum();
    }

    byte at(long index) {
        long left = index;
        for (Run run : runs) {
            if (left < run.length()) {
                return run.at(left);
            }
            left -= run.length();
        }
        throw new IndexOutOfBoundsException("byte " + index + " of " + length());
    }

    @Override
    public String toString() {
        return etag + "[" + length() + "]";
    }

    /// Bytes that look like chance and are reckoned from their place.
    record Run(long seed, int length) {
        byte at(long index) {
            long mixed = (seed + (index >>> 3)) * 0x9E3779B97F4A7C15L;
            mixed ^= mixed >>> 29;
            return (byte) (mixed >>> ((index & 7) << 2));
        }
    }

    /// Takes what is read and compares it as it comes.
    static final class Comparison extends OutputStream {
        private final Value value;
        private final long from;
        private long at;
        private long wrongAt = -1;

        Comparison(Value value, long from) {
            this.value = value;
            this.from = from;
        }

        @Override
        public void write(int b) {
            if (wrongAt < 0 && (from + at >= value.length() || value.at(from + at) != (byte) b)) {
                wrongAt = from + at;
            }
            at++;
        }

        @Override
        public void write(byte[] bytes, int offset, int count) {
            for (int i = 0; i < count; i++) {
                write(bytes[offset + i]);
            }
        }

        long taken() {
            return at;
        }

        /// The place of the first byte that is not the value's; -1 when there is none.
        long wrongAt() {
            return wrongAt;
        }
    }
}
