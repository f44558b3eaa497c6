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
    void nobodyNewIsLetInWhenTheTightestHourHasLessThanItsReserve() {
        double[] days = new double[168];
        double[] always = new double[168];
        for (int hour = 0; hour < 168; hour++) {
            days[hour] = hour % 24 >= 8 && hour % 24 < 20 ? 1 : 0;
            always[hour] = 0.5;
        }
        Capacity.Share day = new Capacity.Share(1000, 0, Reliability.of(days));
        assertThat(Capacity.of(List.of(day, new Capacity.Share(1000, 449, Reliability.of(always)))).shortage()).isEmpty();
        assertThat(Capacity.of(List.of(day, new Capacity.Share(1000, 451, Reliability.of(always)))).shortage()).hasValueSatisfying(why ->
                assertThat(why).contains("at Mon 00:00 UTC", "500 bytes", "451 are used"));
        assertThat(Capacity.of(List.of(day)).shortage()).as("by night nobody is on, and nobody counts on it").isEmpty();
        assertThat(Capacity.of(List.of()).shortage()).isEmpty();
    }

    @Test
    void aWorldWithoutHostsHasNothing() {
        Capacity capacity = Capacity.of(List.of());
        assertThat(capacity.lowest().headroomBytes()).isZero();
        assertThat(capacity.hours()).hasSize(168);
    }
}
