package leaseback.manager.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.UUID;
import leaseback.protocol.Calendar;
import leaseback.protocol.LeaseTerms;
import leaseback.protocol.Window;
import org.junit.jupiter.api.Test;

final class WeekTest {
    private static final Instant SUNDAY = Instant.parse("2026-11-22T18:20:00Z");
    private static final ZoneId UTC = ZoneId.of("UTC");

    @Test
    void aHostCountsOnlyInHoursItKeepsInFull() {
        Week week = week(SUNDAY, terms(100, Calendar.daily(UTC, LocalTime.of(22, 30), LocalTime.of(5, 0))));
        assertThat(week.hours()).hasSize(168);
        assertThat(week.hours().get(22).amount()).as("22:00 on Monday, of which half is promised").isZero();
        assertThat(week.hours().get(23).amount()).isEqualTo(100);
        assertThat(week.hours().get(24 + 4).amount()).as("04:00, over midnight").isEqualTo(100);
        assertThat(week.hours().get(24 + 5).amount()).isZero();
        assertThat(week.hours().get(4).amount()).as("Monday's first hours belong to Sunday's window").isEqualTo(100);
    }

    @Test
    void theLowestHourIsFound() {
        Calendar weekdays = new Calendar(UTC, List.of(new Window(DayOfWeek.TUESDAY, LocalTime.of(4, 0), LocalTime.of(3, 0))));
        Week week = week(SUNDAY, terms(100, Calendar.always(UTC)), terms(50, weekdays));
        assertThat(week.amount()).isEqualTo(150);
        assertThat(week.lowest().from()).isEqualTo(Instant.parse("2026-11-16T00:00:00Z"));
        assertThat(week.lowestHours()).isEqualTo(168 - 23);
        assertThat(week.highest().amount()).isEqualTo(150);
        assertThat(week.even()).isFalse();
    }

    @Test
    void ownersZonesAreTurnedIntoUtc() {
        Week week = week(SUNDAY, terms(1, Calendar.daily(ZoneId.of("Asia/Tokyo"), LocalTime.of(22, 0), LocalTime.of(5, 0))));
        assertThat(week.hours().get(13).hosts()).as("22:00 in Tokyo is 13:00 UTC").isEqualTo(1);
        assertThat(week.hours().get(20).hosts()).isZero();
    }

    @Test
    void inTheNightTheClocksGoBackTheRepeatedHourCountsTwice() {
        Week week = week(Instant.parse("2026-10-25T12:00:00Z"),
                terms(1, new Calendar(ZoneId.of("Europe/Berlin"), List.of(new Window(DayOfWeek.SUNDAY, LocalTime.of(2, 0), LocalTime.of(3, 0))))));
        assertThat(week.hours().stream().filter(hour -> hour.hosts() == 1).map(Week.Hour::from))
                .containsExactly(Instant.parse("2026-10-25T00:00:00Z"), Instant.parse("2026-10-25T01:00:00Z"));
    }

    @Test
    void theRunningWeekBeginsOnMondayAndKnowsItsHour() {
        Week week = week(SUNDAY, terms(1, Calendar.always(UTC)));
        assertThat(week.monday()).isEqualTo("2026-11-16");
        assertThat(week.index(SUNDAY)).isEqualTo(6 * 24 + 18);
        assertThat(week.even()).isTrue();
    }

    @Test
    void hoursAreSaidShortly() {
        assertThat(PromisedHours.words(Calendar.always(UTC))).isEqualTo("at all hours");
        assertThat(PromisedHours.words(new Calendar(UTC, List.of()))).isEqualTo("never");
        assertThat(PromisedHours.words(Calendar.daily(UTC, LocalTime.of(22, 0), LocalTime.of(5, 0)))).isEqualTo("daily 22:00–05:00");
        assertThat(PromisedHours.words(new Calendar(UTC, List.of(
                new Window(DayOfWeek.MONDAY, LocalTime.of(18, 0), LocalTime.of(8, 0)),
                new Window(DayOfWeek.TUESDAY, LocalTime.of(18, 0), LocalTime.of(8, 0)),
                new Window(DayOfWeek.WEDNESDAY, LocalTime.of(18, 0), LocalTime.of(8, 0)),
                new Window(DayOfWeek.SATURDAY, LocalTime.MIDNIGHT, LocalTime.MIDNIGHT),
                new Window(DayOfWeek.SUNDAY, LocalTime.MIDNIGHT, LocalTime.MIDNIGHT)))))
                .isEqualTo("Mon–Wed 18:00–08:00, Sat, Sun all day");
    }

    private static Week week(Instant now, LeaseTerms... promises) {
        return Week.of(now, List.of(promises), LeaseTerms::serving, LeaseTerms::leasedBytes);
    }

    private static LeaseTerms terms(long bytes, Calendar serving) {
        return new LeaseTerms(UUID.randomUUID(), 1, bytes, serving, new Calendar(UTC, List.of()), 0, "EUR", "");
    }
}
