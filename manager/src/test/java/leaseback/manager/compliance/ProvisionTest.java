package leaseback.manager.compliance;

import static leaseback.manager.compliance.Neighbourhood.BERLIN;
import static leaseback.manager.compliance.Neighbourhood.NIGHTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.BiConsumer;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.database.TestDatabase;
import leaseback.manager.lease.Ending;
import leaseback.manager.lease.LeaseState;
import leaseback.manager.lease.LeaseStep;
import leaseback.manager.letter.Letter;
import leaseback.manager.metering.Meter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each provision by itself: what is just enough, and what is just too little.
final class ProvisionTest {
    private static final LocalDate FIRST = LocalDate.of(2027, 4, 5);

    @TempDir
    private static Path folder;

    private static TestDatabase testDatabase;

    private Neighbourhood world;

    @BeforeAll
    static void open() {
        testDatabase = TestDatabase.fresh();
    }

    @AfterAll
    static void close() {
        testDatabase.close();
    }

    @BeforeEach
    void aWorld() throws Exception {
        world = new Neighbourhood(testDatabase.database(), folder, FIRST.atStartOfDay(BERLIN).plusHours(9).toInstant(), 11);
    }

    /// @param days    on each of which `measured` is measured
    /// @param verdict the provision that is warned of after the last of them; null for none
    private record Row(String what, int days, BiConsumer<UUID, LocalDate> measured, @Nullable Provision verdict) {}

    private Row row(String what, int days, @Nullable Provision verdict, Object... metersAndQuantities) {
        return new Row(what, days, (lease, day) -> {
            for (int i = 0; i < metersAndQuantities.length; i += 2) {
                world.measure(lease, day, (Meter) metersAndQuantities[i], (Integer) metersAndQuantities[i + 1]);
            }
        }, verdict);
    }

    @Test
    void whatIsMeasuredIsJudgedByItsOwnMeasure() {
        List<Row> rows = List.of(
                row("60 % of the minutes are enough", 12, null, Meter.WINDOW, 420, Meter.PRESENCE, 252),
                row("59 % are not", 12, Provision.PRESENCE, Meter.WINDOW, 420, Meter.PRESENCE, 248),
                row("six days say too little", 6, null, Meter.WINDOW, 420, Meter.PRESENCE, 0),
                row("seven say enough", 7, Provision.PRESENCE, Meter.WINDOW, 420, Meter.PRESENCE, 0),
                row("a window that was never open asks for nothing", 12, null, Meter.WINDOW, 0, Meter.PRESENCE, 0),
                row("no presence at all is none", 12, Provision.PRESENCE, Meter.WINDOW, 420),
                row("more minutes than were asked for are not more than all", 12, null, Meter.WINDOW, 420, Meter.PRESENCE, 500),
                row("nine audits of ten are enough", 12, null, Meter.AUDITS, 10, Meter.AUDITS_PASSED, 9),
                row("eight are not", 3, Provision.DISK, Meter.AUDITS, 10, Meter.AUDITS_PASSED, 8),
                row("nine audits say too little", 9, null, Meter.AUDITS, 1, Meter.AUDITS_PASSED, 0),
                row("a disk that is not there passes none", 1, Provision.DISK, Meter.AUDITS, 10, Meter.AUDITS_PASSED, 0),
                row("60 % of the work are enough", 12, null, Meter.CPU_ASKED, 1000, Meter.CPU_DELIVERED, 600),
                row("less is not", 12, Provision.WORK, Meter.CPU_ASKED, 1000, Meter.CPU_DELIVERED, 590),
                row("who was not asked for work owes none", 12, null, Meter.CPU_AVAILABLE, 28_800, Meter.CPU_DELIVERED, 0),
                row("the graver one comes first", 12, Provision.PRESENCE, Meter.WINDOW, 420, Meter.PRESENCE, 0, Meter.CPU_ASKED, 1000));
        List<UUID> leases = new ArrayList<>();
        for (Row row : rows) {
            UUID lease = world.lease(BERLIN, NIGHTS);
            leases.add(lease);
            // All end on the same day.
            for (int day = 12 - row.days(); day < 12; day++) {
                row.measured().accept(lease, FIRST.plusDays(day));
            }
        }
        world.passNight(FIRST.plusDays(11));
        for (int i = 0; i < rows.size(); i++) {
            Provision verdict = rows.get(i).verdict();
            if (verdict == null) {
                assertThat(world.state(leases.get(i))).as(rows.get(i).what()).isInstanceOf(LeaseState.Active.class);
                assertThat(world.letters(leases.get(i))).as(rows.get(i).what()).isEmpty();
            } else {
                assertThat(world.state(leases.get(i))).as(rows.get(i).what()).isInstanceOfSatisfying(LeaseState.Warned.class, warned ->
                        assertThat(warned.provision()).isEqualTo(verdict.name()));
                Letter letter = world.letters(leases.get(i)).getFirst();
                assertThat(letter.text()).as(rows.get(i).what()).contains(verdict.words(), "What to do: ", "You have until ");
                UUID lease = leases.get(i);
                assertThat(world.findings(lease)).filteredOn(finding -> finding.provision() == verdict && !finding.kept())
                        .isNotEmpty().allSatisfy(finding -> {
                            assertThat(finding.readings()).isNotEmpty();
                            assertThat(finding.standard()).isEqualTo(Standard.NORMAL.version());
                            assertThat(finding.words()).contains(finding.day().toString());
                        });
            }
        }
        assertThat(world.<List<Compliance.Told>>read(handle -> world.compliance.notKept(handle, Provision.DISK, null, 50)))
                .extracting(told -> told.finding().leaseId()).contains(leases.get(8), leases.get(10)).doesNotContain(leases.get(7));
        assertThat(world.letters(leases.get(10)).getFirst().text()).contains("the disk could not be reached: none of 10 audits was passed");
    }

    @Test
    void anAgentThatIsTooOldIsWarnedOfOnlyAfterItsDays() {
        UUID old = host("1.1.9");
        UUID fresh = host("1.2.0-SNAPSHOT");
        UUID later = host("1.10.0");
        UUID odd = host("nightly");
        Standard normal = Standard.NORMAL;
        world.act(handle -> world.compliance.set(handle, new Standard(0, 60, 90, 60, 7, 10, 3, "1.2.0", 5, 24), "operator:olga", "a fault mended"));
        assertThat(world.<Standard>read(world.compliance::standard).version()).isEqualTo(normal.version() + 1);
        world.passNight(FIRST.plusDays(4));
        assertThat(world.steps(old)).containsExactly(LeaseStep.ACTIVE);
        // Other thresholds do not give it more time.
        world.act(handle -> world.compliance.set(handle, new Standard(0, 61, 90, 60, 7, 10, 3, "1.2.0", 5, 24), "operator:olga", "stricter"));
        world.passNight(FIRST.plusDays(5));
        assertThat(world.state(old)).isInstanceOfSatisfying(LeaseState.Warned.class, warned ->
                assertThat(warned.provision()).isEqualTo("AGENT_VERSION"));
        assertThat(world.findings(old).getFirst().words()).contains("the agent is release 1.1.9, and at least 1.2.0 is needed by 2027-04-10");
        world.act(handle -> handle.execute("update host set agent_version = '1.3' where lease_id = ?", old));
        world.passNight(FIRST.plusDays(6));
        assertThat(world.steps(old)).containsExactly(LeaseStep.ACTIVE, LeaseStep.WARNED, LeaseStep.ACTIVE);
        for (UUID lease : List.of(fresh, later, odd)) {
            assertThat(world.steps(lease)).containsExactly(LeaseStep.ACTIVE);
        }
        world.act(handle -> handle.execute("delete from standard"));
    }

    @Test
    void alteredDataActsBeforeSevenDaysAndNeverWithoutALetter() {
        UUID lease = world.lease(BERLIN, NIGHTS);
        Instant at = world.clock.instant();
        Tampers tampers = new Tampers(world.leases, world.breaches, world.clock);
        world.act(handle -> tampers.report(handle, lease, "cells 3 and 9 of a piece fail their tags in two audits", "operator:olga"));
        assertThat(world.state(lease)).isInstanceOfSatisfying(LeaseState.Warned.class, warned ->
                assertThat(warned.cureBy()).isEqualTo(at.plus(Duration.ofHours(24))));
        assertThat(world.letters(lease)).singleElement().satisfies(letter -> {
            assertThat(letter.at()).isEqualTo(at);
            assertThat(letter.text()).contains("data of others was given back altered: cells 3 and 9", "write to us at once");
        });
        world.passTo(at.plus(Duration.ofHours(24)));
        assertThat(world.state(lease)).isInstanceOf(LeaseState.Suspended.class);
        // Waiting does not cure it.
        world.passTo(at.plus(Duration.ofDays(8)));
        assertThat(world.state(lease)).isInstanceOfSatisfying(LeaseState.StandingDown.class, leaving ->
                assertThat(leaving.ending()).isEqualTo(Ending.BREACH));
        assertThat(world.letters(lease)).hasSize(3);
        assertThatThrownBy(() -> world.act(handle -> tampers.report(handle, lease, "again", "operator:olga"))).isInstanceOf(Refusal.class)
                .hasMessageContaining("STANDING_DOWN");
    }

    @Test
    void aReportThatIsClearedIsCuredTheNextNight() {
        UUID lease = world.lease(BERLIN, NIGHTS);
        world.present(lease, FIRST, FIRST.plusDays(20), 0);
        world.passNight(FIRST.plusDays(7));
        assertThat(world.state(lease)).isInstanceOf(LeaseState.Warned.class);
        Tampers tampers = new Tampers(world.leases, world.breaches, world.clock);
        List<UUID> ids = new ArrayList<>();
        world.act(handle -> ids.add(tampers.report(handle, lease, "a piece came back altered", "operator:olga").id()));
        assertThat(world.state(lease)).isInstanceOfSatisfying(LeaseState.Warned.class, warned ->
                assertThat(warned.provision()).isEqualTo("TAMPER"));
        assertThat(world.findings(lease).stream().filter(finding -> finding.provision() == Provision.TAMPER).findFirst().orElseThrow().readings())
                .isEqualTo(ids);
        world.act(handle -> tampers.clear(handle, ids.getFirst(), "our own memory was at fault", "operator:olga"));
        world.passNight(FIRST.plusDays(8));
        assertThat(world.state(lease)).isInstanceOf(LeaseState.Active.class);
        // And then what was set aside is told anew, with all of its 7 days.
        world.passNight(FIRST.plusDays(9));
        assertThat(world.state(lease)).isInstanceOfSatisfying(LeaseState.Warned.class, warned -> {
            assertThat(warned.provision()).isEqualTo("PRESENCE");
            assertThat(warned.cureBy()).isEqualTo(warned.at().plus(Duration.ofDays(7)));
        });
    }

    private UUID host(String release) {
        UUID lease = world.lease(BERLIN, NIGHTS);
        world.host(lease, release);
        return lease;
    }
}
