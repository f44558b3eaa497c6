package leaseback.manager.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RatesTest {
    private Instant now = Instant.parse("2026-11-22T12:00:00Z");
    private final Rates rates = new Rates(new Limits(10, 30, 1, 0), () -> now);

    @Test
    void aBurstIsServedAndOneMoreIsNot() throws S3Fault {
        assertThat(served("ada")).isEqualTo(30);
        assertThatThrownBy(() -> rates.take("ada")).isInstanceOf(S3Fault.class).hasMessageContaining("10 requests a second")
                .satisfies(fault -> assertThat(((S3Fault) fault).error()).isEqualTo(S3Error.SLOW_DOWN));
        assertThat(served("bob")).as("another caller has tokens of their own").isEqualTo(30);
    }

    @Test
    void tokensComeBackAtTheRateAndNotBeyondTheBurst() throws S3Fault {
        assertThat(served("ada")).isEqualTo(30);
        now = now.plus(Duration.ofMillis(99));
        assertThat(served("ada")).isZero();
        now = now.plus(Duration.ofMillis(1));
        assertThat(served("ada")).isEqualTo(1);
        now = now.plus(Duration.ofSeconds(2));
        assertThat(served("ada")).isEqualTo(20);
        now = now.plus(Duration.ofDays(2));
        assertThat(served("ada")).isEqualTo(30);
    }

    @Test
    void aClockSetBackNeitherGivesNorTakes() throws S3Fault {
        assertThat(served("ada")).isEqualTo(30);
        now = now.minus(Duration.ofHours(1));
        assertThat(served("ada")).isZero();
        now = now.plus(Duration.ofSeconds(1));
        assertThat(served("ada")).isEqualTo(10);
    }

    private int served(String caller) throws S3Fault {
        for (int count = 0; ; count++) {
            try {
                rates.take(caller);
            } catch (S3Fault fault) {
                assertThat(fault.error()).isEqualTo(S3Error.SLOW_DOWN);
                return count;
            }
        }
    }
}
