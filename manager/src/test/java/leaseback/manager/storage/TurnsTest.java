package leaseback.manager.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TurnsTest {
    private static final UUID ADA = new UUID(0, 1);
    private static final UUID BOB = new UUID(0, 2);
    private final Turns turns = new Turns("uploads", 8, Duration.ofMillis(20));

    @Test
    void oneCustomerFillsThreeQuartersAndAnotherStillGetsThrough() throws StorageFault {
        assertThat(taken(ADA)).isEqualTo(6);
        assertThat(taken(BOB)).isEqualTo(2);
        assertThat(taken(new UUID(0, 3))).as("all turns are taken").isZero();
        turns.giveBack(ADA);
        assertThatThrownBy(() -> turns.take(ADA)).isInstanceOf(StorageFault.class).hasMessageContaining("8 uploads");
        turns.take(new UUID(0, 3));
    }

    @Test
    void whoWaitedGetsTheTurnThatIsGivenBack() throws Exception {
        Turns patient = new Turns("uploads", 4, Duration.ofMinutes(1));
        for (int i = 0; i < 3; i++) {
            patient.take(ADA);
        }
        FutureTask<Boolean> second = new FutureTask<>(() -> {
            patient.take(ADA);
            return true;
        });
        Thread.ofVirtual().start(second);
        patient.take(BOB);
        patient.giveBack(BOB);
        patient.giveBack(ADA);
        assertThat(second.get(1, TimeUnit.MINUTES)).isTrue();
        for (int i = 0; i < 3; i++) {
            patient.giveBack(ADA);
        }
        assertThat(patient.free()).isEqualTo(4);
    }

    @Test
    void whoGaveUpWaitingHoldsNothing() throws StorageFault {
        assertThat(taken(ADA)).isEqualTo(6);
        for (int i = 0; i < 6; i++) {
            turns.giveBack(ADA);
        }
        assertThat(turns.free()).isEqualTo(8);
        assertThat(taken(ADA)).isEqualTo(6);
    }

    private int taken(UUID customer) throws StorageFault {
        for (int count = 0; ; count++) {
            try {
                turns.take(customer);
            } catch (StorageFault busy) {
                assertThat(busy.reason()).isEqualTo(StorageFault.Reason.BUSY);
                return count;
            }
        }
    }
}
