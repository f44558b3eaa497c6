package leaseback.manager.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class CapacityTest {
    @Test
    void headroomIsTheSumOverAgreementsTimesMeasuredAvailabilityLessWhatIsUsed() {
        Random random = new Random(3);
        List<Capacity.Share> shares = new ArrayList<>();
        for (Candidate host : Fleets.world(500, random)) {
            shares.add(new Capacity.Share(random.nextLong(1L << 42), random.nextLong(1L << 30), host.week()));
        }
        Capacity capacity = Capacity.of(shares);
        long used = shares.stream().mapToLong(Capacity.Share::usedBytes).sum();
        for (int hour = 0; hour < 168; hour++) {
            int at = hour;
            double effective = shares.stream().mapToDouble(share -> share.leasedBytes() * share.week().at(at)).sum();
            assertThat(capacity.hours().get(hour).effectiveBytes()).isCloseTo((long) effective, Offset.offset(2L));
            assertThat(capacity.hours().get(hour).headroomBytes()).isEqualTo(capacity.hours().get(hour).effectiveBytes() - used);
        }
        assertThat(capacity.lowest().headroomBytes())
                .isEqualTo(capacity.hours().stream().mapToLong(Capacity.Hour::headroomBytes).min().orElseThrow());
        assertThat(capacity.lines()).hasSize(7).allMatch(line -> line.length() == 5 + 24).first().asString().startsWith("Mon");
    }

    @Test
    void aWorldWithoutHostsHasNothing() {
        Capacity capacity = Capacity.of(List.of());
        assertThat(capacity.lowest().headroomBytes()).isZero();
        assertThat(capacity.hours()).hasSize(168);
    }
}
