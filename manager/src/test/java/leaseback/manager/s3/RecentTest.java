package leaseback.manager.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RecentTest {
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger truth = new AtomicInteger(1);
    private final Recent<Integer> recent = new Recent<>(nanos::get);

    @Test
    void whatWasReadHoldsForASecondAndNoLonger() {
        assertThat(get()).isEqualTo(1);
        truth.set(2);
        nanos.addAndGet(Recent.LIFE.toNanos() - 1);
        assertThat(get()).isEqualTo(1);
        nanos.addAndGet(1);
        assertThat(get()).isEqualTo(2);
    }

    @Test
    void whileItChangesAndAfterwardsEveryoneReadsWhatIs() {
        assertThat(get()).isEqualTo(1);
        recent.changeBegins("bucket");
        truth.set(2);
        assertThat(get()).isEqualTo(2);
        truth.set(3);
        assertThat(get()).isEqualTo(3);
        recent.changeEnds("bucket");
        assertThat(get()).isEqualTo(3);
    }

    @Test
    void whatWasReadBeforeAChangeIsNotRememberedAfterIt() {
        int old = recent.get("bucket", () -> {
            int before = truth.get();
            recent.changeBegins("bucket");
            truth.set(2);
            recent.changeEnds("bucket");
            return before;
        });
        assertThat(old).isEqualTo(1);
        assertThat(get()).isEqualTo(2);
    }

    private int get() {
        return recent.get("bucket", truth::get);
    }
}
