package leaseback.manager.compliance;

import static leaseback.manager.compliance.Neighbourhood.BERLIN;
import static leaseback.manager.compliance.Neighbourhood.NIGHTS;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import leaseback.manager.database.TestDatabase;
import leaseback.manager.lease.LeaseState;
import leaseback.manager.lease.LeaseStep;
import leaseback.manager.lease.Party;
import leaseback.manager.lease.Transition;
import leaseback.manager.letter.Letter;
import leaseback.manager.metering.Meter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever owners, pauses, outages and reports do: first a letter, then seven days, then a consequence.
final class NoticeFirstTest {
    private static final LocalDate FIRST = LocalDate.of(2027, 9, 20);
    private static final int DAYS = 55;

    @TempDir
    private static Path folder;

    private static TestDatabase testDatabase;

    @BeforeAll
    static void open() {
        testDatabase = TestDatabase.fresh();
    }

    @AfterAll
    static void close() {
        testDatabase.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void nobodyIsSuspendedWithoutALetterSevenDaysBefore(long seed) throws Exception {
        Random random = new Random(seed);
        Neighbourhood world = new Neighbourhood(testDatabase.database(), folder, FIRST.atTime(9, 0).atZone(BERLIN).toInstant(), seed);
        Tampers tampers = new Tampers(world.leases, world.breaches, world.clock);
        List<UUID> leases = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            UUID lease = world.lease(BERLIN, NIGHTS);
            leases.add(lease);
            moods(world, lease, random);
        }
        for (int day = 0; day < DAYS; day++) {
            world.passTo(FIRST.plusDays(day + 1).atTime(random.nextInt(24), random.nextInt(60)).atZone(BERLIN).toInstant());
            UUID lease = leases.get(random.nextInt(leases.size()));
            Instant now = world.clock.instant();
            if (random.nextInt(12) == 0) {
                world.act(handle -> world.outages.record(handle, now.minus(Duration.ofHours(1 + random.nextInt(60))), now, "ours", "operator:olga"));
            }
            if (random.nextInt(10) == 0 && world.state(lease) instanceof LeaseState.Active) {
                world.act(handle -> world.leases.pause(handle, lease, now.plus(Duration.ofHours(1 + random.nextInt(100))), Party.PROVIDER,
                        "operator:olga", "repair"));
            }
            if (random.nextInt(25) == 0 && world.state(lease).step().runs()) {
                world.act(handle -> tampers.report(handle, lease, "a piece came back altered", "operator:olga"));
            }
        }
        List<LeaseStep> reached = new ArrayList<>();
        for (UUID lease : leases) {
            check(world, lease, reached);
        }
        assertThat(reached).as("the seed tells something").contains(LeaseStep.WARNED, LeaseStep.SUSPENDED);
    }

    /// Stretches of days in which it is there more or less.
    private static void moods(Neighbourhood world, UUID lease, Random random) {
        for (int day = 0; day < DAYS;) {
            int stretch = 1 + random.nextInt(20);
            int percent = random.nextInt(3) == 0 ? 100 : random.nextInt(60);
            int last = Math.min(DAYS, day + stretch);
            world.present(lease, FIRST.plusDays(day), FIRST.plusDays(last), percent);
            if (random.nextInt(3) == 0) {
                world.measure(lease, FIRST.plusDays(day), Meter.AUDITS, 20);
                world.measure(lease, FIRST.plusDays(day), Meter.AUDITS_PASSED, random.nextInt(21));
            }
            day = last;
        }
    }

    private static void check(Neighbourhood world, UUID lease, List<LeaseStep> reached) {
        List<Letter> letters = world.letters(lease);
        Instant warned = Instant.MAX;
        Instant suspended = Instant.MAX;
        for (Transition step : world.history(lease)) {
            if (step.from() == step.to()) {
                continue;
            }
            reached.add(step.to());
            switch (step.to()) {
                case WARNED -> {
                    warned = step.at();
                    assertThat(letters).as("a letter of the warning at %s", warned)
                            .anyMatch(letter -> letter.at().equals(step.at()) && letter.about().endsWith(":warned"));
                }
                case SUSPENDED -> {
                    suspended = step.at();
                    Duration least = step.reason().startsWith("TAMPER") ? Duration.ofHours(24) : Duration.ofDays(7);
                    assertThat(Duration.between(warned, suspended)).isGreaterThanOrEqualTo(least);
                    assertThat(letters).anyMatch(letter -> letter.at().equals(step.at()) && letter.about().endsWith(":suspended"));
                }
                case STANDING_DOWN -> {
                    assertThat(Duration.between(suspended, step.at())).isGreaterThanOrEqualTo(Duration.ofDays(7));
                    assertThat(letters).anyMatch(letter -> letter.at().equals(step.at()) && letter.about().endsWith(":ended"));
                }
                default -> {}
            }
        }
        // And what is in order again is said as well.
        long cures = world.history(lease).stream().filter(step -> step.to() == LeaseStep.ACTIVE
                && (step.from() == LeaseStep.WARNED || step.from() == LeaseStep.SUSPENDED) && !step.reason().startsWith("set aside")).count();
        assertThat(letters.stream().filter(letter -> letter.about().endsWith(":cured")).count()).isEqualTo(cures);
    }
}
