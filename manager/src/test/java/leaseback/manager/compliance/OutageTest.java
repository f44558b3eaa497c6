package leaseback.manager.compliance;

import static leaseback.manager.compliance.Neighbourhood.BERLIN;
import static leaseback.manager.compliance.Neighbourhood.NIGHTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.clock.Timetable;
import leaseback.manager.database.TestDatabase;
import leaseback.manager.lease.LeaseState;
import leaseback.manager.lease.LeaseStep;
import leaseback.manager.lease.Party;
import leaseback.manager.metering.Meter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is our own fault is never a host's breach.
final class OutageTest {
    private static final LocalDate FIRST = LocalDate.of(2027, 4, 5);

    @TempDir
    private static Path folder;

    private static TestDatabase testDatabase;

    private Neighbourhood world;
    private UUID lease;

    @BeforeAll
    static void open() {
        testDatabase = TestDatabase.fresh();
    }

    @AfterAll
    static void close() {
        testDatabase.close();
    }

    @BeforeEach
    void aLeaseThatRuns() throws Exception {
        world = new Neighbourhood(testDatabase.database(), folder, berlin(0, 9), 5);
        lease = world.lease(BERLIN, NIGHTS);
    }

    @Test
    void minutesOfAnOutageAreNotAskedFor() {
        world.present(lease, FIRST, FIRST.plusDays(20), 0);
        world.passNight(FIRST);
        // Every night but its last hour; the days between touch nobody.
        for (int day = 0; day < 9; day++) {
            int night = day;
            world.passTo(berlin(night + 1, 12));
            world.act(handle -> world.outages.record(handle, berlin(night, 21), berlin(night + 1, 4), "our line was cut", "operator:olga"));
        }
        Score score = world.read(handle -> world.compliance.score(handle, lease, berlin(0, 0), berlin(9, 0)));
        // Nine last hours, and what there was of the first night before it.
        assertThat(score.kept()).isEqualTo(new Tally(0, 9 * 60 + 240));
        assertThat(score.excused()).isEqualTo(9 * 420 - 9 * 60 - 240);
        world.passNight(FIRST.plusDays(19));
        assertThat(world.steps(lease)).startsWith(LeaseStep.ACTIVE, LeaseStep.WARNED);
    }

    @Test
    void aHostThatWasAwayOnlyWhileWeWereIsNotWarned() {
        world.present(lease, FIRST, FIRST.plusDays(2), 100);
        world.present(lease, FIRST.plusDays(2), FIRST.plusDays(20), 0);
        world.measure(lease, FIRST.plusDays(10), Meter.AUDITS, 40);
        world.passTo(berlin(3, 0));
        for (int day = 2; day < 20; day++) {
            Instant from = berlin(day, 0);
            world.passTo(berlin(day + 1, 0));
            // Twice the same: what two outages share counts once.
            world.act(handle -> world.outages.record(handle, from, world.clock.instant(), "a move", "operator:olga"));
            world.act(handle -> world.outages.record(handle, from, world.clock.instant(), "the same move", "operator:olga"));
        }
        world.passNight(FIRST.plusDays(19));
        assertThat(world.steps(lease)).containsExactly(LeaseStep.ACTIVE);
        assertThat(world.findings(lease)).allMatch(Finding::kept);
        // Audits of such a day were asked for, and none of them is held against it.
        assertThat(world.findings(lease)).filteredOn(finding -> finding.provision() == Provision.DISK).singleElement()
                .satisfies(finding -> assertThat(finding.ofDay()).isEqualTo(new Tally(40, 40)));
        assertThat(world.read(handle -> world.compliance.score(handle, lease, berlin(0, 0), berlin(20, 0))).value()).isEqualByComparingTo("1");
    }

    @Test
    void anOutageProlongsWhatIsToBeCuredOnceAndBeforeTheDeadlineIsLookedAt() {
        world.present(lease, FIRST, FIRST.plusDays(40), 0);
        world.passNight(FIRST.plusDays(6));
        Instant cureBy = ((LeaseState.Warned) world.state(lease)).cureBy();
        world.outages.beat();
        Instant last = world.clock.instant();
        // Nobody runs for ten days: the clock goes on, the timetable does not.
        new Timetable(world.clock).advance(world.clock, last.plus(Duration.ofDays(10)));
        world.outages.beat();
        world.timetable.run();
        assertThat(world.state(lease)).isInstanceOfSatisfying(LeaseState.Warned.class, warned ->
                assertThat(warned.cureBy()).isEqualTo(cureBy.plus(Duration.ofDays(10))));
        assertThat(world.<List<Outages.Outage>>read(handle -> world.outages.page(handle, null, 10))).singleElement().satisfies(outage -> {
            assertThat(outage.from()).isEqualTo(last);
            assertThat(outage.to()).isEqualTo(last.plus(Duration.ofDays(10)));
        });
        world.act(handle -> handle.execute("update outage set heeded = false"));
        world.timetable.run();
        assertThat(((LeaseState.Warned) world.state(lease)).cureBy()).isEqualTo(cureBy.plus(Duration.ofDays(10)));
        world.passTo(cureBy.plus(Duration.ofDays(10)));
        assertThat(world.state(lease)).isInstanceOf(LeaseState.Suspended.class);
    }

    @Test
    void onlyTheOutageAfterTheWarningProlongs() {
        world.present(lease, FIRST, FIRST.plusDays(40), 0);
        world.passNight(FIRST.plusDays(6));
        LeaseState.Warned warned = (LeaseState.Warned) world.state(lease);
        world.passTo(warned.at().plus(Duration.ofHours(5)));
        world.act(handle -> world.outages.record(handle, warned.at().minus(Duration.ofDays(2)), world.clock.instant(), "late word", "operator:olga"));
        world.timetable.run();
        assertThat(((LeaseState.Warned) world.state(lease)).cureBy()).isEqualTo(warned.cureBy().plus(Duration.ofHours(5)));
    }

    @Test
    void managersThatLiveHaveNoOutages() {
        world.outages.beat();
        Outages other = new Outages(world.database, world.leases, world.clock);
        for (int minute = 0; minute < 20; minute++) {
            new Timetable(world.clock).advance(world.clock, world.clock.instant().plus(Duration.ofMinutes(2)));
            (minute % 2 == 0 ? other : world.outages).beat();
        }
        assertThat(world.<List<Outages.Outage>>read(handle -> world.outages.page(handle, null, 10))).isEmpty();
        new Timetable(world.clock).advance(world.clock, world.clock.instant().plus(Duration.ofMinutes(4)));
        other.beat();
        world.outages.beat();
        assertThat(world.<List<Outages.Outage>>read(handle -> world.outages.page(handle, null, 10))).hasSize(1);
    }

    @Test
    void anOutageIsATimeThatIsPast() {
        Instant now = world.clock.instant();
        for (Instant to : List.of(now.plusSeconds(1), now.minus(Duration.ofDays(2)), now.minus(Duration.ofDays(1)))) {
            assertThatThrownBy(() -> world.act(handle -> world.outages.record(handle, now.minus(Duration.ofDays(1)), to, "x", "operator:olga")))
                    .isInstanceOf(Refusal.class).hasMessageContaining("a later one that is past");
        }
    }

    @Test
    void aPauseAndAnOutageThatOverlapAreTakenOutOnce() {
        world.present(lease, FIRST, FIRST.plusDays(5), 50);
        world.passTo(berlin(1, 23));
        world.act(handle -> world.leases.pause(handle, lease, berlin(2, 2), Party.CUSTOMER, "customer", "moving house"));
        world.passTo(berlin(2, 12));
        world.act(handle -> world.outages.record(handle, berlin(2, 1), berlin(2, 3), "ours", "operator:olga"));
        Score score = world.read(handle -> world.compliance.score(handle, lease, berlin(1, 12), berlin(3, 0)));
        // Only the reading of day 2 begins in that time: 420 minutes, without the three hours to 3:00, and the 210 that it was there.
        assertThat(score.kept()).isEqualTo(new Tally(210, 420 - 180));
        assertThat(score.excused()).isEqualTo(180);
    }

    private static Instant berlin(int day, int hour) {
        return FIRST.plusDays(day).atTime(hour, 0).atZone(BERLIN).toInstant();
    }
}
