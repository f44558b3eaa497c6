package leaseback.manager.compliance;

import static leaseback.manager.compliance.Neighbourhood.BERLIN;
import static leaseback.manager.compliance.Neighbourhood.NIGHTS;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import leaseback.manager.database.TestDatabase;
import leaseback.manager.lease.Ending;
import leaseback.manager.lease.LeaseState;
import leaseback.manager.lease.LeaseStep;
import leaseback.manager.lease.Party;
import leaseback.manager.letter.Letter;
import leaseback.manager.metering.Meter;
import leaseback.manager.metering.Reading;
import leaseback.manager.metering.Subject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What follows when a machine is not on, told in nights.
final class NeglectTest {
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
        world = new Neighbourhood(testDatabase.database(), folder, FIRST.atStartOfDay(BERLIN).plusHours(9).toInstant(), 7);
        lease = world.lease(BERLIN, NIGHTS);
    }

    @Test
    void neglectOfAFortnightIsWarnedOfAndThenCured() {
        world.present(lease, FIRST, FIRST.plusDays(60), 100);
        world.present(lease, FIRST.plusDays(60), FIRST.plusDays(74), 0);
        world.present(lease, FIRST.plusDays(74), FIRST.plusDays(90), 100);
        world.passNight(FIRST.plusDays(71));
        assertThat(world.state(lease)).isInstanceOf(LeaseState.Active.class);
        // 17 of 30 days are less than 60 %.
        world.passNight(FIRST.plusDays(72));
        assertThat(world.state(lease)).isInstanceOfSatisfying(LeaseState.Warned.class, warned -> {
            assertThat(warned.provision()).isEqualTo("PRESENCE");
            assertThat(warned.cureBy()).isEqualTo(warned.at().plus(Duration.ofDays(7)));
        });
        Letter warning = world.letters(lease).getLast();
        assertThat(warning.text()).contains("0 of 420 agreed minutes (0 %)", "0 % over 7 days, 56 % over 30", "At least 60 % is enough",
                "every day from 22:00 to 05:00", "You have until Thursday, 24 June 2027, 00:10 (Europe/Berlin)", "pause the lease");
        world.passNight(FIRST.plusDays(74));
        assertThat(world.state(lease)).isInstanceOf(LeaseState.Warned.class);
        // Two of the three days since the letter.
        world.passNight(FIRST.plusDays(75));
        assertThat(world.state(lease)).isInstanceOf(LeaseState.Active.class);
        assertThat(world.letters(lease).getLast().subject()).startsWith("Thank you");
        world.passNight(FIRST.plusDays(89));
        assertThat(world.steps(lease)).containsExactly(LeaseStep.ACTIVE, LeaseStep.WARNED, LeaseStep.ACTIVE);
        assertThat(world.letters(lease)).hasSize(2);
    }

    @Test
    void neglectThatIsNeverCuredEndsAfterTheLetterAndTwiceSevenDays() {
        world.present(lease, FIRST, FIRST.plusDays(40), 0);
        world.passNight(FIRST.plusDays(39));
        List<Instant> at = world.history(lease).stream().filter(each -> List.of(LeaseStep.WARNED, LeaseStep.SUSPENDED, LeaseStep.STANDING_DOWN)
                .contains(each.to())).map(each -> each.at()).toList();
        assertThat(at).hasSize(3);
        // Seven days say enough: not earlier.
        assertThat(at.getFirst()).isEqualTo(FIRST.plusDays(7).atStartOfDay(BERLIN).toInstant().plus(Judge.GRACE));
        assertThat(at.get(1)).isEqualTo(at.get(0).plus(Duration.ofDays(7)));
        assertThat(at.get(2)).isEqualTo(at.get(0).plus(Duration.ofDays(14)));
        assertThat(world.state(lease)).isInstanceOfSatisfying(LeaseState.StandingDown.class, leaving ->
                assertThat(leaving.ending()).isEqualTo(Ending.BREACH));
        assertThat(world.letters(lease)).extracting(Letter::at).containsExactlyElementsOf(at);
        assertThat(world.letters(lease)).extracting(letter -> letter.subject().substring(0, letter.subject().indexOf(':'))).containsExactly(
                "Please look after your machine", "What we give you is paused", "The lease has ended");
    }

    @Test
    void whoIsThereAgainWhileIncentivesArePausedHasThemBack() {
        world.present(lease, FIRST, FIRST.plusDays(15), 0);
        world.present(lease, FIRST.plusDays(15), FIRST.plusDays(30), 80);
        world.passNight(FIRST.plusDays(29));
        assertThat(world.steps(lease)).containsExactly(LeaseStep.ACTIVE, LeaseStep.WARNED, LeaseStep.SUSPENDED, LeaseStep.ACTIVE);
        assertThat(world.letters(lease)).hasSize(3);
    }

    @Test
    void aWeekAwayIsNotWarnedOf() {
        world.present(lease, FIRST, FIRST.plusDays(30), 90);
        world.present(lease, FIRST.plusDays(30), FIRST.plusDays(37), 0);
        world.present(lease, FIRST.plusDays(37), FIRST.plusDays(50), 90);
        world.passNight(FIRST.plusDays(49));
        assertThat(world.steps(lease)).containsExactly(LeaseStep.ACTIVE);
        assertThat(world.letters(lease)).isEmpty();
        assertThat(world.findings(lease)).hasSize(50).allMatch(Finding::kept);
    }

    @Test
    void aPauseIsNotJudgedAndItsDaysCountForNothing() {
        world.present(lease, FIRST, FIRST.plusDays(20), 100);
        world.present(lease, FIRST.plusDays(20), FIRST.plusDays(45), 0);
        world.present(lease, FIRST.plusDays(45), FIRST.plusDays(60), 100);
        world.passNight(FIRST.plusDays(19));
        Instant back = FIRST.plusDays(45).atStartOfDay(BERLIN).toInstant();
        world.act(handle -> world.leases.pause(handle, lease, back, Party.CUSTOMER, "customer", "holiday"));
        world.passNight(FIRST.plusDays(59));
        assertThat(world.steps(lease)).containsExactly(LeaseStep.ACTIVE, LeaseStep.PAUSED, LeaseStep.ACTIVE);
        assertThat(world.letters(lease)).isEmpty();
        assertThat(world.findings(lease)).hasSize(35).allMatch(finding -> finding.month().good() >= finding.month().asked() - 40);
        Score score = world.database.read(handle -> world.compliance.score(handle, lease, FIRST.atStartOfDay(BERLIN).toInstant(), back));
        // The pause began at 0:40; four hours and twenty minutes of that night were still ahead.
        assertThat(score.kept()).isEqualTo(new Tally(20 * 420, 20 * 420 + 40));
        assertThat(score.excused()).isEqualTo(25 * 420 - 40);
    }

    @Test
    void whatWasNotMeasuredIsHeldAgainstNobody() {
        world.passNight(FIRST.plusDays(60));
        assertThat(world.steps(lease)).containsExactly(LeaseStep.ACTIVE);
        assertThat(world.findings(lease)).isEmpty();
        Score score = world.database.read(handle ->
                world.compliance.score(handle, lease, FIRST.atStartOfDay(BERLIN).toInstant(), world.clock.instant()));
        assertThat(score.value()).isEqualByComparingTo(BigDecimal.ONE);
        assertThat(score.readings()).isEmpty();
    }

    @Test
    void aDayThatIsJudgedTwiceIsJudgedOnce() {
        world.present(lease, FIRST, FIRST.plusDays(10), 50);
        world.passNight(FIRST.plusDays(3));
        List<Finding> before = world.findings(lease);
        world.act(handle -> handle.execute("update judging set day = day - 3, next_at = next_at - interval '3 days'"));
        world.passNight(FIRST.plusDays(3));
        assertThat(world.findings(lease)).isEqualTo(before).hasSize(4);
        Finding last = before.getFirst();
        assertThat(last.words()).isEqualTo("On 2027-04-08 the machine was on in 210 of 420 agreed minutes (50 %); 50 % over 7 days, 50 % over 30.");
        assertThat(last.readings()).hasSize(2).allSatisfy(id -> {
            Reading reading = world.database.read(handle -> world.readings.find(handle, id)).orElseThrow().reading();
            assertThat(reading.from()).isEqualTo(last.day().atStartOfDay(BERLIN).toInstant());
        });
    }

    @Test
    void aCorrectedReadingCountsAsCorrectedAndTheFindingStays() {
        world.present(lease, FIRST, FIRST.plusDays(10), 50);
        world.passNight(FIRST);
        Reading wrong = world.database.read(handle -> world.readings.page(handle, lease, FIRST.atStartOfDay(BERLIN).toInstant(),
                FIRST.plusDays(1).atStartOfDay(BERLIN).toInstant(), Meter.PRESENCE, null, 1)).getFirst().reading();
        UUID right = UUID.randomUUID();
        world.act(handle -> world.readings.record(handle, List.of(new Reading(right, new Subject(Subject.Kind.LEASE, lease), Meter.PRESENCE,
                wrong.from(), wrong.to(), 420, "operator:test", wrong.id()))));
        world.passNight(FIRST.plusDays(1));
        assertThat(world.findings(lease)).extracting(Finding::ofDay).containsExactly(new Tally(210, 420), new Tally(210, 420));
        assertThat(world.findings(lease).getFirst().month()).isEqualTo(new Tally(630, 840));
        Score score = world.database.read(handle -> world.compliance.score(handle, lease, wrong.from(), wrong.to()));
        assertThat(score.value()).isEqualByComparingTo(BigDecimal.ONE);
        assertThat(score.readings()).contains(right).doesNotContain(wrong.id());
    }
}
