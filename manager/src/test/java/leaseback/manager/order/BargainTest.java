package leaseback.manager.order;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import leaseback.manager.catalog.Clause;
import leaseback.manager.catalog.DiskShare;
import leaseback.manager.catalog.Incentive;
import leaseback.manager.catalog.Item;
import leaseback.manager.catalog.LeasePlan;
import leaseback.manager.catalog.Money;
import leaseback.manager.catalog.Negotiation;
import leaseback.manager.catalog.Offering;
import leaseback.manager.catalog.Option;
import leaseback.protocol.Window;
import org.junit.jupiter.api.Test;

final class BargainTest {
    private static final long DRIVE = 2_000_000_000_000L;

    @Test
    void whoeverLendsLessIsNeverPaidMore() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            LeasePlan plan = plan(random);
            long bytes = 1 + random.nextLong(DRIVE * 9 / 10);
            int hours = 1 + random.nextInt(23);
            Money pay = pay(plan, bytes, hours);
            assertThat(pay(plan, 1 + random.nextLong(bytes), hours)).as("less disk, seed " + seed).isLessThanOrEqualTo(pay);
            assertThat(pay(plan, bytes, 1 + random.nextInt(hours))).as("fewer hours, seed " + seed).isLessThanOrEqualTo(pay);
            assertThat(pay).as("seed " + seed).isLessThanOrEqualTo(new Money(5000, "EUR"));
        }
    }

    @Test
    void proposingWhatThePlanSaysChangesNothing() {
        for (int seed = 0; seed < 50; seed++) {
            LeasePlan plan = plan(new Random(seed));
            assertThat(Bargain.strike(plan, new Proposal(plan.share().of(DRIVE), plan.serving(), plan.processor()), DRIVE)).isEqualTo(plan);
        }
    }

    @Test
    void totalsAreTheSumOfTheirLines() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            Offering offering = new Offering("tower", 1, "Tower", "A tower.", eur(random.nextLong(200_000)), List.of("Case"), List.of(
                    new Option("small", Option.Kind.DRIVE, "Drive, 1 TB", DRIVE / 2, eur(random.nextLong(5000))),
                    new Option("large", Option.Kind.DRIVE, "Drive, 2 TB", DRIVE, eur(random.nextLong(9000))),
                    new Option("slow", Option.Kind.PROCESSOR, "Processor, 4 cores", 4, eur(random.nextLong(9000))),
                    new Option("fast", Option.Kind.PROCESSOR, "Processor, 8 cores", 8, eur(random.nextLong(20_000)))), 30);
            List<Incentive> incentives = List.of(new Incentive.DiscountPurchase(1 + random.nextInt(50)),
                    new Incentive.HardwareUpgrade(Option.Kind.DRIVE),
                    new Incentive.HardwareUpgrade(Option.Kind.PROCESSOR, Incentive.HardwareUpgrade.Mode.PERCENT, 1 + random.nextInt(100), null,
                            Clause.PLAIN),
                    new Incentive.SoftwareUpgrade("Office", eur(9900), Clause.PLAIN),
                    new Incentive.DiscountRate("net", 1 + random.nextInt(100), eur(3500), Clause.PLAIN),
                    new Incentive.InternetCredit(eur(1 + random.nextInt(5000))),
                    new Incentive.NthSystem(2, 1 + random.nextInt(50), Clause.PLAIN));
            LeasePlan plan = plan(random).with(hours(7), List.of(), incentives);
            List<Item> items = List.of(new Item("modem", 1, Item.Kind.ACCESSORY, "Modem", eur(random.nextLong(9000))),
                    new Item("net", 1, Item.Kind.INTERNET, "Internet", eur(random.nextLong(5000))));
            for (int ordinal = 1; ordinal <= 2; ordinal++) {
                Pricing pricing = Pricing.of(offering, List.of(), items, plan, null, ordinal);
                for (Quote.Answer answer : List.of(pricing.accepted(), pricing.declined())) {
                    assertThat(answer.lines().stream().mapToLong(line -> line.price().minor()).sum()).as("seed " + seed)
                            .isEqualTo(answer.total().minor());
                }
                assertThat(pricing.accepted().monthly().stream().mapToLong(line -> line.price().minor()).sum()).as("seed " + seed)
                        .isBetween(0L, pricing.declined().monthly().getFirst().price().minor());
                assertThat(pricing.incentives().stream().anyMatch(Incentive.NthSystem.class::isInstance)).isEqualTo(ordinal == 2);
                assertThat(pricing.accepted().build().bill()).contains("Drive, 2 TB", "Processor, 8 cores");
                assertThat(pricing.declined().build().bill()).contains("Drive, 1 TB", "Processor, 4 cores");
            }
        }
    }

    @Test
    void whatIsNotEarnedYetShrinksToNothing() {
        Clause clause = new Clause(Clause.OnBreach.CLAWBACK, 24, List.of("the machine stays in the country"));
        assertThat(clause.unearned(eur(10_000), 0)).isEqualTo(eur(10_000));
        assertThat(clause.unearned(eur(10_000), 7)).isEqualTo(eur(7083));
        assertThat(clause.unearned(eur(10_000), 24)).isEqualTo(eur(0));
        assertThat(clause.unearned(eur(10_000), 99)).isEqualTo(eur(0));
        assertThat(new Incentive.DiscountPurchase(15, clause).words())
                .isEqualTo("You pay 15 % less for the machine. Condition: the machine stays in the country. It is earned in 24 equal months; "
                        + "if the lease ends because the promise was broken, you pay back what is not earned yet.");
    }

    private static Money pay(LeasePlan plan, long bytes, int hours) {
        return Bargain.strike(plan, new Proposal(bytes, hours(hours), null), DRIVE).monthlyPay();
    }

    private static LeasePlan plan(Random random) {
        return new LeasePlan("plan", 1, "Plan", new DiskShare.Percent(1 + random.nextInt(90)), 1, DRIVE, hours(1 + random.nextInt(24)),
                List.of(), 24, 30, eur(30), List.of(new Incentive.PayoutMonthly(eur(1 + random.nextLong(3000))), new Incentive.Support()),
                new Negotiation(1, 0, random.nextInt(101), eur(5000), 10), List.of());
    }

    private static List<Window> hours(int hours) {
        List<Window> windows = new ArrayList<>();
        for (DayOfWeek day : DayOfWeek.values()) {
            windows.add(new Window(day, LocalTime.MIDNIGHT, LocalTime.MIDNIGHT.plusHours(hours)));
        }
        return windows;
    }

    private static Money eur(long minor) {
        return new Money(minor, "EUR");
    }
}
