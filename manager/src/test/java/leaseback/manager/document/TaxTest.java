package leaseback.manager.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.database.TestDatabase;
import leaseback.manager.order.MovableClock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class TaxTest {
    private static final LocalDate DAY = LocalDate.of(2027, 1, 31);
    private static final Party DUTCH_CONSUMER = new Party("Jan", "Gracht 1", "1015", "Amsterdam", "NL", null);
    private static final Party SWISS = new Party("Urs", "Gasse 1", "8001", "Z\u00fcrich", "CH", null);

    @Test
    void ratesHoldFromDayToDay() {
        Tax tax = new Tax(Set.of("DE"), Tax.Place.SELLER, List.of(rate("DE", "19", "2007-01-01", "2020-07-01"), rate("DE", "16", "2020-07-01", "2021-01-01"),
                rate("DE", "19", "2021-01-01", null)));
        assertThat(tax.on(Samples.PROVIDER, Samples.PRIVATE, LocalDate.of(2020, 6, 30), "de").percent()).isEqualByComparingTo("19");
        assertThat(tax.on(Samples.PROVIDER, Samples.PRIVATE, LocalDate.of(2020, 12, 31), "de").percent()).isEqualByComparingTo("16");
        assertThat(tax.on(Samples.PROVIDER, Samples.PRIVATE, LocalDate.of(2021, 1, 1), "de").percent()).isEqualByComparingTo("19");
        assertThatThrownBy(() -> tax.on(Samples.PROVIDER, Samples.PRIVATE, LocalDate.of(2006, 1, 1), "de")).isInstanceOf(Refusal.class)
                .hasMessageContaining("no rate of DE on 2006-01-01");
        assertThatThrownBy(() -> new Tax(Set.of(), Tax.Place.SELLER, List.of(rate("DE", "19", "2020-01-01", null), rate("DE", "16", "2021-01-01", null))))
                .hasMessageContaining("two rates of DE hold at once");
    }

    @Test
    void whoOwesTheTaxFollowsFromVatIdsAndPlaces() {
        try (TestDatabase test = TestDatabase.fresh()) {
            TaxBook book = new TaxBook(new MovableClock(Instant.EPOCH));
            Tax tax = test.database().read(book::read);
            assertThat(tax.on(Samples.PROVIDER, Samples.FIRM, DAY, "de")).isEqualTo(Samples.NINETEEN);
            assertThat(tax.on(Samples.PROVIDER, Samples.ABROAD, DAY, "en").category()).isEqualTo(Vat.Category.REVERSE_CHARGE);
            assertThat(tax.on(Samples.PRIVATE, Samples.PROVIDER, DAY, "en").category()).isEqualTo(Vat.Category.OUTSIDE);
            assertThat(tax.on(Samples.PROVIDER, DUTCH_CONSUMER, DAY, "en").percent()).isEqualByComparingTo("19");
            assertThatThrownBy(() -> tax.on(Samples.PROVIDER, SWISS, DAY, "en")).hasMessageContaining("no rate of CH").hasMessageContaining("PUT /api/tax");

            Tax atBuyer = new Tax(tax.union(), Tax.Place.BUYER, tax.rates());
            test.database().transact(handle -> {
                book.put(handle, atBuyer, "test");
                return true;
            });
            assertThat(test.database().read(book::read)).isEqualTo(atBuyer);
            assertThat(atBuyer.on(Samples.PROVIDER, DUTCH_CONSUMER, DAY, "en").percent()).isEqualByComparingTo("21");
        }
    }

    private static Tax.Rate rate(String country, String percent, String from, @Nullable String until) {
        return new Tax.Rate(country, Vat.Category.STANDARD, new BigDecimal(percent), LocalDate.parse(from),
                until == null ? null : LocalDate.parse(until), null);
    }
}
