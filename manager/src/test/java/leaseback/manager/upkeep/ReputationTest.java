package leaseback.manager.upkeep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import leaseback.manager.upkeep.Reputation.Step;
import org.junit.jupiter.api.Test;

class ReputationTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    @Test
    void theScoreTendsToTheShareOfGoodAnswers() {
        Reputation reputation = Reputation.fresh(NOW);
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            reputation = reputation.answered(random.nextDouble() < 0.9);
        }
        assertThat(reputation.score()).isCloseTo(0.9, within(0.03));
    }

    @Test
    void oneWrongAnswerDoesNotWarnAndFortyInARowDo() {
        Reputation reputation = Reputation.fresh(NOW).answered(false);
        assertThat(reputation.judged(1, NOW).step()).isEqualTo(Step.GOOD);
        for (int i = 0; i < 45; i++) {
            reputation = reputation.answered(false);
        }
        assertThat(reputation.judged(1, NOW).step()).isEqualTo(Step.WARNED);
        assertThat(reputation.judged(1, NOW).why()).contains("96 % must be");
    }

    @Test
    void eachStepWaitsAWeekAndAHostThatDoesWellIsGoodAgain() {
        Reputation warned = new Reputation(900, 100, Step.GOOD, NOW, "").judged(1, NOW);
        assertThat(warned.step()).isEqualTo(Step.WARNED);
        assertThat(warned.judged(1, NOW.plus(Duration.ofDays(7)).minusSeconds(1)).step()).isEqualTo(Step.WARNED);
        Reputation suspended = warned.judged(1, NOW.plus(Duration.ofDays(7)));
        assertThat(suspended.step()).isEqualTo(Step.SUSPENDED);
        assertThat(suspended.judged(1, NOW.plus(Duration.ofDays(13))).step()).isEqualTo(Step.SUSPENDED);
        assertThat(suspended.judged(1, NOW.plus(Duration.ofDays(14))).step()).isEqualTo(Step.PARTING);
        Reputation better = suspended;
        for (int i = 0; i < 2000; i++) {
            better = better.answered(true);
        }
        assertThat(better.judged(1, NOW.plus(Duration.ofDays(15)))).extracting(Reputation::step, Reputation::why)
                .containsExactly(Step.GOOD, "");
    }

    @Test
    void absenceWarnsToo() {
        assertThat(Reputation.fresh(NOW).judged(0.59, NOW).step()).isEqualTo(Step.WARNED);
        assertThat(Reputation.fresh(NOW).judged(0.61, NOW).step()).isEqualTo(Step.GOOD);
    }

    @Test
    void theChanceToFindALossIsThatOfTheManual() {
        UpkeepSettings normal = UpkeepSettings.NORMAL;
        assertThat(Math.floor(Auditor.cellsPerDay(normal))).isEqualTo(1023);
        assertThat(Auditor.chanceToFind(0.01, normal)).isCloseTo(0.99997, within(1e-5));
        assertThat(Auditor.chanceToFind(0.005, normal)).isCloseTo(0.994, within(5e-4));
        assertThat(Auditor.chanceToFind(0.001, normal)).isCloseTo(0.64, within(5e-3));
        Random random = new Random(3);
        int found = 0;
        for (int day = 0; day < 4000; day++) {
            boolean seen = false;
            for (int cell = 0; cell < 1023 && !seen; cell++) {
                seen = random.nextDouble() < 0.001;
            }
            found += seen ? 1 : 0;
        }
        assertThat(found / 4000.0).isCloseTo(Auditor.chanceToFind(0.001, normal), within(0.03));
    }
}
