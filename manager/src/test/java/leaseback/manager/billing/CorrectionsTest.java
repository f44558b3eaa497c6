package leaseback.manager.billing;

import static leaseback.manager.billing.BillingWorld.BERLIN;
import static leaseback.manager.billing.BillingWorld.eur;
import static leaseback.manager.billing.BillingWorld.plan;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import leaseback.manager.catalog.Clause;
import leaseback.manager.catalog.Incentive;
import leaseback.manager.catalog.Money;
import leaseback.manager.compliance.Outages;
import leaseback.manager.ledger.Chart;
import leaseback.manager.ledger.DocumentLine;
import leaseback.manager.ledger.Explanations;
import leaseback.manager.metering.Meter;
import leaseback.manager.metering.Reading;
import leaseback.manager.metering.Subject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What becomes known of a month after it was closed.
final class CorrectionsTest {
    @TempDir Path folder;

    @Test
    void aReadingThatComesLateIsPaidForWithTheNextMonthAndOnce() throws Exception {
        try (BillingWorld world = new BillingWorld(folder, "2026-12-31T23:00:00Z")) {
            UUID ada = world.customer("ada", BERLIN);
            UUID lease = world.running(ada, BERLIN, plan(12, new Incentive.PayoutMonthly(eur(1000))));
            world.kept(lease, "2027-01-01T23:00:00Z", "2027-01-02T23:00:00Z", 1000, 750);
            world.to("2027-02-02T00:00:00Z");
            assertThat(world.bills(ada)).extracting(Bill::gross).containsExactly(eur(750));
            // The other quarter was there all the time, and its reading lay on a machine that was off.
            world.read(Subject.Kind.LEASE, lease, Meter.PRESENCE, "2027-01-02T00:00:00Z", "2027-01-02T23:00:00Z", 250);
            world.to("2027-03-02T00:00:00Z");
            Bill february = world.bills(ada).get(1);
            assertThat(february.lines()).extracting(Line::amount).containsExactly(eur(1000), eur(250));
            Line correction = february.lines().getLast();
            assertThat(correction.text()).startsWith("Correction of 2027-01: Lease L-");
            assertThat(correction.words()).contains("EUR 10.00 by what is known now").contains("EUR 7.50 by what was known");
            assertThat(world.bills(ada).getFirst().gross()).as("what was written stays").isEqualTo(eur(750));
            // Both sums of readings are behind it: that of then, and that of now.
            assertThat(world.explained(new DocumentLine(Bills.KIND, february.number(), 2))).extracting(Explanations.Step::words)
                    .anyMatch(words -> words.startsWith("750 minute of presence"))
                    .anyMatch(words -> words.startsWith("1000 minute of presence"));
            world.to("2027-05-02T00:00:00Z");
            assertThat(world.bills(ada)).extracting(Bill::gross).containsExactly(eur(750), eur(1250), eur(1000), eur(1000));
            assertThat(world.balance(Chart.PAYABLE.of(ada))).isEqualTo(eur(4000));
        }
    }

    @Test
    void aCorrectedReadingTakesBackWhatWasBilledTooMuch() throws Exception {
        try (BillingWorld world = new BillingWorld(folder, "2026-12-31T23:00:00Z")) {
            UUID user = world.customer("user", BERLIN);
            world.database.transact(handle -> world.products.subscribe(handle, user, null, "test:hosting",
                    world.products.find(handle, "WEB_HOSTING").orElseThrow(), world.clock.instant(), "test"));
            world.read(Subject.Kind.CUSTOMER, user, Meter.HITS, "2027-01-04T23:00:00Z", "2027-01-05T23:00:00Z", 1_100_000);
            world.to("2027-02-02T00:00:00Z");
            // 9 a month, a hundred thousand hits free, a million at 2.5 cents the thousand.
            assertThat(world.bills(user)).extracting(Bill::gross).containsExactly(eur(900 + 2500));
            UUID wrong = UUID.nameUUIDFromBytes((user + Meter.HITS.word() + "2027-01-04T23:00:00Z").getBytes(StandardCharsets.UTF_8));
            world.database.transact(handle -> world.readings.record(handle, List.of(new Reading(UUID.randomUUID(), new Subject(Subject.Kind.CUSTOMER, user),
                    Meter.HITS, Instant.parse("2027-01-04T23:00:00Z"), Instant.parse("2027-01-05T23:00:00Z"), 300_000, "test", wrong))));
            world.to("2027-03-02T00:00:00Z");
            Bill february = world.bills(user).get(1);
            assertThat(february.lines()).extracting(Line::amount).containsExactly(eur(900), eur(-2000));
            assertThat(february.lines().getLast().text()).isEqualTo("Correction of 2027-01: Web hosting: hits");
            world.to("2027-05-02T00:00:00Z");
            assertThat(world.balance(Chart.RECEIVABLE.of(user))).as("four months and what was used").isEqualTo(eur(4 * 900 + 500));
        }
    }

    @Test
    void anOutageOfOursThatIsToldOfLateIsNoHostsLoss() throws Exception {
        try (BillingWorld world = new BillingWorld(folder, "2026-12-31T23:00:00Z")) {
            UUID ada = world.customer("ada", BERLIN);
            UUID lease = world.running(ada, BERLIN, plan(12, new Incentive.PayoutMonthly(eur(1000))));
            // Of two nights one was missed, because we could not be reached.
            world.kept(lease, "2027-01-10T23:00:00Z", "2027-01-11T23:00:00Z", 480, 480);
            world.kept(lease, "2027-01-11T23:00:00Z", "2027-01-12T23:00:00Z", 480, 0);
            world.to("2027-02-02T00:00:00Z");
            assertThat(world.bills(ada)).extracting(Bill::gross).containsExactly(eur(0));
            Outages outages = new Outages(world.database, world.leases, world.clock);
            world.database.transact(handle -> outages.record(handle, Instant.parse("2027-01-11T21:00:00Z"), Instant.parse("2027-01-12T23:00:00Z"),
                    "a cable", "operator:olga"));
            world.to("2027-03-02T00:00:00Z");
            assertThat(world.bills(ada)).extracting(Bill::gross).containsExactly(eur(0), eur(2000));
        }
    }

    @Test
    void beyondTwelveMonthsWhatWasWrittenStands() throws Exception {
        try (BillingWorld world = new BillingWorld(folder, "2026-12-31T23:00:00Z")) {
            UUID ada = world.customer("ada", BERLIN);
            UUID lease = world.running(ada, BERLIN, plan(36, new Incentive.PayoutMonthly(eur(1000))));
            world.kept(lease, "2027-01-01T23:00:00Z", "2027-01-02T23:00:00Z", 1000, 750);
            world.to("2028-02-02T00:00:00Z");
            world.read(Subject.Kind.LEASE, lease, Meter.PRESENCE, "2027-01-02T00:00:00Z", "2027-01-02T23:00:00Z", 250);
            world.to("2028-03-02T00:00:00Z");
            assertThat(world.bills(ada).getLast().gross()).isEqualTo(eur(1000));
        }
    }

    @Test
    void howeverLateReadingsComeAllDocumentsTogetherComeToTheSame() throws Exception {
        for (long seed = 1; seed <= 2; seed++) {
            List<Money> totals = new ArrayList<>();
            for (int most : new int[] {0, 100}) {
                try (BillingWorld world = new BillingWorld(folder.resolve(seed + "-" + most), "2026-12-31T23:00:00Z")) {
                    totals.add(lived(world, new Random(seed), most));
                }
            }
            assertThat(totals.get(1)).as("seed " + seed).isEqualTo(totals.getFirst());
        }
    }

    /// Five months of a host and user whose readings come up to so many days after their day; what all documents come to two months after the last.
    private static Money lived(BillingWorld world, Random random, int mostDaysLate) {
        UUID ada = world.customer("ada", BERLIN);
        UUID lease = world.running(ada, BERLIN, plan(24, new Incentive.PayoutMonthly(eur(1000)), new Incentive.PayoutScale(eur(500), Clause.PLAIN)));
        world.database.transact(handle -> world.products.subscribe(handle, ada, null, "test:hosting",
                world.products.find(handle, "WEB_HOSTING").orElseThrow(), world.clock.instant(), "test"));
        record Late(Instant at, Runnable reading) {}
        List<Late> all = new ArrayList<>();
        for (LocalDate day = LocalDate.of(2027, 1, 1); day.isBefore(LocalDate.of(2027, 6, 1)); day = day.plusDays(5)) {
            String from = day.atStartOfDay(BERLIN).toInstant().toString();
            String to = day.plusDays(1).atStartOfDay(BERLIN).toInstant().toString();
            int present = random.nextInt(481);
            long used = random.nextLong(400_000_000_000L);
            int hits = random.nextInt(300_000);
            double late = random.nextDouble();
            Instant at = day.plusDays(1 + (long) (late * mostDaysLate)).atStartOfDay(BERLIN).toInstant();
            all.add(new Late(at, () -> {
                world.kept(lease, from, to, 480, present);
                world.read(Subject.Kind.LEASE, lease, Meter.DISK_USED, from, to, used);
                world.read(Subject.Kind.CUSTOMER, ada, Meter.HITS, from, to, hits);
            }));
        }
        all.sort(Comparator.comparing(Late::at));
        for (Late each : all) {
            world.to(each.at().toString());
            each.reading().run();
        }
        world.to(YearMonth.of(2027, 11).atDay(2).atStartOfDay(BERLIN).toInstant().toString());
        Money owed = eur(0);
        for (Bill bill : world.bills(ada)) {
            for (Line line : bill.lines()) {
                // What is held comes later in any case.
                if (!line.account().equals(Chart.HELD.of(ada))) {
                    owed = bill.kind() == Bill.Kind.BILL ? owed.minus(line.amount()) : owed.plus(line.amount());
                }
            }
        }
        return owed;
    }
}
