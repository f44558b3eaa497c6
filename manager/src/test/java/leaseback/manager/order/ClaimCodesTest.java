package leaseback.manager.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import leaseback.manager.catalog.DiskShare;
import leaseback.manager.catalog.Incentive;
import leaseback.manager.catalog.LeasePlan;
import leaseback.manager.catalog.Money;
import leaseback.manager.customer.Customers;
import leaseback.manager.customer.Role;
import leaseback.manager.database.Database;
import leaseback.manager.database.TestDatabase;
import leaseback.manager.lease.IllegalTransition;
import leaseback.manager.lease.Lease;
import leaseback.manager.lease.LeaseState;
import leaseback.manager.lease.LeaseStep;
import leaseback.manager.lease.Leases;
import leaseback.manager.lease.Term;
import leaseback.manager.lease.Transition;
import leaseback.manager.order.ClaimCodes.Outcome;
import leaseback.manager.sealing.MasterKey;
import leaseback.protocol.LeaseTerms;
import leaseback.protocol.Window;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ClaimCodesTest {
    private final MovableClock clock = new MovableClock(Instant.parse("2026-11-22T12:00:00Z"));
    private final Random random = new Random(7);
    private final Leases leases = new Leases(clock, random);
    private final ClaimCodes codes = new ClaimCodes(leases, clock, random);
    private final UUID machineId = UUID.randomUUID();
    private TestDatabase testDatabase;
    private Database database;
    private UUID owner;
    private Lease lease;

    @BeforeEach
    void aMachineOnItsWay(@TempDir Path folder) throws Exception {
        testDatabase = TestDatabase.fresh();
        database = testDatabase.database();
        owner = new Customers(database, MasterKey.at(folder.resolve("master.key")), clock, random)
                .add("Ada", "ada@example.org", ZoneId.of("Europe/Berlin"), Set.of(Role.HOST)).id();
        List<Window> nights = Arrays.stream(DayOfWeek.values())
                .map(day -> new Window(day, LocalTime.of(22, 0), LocalTime.of(5, 0))).toList();
        LeasePlan plan = new LeasePlan("nights", 1, "Nights", new DiskShare.Percent(15), 1, 1L << 40, nights, List.of(), 24, 30,
                new Money(32, "EUR"), List.of(new Incentive.Support()));
        lease = database.transact(handle -> {
            Lease offered = leases.offer(handle, owner, ZoneId.of("Europe/Berlin"), plan, plan.share(), new Money(500, "EUR"),
                    clock.instant().plus(Duration.ofDays(14)), "operator:test");
            leases.accept(handle, offered.id(), "customer:ada", "accepted");
            leases.configure(handle, offered.id(), machineId, 6_000_000_000L, "factory:one");
            return offered;
        });
    }

    @AfterEach
    void close() {
        testDatabase.close();
    }

    @Test
    void aCodeIsGoodOnceHoweverItIsTyped() {
        String code = issue();
        assertThat(code).matches("([0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{5}");
        deliver();
        String typed = code.toLowerCase(java.util.Locale.ROOT).replace("-", " ").replace('0', 'o').replace('1', 'l');
        assertThat(redeem(typed)).isEqualTo(new Outcome.Redeemed(machineId, "LB-1", lease.id(), owner, null));
        assertThat(redeem(code)).isEqualTo(new Outcome.Used(clock.instant()));
    }

    @Test
    void whatWasNeverIssuedIsUnknown() {
        assertThat(redeem("AAAAA-AAAAA-AAAAA-AAAAA-AAAAA")).isEqualTo(new Outcome.Unknown());
        assertThat(redeem("")).isEqualTo(new Outcome.Unknown());
    }

    @Test
    void aCodeExpiresAfterNinetyDays() {
        String code = issue();
        deliver();
        Instant end = clock.instant().plus(Duration.ofDays(90));
        clock.move(Duration.ofDays(90));
        assertThat(redeem(code)).isEqualTo(new Outcome.Expired(end));
    }

    @Test
    void aCodeWaitsForTheDeliveryAndStaysGood() {
        String code = issue();
        assertThat(redeem(code)).isEqualTo(new Outcome.Undelivered("LB-1", LeaseStep.CONFIGURED));
        deliver();
        assertThat(redeem(code)).isInstanceOf(Outcome.Redeemed.class);
    }

    @Test
    void aCodeIsGoodAgainWhenTheEnrolmentFails() {
        String code = issue();
        deliver();
        assertThatThrownBy(() -> database.transact(handle -> {
            codes.redeem(handle, code);
            throw new IllegalArgumentException("bad request for a certificate");
        })).hasMessageContaining("bad request");
        assertThat(redeem(code)).isInstanceOf(Outcome.Redeemed.class);
    }

    @Test
    void ofManyWhoRaceOneWins() throws Exception {
        String code = issue();
        deliver();
        CountDownLatch go = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Outcome>> racers = java.util.stream.IntStream.range(0, 8).mapToObj(i -> threads.submit(() -> {
                go.await();
                return redeem(code);
            })).toList();
            go.countDown();
            int won = 0;
            for (Future<Outcome> racer : racers) {
                Outcome outcome = racer.get();
                won += outcome instanceof Outcome.Redeemed ? 1 : 0;
                assertThat(outcome).isInstanceOfAny(Outcome.Redeemed.class, Outcome.Used.class);
            }
            assertThat(won).isEqualTo(1);
        }
    }

    @Test
    void aMachineThatLostItsKeyIsTheHostItWas() {
        assertThatThrownBy(this::again).hasMessageContaining("no host of ours");
        UUID host = enrolled();
        assertThatThrownBy(this::issue).hasMessageContaining("for a new drive");
        String first = again();
        String second = again();
        assertThat(redeem(first)).as("one of before").isEqualTo(new Outcome.Unknown());
        assertThat(redeem(second)).isEqualTo(new Outcome.Redeemed(machineId, "LB-1", lease.id(), owner, host));
        assertThat(redeem(second)).isEqualTo(new Outcome.Used(clock.instant()));
        String third = again();
        database.transact(handle -> {
            codes.takeBack(handle, lease.id());
            return 0;
        });
        assertThat(redeem(third)).as("one that was taken back").isEqualTo(new Outcome.Unknown());
        String late = again();
        Instant end = clock.instant().plus(Duration.ofDays(30));
        clock.move(Duration.ofDays(30));
        assertThat(redeem(late)).isEqualTo(new Outcome.Expired(end));
    }

    @Test
    void whoIsNoHostAnyMoreDoesNotBecomeOneAgain() {
        UUID host = enrolled();
        database.transact(handle -> handle.execute("update host set state = 'LEAVING' where id = ?", host));
        assertThat(redeem(again())).as("it has a receipt to sign").isInstanceOf(Outcome.Redeemed.class);
        String code = again();
        database.transact(handle -> handle.execute("update host set state = 'RELEASED' where id = ?", host));
        assertThat(redeem(code)).isEqualTo(new Outcome.Unknown());
        assertThatThrownBy(this::again).hasMessageContaining("no host of ours");
    }

    @Test
    void onlyTheHashIsKept() {
        String code = issue();
        String kept = database.read(handle -> handle.createQuery("select encode(hash, 'hex') from claim_code").mapTo(String.class)
                .one());
        assertThat(kept).isEqualTo(ClaimCodes.hexHash(code)).hasSize(64);
    }

    @Test
    void enrolmentStartsTheLeaseAndItsLifeIsRecorded() {
        issue();
        assertThatThrownBy(() -> database.transact(handle -> {
            leases.enrolled(handle, lease.id(), clock.instant());
            return 0;
        })).isInstanceOf(IllegalTransition.class).hasMessageContaining("from CONFIGURED it can become DELIVERED");
        deliver();
        database.transact(handle -> {
            leases.enrolled(handle, lease.id(), clock.instant());
            return 0;
        });
        Lease now = database.read(handle -> leases.find(handle, lease.id())).orElseThrow();
        assertThat(now.state()).isEqualTo(new LeaseState.Active(clock.instant(), machineId, 6_000_000_000L, new Term(clock.instant(),
                clock.instant().atZone(lease.zone()).plusMonths(lease.plan().termMonths()).toInstant(), null)));
        LeaseTerms terms = database.read(handle -> leases.terms(handle, lease.id()));
        assertThat(terms.leasedBytes()).isEqualTo(6_000_000_000L);
        assertThat(terms.monthlyPay()).isEqualTo(500);
        assertThat(terms.serving().isOpen(Instant.parse("2026-11-22T22:30:00Z"))).isTrue();
        assertThat(terms.processor().isOpen(Instant.parse("2026-11-22T22:30:00Z"))).isFalse();
        assertThat(terms.summary()).contains("6 GB").contains("every day from 22:00 to 05:00").contains("never")
                .contains("EUR 5.00");
        List<Transition> life = database.read(handle -> leases.history(handle, lease.id()));
        assertThat(life).extracting(Transition::to).containsExactly(
                LeaseStep.OFFERED, LeaseStep.ACCEPTED, LeaseStep.CONFIGURED, LeaseStep.DELIVERED, LeaseStep.ACTIVE);
    }

    private UUID enrolled() {
        assertThat(issue()).isNotEmpty();
        deliver();
        UUID host = UUID.randomUUID();
        database.transact(handle -> {
            handle.execute("update claim_code set used_at = ?", clock.instant());
            leases.enrolled(handle, lease.id(), clock.instant());
            return handle.execute("""
                    insert into host (id, alias, serial, machine_id, owner_id, lease_id, state, enrolled_at) values (?, 0, 'LB-1', ?, ?, ?, 'ACTIVE', ?)""",
                    host, machineId, owner, lease.id(), clock.instant());
        });
        return host;
    }

    private String again() {
        return database.transact(handle -> codes.again(handle, lease.id(), "operator:olga"));
    }

    private String issue() {
        return database.transact(handle -> codes.issue(handle, machineId, "LB-1", lease.id(), owner));
    }

    private void deliver() {
        database.transact(handle -> {
            leases.deliver(handle, lease.id(), "factory:one");
            return 0;
        });
    }

    private Outcome redeem(String code) {
        return database.transact(handle -> codes.redeem(handle, code));
    }
}
