package leaseback.manager.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import leaseback.manager.catalog.DiskShare;
import leaseback.manager.catalog.Incentive;
import leaseback.manager.catalog.LeasePlan;
import leaseback.manager.catalog.Money;
import leaseback.manager.clock.Due;
import leaseback.manager.clock.SettableClock;
import leaseback.manager.clock.Timetable;
import leaseback.manager.customer.Customers;
import leaseback.manager.customer.Role;
import leaseback.manager.database.Database;
import leaseback.manager.database.TestDatabase;
import leaseback.manager.sealing.MasterKey;
import leaseback.protocol.Window;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A lease from its offer to its release: every step that is allowed and every one that is not, by acts and by the clock.
final class LeaseLifeTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final long BYTES = 6_000_000_000L;
    /// One for all tests: numbers of leases must differ.
    private static final Random RANDOM = new Random(7);

    @TempDir
    private static Path folder;

    private static TestDatabase testDatabase;
    private static Database database;
    private static UUID owner;

    private SettableClock clock;
    private Leases leases;
    private Timetable timetable;
    private UUID lease;

    @BeforeAll
    static void open() throws Exception {
        testDatabase = TestDatabase.fresh();
        database = testDatabase.database();
        owner = new Customers(database, MasterKey.at(folder.resolve("master.key")), () -> Instant.EPOCH, new Random(1))
                .add("Ada", "ada@example.org", BERLIN, Set.of(Role.HOST)).id();
    }

    @AfterAll
    static void close() {
        testDatabase.close();
    }

    @BeforeEach
    void anOffer() {
        begin(berlin(2026, 11, 22, 12, 0));
    }

    private void begin(Instant at) {
        database.transact(handle -> {
            handle.execute("update lease set next_at = null");
            return 0;
        });
        clock = new SettableClock(at);
        leases = new Leases(clock, RANDOM);
        timetable = new Timetable(clock).and(new LeaseTimers(database, leases));
        lease = offered();
    }

    @Test
    void silenceIsANo() {
        pass(Duration.ofDays(14));
        assertThat(state()).isEqualTo(new LeaseState.Lapsed(clock.instant()));
        assertThatThrownBy(() -> act(handle -> leases.accept(handle, lease, "customer", "late"))).isInstanceOf(IllegalTransition.class)
                .hasMessageContaining("nothing follows LAPSED");
        assertThat(steps()).containsExactly(LeaseStep.OFFERED, LeaseStep.LAPSED);
    }

    @Test
    void everyActIsPossibleExactlyWhereTheStepsSaySo() {
        Map<LeaseStep, Runnable> ways = ways();
        for (LeaseStep from : LeaseStep.values()) {
            for (LeaseStep to : LeaseStep.values()) {
                for (Consumer<Handle> act : acts(to)) {
                    lease = offered();
                    ways.getOrDefault(from, () -> {}).run();
                    assertThat(state().step()).isEqualTo(from);
                    int before = history().size();
                    LeaseStep reached = reached(from, to);
                    if (reached != null) {
                        act(act);
                        assertThat(from.next()).contains(reached);
                        assertThat(state().step()).as("from %s", from).isEqualTo(reached);
                        assertThat(history()).hasSize(before + 1);
                    } else {
                        assertThatThrownBy(() -> act(act)).as("%s to %s", from, to).isInstanceOfAny(IllegalTransition.class, NotNow.class);
                        assertThat(history()).hasSize(before);
                        assertThat(state().step()).isEqualTo(from);
                    }
                }
            }
        }
    }

    @Test
    void threeOrdersOfTheStepsLeadToTheSameRunningLease() {
        UUID machine = UUID.randomUUID();
        Instant start = clock.instant();
        act(handle -> leases.accept(handle, lease, "customer", "yes"));
        act(handle -> leases.configure(handle, lease, machine, BYTES, "factory"));
        act(handle -> leases.deliver(handle, lease, "carrier"));
        act(handle -> leases.enrolled(handle, lease, start));
        LeaseState first = state();

        // The machine was sold before, and is set up where it stands.
        lease = offered();
        UUID owned = UUID.randomUUID();
        act(handle -> leases.accept(handle, lease, "customer", "yes"));
        act(handle -> leases.own(handle, lease, owned, "shop"));
        act(handle -> leases.configure(handle, lease, owned, BYTES, "shop"));
        act(handle -> leases.enrolled(handle, lease, start));
        assertThat(state()).isEqualTo(new LeaseState.Active(start, owned, BYTES, ((LeaseState.Running) first).term()));

        // The machine was made ready before anybody had said yes, and waits in the shop.
        lease = offered();
        UUID ready = UUID.randomUUID();
        act(handle -> {
            leases.accept(handle, lease, "customer", "yes");
            leases.configure(handle, lease, ready, BYTES, "factory");
            leases.deliver(handle, lease, "shop");
        });
        act(handle -> leases.enrolled(handle, lease, start));
        assertThat(state()).isEqualTo(new LeaseState.Active(start, ready, BYTES, ((LeaseState.Running) first).term()));
    }

    @Test
    void whoWithdrawsInFourteenDaysKeepsTheMachineAndOwesNoReason() {
        // Delivered at noon on 20 March; the clocks go forward on the 29th; the last moment is midnight after 3 April in Berlin.
        begin(berlin(2027, 3, 20, 12, 0));
        run();
        passTo(berlin(2027, 4, 3, 23, 59));
        act(handle -> leases.withdraw(handle, lease, "customer"));
        assertThat(state()).isInstanceOf(LeaseState.StandingDown.class);
        assertThat(((LeaseState.StandingDown) state()).ending()).isEqualTo(Ending.WITHDRAWN);

        begin(berlin(2027, 3, 20, 12, 0));
        run();
        passTo(berlin(2027, 4, 4, 0, 0));
        assertThatThrownBy(() -> act(handle -> leases.withdraw(handle, lease, "customer"))).isInstanceOf(NotNow.class)
                .hasMessageContaining("until 2027-04-03T22:00:00Z").hasMessageContaining("give notice instead");
    }

    @Test
    void aTermEndsOnTheSameDayOfTheCalendarWhateverTheMonths() {
        begin(berlin(2027, 10, 31, 2, 30));
        run();
        // 24 months on: 31 October 2029, in winter time where 2:30 came twice.
        assertThat(((LeaseState.Running) state()).term().to()).isEqualTo(berlin(2029, 10, 31, 2, 30));
        begin(berlin(2028, 2, 29, 8, 0));
        run();
        assertThat(((LeaseState.Running) state()).term().to()).isEqualTo(berlin(2030, 2, 28, 8, 0));
    }

    @Test
    void anUnrenewedLeaseExpiresAndStandsDown() {
        run();
        Instant end = ((LeaseState.Running) state()).term().to();
        passTo(end.minusMillis(1));
        assertThat(state()).isInstanceOf(LeaseState.Active.class);
        passTo(end);
        assertThat(state()).isInstanceOfSatisfying(LeaseState.StandingDown.class, leaving ->
                assertThat(leaving.ending()).isEqualTo(Ending.EXPIRED));
        act(handle -> leases.release(handle, lease, "host", "receipt"));
        assertThat(state()).isInstanceOf(LeaseState.Released.class);
        assertThat(steps()).endsWith(LeaseStep.ACTIVE, LeaseStep.STANDING_DOWN, LeaseStep.RELEASED);
    }

    @Test
    void threeRenewalsFollowEachOtherWithoutAGapAndWithOtherTerms() {
        run();
        for (int cycle = 1; cycle <= 3; cycle++) {
            Instant end = ((LeaseState.Running) state()).term().to();
            passTo(end.minus(Duration.ofDays(60)));
            Money pay = new Money(500 + 100L * cycle, "EUR");
            act(handle -> leases.renew(handle, lease, plan(12), new DiskShare.Percent(15), BYTES, pay, "customer"));
            assertThat(current().monthlyPay()).isNotEqualTo(pay);
            passTo(end);
            assertThat(state()).isInstanceOf(LeaseState.Active.class);
            assertThat(current().monthlyPay()).isEqualTo(pay);
            assertThat(current().termsVersion()).isEqualTo(1 + cycle);
            assertThat(((LeaseState.Running) state()).term().to()).isEqualTo(end.atZone(BERLIN).plusMonths(12).toInstant());
        }
        List<Terms> agreed = database.read(handle -> leases.agreed(handle, lease));
        assertThat(agreed).extracting(Terms::version).containsExactly(1, 2, 3, 4);
    }

    @Test
    void anAmendmentHoldsFromItsDayOn() {
        run();
        Instant day = clock.instant().plus(Duration.ofDays(10));
        act(handle -> leases.amend(handle, lease, day, plan(24), new DiskShare.Percent(20), 2 * BYTES, new Money(900, "EUR"), "customer",
                "more disk"));
        assertThatThrownBy(() -> act(handle -> leases.amend(handle, lease, day, plan(24), new DiskShare.Percent(20), BYTES,
                new Money(1, "EUR"), "customer", "again"))).isInstanceOf(NotNow.class).hasMessageContaining("holds from " + day);
        passTo(day.minusMillis(1));
        assertThat(current().monthlyPay()).isEqualTo(new Money(500, "EUR"));
        passTo(day);
        assertThat(current().monthlyPay()).isEqualTo(new Money(900, "EUR"));
        assertThat(((LeaseState.Made) state()).leasedBytes()).isEqualTo(2 * BYTES);
        assertThat(current().termsVersion()).isEqualTo(2);
        assertThat(database.read(handle -> leases.terms(handle, lease)).monthlyPay()).isEqualTo(900);
        // At once, when the day is today.
        act(handle -> leases.amend(handle, lease, clock.instant(), plan(24), new DiskShare.Percent(20), BYTES, new Money(700, "EUR"),
                "customer", "less"));
        assertThat(current().monthlyPay()).isEqualTo(new Money(700, "EUR"));
    }

    @Test
    void noticeEndsItWhenItsDaysHaveRunAndNotLaterThanTheTerm() {
        run();
        Instant end = database.transact(handle -> leases.giveNotice(handle, lease, Party.CUSTOMER, "customer", "moving house"));
        assertThat(end).isEqualTo(clock.instant().atZone(BERLIN).plusDays(30).toInstant());
        assertThat(state()).isInstanceOf(LeaseState.Active.class);
        assertThatThrownBy(() -> act(handle -> leases.giveNotice(handle, lease, Party.CUSTOMER, "customer", "again")))
                .isInstanceOf(NotNow.class).hasMessageContaining("NOTICE_BY_CUSTOMER");
        assertThatThrownBy(() -> act(handle -> leases.renew(handle, lease, plan(24), new DiskShare.Percent(15), BYTES,
                new Money(500, "EUR"), "customer"))).isInstanceOf(NotNow.class);
        passTo(end);
        assertThat(((LeaseState.StandingDown) state()).ending()).isEqualTo(Ending.NOTICE_BY_CUSTOMER);
    }

    @Test
    void aPauseEndsByItselfAndAYearHasThirtyDaysOfThem() {
        run();
        Instant first = clock.instant().plus(Duration.ofDays(20));
        act(handle -> leases.pause(handle, lease, first, Party.CUSTOMER, "customer", "holiday"));
        pass(Duration.ofDays(20));
        assertThat(state()).isInstanceOf(LeaseState.Active.class);
        assertThatThrownBy(() -> act(handle -> leases.pause(handle, lease, clock.instant().plus(Duration.ofDays(11)), Party.CUSTOMER,
                "customer", "more"))).isInstanceOf(NotNow.class).hasMessageContaining("10 are left");
        act(handle -> leases.pause(handle, lease, clock.instant().plus(Duration.ofDays(10)), Party.CUSTOMER, "customer", "more"));
        pass(Duration.ofDays(5));
        act(handle -> leases.resume(handle, lease, Party.CUSTOMER, "customer"));
        assertThatThrownBy(() -> act(handle -> leases.resume(handle, lease, Party.CUSTOMER, "customer"))).isInstanceOf(IllegalTransition.class);
        // What the provider needs for a repair is not taken from them.
        act(handle -> leases.pause(handle, lease, clock.instant().plus(Duration.ofDays(60)), Party.PROVIDER, "operator", "repair"));
        pass(Duration.ofDays(365));
        act(handle -> leases.pause(handle, lease, clock.instant().plus(Duration.ofDays(29)), Party.CUSTOMER, "customer", "a new year"));
    }

    @Test
    void aWarningIsCuredOrBecomesASuspensionAndThenTheEnd() {
        run();
        Instant warned = clock.instant();
        act(handle -> leases.warn(handle, lease, "presence", "compliance", "away for 9 of 14 nights"));
        assertThat(state()).isEqualTo(new LeaseState.Warned(warned, machine(), BYTES, ((LeaseState.Running) state()).term(), "presence",
                warned.plus(Duration.ofDays(7))));
        act(handle -> leases.cure(handle, lease, "compliance", "present for two nights"));
        act(handle -> leases.warn(handle, lease, "presence", "compliance", "away again"));
        // An outage of ours gives the days back.
        act(handle -> leases.prolong(handle, lease, Duration.ofDays(2), "operator", "our outage"));
        pass(Duration.ofDays(8));
        assertThat(state()).isInstanceOf(LeaseState.Warned.class);
        pass(Duration.ofDays(1));
        assertThat(state()).isInstanceOf(LeaseState.Suspended.class);
        assertThat(current().state().step().runs()).isTrue();
        act(handle -> leases.cure(handle, lease, "compliance", "present again"));
        act(handle -> leases.warn(handle, lease, "presence", "compliance", "away again"));
        pass(Duration.ofDays(14));
        assertThat(((LeaseState.StandingDown) state()).ending()).isEqualTo(Ending.BREACH);
    }

    @Test
    void monthsPassedAtOnceLeaveWhatMonthsWaitedForLeave() {
        run();
        Instant end = ((LeaseState.Running) state()).term().to();
        act(handle -> leases.warn(handle, lease, "presence", "compliance", "away"));
        passTo(end.plus(Duration.ofDays(40)));
        List<Transition> life = history();
        assertThat(life.get(life.size() - 2).at()).isEqualTo(life.get(life.size() - 3).at().plus(Duration.ofDays(7)));
        assertThat(life.getLast().at()).isEqualTo(life.get(life.size() - 2).at().plus(Duration.ofDays(7)));
    }

    @Test
    void ofManyAtOnceOneActs() throws Exception {
        run();
        AtomicInteger done = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        CountDownLatch start = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    start.await();
                    act(handle -> leases.withdraw(handle, lease, "customer"));
                    done.incrementAndGet();
                } catch (IllegalTransition second) {
                    refused.incrementAndGet();
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                }
            }));
        }
        start.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(done.get()).isEqualTo(1);
        assertThat(refused.get()).isEqualTo(7);
        assertThat(steps()).containsOnlyOnce(LeaseStep.STANDING_DOWN);
    }

    /// Acts and waits at random: whatever happens, the record is one unbroken chain of allowed steps, and the clock leaves nothing due.
    @Test
    void anyLifeIsAChainOfAllowedSteps() {
        for (int seed = 1; seed <= 15; seed++) {
            begin(berlin(2026, 11, 22, 12, 0).plus(Duration.ofHours(37L * seed)));
            Random random = new Random(seed);
            for (int act = 0; act < 25; act++) {
                LeaseStep[] all = LeaseStep.values();
                List<Consumer<Handle>> acts = acts(all[random.nextInt(all.length)]);
                if (acts.isEmpty() || random.nextInt(3) == 0) {
                    pass(Duration.ofHours(random.nextInt(24 * 40)));
                    continue;
                }
                try {
                    act(acts.get(random.nextInt(acts.size())));
                } catch (IllegalTransition | NotNow refused) {
                    assertThat(refused.getMessage()).contains("lease L-");
                }
            }
            timetable.run();
            List<Transition> life = history();
            for (int i = 1; i < life.size(); i++) {
                Transition step = life.get(i);
                LeaseStep from = life.get(i - 1).to();
                assertThat(step.from()).isEqualTo(from);
                assertThat(from == step.to() || from.next().contains(step.to())).as("seed %d: %s", seed, step).isTrue();
                assertThat(step.at()).isAfterOrEqualTo(life.get(i - 1).at());
                assertThat(step.version()).isEqualTo(i + 1);
            }
            assertThat(life.getLast().to()).isEqualTo(state().step());
            assertThat(Optional.ofNullable(current().nextAt())).satisfiesAnyOf(next -> assertThat(next).isEmpty(),
                    next -> assertThat(next.orElseThrow()).isAfter(clock.instant()));
        }
    }

    @Test
    void timeThatCannotPassSaysWhatHoldsIt() {
        Timetable stuck = new Timetable(clock).and(new Due() {
            @Override
            public Optional<Instant> next() {
                return Optional.of(Instant.EPOCH);
            }

            @Override
            public void run() {
                // It stays due.
            }
        });
        assertThatThrownBy(stuck::run).isInstanceOf(IllegalStateException.class).hasMessageContaining("stays due");
        assertThatThrownBy(() -> timetable.advance(clock, clock.instant().minusSeconds(1))).hasMessageContaining("does not run backwards");
    }

    private Map<LeaseStep, Runnable> ways() {
        Map<LeaseStep, Runnable> ways = new EnumMap<>(LeaseStep.class);
        ways.put(LeaseStep.LAPSED, () -> pass(Duration.ofDays(14)));
        ways.put(LeaseStep.DECLINED, () -> act(handle -> leases.decline(handle, lease, "customer", "no")));
        ways.put(LeaseStep.ACCEPTED, () -> act(handle -> leases.accept(handle, lease, "customer", "yes")));
        ways.put(LeaseStep.OWNED, () -> {
            ways.get(LeaseStep.ACCEPTED).run();
            act(handle -> leases.own(handle, lease, UUID.randomUUID(), "shop"));
        });
        ways.put(LeaseStep.CONFIGURED, () -> {
            ways.get(LeaseStep.ACCEPTED).run();
            act(handle -> leases.configure(handle, lease, UUID.randomUUID(), BYTES, "factory"));
        });
        ways.put(LeaseStep.DELIVERED, () -> {
            ways.get(LeaseStep.CONFIGURED).run();
            act(handle -> leases.deliver(handle, lease, "carrier"));
        });
        ways.put(LeaseStep.ACTIVE, this::run);
        ways.put(LeaseStep.PAUSED, () -> {
            run();
            act(handle -> leases.pause(handle, lease, clock.instant().plus(Duration.ofDays(5)), Party.CUSTOMER, "customer", "holiday"));
        });
        ways.put(LeaseStep.WARNED, () -> {
            run();
            act(handle -> leases.warn(handle, lease, "presence", "compliance", "away"));
        });
        ways.put(LeaseStep.SUSPENDED, () -> {
            ways.get(LeaseStep.WARNED).run();
            pass(Duration.ofDays(7));
        });
        ways.put(LeaseStep.STANDING_DOWN, () -> {
            run();
            act(handle -> leases.withdraw(handle, lease, "customer"));
        });
        ways.put(LeaseStep.RELEASED, () -> {
            ways.get(LeaseStep.STANDING_DOWN).run();
            act(handle -> leases.release(handle, lease, "host", "receipt"));
        });
        ways.put(LeaseStep.WITHDRAWN, () -> {
            ways.get(LeaseStep.ACCEPTED).run();
            act(handle -> leases.withdraw(handle, lease, "customer"));
        });
        return ways;
    }

    /// What somebody may do to bring a lease to `to`; empty where only the clock brings it there.
    private List<Consumer<Handle>> acts(LeaseStep to) {
        return switch (to) {
            case OFFERED, LAPSED, SUSPENDED -> List.of();
            case ACCEPTED -> List.of(handle -> leases.accept(handle, lease, "customer", "yes"));
            case DECLINED -> List.of(handle -> leases.decline(handle, lease, "customer", "no"));
            case OWNED -> List.of(handle -> leases.own(handle, lease, UUID.randomUUID(), "shop"));
            case CONFIGURED -> List.of(handle -> leases.configure(handle, lease, UUID.randomUUID(), BYTES, "factory"));
            case DELIVERED -> List.of(handle -> leases.deliver(handle, lease, "carrier"));
            case ACTIVE -> List.of(handle -> leases.enrolled(handle, lease, clock.instant()));
            case PAUSED -> List.of(handle -> leases.pause(handle, lease, clock.instant().plus(Duration.ofDays(3)), Party.PROVIDER,
                    "operator", "repair"));
            case WARNED -> List.of(handle -> leases.warn(handle, lease, "presence", "compliance", "away"));
            case STANDING_DOWN, WITHDRAWN -> List.of(handle -> leases.withdraw(handle, lease, "customer"));
            case RELEASED -> List.of(handle -> leases.release(handle, lease, "host", "receipt"));
        };
    }

    /// Where the act for `to` leads, null where it is refused. An act has its own way: enrolment starts a lease and cures nothing,
    /// withdrawal ends what runs and forgets what does not, and a machine set up where it stands is delivered.
    private static @Nullable LeaseStep reached(LeaseStep from, LeaseStep to) {
        if (to == LeaseStep.STANDING_DOWN || to == LeaseStep.WITHDRAWN) {
            return from.runs() ? LeaseStep.STANDING_DOWN : from.next().contains(LeaseStep.WITHDRAWN) ? LeaseStep.WITHDRAWN : null;
        }
        if (from == LeaseStep.OWNED && to == LeaseStep.CONFIGURED) {
            return LeaseStep.DELIVERED;
        }
        boolean ownWay = to == LeaseStep.ACTIVE && from != LeaseStep.DELIVERED || from == LeaseStep.OWNED && to == LeaseStep.DELIVERED;
        return from.next().contains(to) && !ownWay ? to : null;
    }

    private void run() {
        act(handle -> {
            leases.accept(handle, lease, "customer", "yes");
            leases.configure(handle, lease, UUID.randomUUID(), BYTES, "factory");
            leases.deliver(handle, lease, "carrier");
            leases.enrolled(handle, lease, clock.instant());
        });
    }

    private UUID offered() {
        return database.transact(handle -> leases.offer(handle, owner, BERLIN, plan(24), new DiskShare.Percent(15), new Money(500, "EUR"),
                clock.instant().plus(Duration.ofDays(14)), "operator:test")).id();
    }

    private static LeasePlan plan(int months) {
        List<Window> nights = Arrays.stream(DayOfWeek.values()).map(day -> new Window(day, LocalTime.of(22, 0), LocalTime.of(5, 0))).toList();
        return new LeasePlan("nights", 1, "Nights", new DiskShare.Percent(15), 1, 1L << 40, nights, List.of(), months, 30,
                new Money(32, "EUR"), List.of(new Incentive.Support()));
    }

    private void act(Consumer<Handle> act) {
        database.transact(handle -> {
            act.accept(handle);
            return 0;
        });
    }

    private void pass(Duration time) {
        passTo(clock.instant().plus(time));
    }

    private void passTo(Instant to) {
        timetable.advance(clock, to);
    }

    private Lease current() {
        return database.read(handle -> leases.find(handle, lease)).orElseThrow();
    }

    private LeaseState state() {
        return current().state();
    }

    private UUID machine() {
        return ((LeaseState.Made) state()).machineId();
    }

    private List<Transition> history() {
        return database.read(handle -> leases.history(handle, lease));
    }

    private List<LeaseStep> steps() {
        return history().stream().map(Transition::to).toList();
    }

    private static Instant berlin(int year, int month, int day, int hour, int minute) {
        return LocalDateTime.of(LocalDate.of(year, month, day), LocalTime.of(hour, minute)).atZone(BERLIN).toInstant();
    }
}
