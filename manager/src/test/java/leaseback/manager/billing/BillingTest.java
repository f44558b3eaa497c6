package leaseback.manager.billing;

import static leaseback.manager.billing.BillingWorld.BERLIN;
import static leaseback.manager.billing.BillingWorld.eur;
import static leaseback.manager.billing.BillingWorld.plan;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import leaseback.manager.catalog.Clause;
import leaseback.manager.catalog.DiskShare;
import leaseback.manager.catalog.Incentive;
import leaseback.manager.catalog.LeasePlan;
import leaseback.manager.catalog.Money;
import leaseback.manager.document.Vat;
import leaseback.manager.lease.Party;
import leaseback.manager.ledger.Account;
import leaseback.manager.ledger.Chart;
import leaseback.manager.ledger.DocumentLine;
import leaseback.manager.ledger.Leg;
import leaseback.manager.ledger.Transfer;
import leaseback.manager.letter.Letter;
import leaseback.manager.metering.Meter;
import leaseback.manager.metering.Subject;
import leaseback.manager.order.Acquisition;
import leaseback.manager.order.Channel;
import leaseback.manager.order.Orders;
import leaseback.manager.order.QuoteRequest;
import leaseback.manager.order.Verdict;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Months that are closed: what they bill, what they pay, and that the ledger says the same.
final class BillingTest {
    private static final long NIGHT = 480;
    @TempDir Path folder;
    private BillingWorld world;

    @BeforeEach
    void begin() throws Exception {
        world = new BillingWorld(folder, "2026-12-01T12:00:00Z");
    }

    @AfterEach
    void theBooksAgreeWithTheDocuments() {
        try (BillingWorld closing = world) {
            // Throws when it does not add up; every leg of every document can be led back.
            closing.database.read(handle -> closing.ledger.balances(handle, closing.clock.instant().plusMillis(1)));
            assertThat(closing.days.verify().sound()).isTrue();
            for (Bill bill : closing.database.read(handle -> closing.bills.page(handle, null, null, null, 500))) {
                Money posted = Money.zero(bill.gross().currency());
                Account account = (bill.kind() == Bill.Kind.BILL ? Chart.RECEIVABLE : Chart.PAYABLE).of(bill.customerId());
                for (DocumentLine line : closing.database.read(handle -> closing.ledger.restingOn(handle, DocumentLine.whole(Bills.KIND, bill.number())))) {
                    Leg leg = closing.database.read(handle -> closing.ledger.find(handle, UUID.fromString(line.id()))).orElseThrow().transfer().legs()
                            .get(line.line() - 1);
                    boolean more = leg.debit().equals(account) == (bill.kind() == Bill.Kind.BILL);
                    posted = more ? posted.plus(leg.amount()) : posted.minus(leg.amount());
                }
                assertThat(posted).as(bill.number()).isEqualTo(bill.gross());
                for (int i = 1; i <= bill.lines().size(); i++) {
                    DocumentLine line = new DocumentLine(Bills.KIND, bill.number(), i);
                    assertThat(closing.explained(line)).as(line.toString())
                            .allMatch(step -> !step.words().isBlank());
                }
            }
        }
    }

    @Test
    void aMonthKeptIsPaidInFullAndTheFirstOneByTheDay() {
        world.to("2027-01-10T23:00:00Z");
        UUID ada = world.customer("ada", BERLIN);
        UUID lease = world.running(ada, BERLIN, plan(12, new Incentive.PayoutMonthly(eur(3100))));
        world.kept(lease, "2027-01-11T00:00:00Z", "2027-01-12T00:00:00Z", NIGHT, NIGHT * 9 / 10);
        world.to("2027-03-02T00:00:00Z");
        List<Bill> payouts = world.bills(ada);
        // From the 11th, 00:00 in Berlin, to the end: 21 of 31 days.
        assertThat(payouts).extracting(Bill::gross).containsExactly(eur(2100), eur(3100));
        assertThat(payouts.getFirst().lines().getFirst().text()).contains("2027-01-11 to 2027-01-31");
        assertThat(payouts.getFirst().number()).isEqualTo("P-2027-000001");
        assertThat(world.balance(Chart.PAYABLE.of(ada))).isEqualTo(eur(5200));
    }

    @Test
    void theWorseThePromiseWasKeptTheLessIsPaidAndMoreThanKeptIsNotPaidTwice() {
        world.to("2026-12-31T23:00:00Z");
        UUID ada = world.customer("ada", BERLIN);
        UUID lease = world.running(ada, BERLIN, plan(12, new Incentive.PayoutMonthly(eur(1000))));
        world.kept(lease, "2027-01-01T00:00:00Z", "2027-01-02T00:00:00Z", 1000, 1000);
        world.to("2027-02-02T00:00:00Z");
        world.kept(lease, "2027-02-01T00:00:00Z", "2027-02-02T00:00:00Z", 1000, 750);
        world.to("2027-03-02T00:00:00Z");
        world.kept(lease, "2027-03-01T00:00:00Z", "2027-03-02T00:00:00Z", 1000, 599);
        world.to("2027-04-02T00:00:00Z");
        // In full; half way between a half and all; nothing.
        assertThat(world.bills(ada)).extracting(Bill::gross).containsExactly(eur(1000), eur(750), eur(0));
        assertThat(world.bills(ada).get(1).lines().getFirst().words()).contains("75.0 %");
    }

    @Test
    void everyMonthIsClosedOnceWithoutGapsInEveryZone() {
        world.to("2027-10-05T12:00:00Z");
        for (String zone : List.of("Europe/Berlin", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/New_York", "Asia/Kathmandu")) {
            ZoneId there = ZoneId.of(zone);
            UUID customer = world.customer(zone.replace('/', '-'), there);
            world.running(customer, there, plan(12, new Incentive.PayoutMonthly(eur(1000))));
        }
        // Over both nights of daylight saving and a leap day.
        world.to("2028-04-20T00:00:00Z");
        world.billing.run();
        record Owner(UUID id, ZoneId zone) {}
        List<Owner> accounts = world.database.read(handle -> handle.createQuery("select id, zone from customer")
                .map((row, context) -> new Owner(row.getObject(1, UUID.class), ZoneId.of(row.getString(2)))).list());
        assertThat(accounts).hasSize(5);
        for (Owner account : accounts) {
            List<Bill> payouts = world.bills(account.id());
            assertThat(payouts).hasSize(6);
            YearMonth month = YearMonth.of(2027, 10);
            for (Bill payout : payouts) {
                assertThat(payout.from()).isEqualTo(month.atDay(1).atStartOfDay(account.zone()).toInstant());
                month = month.plusMonths(1);
                assertThat(payout.to()).isEqualTo(month.atDay(1).atStartOfDay(account.zone()).toInstant());
                assertThat(payout.issuedAt()).isEqualTo(month.atDay(1).atTime(6, 0).atZone(account.zone()).toInstant());
            }
            // All months but the first are whole ones, however long they are.
            assertThat(payouts.subList(1, 6)).allMatch(payout -> payout.gross().equals(eur(1000)));
        }
    }

    @Test
    void twoManagersCloseAMonthOnce() throws InterruptedException {
        world.to("2027-01-01T12:00:00Z");
        List<UUID> customers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            UUID customer = world.customer("c" + i, BERLIN);
            world.running(customer, BERLIN, plan(12, new Incentive.PayoutMonthly(eur(1000))));
            customers.add(customer);
        }
        world.billing.run();
        world.database.transact(handle -> handle.execute("update customer set next_bill_at = '2027-01-01T12:00:00Z', billed_until = '2026-11-30T23:00:00Z'"));
        List<Thread> managers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            managers.add(Thread.ofVirtual().start(world.billing::run));
        }
        for (Thread manager : managers) {
            manager.join();
        }
        world.to("2027-02-02T00:00:00Z");
        for (UUID customer : customers) {
            assertThat(world.bills(customer)).hasSize(1);
        }
    }

    @Test
    void moreDiskFromTheTenthOnIsPaidFromThatInstantOn() {
        world.to("2027-05-31T22:00:00Z");
        UUID ada = world.customer("ada", BERLIN);
        LeasePlan plan = plan(12, new Incentive.PayoutMonthly(eur(3000)));
        UUID lease = world.running(ada, BERLIN, plan);
        Instant tenth = LocalDate.of(2027, 6, 11).atStartOfDay(BERLIN).toInstant();
        world.database.transact(handle -> world.leases.amend(handle, lease, tenth, plan, new DiskShare.Bytes(2 * BillingWorld.BYTES),
                2 * BillingWorld.BYTES, eur(6000), "test", "more disk"));
        world.to("2027-07-02T00:00:00Z");
        Bill june = world.bills(ada).getFirst();
        assertThat(june.lines()).extracting(Line::amount).containsExactly(eur(1000), eur(4000));
        assertThat(june.gross()).isEqualTo(eur(5000));
    }

    @Test
    void anUpgradeAnotherMachineAndAnotherServiceArePaidOnceEach() {
        world.to("2027-01-31T23:00:00Z");
        UUID ada = world.customer("ada", BERLIN);
        LeasePlan plan = plan(24, new Incentive.EventBonus(Incentive.EventBonus.Event.UPGRADE, eur(1500), Clause.PLAIN),
                new Incentive.EventBonus(Incentive.EventBonus.Event.MACHINE, eur(2500), Clause.PLAIN),
                new Incentive.EventBonus(Incentive.EventBonus.Event.SERVICE, eur(500), Clause.PLAIN));
        UUID first = world.running(ada, BERLIN, plan);
        world.to("2027-02-10T12:00:00Z");
        for (String what : List.of("upgraded: more memory", "upgraded: a display")) {
            world.database.transact(handle -> world.leases.amend(handle, first, world.clock.instant(), plan, plan.share(), BillingWorld.BYTES, eur(0), "test",
                    what));
            world.to(world.clock.instant().plusSeconds(86_400).toString());
        }
        // Two more machines: each is one event, though the second has such terms too.
        world.running(ada, BERLIN, plan);
        world.to("2027-02-20T12:00:00Z");
        world.running(ada, BERLIN, plan);
        world.database.transact(handle -> {
            Product care = new Product("CARE", 1, "Care", "service", eur(900), List.of(), null, false);
            world.products.subscribe(handle, ada, null, "test/1", care, world.clock.instant(), "test");
            return world.products.subscribe(handle, ada, null, "test/2", new Product("RATE", 1, "A rate", "hardware", eur(900), List.of(), null, false),
                    world.clock.instant(), "test");
        });
        world.to("2027-03-02T00:00:00Z");
        Bill february = world.bills(ada).stream().filter(each -> each.kind() == Bill.Kind.PAYOUT).findFirst().orElseThrow();
        assertThat(february.lines()).extracting(Line::amount).containsExactly(eur(1500), eur(1500), eur(2500), eur(2500), eur(500));
        assertThat(february.lines().get(1).words()).startsWith("upgraded: a display (version 3 of the terms), 2027-02-11");
        assertThat(world.balance(Chart.INCENTIVE.of("event"))).isEqualTo(eur(8500));
        world.to("2027-05-02T00:00:00Z");
        assertThat(world.bills(ada)).filteredOn(each -> each.kind() == Bill.Kind.PAYOUT).hasSize(1);
    }

    @Test
    void nothingIsPaidForAHolidayOfTheCustomersAndAllForOneOfOurs() {
        world.to("2027-05-31T22:00:00Z");
        UUID ada = world.customer("ada", BERLIN);
        UUID bob = world.customer("bob", BERLIN);
        UUID hers = world.running(ada, BERLIN, plan(12, new Incentive.PayoutMonthly(eur(3000))));
        UUID his = world.running(bob, BERLIN, plan(12, new Incentive.PayoutMonthly(eur(3000))));
        Instant until = world.clock.instant().plus(Duration.ofDays(10));
        world.database.transact(handle -> {
            world.leases.pause(handle, hers, until, Party.CUSTOMER, "customer:ada", "holiday");
            world.leases.pause(handle, his, until, Party.PROVIDER, "operator:olga", "a part is replaced");
            return 0;
        });
        world.to("2027-07-02T00:00:00Z");
        assertThat(world.bills(ada)).extracting(Bill::gross).containsExactly(eur(2000));
        assertThat(world.bills(bob)).extracting(Bill::gross).containsExactly(eur(3000));
    }

    @Test
    void whatIsNotCuredPausesReducesOrEndsEachIncentiveAsItsClauseSays() {
        world.to("2027-05-31T22:00:00Z");
        UUID ada = world.customer("ada", BERLIN);
        UUID lease = world.running(ada, BERLIN, plan(12, new Incentive.PayoutMonthly(eur(3000)),
                new Incentive.InternetCredit(eur(600), new Clause(Clause.OnBreach.END, 0, List.of()))));
        world.database.transact(handle -> world.products.subscribe(handle, ada, lease, "order:x/1", new Product("INTERNET_100", 1, "Internet", "internet",
                eur(3000), List.of(), null, false), world.clock.instant(), "test"));
        // Warned on the 4th, suspended on the 11th, cured on the 14th.
        world.to("2027-06-03T22:00:00Z");
        world.database.transact(handle -> {
            world.leases.warn(handle, lease, "PRESENCE", "test", "off at night");
            return 0;
        });
        world.to("2027-06-13T22:00:00Z");
        world.database.transact(handle -> {
            world.leases.cure(handle, lease, "test", "on again");
            return 0;
        });
        world.to("2027-07-02T00:00:00Z");
        List<Bill> june = world.bills(ada);
        Bill bill = june.stream().filter(each -> each.kind() == Bill.Kind.BILL).findFirst().orElseThrow();
        Bill payout = june.stream().filter(each -> each.kind() == Bill.Kind.PAYOUT).findFirst().orElseThrow();
        // The pay is paused for three days of thirty; the credit was lost on the tenth day and stays lost.
        assertThat(payout.gross()).isEqualTo(eur(2700));
        assertThat(bill.lines()).extracting(Line::amount).containsExactly(eur(3000), eur(-200));
        // One is set against the other, and both documents stay whole.
        Settlement settlement = world.database.read(handle -> world.settlements.page(handle, ada, null, 10)).getFirst();
        assertThat(settlement.setOff()).isEqualTo(eur(2700));
        assertThat(settlement.toPay()).isEqualTo(eur(100));
        assertThat(world.balance(Chart.RECEIVABLE.of(ada))).isEqualTo(eur(100));
        assertThat(world.balance(Chart.PAYABLE.of(ada))).isEqualTo(eur(0));
        assertThat(world.open(bill)).isEqualTo(eur(100));
        assertThat(world.open(payout)).isEqualTo(eur(0));
        assertThat(world.letters(ada)).extracting(Letter::subject).containsExactly("Your statement for 2027-06");
        assertThat(world.letters(ada).getFirst().text()).contains("You pay").contains("EUR 1.00");
    }

    @Test
    void hostingInExchangeIsBilledInFullAndPaidForInFull() {
        world.to("2027-05-31T22:00:00Z");
        UUID shop = world.customer("shop", BERLIN);
        UUID lease = world.running(shop, BERLIN, plan(12, new Incentive.BarterService("WEB_HOSTING", eur(1500), 0, Clause.PLAIN)));
        Product hosting = world.database.read(handle -> world.products.find(handle, "WEB_HOSTING")).orElseThrow();
        world.database.transact(handle -> world.products.subscribe(handle, shop, null, "api:x", hosting, world.clock.instant(), "test"));
        world.to("2027-06-30T22:00:00Z");
        world.read(Subject.Kind.CUSTOMER, shop, Meter.HITS, "2027-06-02T00:00:00Z", "2027-06-03T00:00:00Z", 200_000);
        world.to("2027-07-31T22:00:00Z");
        // 100 thousand hits are included, the next cost 0.025 each thousand: EUR 2.50; EUR 9 a month.
        world.read(Subject.Kind.CUSTOMER, shop, Meter.HITS, "2027-07-02T00:00:00Z", "2027-07-03T00:00:00Z", 500_000);
        world.to("2027-08-02T00:00:00Z");
        List<Settlement> settled = world.database.read(handle -> world.settlements.page(handle, shop, null, 10));
        assertThat(settled).extracting(Settlement::owedToUs).containsExactly(eur(1150), eur(1900));
        assertThat(settled).extracting(Settlement::owedToThem).containsExactly(eur(1150), eur(1500));
        // When what is given in exchange is used up, the rest is billed.
        assertThat(settled).extracting(Settlement::toPay).containsExactly(eur(0), eur(400));
        assertThat(world.balance(Chart.REVENUE.of("hosting"))).isEqualTo(eur(3050));
        assertThat(world.balance(Chart.HOST_COMPENSATION.of("barter"))).isEqualTo(eur(2650));
        assertThat(lease).isNotNull();
    }

    @Test
    void aMachineIsBilledAtDeliveryItsDiscountEarnedMonthByMonthAndTheRestPaidBackUponBreach() {
        world.to("2027-01-04T09:00:00Z");
        UUID ada = world.customer("ada", BERLIN);
        UUID lease = discounted(ada);
        world.to("2027-01-04T10:00:00Z");
        Bill machine = world.bills(ada).getFirst();
        // 649 + 40 for the machine, 15 % off, 69 for the modem.
        assertThat(machine.gross()).isEqualTo(eur(68900 - 10335 + 6900));
        assertThat(world.balance(Chart.DEFERRED_INCENTIVE_OF.of(lease))).isEqualTo(eur(10335));
        world.to("2027-03-02T00:00:00Z");
        // After one month and a bit, one of 24 parts is earned.
        assertThat(world.balance(Chart.DEFERRED_INCENTIVE_OF.of(lease))).isEqualTo(eur(10335 - 431));
        assertThat(world.balance(Chart.INCENTIVE.of("discount"))).isEqualTo(eur(431));
        // Internet from the day of delivery: 28 of 31 days less some hours, and the whole February.
        assertThat(world.bills(ada).get(2).lines()).extracting(Line::amount).containsExactly(eur(3500), eur(-500));
        world.database.transact(handle -> {
            world.leases.warn(handle, lease, "PRESENCE", "test", "off at night");
            return 0;
        });
        world.to("2027-04-02T00:00:00Z");
        Bill march = world.bills(ada).get(3);
        // Ended on 16 March, after two whole months.
        Line back = march.lines().getLast();
        assertThat(back.text()).contains("Discount not earned").contains("2027-03-16");
        assertThat(back.amount()).isEqualTo(eur(10335 - 861));
        assertThat(world.balance(Chart.DEFERRED_INCENTIVE_OF.of(lease))).isEqualTo(eur(0));
        assertThat(world.balance(Chart.INCENTIVE.of("discount"))).isEqualTo(eur(861));
    }

    @Test
    void ofADiscountThatHoldsTaxWhatIsNoTaxBecomesCostMonthByMonth() {
        world.rate = new Taxes.Rate(Vat.standard(BigDecimal.valueOf(19)), "DE");
        world.to("2027-01-04T09:00:00Z");
        UUID lease = discounted(world.customer("ada", BERLIN));
        world.to("2027-01-04T10:00:00Z");
        // 103.35 with tax.
        assertThat(world.balance(Chart.DEFERRED_INCENTIVE_OF.of(lease))).isEqualTo(eur(8684));
        world.to("2027-03-02T00:00:00Z");
        assertThat(world.balance(Chart.INCENTIVE.of("discount"))).as("one of 24 parts").isEqualTo(eur(362));
        world.to("2028-01-02T00:00:00Z");
        assertThat(world.balance(Chart.INCENTIVE.of("discount"))).as("eleven").isEqualTo(eur(3980));
        assertThat(world.balance(Chart.DEFERRED_INCENTIVE_OF.of(lease))).isEqualTo(eur(8684 - 3980));
    }

    /// A machine with 15 % off, earned over 24 months, whose lease runs from now on.
    private UUID discounted(UUID ada) {
        Incentive.DiscountPurchase off = new Incentive.DiscountPurchase(15, new Clause(Clause.OnBreach.CLAWBACK, 24, List.of()));
        return world.database.transact(handle -> {
            LeasePlan nights = world.catalog.plan(handle, "nights").orElseThrow();
            LeasePlan wanted = new LeasePlan("family", 1, "Family", nights.share(), nights.leastBytes(), nights.mostBytes(), nights.serving(),
                    nights.processor(), 24, 30, nights.kilowattHour(), List.of(off, new Incentive.InternetCredit(eur(500))));
            world.catalog.put(handle, wanted, "test");
            UUID quote = UUID.randomUUID();
            world.quotes.create(handle, quote, new QuoteRequest(ada, "family-tower", List.of("ssd-1tb"), "family", null, null, null, null,
                    List.of("internet-100", "modem")), "test");
            var order = world.orders.decide(handle, quote, new Orders.Answer(Verdict.ACCEPTED, 1, null, Channel.WEB), "test");
            world.deliver(handle, order);
            UUID made = java.util.Objects.requireNonNull(order.leaseId());
            world.leases.enrolled(handle, made, world.clock.instant());
            return made;
        });
    }

    @Test
    void aMachineIsPaidInRatesAndAfterTheLastOneNoMore() {
        world.to("2027-01-04T09:00:00Z");
        UUID ada = world.customer("ada", BERLIN);
        world.database.transact(handle -> {
            UUID quote = UUID.randomUUID();
            world.quotes.create(handle, quote, new QuoteRequest(ada, "family-tower", List.of("ssd-1tb"), "nights", null, null, null, null,
                    List.of("internet-100"), null, new Acquisition(Acquisition.Kind.MACHINE_LEASE, 6), null), "test");
            world.deliver(handle, world.orders.decide(handle, quote, new Orders.Answer(Verdict.DECLINED, 1, null, Channel.WEB), "test"));
            return quote;
        });
        world.to("2027-12-02T00:00:00Z");
        // 689.00 in six rates; the months they fall in bear parts of them that come to just that.
        assertThat(world.balance(Chart.REVENUE.of("hardware"))).isEqualTo(eur(68900));
        assertThat(world.bills(ada).getLast().lines()).extracting(Line::text).containsExactly("Internet access, 100 Mbit/s, 20 up");
    }

    @Test
    void theScalePaysAnAccountForAllItsMachinesAndHoldsAPartBackForAYear() {
        world.to("2027-01-31T23:00:00Z");
        UUID one = world.customer("one", BERLIN);
        UUID two = world.customer("two", BERLIN);
        LeasePlan plan = plan(36, new Incentive.PayoutScale(eur(500), Clause.PLAIN));
        List<UUID> machines = List.of(world.running(one, BERLIN, plan), world.running(two, BERLIN, plan), world.running(two, BERLIN, plan));
        world.to("2027-02-28T23:00:00Z");
        // 800 GiB kept for the month, by one machine or by two: byte-hours of 28 days.
        long bytehours = 800L * (1L << 30) * 28 * 24;
        List<Long> parts = List.of(bytehours, bytehours / 4, bytehours - bytehours / 4);
        for (int i = 0; i < 3; i++) {
            world.read(Subject.Kind.LEASE, machines.get(i), Meter.DISK_USED, "2027-02-02T00:00:00Z", "2027-02-03T00:00:00Z", parts.get(i));
        }
        world.to("2027-03-02T00:00:00Z");
        // 500 x 0.15 + 300 x 0.13 cents = 114 cents; x 1.1 for a promise kept in full = 125; 30 % held.
        for (UUID customer : List.of(one, two)) {
            Bill february = world.bills(customer).getFirst();
            assertThat(february.gross()).isEqualTo(eur(125 - 37));
            assertThat(world.balance(Chart.HELD.of(customer))).isEqualTo(eur(37));
        }
        world.to("2028-02-02T00:00:00Z");
        assertThat(world.balance(Chart.HELD.of(one))).isEqualTo(eur(37));
        world.to("2028-03-02T00:00:00Z");
        assertThat(world.balance(Chart.HELD.of(one))).isEqualTo(eur(0));
        assertThat(world.bills(one).getLast().lines().getLast().text()).contains("Held back in 2027-02");
        assertThat(world.balance(Chart.PAYABLE.of(one))).isEqualTo(eur(125));
    }

    @Test
    void useIsBilledByTiersWithWhatIsIncludedAndItsMinimum() {
        world.to("2027-01-31T23:00:00Z");
        UUID user = world.customer("user", BERLIN);
        world.to("2027-02-28T23:00:00Z");
        // 2049 GiB for the month: 1 free, 1024 at 0.5 cent, the rest at 0.45.
        world.read(Subject.Kind.CUSTOMER, user, Meter.STORED, "2027-02-02T00:00:00Z", "2027-02-03T00:00:00Z", 2049L * (1L << 30) * 28 * 24);
        world.to("2027-03-02T00:00:00Z");
        Bill bill = world.bills(user).getFirst();
        assertThat(bill.gross()).isEqualTo(eur(973));
        assertThat(bill.lines().getFirst().quantity()).isEqualByComparingTo(new BigDecimal("2049"));
        assertThat(world.explained(new DocumentLine(Bills.KIND, bill.number(), 1)))
                .anyMatch(step -> step.words().contains("the sum of 1 readings"));
    }

    @Test
    void aDryRunSaysTheSameAsTheClosingAndKeepsNothing() {
        world.to("2027-01-10T23:00:00Z");
        UUID ada = world.customer("ada", BERLIN);
        world.running(ada, BERLIN, plan(12, new Incentive.PayoutMonthly(eur(3100))));
        world.to("2027-01-20T23:00:00Z");
        Billing.Closed dry = world.billing.preview(ada, YearMonth.of(2027, 1));
        assertThat(dry.documents().getFirst().gross()).isEqualTo(eur(2100));
        assertThat(world.bills(ada)).isEmpty();
        assertThat(world.letters(ada)).isEmpty();
        world.to("2027-02-02T00:00:00Z");
        assertThat(world.bills(ada).getFirst().lines()).extracting(Line::words)
                .isEqualTo(dry.documents().getFirst().lines().stream().map(Line::words).toList());
        assertThat(world.bills(ada).getFirst().number()).isEqualTo("P-2027-000001");
    }

    @Test
    void aTaxIsInTheBillAndOnTopOfThePayout() {
        world.rate = new Taxes.Rate(Vat.standard(BigDecimal.valueOf(19)), "DE");
        world.to("2026-12-31T23:00:00Z");
        UUID ada = world.customer("ada", BERLIN);
        UUID lease = world.running(ada, BERLIN, plan(12, new Incentive.PayoutMonthly(eur(1000)), new Incentive.InternetCredit(eur(333))));
        world.database.transact(handle -> {
            for (int i = 0; i < 3; i++) {
                world.products.subscribe(handle, ada, lease, "order:x/" + i, new Product("INTERNET_" + i, 1, "Internet " + i, "internet", eur(3333),
                        List.of(), null, false), world.clock.instant(), "test");
            }
            return 0;
        });
        world.to("2027-02-02T00:00:00Z");
        Bill bill = world.bills(ada).stream().filter(each -> each.kind() == Bill.Kind.BILL).findFirst().orElseThrow();
        Bill payout = world.bills(ada).stream().filter(each -> each.kind() == Bill.Kind.PAYOUT).findFirst().orElseThrow();
        assertThat(bill.gross()).isEqualTo(eur(3 * 3333 - 3 * 333));
        assertThat(bill.net()).isEqualTo(eur(7563));
        assertThat(payout.gross()).isEqualTo(eur(1190));
        assertThat(world.balance(Chart.VAT.of("DE"))).isEqualTo(eur(1437 - 190));
    }

    @Test
    void whoDoesNotPayIsRemindedThenFrozenAndFreeAgainOncePaid() {
        world.to("2027-01-31T23:00:00Z");
        UUID user = world.customer("user", BERLIN);
        world.to("2027-02-28T23:00:00Z");
        world.read(Subject.Kind.CUSTOMER, user, Meter.STORED, "2027-02-02T00:00:00Z", "2027-02-03T00:00:00Z", 201L * (1L << 30) * 28 * 24);
        world.to("2027-03-17T00:00:00Z");
        assertThat(world.letters(user)).hasSize(1);
        world.to("2027-04-10T00:00:00Z");
        assertThat(world.letters(user)).extracting(Letter::subject).filteredOn(subject -> subject.startsWith("Reminder")).hasSize(3);
        assertThat(world.frozen(user)).isFalse();
        world.to("2027-04-20T00:00:00Z");
        assertThat(world.frozen(user)).isTrue();
        assertThat(world.letters(user)).extracting(Letter::subject).filteredOn(subject -> subject.contains("frozen")).hasSize(1);
        world.database.transact(handle -> world.ledger.post(handle, new Transfer(UUID.randomUUID(), "payment", "paid", LocalDate.of(2027, 4, 20),
                List.of(new Leg(Chart.BANK.account(), Chart.RECEIVABLE.of(user), eur(100), DocumentLine.whole("payment", "1"))))));
        assertThat(world.frozen(user)).isFalse();
        world.to("2027-05-20T00:00:00Z");
        assertThat(world.letters(user)).extracting(Letter::subject).filteredOn(subject -> subject.contains("frozen")).hasSize(1);
    }
}
