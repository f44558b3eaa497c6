package leaseback.testbed.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import leaseback.manager.catalog.DiskShare;
import leaseback.manager.catalog.Incentive;
import leaseback.manager.catalog.LeasePlan;
import leaseback.manager.catalog.Money;
import leaseback.manager.lease.Leases;
import leaseback.manager.storage.Segment;
import leaseback.manager.upkeep.Reputation;
import leaseback.manager.upkeep.Standings;
import leaseback.manager.upkeep.Upkeep;
import leaseback.manager.upkeep.UpkeepSettings;
import leaseback.protocol.Calendar;
import leaseback.protocol.Window;
import org.junit.jupiter.api.Test;

/// Hosts that alter, lose or keep silent about what they were given are found; those that sleep are left in peace.
class AuditWalkTest extends UpkeepWorld {
    private static final int STRIPE = 2 * 64 * 1024;

    @Test
    void aHostThatAltersCellsIsFoundAndItsPiecesAreReplaced() throws Exception {
        for (int i = 0; i < 4; i++) {
            put("k" + i, new Given(i, 4 * STRIPE));
        }
        show();
        RackedHost rotten = hostOf(segment(), 2);
        rotten.rot();
        upkeep.walk();
        // A quarter of its cells is wrong: after eight hours of audits the chance to be overlooked is 0.75^340.
        audits(24, Duration.ofMinutes(20));
        assertThat(upkeep.report().audits().altered()).isPositive();
        assertThat(reputation(rotten.id()).score()).isLessThan(1);
        settle();
        for (Segment segment : segments()) {
            assertThat(segment.hosts()).doesNotContain(rotten.host().alias());
        }
        sweepAll();
        assertExactlyWhatCounts();
        rack.hosts.stream().filter(host -> host != rotten).forEach(host -> assertThat(reputation(host.id()).score()).isEqualTo(1));
    }

    @Test
    void aHostIsAskedOnlyInItsWindowAndNeverMoreThanItsShare() throws Exception {
        for (int i = 0; i < 4; i++) {
            put("k" + i, new Given(i, 4 * STRIPE));
        }
        RackedHost sleeper = hostOf(segment(), 1);
        sleeper.promise(Calendar.daily(ZoneOffset.UTC, LocalTime.of(1, 0), LocalTime.of(2, 0)));
        upkeep.walk();
        audits(12, Duration.ofMinutes(20));
        assertThat(asked(sleeper.id())).as("its line is up, but it promised nothing for these hours").isZero();
        for (RackedHost host : rack.hosts.subList(0, 6)) {
            // Four hours of 1023 cells a day.
            assertThat(asked(host.id())).isLessThanOrEqualTo(1023 / 6 + 1).isGreaterThanOrEqualTo(host == sleeper ? 0 : 150);
        }
    }

    @Test
    void aHostThatComesBackWithAnEmptyDiskIsKnownWithinALapAndForgivenWhatItFindsAgain() throws Exception {
        for (int i = 0; i < 5; i++) {
            put("k" + i, new Given(i, 300_000));
        }
        upkeep.walk();
        upkeep.walk();
        RackedHost emptied = hostOf(segment(), 0);
        assertThat(upkeep.report().audits().missing()).isZero();
        emptied.hideDisk();
        upkeep.walk();
        assertThat(flaws()).isEqualTo(5);
        assertThat(upkeep.report().audits().missing()).isEqualTo(5);
        assertThat(reputation(emptied.id()).score()).isLessThan(1);
        emptied.findDisk();
        upkeep.walk();
        assertThat(flaws()).isZero();
        emptied.hideDisk();
        show();
        upkeep.walk();
        settle();
        for (Segment segment : segments()) {
            assertThat(segment.hosts()).doesNotContain(emptied.host().alias());
        }
    }

    @Test
    void whatWentWithADriveThatWeExchangedIsRepairedAndBlamedOnNobody() throws Exception {
        for (int i = 0; i < 5; i++) {
            put("k" + i, new Given(i, 300_000));
        }
        upkeep.walk();
        RackedHost renewed = hostOf(segment(), 0);
        replaceDrive(renewed);
        renewed.hideDisk();
        upkeep.walk();
        audits(3, Duration.ofMinutes(20));
        assertThat(flaws()).isEqualTo(5);
        assertThat(reputation(renewed.id()).score()).isEqualTo(1);
        assertThat(rack.count("audit_hour where missing > 0 and excused = missing")).isPositive();
        show();
        upkeep.walk();
        settle();
        for (Segment segment : segments()) {
            assertThat(segment.hosts()).doesNotContain(renewed.host().alias());
        }
    }

    /// The host with its lease, and the replacement as `maintenance` leaves it behind.
    private void replaceDrive(RackedHost host) {
        Leases leases = new Leases(rack.clock, new Random(1));
        LeasePlan plan = new LeasePlan("plan", 1, "Plan", new DiskShare.Percent(15), 1, 1L << 40, List.of(new Window(DayOfWeek.MONDAY, LocalTime.MIDNIGHT,
                LocalTime.NOON)), List.of(), 24, 30, new Money(32, "EUR"), List.of(new Incentive.Support()));
        Instant now = rack.clock.instant();
        database.database().transact(handle -> {
            UUID lease = leases.offer(handle, rack.ownerId, ZoneOffset.UTC, plan, plan.share(), new Money(500, "EUR"), now.plus(Duration.ofDays(14)),
                    "operator:test").id();
            handle.execute("""
                    insert into host (id, alias, serial, machine_id, owner_id, lease_id, state, enrolled_at) values (?, ?, ?, ?, ?, ?, 'ACTIVE', ?)""",
                    host.id(), host.host().alias(), host.serial(), UUID.randomUUID(), rack.ownerId, lease, now);
            return handle.execute("""
                    insert into part_replacement (id, number, lease_id, customer_id, serial, part, reason, state, opened_at, expected_until, closed_at)
                    values (?, 'S-1', ?, ?, ?, 'DRIVE', 'It reports errors.', 'DONE', ?, ?, ?)""", UUID.randomUUID(), lease, rack.ownerId, host.serial(), now,
                    now, now);
        });
    }

    @Test
    void silenceCountsAtTheThirdTimeAndNotWhenTheLineIsDown() throws Exception {
        put("k", new Given(1, 4 * STRIPE));
        upkeep = upkeep(new UpkeepSettings(Duration.ofHours(8), 1L << 40, 4, 144L * 65_552, 40));
        RackedHost silent = hostOf(segment(), 0);
        RackedHost down = hostOf(segment(), 1);
        upkeep.walk();
        upkeep.audit();
        silent.stick(true);
        down.kill();
        audits(1, Duration.ofMinutes(11));
        assertThat(upkeep.report().audits().silent()).isZero();
        audits(1, Duration.ofMinutes(11));
        assertThat(upkeep.report().audits().silent()).isZero();
        audits(1, Duration.ofMinutes(11));
        assertThat(upkeep.report().audits().silent()).isPositive();
        assertThat(reputation(silent.id()).score()).isLessThan(1);
        assertThat(reputation(down.id()).score()).isEqualTo(1);
        silent.stick(false);
    }

    @Test
    void nobodyIsBlamedWhenMostFailAtOnce() throws Exception {
        for (int i = 0; i < 4; i++) {
            put("k" + i, new Given(i, 50_000).silent());
        }
        for (RackedHost host : rack.hosts.subList(0, 4)) {
            host.rot();
        }
        upkeep.walk();
        audits(2, Duration.ofMinutes(30));
        assertThat(flaws()).isPositive();
        rack.hosts.forEach(host -> assertThat(reputation(host.id()).score()).isEqualTo(1));
    }

    @Test
    void whoIsSuspendedIsOfferedForNothingNewAndWhoIsPartedWithIsEmptied() throws Exception {
        put("k", new Given(1, 4 * STRIPE));
        RackedHost bad = hostOf(segment(), 0);
        upkeep.walk();
        database.database().transact(handle -> handle.execute("update standing set alpha = 900, beta = 100 where host_id = ?", bad.id()));
        upkeep.judge();
        assertThat(reputation(bad.id()).step()).isEqualTo(Reputation.Step.WARNED);
        assertThat(offered(bad)).isTrue();
        rack.pass(Duration.ofDays(7));
        upkeep.judge();
        assertThat(reputation(bad.id()).step()).isEqualTo(Reputation.Step.SUSPENDED);
        assertThat(offered(bad)).isFalse();
        settle();
        assertThat(segment().hosts()).contains(bad.host().alias());
        rack.pass(Duration.ofDays(7));
        upkeep.judge();
        assertThat(reputation(bad.id()).step()).isEqualTo(Reputation.Step.PARTING);
        show();
        rack.pass(Duration.ofMinutes(1));
        settle();
        assertThat(segment().hosts()).doesNotContain(bad.host().alias());
        assertThat(upkeep.report().troubled()).extracting(Upkeep.Troubled::serial).containsExactly(bad.serial());
    }

    private boolean offered(RackedHost host) {
        rack.pass(Duration.ofMinutes(1));
        return new Standings(database.database(), rack.clock).welcome(rack).placeable(1).stream().anyMatch(each -> each.id().equals(host.id()));
    }

    private void audits(int rounds, Duration apart) {
        upkeep.audit();
        for (int round = 0; round < rounds; round++) {
            pass(apart);
            upkeep.audit();
        }
    }

    private Reputation reputation(UUID host) {
        Standings.Standing standing = new Standings(database.database(), rack.clock).all().get(host);
        return standing == null ? new Reputation(1, 0, Reputation.Step.GOOD, rack.clock.instant(), "") : standing.reputation();
    }

    private long asked(UUID host) {
        return database.database().read(handle -> handle.createQuery("select coalesce(sum(good), 0) from audit_hour where host_id = :host")
                .bind("host", host).mapTo(Long.class).one());
    }

    private long flaws() {
        return rack.count("flaw");
    }
}
