package leaseback.manager.s3;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.function.LongSupplier;

/// Who sends or takes a few bytes now and then is never silent, and holds a turn for ever: so bytes have a least rate.
/// Only the time spent waiting for the client counts, and half a minute is free.
final class Pace {
    private static final long FREE_NANOS = Duration.ofSeconds(30).toNanos();
    private final long slowestBytes;
    private final LongSupplier nanos;
    private long waited;
    private long passed;

    /// @param slowestBytes a second; 0 for none
    /// @param nanos        a clock that only goes forward
    Pace(long slowestBytes, LongSupplier nanos) {
        this.slowestBytes = slowestBytes;
        this.nanos = nanos;
    }

    /// A stream that fails when it brings less than the rate.
    InputStream in(InputStream source) {
        return new FilterInputStream(source) {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                long begun = nanos.getAsLong();
                int count = super.read(buffer, offset, length);
                if (count >= 0) {
                    count(nanos.getAsLong() - begun, count);
                }
                return count;
            }
        };
    }

    /// A stream that fails when less than the rate is taken from it.
    OutputStream out(OutputStream sink) {
        return new FilterOutputStream(sink) {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                long begun = nanos.getAsLong();
                out.write(bytes, offset, length);
                count(nanos.getAsLong() - begun, length);
            }
        };
    }

    private void count(long nanosWaited, int bytes) throws IOException {
        waited += nanosWaited;
        passed += bytes;
        if (slowestBytes > 0 && waited > FREE_NANOS && passed < (double) slowestBytes * (waited - FREE_NANOS) / 1e9) {
            throw new InterruptedIOException(passed + " bytes passed in " + waited / 1_000_000_000 + " s; at least " + slowestBytes
                    + " a second must");
        }
    }
}
