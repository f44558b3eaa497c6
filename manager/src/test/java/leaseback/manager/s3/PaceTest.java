package leaseback.manager.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {
    private long now;

    @Test
    void aSenderAtTheLeastRateIsHeardOutAndASlowerOneIsNot() throws IOException {
        assertThat(heard(100, 1000)).isEqualTo(1000);
        assertThatThrownBy(() -> heard(90, 1000)).isInstanceOf(InterruptedIOException.class).hasMessageContaining("at least 100 a second");
    }

    @Test
    void halfAMinuteIsFree() throws IOException {
        assertThat(heard(1, 30)).isEqualTo(30);
    }

    @Test
    void aReaderIsHeldToTheSame() throws IOException {
        OutputStream good = new Pace(100, () -> now).out(taking(100));
        for (int i = 0; i < 1000; i++) {
            good.write(new byte[100]);
        }
        OutputStream slow = new Pace(100, () -> now).out(taking(60));
        assertThatThrownBy(() -> {
            for (int i = 0; i < 1000; i++) {
                slow.write(new byte[60]);
            }
        }).isInstanceOf(InterruptedIOException.class);
    }

    @Test
    void noRateIsNoLimit() throws IOException {
        InputStream silent = new Pace(0, () -> now).in(giving(1));
        for (int i = 0; i < 1000; i++) {
            assertThat(silent.read(new byte[10])).isEqualTo(1);
        }
    }

    /// Reads for so many seconds what comes at this rate.
    private int heard(int bytesPerSecond, int seconds) throws IOException {
        InputStream in = new Pace(100, () -> now).in(giving(bytesPerSecond));
        byte[] buffer = new byte[1000];
        int reads = 0;
        while (reads < seconds) {
            in.read(buffer);
            reads++;
        }
        return reads;
    }

    /// A second passes with each read.
    private InputStream giving(int bytes) {
        return new InputStream() {
            @Override
            public int read() {
                throw new IllegalStateException("bytes are read in runs");
            }

            @Override
            public int read(byte[] buffer, int offset, int length) {
                now += Duration.ofSeconds(1).toNanos();
                return bytes;
            }
        };
    }

    /// A second passes with each so many bytes.
    private OutputStream taking(int bytes) {
        return new OutputStream() {
            @Override
            public void write(int b) {
                throw new IllegalStateException("bytes come in runs");
            }

            @Override
            public void write(byte[] buffer, int offset, int length) {
                now += Duration.ofSeconds(length / bytes).toNanos();
            }
        };
    }
}
