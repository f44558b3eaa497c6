package leaseback.manager.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import leaseback.manager.upkeep.Judge.Gap;
import org.junit.jupiter.api.Test;

final class JudgeTest {
    @Test
    void whatOverlapsIsExcusedOnce() {
        assertThat(Judge.together(List.of(gap(0, 10), gap(20, 30)), List.of(gap(5, 20), gap(40, 50), gap(41, 42))))
                .containsExactly(gap(0, 30), gap(40, 50));
        assertThat(Judge.together(List.of(), List.of())).isEmpty();
    }

    @Test
    void everyInstantOfEitherIsInOneOfBothAndNoOther() {
        for (int seed = 1; seed <= 200; seed++) {
            Random random = new Random(seed);
            List<Gap> some = some(random);
            List<Gap> others = some(random);
            List<Gap> both = Judge.together(some, others);
            for (long second = 0; second < 60; second++) {
                Instant at = Instant.ofEpochSecond(second);
                long wanted = some.stream().anyMatch(gap -> holds(gap, at)) || others.stream().anyMatch(gap -> holds(gap, at)) ? 1 : 0;
                assertThat(both.stream().filter(gap -> holds(gap, at)).count()).as("seed " + seed + ", second " + second).isEqualTo(wanted);
            }
        }
    }

    private static boolean holds(Gap gap, Instant at) {
        return !at.isBefore(gap.from()) && at.isBefore(gap.to());
    }

    private static List<Gap> some(Random random) {
        List<Gap> gaps = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            int from = random.nextInt(50);
            gaps.add(gap(from, from + 1 + random.nextInt(10)));
        }
        return gaps;
    }

    private static Gap gap(long from, long to) {
        return new Gap(Instant.ofEpochSecond(from), Instant.ofEpochSecond(to));
    }
}
