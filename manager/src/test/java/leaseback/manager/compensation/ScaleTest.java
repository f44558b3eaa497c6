package leaseback.manager.compensation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import leaseback.manager.catalog.Money;
import org.junit.jupiter.api.Test;

/// The sliding scale, by properties on seeds.
final class ScaleTest {
    private static final int SEEDS = 400;
    private static final List<Resource> RESOURCES = List.of(Resource.values());

    @Test
    void theTextbookCase() {
        // 100 GiB at 0.40 cents, the next 400 at 0.30, above at 0.20; 1 core-hour 1 cent.
        Scale scale = new Scale(1, "EUR", Map.of(
                Resource.DISK_USED, List.of(tier("0", "0.40"), tier("100", "0.30"), tier("500", "0.20")),
                Resource.PROCESSOR_DELIVERED, List.of(tier("0", "1"))), Quality.NORMAL, BigDecimal.ONE);
        Scale.Worth worth = scale.worth(Map.of(Resource.DISK_USED, new BigDecimal("600"), Resource.PROCESSOR_DELIVERED, new BigDecimal("12.5")),
                new BigDecimal("0.90"));
        // 40 + 120 + 20 + 12.5
        assertThat(worth.gross()).isEqualByComparingTo("192.5");
        assertThat(worth.earned()).isEqualTo(new Money(192, "EUR"));
        assertThat(worth.lines()).extracting(line -> line.worth().stripTrailingZeros().toPlainString()).containsExactly("40", "120", "20", "12.5");
        assertThat(scale.worth(Map.of(Resource.DISK_USED, new BigDecimal("600")), new BigDecimal("0.99")).earned())
                .isEqualTo(new Money(198, "EUR"));
        assertThat(scale.worth(Map.of(Resource.DISK_USED, new BigDecimal("600")), new BigDecimal("0.599")).earned())
                .isEqualTo(new Money(0, "EUR"));
    }

    @Test
    void moreOfAnythingIsNeverWorthLess() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            Scale scale = scale(random, false);
            Map<Resource, BigDecimal> quantities = quantities(random);
            BigDecimal score = BigDecimal.valueOf(random.nextInt(1001), 3);
            Scale.Worth before = scale.worth(quantities, score);
            Map<Resource, BigDecimal> more = new EnumMap<>(quantities);
            Resource one = RESOURCES.get(random.nextInt(RESOURCES.size()));
            more.merge(one, BigDecimal.valueOf(random.nextInt(1_000_000), 3), BigDecimal::add);
            assertThat(scale.worth(more, score).earned()).as("seed %d", seed).isGreaterThanOrEqualTo(before.earned());
            BigDecimal better = score.add(BigDecimal.valueOf(random.nextInt(100), 3)).min(BigDecimal.ONE);
            assertThat(scale.worth(quantities, better).earned()).as("seed %d", seed).isGreaterThanOrEqualTo(before.earned());
        }
    }

    @Test
    void thePayHasNoJumps() {
        BigDecimal step = new BigDecimal("0.000001");
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            Scale scale = scale(random, false);
            Resource resource = RESOURCES.get(random.nextInt(RESOURCES.size()));
            for (Tier tier : scale.tiers().getOrDefault(resource, List.of())) {
                BigDecimal below = scale.worth(Map.of(resource, tier.from().subtract(step).max(BigDecimal.ZERO)), BigDecimal.ONE).gross();
                BigDecimal above = scale.worth(Map.of(resource, tier.from().add(step)), BigDecimal.ONE).gross();
                assertThat(above.subtract(below)).as("seed %d at %s", seed, tier.from())
                        .isLessThanOrEqualTo(step.multiply(new BigDecimal("2000")));
            }
        }
        for (int i = 600; i < 1000; i++) {
            BigDecimal at = BigDecimal.valueOf(i, 3);
            assertThat(Quality.NORMAL.factor(at.add(new BigDecimal("0.001"))).subtract(Quality.NORMAL.factor(at)))
                    .isBetween(BigDecimal.ZERO, new BigDecimal("0.002"));
        }
    }

    /// The scale sees an account's sum: however its disks and hours are spread over machines, the pay is the same.
    @Test
    void nothingIsGainedBySplittingOrMergingMachines() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            Scale scale = scale(random, false);
            Map<Resource, BigDecimal> whole = quantities(random);
            Map<Resource, BigDecimal> spread = new EnumMap<>(Resource.class);
            int machines = 1 + random.nextInt(9);
            whole.forEach((resource, quantity) -> {
                BigDecimal left = quantity;
                for (int machine = 1; machine < machines; machine++) {
                    BigDecimal part = left.multiply(BigDecimal.valueOf(random.nextInt(1001), 3)).setScale(9, RoundingMode.DOWN);
                    spread.merge(resource, part, BigDecimal::add);
                    left = left.subtract(part);
                }
                spread.merge(resource, left, BigDecimal::add);
            });
            BigDecimal score = BigDecimal.valueOf(600 + random.nextInt(401), 3);
            assertThat(scale.worth(spread, score).earned()).as("seed %d", seed).isEqualTo(scale.worth(whole, score).earned());
        }
    }

    /// Two accounts in place of one gain at most what the falling rates are designed to give each for its first units.
    @Test
    void whatTwoAccountsGainOverOneIsBoundedAsDesigned() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            Scale scale = scale(random, true);
            Map<Resource, BigDecimal> a = quantities(random);
            Map<Resource, BigDecimal> b = quantities(random);
            Map<Resource, BigDecimal> both = new EnumMap<>(a);
            b.forEach((resource, quantity) -> both.merge(resource, quantity, BigDecimal::add));
            BigDecimal apart = scale.worth(a, BigDecimal.ONE).gross().add(scale.worth(b, BigDecimal.ONE).gross());
            BigDecimal together = scale.worth(both, BigDecimal.ONE).gross();
            BigDecimal bound = BigDecimal.ZERO;
            for (List<Tier> tiers : scale.tiers().values()) {
                for (int i = 1; i < tiers.size(); i++) {
                    bound = bound.add(tiers.get(i).from().multiply(tiers.get(i - 1).rate().subtract(tiers.get(i).rate())));
                }
            }
            assertThat(apart).as("seed %d", seed).isGreaterThanOrEqualTo(together);
            assertThat(apart.subtract(together)).as("seed %d", seed).isLessThanOrEqualTo(bound);
        }
    }

    @Test
    void theLinesAddUpAndReckoningAgainIsTheSame() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            Scale scale = scale(random, false);
            Map<Resource, BigDecimal> quantities = quantities(random);
            BigDecimal score = BigDecimal.valueOf(random.nextInt(1001), 3);
            Scale.Worth worth = scale.worth(quantities, score);
            assertThat(worth.lines().stream().map(Scale.Line::worth).reduce(BigDecimal.ZERO, BigDecimal::add))
                    .isEqualByComparingTo(worth.gross());
            for (Resource resource : Resource.values()) {
                BigDecimal told = worth.lines().stream().filter(line -> line.resource() == resource).map(Scale.Line::quantity)
                        .reduce(BigDecimal.ZERO, BigDecimal::add);
                assertThat(told).isEqualByComparingTo(quantities.get(resource));
            }
            assertThat(scale.worth(quantities, score)).isEqualTo(worth);
        }
    }

    @Test
    void theHeldShareShrinksWithTenureAndIsNothingWhileADiscountIsAmortised() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Money earned = new Money(new Random(seed).nextInt(100_000), "EUR");
            Money before = Held.NORMAL.of(earned, 1, false);
            for (int month = 2; month < 20; month++) {
                Money held = Held.NORMAL.of(earned, month, false);
                assertThat(held).isLessThanOrEqualTo(before);
                before = held;
            }
            assertThat(before.minor()).isZero();
            assertThat(Held.NORMAL.of(earned, 1, true).minor()).isZero();
        }
        assertThat(Held.NORMAL.of(new Money(999, "EUR"), 1, false)).isEqualTo(new Money(299, "EUR"));
    }

    @Test
    void monthsAreThoseOfTheWallAndTheirSharesAddUpToOne() {
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        assertThat(new Month(YearMonth.of(2027, 3), berlin).length()).isEqualTo(Duration.ofHours(31 * 24 - 1));
        assertThat(new Month(YearMonth.of(2027, 10), berlin).length()).isEqualTo(Duration.ofHours(31 * 24 + 1));
        assertThat(new Month(YearMonth.of(2028, 2), berlin).length()).isEqualTo(Duration.ofDays(29));
        assertThat(Month.of(Instant.parse("2027-01-31T23:30:00Z"), berlin).month()).isEqualTo(YearMonth.of(2027, 2));
        // Samoa has no 30 December 2011 at all.
        assertThat(new Month(YearMonth.of(2011, 12), ZoneId.of("Pacific/Apia")).length()).isEqualTo(Duration.ofDays(30));
        for (ZoneId zone : List.of(berlin, ZoneId.of("Pacific/Kiritimati"), ZoneId.of("Pacific/Pago_Pago"), ZoneOffset.UTC)) {
            Random random = new Random(zone.getId().hashCode());
            for (Month month = new Month(YearMonth.of(2026, 1), zone); month.month().getYear() < 2029; month = month.next()) {
                assertThat(month.next().from()).isEqualTo(month.to());
                Instant cut = month.from().plusMillis((long) (random.nextDouble() * month.length().toMillis()));
                BigDecimal sum = month.share(Instant.EPOCH, cut).add(month.share(cut, Instant.parse("2100-01-01T00:00:00Z")));
                assertThat(sum.round(new MathContext(30))).isEqualByComparingTo(BigDecimal.ONE);
            }
        }
    }

    @Test
    void scalesThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> new Scale(1, "EUR", Map.of(Resource.EGRESS, List.of(tier("1", "1"))), Quality.NORMAL, BigDecimal.ONE))
                .hasMessageContaining("begin at 0");
        assertThatThrownBy(() -> new Scale(1, "EUR", Map.of(Resource.EGRESS, List.of(tier("0", "1"), tier("5", "1"), tier("5", "2"))),
                Quality.NORMAL, BigDecimal.ONE)).hasMessageContaining("ascend");
        assertThatThrownBy(() -> new Scale(1, "EUR", Map.of(), Quality.NORMAL, new BigDecimal("2"))).hasMessageContaining("demand");
        assertThatThrownBy(() -> new Scale(1, "EURO", Map.of(), Quality.NORMAL, BigDecimal.ONE)).hasMessageContaining("ISO 4217");
        assertThatThrownBy(() -> new Held(List.of(10, 20))).hasMessageContaining("never grows");
        assertThatThrownBy(() -> new Quality(List.of())).hasMessageContaining("needs a point");
    }

    private static Scale scale(Random random, boolean falling) {
        Map<Resource, List<Tier>> tiers = new EnumMap<>(Resource.class);
        for (Resource resource : Resource.values()) {
            List<Tier> steps = new ArrayList<>();
            BigDecimal from = BigDecimal.ZERO;
            BigDecimal rate = BigDecimal.valueOf(100 + random.nextInt(900_000), 3);
            for (int i = 0; i <= random.nextInt(4); i++) {
                steps.add(new Tier(from, rate));
                from = from.add(BigDecimal.valueOf(1 + random.nextInt(500_000), 3));
                rate = falling ? rate.multiply(new BigDecimal("0.7")).setScale(6, RoundingMode.HALF_EVEN)
                        : BigDecimal.valueOf(random.nextInt(900_000), 3);
            }
            tiers.put(resource, steps);
        }
        return new Scale(1, "EUR", tiers, Quality.NORMAL, BigDecimal.valueOf(80 + random.nextInt(71), 2));
    }

    private static Map<Resource, BigDecimal> quantities(Random random) {
        Map<Resource, BigDecimal> quantities = new EnumMap<>(Resource.class);
        for (Resource resource : Resource.values()) {
            quantities.put(resource, BigDecimal.valueOf(random.nextInt(2_000_000), 3));
        }
        return quantities;
    }

    private static Tier tier(String from, String rate) {
        return new Tier(new BigDecimal(from), new BigDecimal(rate));
    }
}
