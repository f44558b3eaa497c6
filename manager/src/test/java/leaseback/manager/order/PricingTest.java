package leaseback.manager.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DayOfWeek;
import java.time.LocalTime;
import java.util.List;
import leaseback.manager.catalog.DiskShare;
import leaseback.manager.catalog.Incentive;
import leaseback.manager.catalog.LeasePlan;
import leaseback.manager.catalog.Money;
import leaseback.manager.catalog.Offering;
import leaseback.manager.catalog.Option;
import leaseback.manager.catalog.Refusal;
import leaseback.protocol.Window;
import org.junit.jupiter.api.Test;

final class PricingTest {
    private static final Offering TOWER = new Offering("tower", 1, "Tower", "A tower.", eur(50000), List.of("Case"), List.of(
            new Option("hd-20", Option.Kind.DRIVE, "Drive, 20 GB", 20_000_000_000L, eur(0)),
            new Option("hd-40", Option.Kind.DRIVE, "Drive, 40 GB", 40_000_000_000L, eur(3000)),
            new Option("ram-1", Option.Kind.MEMORY, "Memory, 1 GB", 1 << 30, eur(0))), 30);

    @Test
    void theUpgradeDoublesWhatIsLeased() {
        Pricing pricing = Pricing.of(TOWER, List.of(), plan(new Incentive.HardwareUpgrade(Option.Kind.DRIVE)), null);
        BuildConfiguration.LeasedBack build = (BuildConfiguration.LeasedBack) pricing.accepted().build();
        assertThat(build.leasedBytes()).isEqualTo(6_000_000_000L);
        assertThat(build.bill()).contains("Drive, 40 GB").doesNotContain("Drive, 20 GB");
        assertThat(pricing.declined().build().bill()).contains("Drive, 20 GB");
        assertThat(pricing.accepted().total()).isEqualTo(eur(50000));
        assertThat(pricing.accepted().lines()).anySatisfy(line -> {
            assertThat(line.text()).contains("Free upgrade", "40 GB instead of 20 GB");
            assertThat(line.price()).isEqualTo(eur(0));
        });
    }

    @Test
    void theLargestPartIsNotUpgradedAndNotPromised() {
        Pricing pricing = Pricing.of(TOWER, List.of("hd-40"),
                plan(new Incentive.HardwareUpgrade(Option.Kind.DRIVE), new Incentive.Support()), null);
        assertThat(pricing.incentives()).containsExactly(new Incentive.Support());
        assertThat(pricing.accepted().total()).isEqualTo(eur(53000));
    }

    @Test
    void theDiscountIsTakenOffMachineAndOptions() {
        Pricing pricing = Pricing.of(TOWER, List.of("hd-40"), plan(new Incentive.DiscountPurchase(15)), null);
        assertThat(pricing.declined().total()).isEqualTo(eur(53000));
        assertThat(pricing.accepted().total()).isEqualTo(eur(45050));
    }

    @Test
    void nobodyLeasesMoreThanNineTenthsOfTheDrive() {
        LeasePlan plan = plan(new Incentive.Support());
        assertThat(Pricing.of(TOWER, List.of(), plan, 18_000_000_000L).share()).isEqualTo(new DiskShare.Bytes(18_000_000_000L));
        assertThatThrownBy(() -> Pricing.of(TOWER, List.of(), plan, 18_000_000_001L))
                .isInstanceOf(Refusal.class).hasMessageContaining("at most 18000000000 bytes");
    }

    @Test
    void theElectricityIsWattsTimesPromisedHours() {
        List<Window> overlapping = List.of(new Window(DayOfWeek.MONDAY, LocalTime.of(22, 0), LocalTime.of(6, 0)),
                new Window(DayOfWeek.TUESDAY, LocalTime.of(5, 0), LocalTime.of(7, 0)));
        // 9 hours a week, not 10: an hour promised twice is drawn once. 100 W x 9 h x 4.348125 = 3913 Wh.
        assertThat(Electricity.of(100, overlapping, eur(30))).isEqualTo(new Electricity(100, 540, 3913, eur(30), eur(117)));
    }

    private static LeasePlan plan(Incentive... incentives) {
        return new LeasePlan("plan", 1, "Plan", new DiskShare.Percent(15), 1, 1L << 40,
                List.of(new Window(DayOfWeek.MONDAY, LocalTime.of(22, 0), LocalTime.of(5, 0))), List.of(), 24, 30, eur(30),
                        List.of(incentives));
    }

    private static Money eur(long minor) {
        return new Money(minor, "EUR");
    }
}
