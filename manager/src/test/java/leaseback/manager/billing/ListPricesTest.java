package leaseback.manager.billing;

import static leaseback.manager.billing.BillingWorld.BERLIN;
import static leaseback.manager.billing.BillingWorld.eur;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.YearMonth;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import leaseback.manager.compensation.Tier;
import leaseback.manager.metering.Meter;
import leaseback.manager.metering.Subject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the same use would have cost at another cloud, customer by customer, since its tiers are each one's own.
final class ListPricesTest {
    private static final long GIB_FEBRUARY = (1L << 30) * 28 * 24;
    @TempDir Path folder;

    @Test
    void eachCustomersUseIsPricedByTheListsTiersAndSummedByService() throws Exception {
        try (BillingWorld world = new BillingWorld(folder, "2027-01-31T12:00:00Z")) {
            ListPrices prices = new ListPrices(world.readings, world.products, world.clock);
            Product.Metered stored = new Product.Metered(Meter.STORED, Unit.GIB_MONTH, BigDecimal.TEN,
                    List.of(new Tier(BigDecimal.ZERO, new BigDecimal("2.3")), new Tier(BigDecimal.valueOf(100), new BigDecimal("2.1"))));
            world.database.transact(handle -> prices.put(handle, new ListPrices.ListPrice("Another cloud", "EUR", 0,
                    List.of(new Product.Metered(Meter.STORED, Unit.GIB_MONTH, BigDecimal.ZERO, stored.tiers()))), "test"));
            ListPrices.ListPrice list = world.database.transact(handle -> prices.put(handle, new ListPrices.ListPrice("Another cloud", "EUR", 0,
                    List.of(stored, new Product.Metered(Meter.EGRESS, Unit.GIB, BigDecimal.ZERO, List.of(new Tier(BigDecimal.ZERO, BigDecimal.valueOf(9)))))),
                    "test"));
            assertThat(list.version()).isEqualTo(2);
            assertThat(world.database.<Optional<ListPrices.ListPrice>>read(handle -> prices.find(handle, "EUR"))).contains(list);
            assertThat(world.database.<Optional<ListPrices.ListPrice>>read(handle -> prices.find(handle, "USD"))).isEmpty();
            UUID one = world.customer("one", BERLIN);
            UUID two = world.customer("two", BERLIN);
            world.to("2027-02-03T12:00:00Z");
            world.read(Subject.Kind.CUSTOMER, one, Meter.STORED, "2027-02-02T00:00:00Z", "2027-02-03T00:00:00Z", 160 * GIB_FEBRUARY);
            world.read(Subject.Kind.CUSTOMER, two, Meter.STORED, "2027-02-02T00:00:00Z", "2027-02-03T00:00:00Z", 110 * GIB_FEBRUARY);
            world.read(Subject.Kind.CUSTOMER, two, Meter.REQUESTS, "2027-02-02T00:00:00Z", "2027-02-03T00:00:00Z", 1_000_000);
            ListPrices.Comparison comparison = world.database.read(handle -> prices.compare(handle, list, YearMonth.parse("2027-01"), 2));
            // 10 free each; 100 at 2.3 and 50 at 2.1, and 100 at 2.3; requests have no price there.
            assertThat(comparison.costs()).containsExactly(new ListPrices.Cost("storage", eur(230 + 105 + 230)));
            assertThat(comparison.total()).isEqualTo(eur(565));
            assertThat(world.database.read(handle -> prices.compare(handle, list, YearMonth.parse("2027-03"), 1)).total()).isEqualTo(eur(0));
        }
        assertThatThrownBy(() -> new ListPrices.ListPrice("x", "EUR", 0, List.of())).hasMessageContaining("one price for each meter");
    }
}
