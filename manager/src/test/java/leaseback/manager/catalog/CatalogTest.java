package leaseback.manager.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import leaseback.manager.database.TestDatabase;
import org.junit.jupiter.api.Test;

final class CatalogTest {
    private final Catalog catalog = new Catalog(() -> Instant.parse("2026-11-22T12:00:00Z"));

    @Test
    void theStarterFillsAnEmptyCatalogueOnce() {
        try (TestDatabase database = TestDatabase.fresh()) {
            database.database().transact(handle -> {
                catalog.fillWhenEmpty(handle);
                catalog.fillWhenEmpty(handle);
                return 0;
            });
            List<Offering> offerings = database.database().read(handle -> catalog.offerings(handle, null, 10));
            assertThat(offerings).extracting(Offering::id).containsExactly("corner-server", "family-tower");
            List<LeasePlan> plans = database.database().read(handle -> catalog.plans(handle, "after-hours", 10));
            assertThat(plans).extracting(LeasePlan::id).containsExactly("always", "nights");
            // Every incentive has its sentence.
            assertThat(plans).allSatisfy(plan -> assertThat(plan.incentives())
                    .allSatisfy(incentive -> assertThat(incentive.words()).endsWith(".")));
        }
    }

    @Test
    void fifteenPercentOfFortyGigabytesIsExact() {
        assertThat(new DiskShare.Percent(15).of(40_000_000_000L)).isEqualTo(6_000_000_000L);
        assertThat(new DiskShare.Percent(15).of(99)).isEqualTo(14);
        assertThat(new DiskShare.Percent(90).of(Long.MAX_VALUE)).isEqualTo(8_301_034_833_169_298_226L);
        assertThatThrownBy(() -> new DiskShare.Percent(91)).hasMessageContaining("1 to 90 percent, not 91");
    }

    @Test
    void moneyRoundsHalfEvenAndNeverMixesCurrencies() {
        assertThat(new Money(5, "EUR").percent(50)).isEqualTo(new Money(2, "EUR"));
        assertThat(new Money(7, "EUR").percent(50)).isEqualTo(new Money(4, "EUR"));
        assertThat(new Money(32, "EUR").times(new BigDecimal("5.966"))).isEqualTo(new Money(191, "EUR"));
        assertThat(new Money(-1205, "EUR")).hasToString("EUR -12.05");
        assertThat(new Money(500, "JPY")).hasToString("JPY 500");
        assertThatThrownBy(() -> new Money(1, "EUR").plus(new Money(1, "USD"))).hasMessageContaining("EUR with USD");
        assertThatThrownBy(() -> new Money(Long.MAX_VALUE, "EUR").plus(new Money(1, "EUR")))
                .isInstanceOf(ArithmeticException.class);
    }

    @Test
    void sizesReadAsOnADrivesLabel() {
        assertThat(Sizes.words(999)).isEqualTo("999 B");
        assertThat(Sizes.words(1_500_000_000_000L)).isEqualTo("1.5 TB");
        assertThat(Sizes.words(2_147_483_648L)).isEqualTo("2.14 GB");
    }
}
