package leaseback.manager.compliance;

import static leaseback.manager.compliance.Neighbourhood.BERLIN;
import static leaseback.manager.compliance.Neighbourhood.NIGHTS;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import leaseback.manager.clock.Timetable;
import leaseback.manager.database.TestDatabase;
import leaseback.manager.fleet.LeaseDays;
import leaseback.manager.lease.LeaseState;
import leaseback.manager.metering.Meter;
import leaseback.manager.metering.Received;
import leaseback.manager.upkeep.AuditDays;
import leaseback.protocol.Window;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A live fleet writes its own facts.
final class LiveFactsTest {
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

    @Test
    void aYearsMinutesAreExactOverBothNightsOfTheClocksAndAtBothEndsOfTheEarth() throws Exception {
        Instant start = Instant.parse("2027-01-01T12:00:30Z");
        Neighbourhood world = world(start);
        Timetable timetable = new Timetable(world.clock).and(new LeaseDays(world.database, world.readings, world.clock)).and(world.judge);
        // The clocks of Berlin leap over 2:00 to 3:00 on 28 March and show it twice on 31 October.
        List<Window> office = List.of(new Window(DayOfWeek.SUNDAY, LocalTime.of(1, 30), LocalTime.of(2, 45)),
                new Window(DayOfWeek.FRIDAY, LocalTime.of(18, 0), LocalTime.of(9, 15)));
        Map<UUID, List<Window>> leases = new HashMap<>();
        leases.put(world.lease(BERLIN, NIGHTS), NIGHTS);
        leases.put(world.lease(BERLIN, office), office);
        leases.put(world.lease(ZoneId.of("Pacific/Kiritimati"), NIGHTS), NIGHTS);
        leases.put(world.lease(ZoneId.of("Pacific/Pago_Pago"), office), office);
        Instant end = Instant.parse("2028-01-05T12:00:00Z");
        Map<UUID, Map<LocalDate, Long>> expected = new HashMap<>();
        leases.forEach((lease, windows) -> {
            Map<LocalDate, Long> minutes = byHand(world.find(lease).zone(), windows, start, end);
            expected.put(lease, minutes);
            UUID host = world.host(lease, "1.0.0");
            world.act(handle -> minutes.forEach((day, count) -> handle.createUpdate("""
                    insert into host_presence (host_id, day, minutes_present, last_minute) values (:host, :day, :minutes, now())""")
                    .bind("host", host).bind("day", day).bind("minutes", count - count / 10).execute()));
        });
        timetable.advance(world.clock, end);
        leases.forEach((lease, windows) -> {
            ZoneId zone = world.find(lease).zone();
            LocalDate last = end.atZone(zone).toLocalDate();
            Map<LocalDate, Long> asked = new TreeMap<>();
            Map<LocalDate, Long> present = new TreeMap<>();
            for (Received each : received(world, lease, start.minus(Duration.ofDays(2)), end)) {
                LocalDate day = each.reading().from().atZone(zone).toLocalDate();
                Instant midnight = day.plusDays(1).atStartOfDay(zone).toInstant();
                assertThat(each.reading().to()).isEqualTo(midnight);
                (each.reading().meter() == Meter.WINDOW ? asked : present).put(day, each.reading().quantity());
            }
            Map<LocalDate, Long> wanted = new TreeMap<>(expected.get(lease));
            wanted.keySet().removeIf(day -> !day.isBefore(last));
            assertThat(asked).as(zone.getId()).isEqualTo(wanted);
            wanted.replaceAll((day, count) -> count - count / 10);
            assertThat(present).isEqualTo(wanted);
            assertThat(world.findings(lease)).hasSize(wanted.size()).allMatch(Finding::kept);
            long sum = asked.values().stream().mapToLong(Long::longValue).sum();
            Score score = world.read(handle -> world.compliance.score(handle, lease, start, end));
            assertThat(score.kept()).isEqualTo(new Tally(present.values().stream().mapToLong(Long::longValue).sum(), sum));
            assertThat(score.readings()).hasSize(2 * wanted.size());
        });
        Map<LocalDate, Long> berlin = expected.get(leases.keySet().stream()
                .filter(lease -> world.find(lease).zone().equals(BERLIN) && NIGHTS.equals(leases.get(lease))).findFirst().orElseThrow());
        assertThat(berlin).containsEntry(LocalDate.of(2027, 3, 27), 420L).containsEntry(LocalDate.of(2027, 3, 28), 360L)
                .containsEntry(LocalDate.of(2027, 10, 31), 480L);
    }

    @Test
    void aDayIsWrittenOnceAndOnlyForThePartTheLeaseRan() throws Exception {
        Instant start = Instant.parse("2027-05-03T21:30:00Z");
        Neighbourhood world = world(start);
        Timetable timetable = new Timetable(world.clock).and(new LeaseDays(world.database, world.readings, world.clock)).and(world.breaches);
        UUID lease = world.lease(BERLIN, NIGHTS);
        UUID unhosted = world.lease(BERLIN, NIGHTS);
        UUID measured = world.lease(BERLIN, NIGHTS);
        UUID host = world.host(lease, "1.0.0");
        world.host(measured, "1.0.0");
        world.measure(measured, LocalDate.of(2027, 5, 4), Meter.WINDOW, 111);
        world.act(handle -> handle.createUpdate("""
                insert into host_presence (host_id, day, minutes_present, last_minute) values (:host, date '2027-05-03', 25, now())""")
                .bind("host", host).execute());
        timetable.advance(world.clock, Instant.parse("2027-05-05T01:00:00Z"));
        world.act(handle -> world.leases.withdraw(handle, lease, "customer"));
        assertThat(world.state(lease)).isInstanceOf(LeaseState.StandingDown.class);
        timetable.advance(world.clock, Instant.parse("2027-05-08T00:00:00Z"));
        // Half an hour of the first evening, a whole day, and three hours of the last night.
        assertThat(received(world, lease, start.minus(Duration.ofDays(1)), world.clock.instant())).extracting(each ->
                each.reading().meter().word() + " " + each.reading().quantity()).containsExactlyInAnyOrder(
                "window 30", "presence 25", "window 420", "presence 0", "window 180", "presence 0");
        assertThat(received(world, unhosted, start, world.clock.instant())).isEmpty();
        assertThat(received(world, measured, Instant.parse("2027-05-03T22:00:00Z"), Instant.parse("2027-05-04T22:00:00Z"))).hasSize(1);
        // Done again, it finds everything done.
        List<Received> before = received(world, lease, start, world.clock.instant());
        world.act(handle -> handle.execute("update presence_written set day = day - 4, next_at = next_at - interval '4 days'"));
        timetable.run();
        assertThat(received(world, lease, start, world.clock.instant())).isEqualTo(before);
    }

    @Test
    void auditsBecomeReadingsWithoutThoseThatWereOurFault() throws Exception {
        Instant start = Instant.parse("2027-05-03T09:00:00Z");
        Neighbourhood world = world(start);
        Timetable timetable = new Timetable(world.clock).and(new AuditDays(world.database, world.readings, world.clock));
        UUID lease = world.lease(BERLIN, NIGHTS);
        UUID host = world.host(lease, "1.0.0");
        world.act(handle -> {
            handle.execute("update host set used_bytes = 1000 where id = ?", host);
            // 22:00 UTC is the next day in Berlin.
            for (String hour : List.of("2027-05-03T20:00:00Z", "2027-05-03T21:00:00Z", "2027-05-03T22:00:00Z")) {
                handle.createUpdate("""
                        insert into audit_hour (host_id, at, good, altered, missing, silent, excused, bytes) values (:host, :at, 8, 1, 2, 3, 4, 0)""")
                        .bind("host", host).bind("at", Instant.parse(hour)).execute();
            }
        });
        timetable.advance(world.clock, Instant.parse("2027-05-03T22:10:00Z"));
        assertThat(received(world, lease, start.minus(Duration.ofDays(1)), world.clock.instant())).extracting(each ->
                each.reading().meter().word() + " " + each.reading().quantity()).containsExactlyInAnyOrder(
                "audits 20", "audits-passed 16", "disk-used 24000");
    }

    private static Neighbourhood world(Instant start) throws Exception {
        Neighbourhood world = new Neighbourhood(testDatabase.database(), folder, start, 3);
        world.act(handle -> {
            handle.execute("delete from presence_written");
            handle.execute("delete from audits_written");
        });
        return world;
    }

    private static List<Received> received(Neighbourhood world, UUID lease, Instant from, Instant to) {
        return world.read(handle -> world.readings.page(handle, lease, from, to, null, null, 5_000));
    }

    /// Minute by minute, by the clock on the wall.
    private static Map<LocalDate, Long> byHand(ZoneId zone, List<Window> windows, Instant from, Instant to) {
        Map<LocalDate, Long> minutes = new TreeMap<>();
        for (long minute = Math.floorDiv(from.getEpochSecond(), 60L); minute * 60 < to.getEpochSecond(); minute++) {
            ZonedDateTime shown = Instant.ofEpochSecond(minute * 60).atZone(zone);
            int at = (shown.getDayOfWeek().getValue() - 1) * 1440 + shown.getHour() * 60 + shown.getMinute();
            boolean open = windows.stream().anyMatch(window -> {
                int start = (window.day().getValue() - 1) * 1440 + window.from().toSecondOfDay() / 60;
                return Math.floorMod(at - start, 7 * 1440) < window.minutes();
            });
            if (open) {
                minutes.merge(shown.toLocalDate(), 1L, Long::sum);
            }
        }
        return minutes;
    }
}
