package leaseback.manager.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.IntStream;
import leaseback.protocol.Calendar;
import leaseback.protocol.Window;
import org.junit.jupiter.api.Test;

class ReliabilityTest {
    @Test
    void anHourCountsOnlyIfItIsKeptInSummerAndInWinter() {
        Calendar nights = Calendar.daily(ZoneId.of("Europe/Berlin"), LocalTime.of(18, 0), LocalTime.of(8, 0));
        for (String now : List.of("2026-01-15T12:00:00Z", "2026-03-28T12:00:00Z", "2026-03-29T02:00:00Z", "2026-07-15T12:00:00Z",
                "2026-10-24T23:00:00Z", "2026-10-25T12:00:00Z")) {
            Reliability promised = Reliability.promised(nights, Instant.parse(now));
            // 17-07 UTC in winter, 16-06 in summer.
            assertThat(hours(promised, 2)).as(now).containsExactly(0, 1, 2, 3, 4, 5, 17, 18, 19, 20, 21, 22, 23);
        }
    }

    @Test
    void aZoneWithoutDaylightSavingKeepsItsHours() {
        Calendar nights = Calendar.daily(ZoneId.of("Asia/Singapore"), LocalTime.of(18, 0), LocalTime.of(8, 0));
        assertThat(hours(Reliability.promised(nights, Fleets.NOW), 0)).containsExactly(IntStream.range(10, 24).boxed().toArray(Integer[]::new));
        assertThat(Reliability.promised(Calendar.always(ZoneId.of("Europe/Berlin")), Fleets.NOW)).isEqualTo(Reliability.always(1));
        assertThat(Reliability.promised(new Calendar(ZoneId.of("UTC"), List.of()), Fleets.NOW)).isEqualTo(Reliability.always(0));
    }

    @Test
    void halfAnHourIsNothingToRelyUpon() {
        Calendar late = new Calendar(ZoneId.of("UTC"), List.of(new Window(DayOfWeek.TUESDAY, LocalTime.of(9, 30), LocalTime.of(12, 30))));
        assertThat(hours(Reliability.promised(late, Fleets.NOW), 1)).containsExactly(10, 11);
        assertThat(hours(Reliability.promised(late, Fleets.NOW), 2)).isEmpty();
    }

    @Test
    void hoursAreNamedByDayAndTime() {
        assertThat(Reliability.name(37)).isEqualTo("Tue 13:00 UTC");
        assertThat(Reliability.hour(Instant.parse("2026-11-24T13:59:59Z"))).isEqualTo(37);
    }

    private static List<Integer> hours(Reliability week, int day) {
        return IntStream.range(0, 24).filter(hour -> week.at(24 * day + hour) == 1).boxed().toList();
    }
}
