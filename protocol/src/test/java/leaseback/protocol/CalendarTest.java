package leaseback.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CalendarTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final Calendar NIGHTS = Calendar.daily(BERLIN, LocalTime.of(22, 0), LocalTime.of(5, 0));

    @Test
    void aNightBeginsInTheEveningAndEndsInTheMorning() {
        assertThat(NIGHTS.isOpen(berlin("2026-11-22T21:59:59"))).isFalse();
        assertThat(NIGHTS.isOpen(berlin("2026-11-22T22:00"))).isTrue();
        assertThat(NIGHTS.isOpen(berlin("2026-11-23T04:59:59"))).isTrue();
        assertThat(NIGHTS.isOpen(berlin("2026-11-23T05:00"))).isFalse();
    }

    @Test
    void anOrdinaryNightHasSevenHours() {
        assertThat(NIGHTS.minutesOpen(berlin("2026-11-22T12:00"), berlin("2026-11-23T12:00"))).isEqualTo(7 * 60);
    }

    @Test
    void theNightOfSpringHasAnHourLess() {
        assertThat(NIGHTS.minutesOpen(berlin("2026-03-28T12:00"), berlin("2026-03-29T12:00"))).isEqualTo(6 * 60);
    }

    @Test
    void theNightOfAutumnHasAnHourMore() {
        assertThat(NIGHTS.minutesOpen(berlin("2026-10-24T12:00"), berlin("2026-10-25T12:00"))).isEqualTo(8 * 60);
    }

    @Test
    void aWholeDayIsOpenFromMidnightToMidnightWhateverTheClocksDo() {
        Calendar holidays = new Calendar(BERLIN, NIGHTS.windows(), List.of(LocalDate.of(2026, 10, 25), LocalDate.of(2026, 3, 29),
                LocalDate.of(2026, 10, 25)));
        assertThat(holidays.wholeDays()).containsExactly(LocalDate.of(2026, 3, 29), LocalDate.of(2026, 10, 25));
        assertThat(holidays.minutesOpen(berlin("2026-03-29T00:00"), berlin("2026-03-30T00:00"))).isEqualTo(23 * 60);
        assertThat(holidays.minutesOpen(berlin("2026-10-25T00:00"), berlin("2026-10-26T00:00"))).isEqualTo(25 * 60);
        assertThat(holidays.minutesOpen(berlin("2026-10-25T12:00"), berlin("2026-10-26T12:00"))).isEqualTo(17 * 60);
        assertThat(holidays.minutesOpen(berlin("2026-01-01T00:00"), berlin("2027-01-01T00:00")))
                .isEqualTo(NIGHTS.minutesOpen(berlin("2026-01-01T00:00"), berlin("2027-01-01T00:00"))
                        + 23 * 60 - 6 * 60 + 25 * 60 - 8 * 60);
        assertThat(holidays.isOpen(berlin("2026-10-25T12:00"))).isTrue();
        assertThat(holidays.isOpen(berlin("2026-10-26T12:00"))).isFalse();
        assertThat(holidays.nextChange(berlin("2026-10-24T23:00"))).isEqualTo(berlin("2026-10-26T05:00"));
        assertThat(holidays.nextChange(berlin("2026-10-24T12:00"))).isEqualTo(berlin("2026-10-24T22:00"));
        assertThat(holidays.weekly()).isEqualTo(NIGHTS);
    }

    @Test
    void wholeDaysAreFoundFarAheadAndInARow() {
        List<LocalDate> days = LocalDate.of(2027, 1, 1).datesUntil(LocalDate.of(2028, 1, 1)).toList();
        assertThat(new Calendar(BERLIN, List.of(), days).nextChange(berlin("2026-06-01T00:00"))).isEqualTo(berlin("2027-01-01T00:00"));
        assertThat(new Calendar(BERLIN, List.of(), days).nextChange(berlin("2027-01-01T00:00"))).isEqualTo(berlin("2028-01-01T00:00"));
        assertThat(new Calendar(BERLIN, Calendar.always(BERLIN).windows(), days).nextChange(berlin("2026-06-01T00:00"))).isEqualTo(Instant.MAX);
        assertThatThrownBy(() -> new Calendar(BERLIN, List.of(), LocalDate.EPOCH.datesUntil(LocalDate.EPOCH.plusDays(401)).toList()))
                .hasMessageContaining("400");
    }

    @Test
    void anHourThatTheClocksSkipIsNeverInside() {
        Calendar skipped = new Calendar(BERLIN, List.of(new Window(DayOfWeek.SUNDAY, LocalTime.of(2, 0), LocalTime.of(3, 0))));
        assertThat(skipped.minutesOpen(berlin("2026-03-28T12:00"), berlin("2026-03-30T12:00"))).isZero();
        assertThat(skipped.nextChange(berlin("2026-03-28T12:00"))).isEqualTo(berlin("2026-04-05T02:00"));
    }

    @Test
    void anHourThatTheClocksRepeatIsInsideTwice() {
        Calendar repeated = new Calendar(BERLIN, List.of(new Window(DayOfWeek.SUNDAY, LocalTime.of(2, 0), LocalTime.of(3, 0))));
        assertThat(repeated.minutesOpen(berlin("2026-10-24T12:00"), berlin("2026-10-26T12:00"))).isEqualTo(120);
        Instant first = Instant.parse("2026-10-25T00:00:00Z");
        assertThat(repeated.isOpen(first)).isTrue();
        assertThat(repeated.isOpen(first.plus(1, ChronoUnit.HOURS))).isTrue();
        assertThat(repeated.nextChange(first)).isEqualTo(first.plus(2, ChronoUnit.HOURS));
    }

    @Test
    void aWindowThatEndsWithinTheRepeatedHourOpensTwice() {
        Calendar half = new Calendar(BERLIN, List.of(new Window(DayOfWeek.SUNDAY, LocalTime.of(1, 0), LocalTime.of(2, 30))));
        Instant one = berlin("2026-10-25T01:00");
        assertThat(half.nextChange(one)).isEqualTo(one.plus(90, ChronoUnit.MINUTES));
        assertThat(half.nextChange(one.plus(90, ChronoUnit.MINUTES))).isEqualTo(one.plus(120, ChronoUnit.MINUTES));
        assertThat(half.nextChange(one.plus(120, ChronoUnit.MINUTES))).isEqualTo(one.plus(150, ChronoUnit.MINUTES));
        assertThat(half.minutesOpen(one, one.plus(5, ChronoUnit.HOURS))).isEqualTo(120);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"})
    void theOwnersWallClockDecidesEverywhere(String name) {
        ZoneId zone = ZoneId.of(name);
        Calendar nights = Calendar.daily(zone, LocalTime.of(22, 0), LocalTime.of(5, 0));
        ZonedDateTime evening = LocalDateTime.parse("2026-07-31T22:00").atZone(zone);
        assertThat(nights.isOpen(evening.toInstant().minusSeconds(1))).isFalse();
        assertThat(nights.isOpen(evening.toInstant())).isTrue();
        assertThat(nights.nextChange(evening.toInstant())).isEqualTo(evening.plusHours(7).toInstant());
        assertThat(nights.minutesOpen(evening.toInstant(), evening.plusDays(7).toInstant())).isEqualTo(7 * 7 * 60);
    }

    @Test
    void theDateLineIsNoBorder() {
        Calendar sunday = new Calendar(ZoneId.of("Pacific/Kiritimati"), List.of(new Window(DayOfWeek.SUNDAY, LocalTime.MIDNIGHT,
                LocalTime.MIDNIGHT)));
        assertThat(sunday.isOpen(Instant.parse("2026-11-21T10:00:00Z"))).isTrue();
        assertThat(sunday.isOpen(Instant.parse("2026-11-22T10:00:00Z"))).isFalse();
        Calendar far = new Calendar(ZoneId.of("Pacific/Pago_Pago"), sunday.windows());
        assertThat(far.isOpen(Instant.parse("2026-11-22T10:59:00Z"))).isFalse();
        assertThat(far.isOpen(Instant.parse("2026-11-23T10:59:00Z"))).isTrue();
    }

    @Test
    void aWindowOfSundayNightReachesIntoMonday() {
        Calendar sunday = new Calendar(BERLIN, List.of(new Window(DayOfWeek.SUNDAY, LocalTime.of(23, 0), LocalTime.of(1, 0))));
        assertThat(sunday.isOpen(berlin("2026-11-23T00:59"))).isTrue();
        assertThat(sunday.isOpen(berlin("2026-11-22T00:30"))).isFalse();
        assertThat(sunday.nextChange(berlin("2026-11-22T23:30"))).isEqualTo(berlin("2026-11-23T01:00"));
        assertThat(sunday.minutesOpen(berlin("2026-11-23T00:00"), berlin("2026-11-30T00:00"))).isEqualTo(120);
    }

    @Test
    void alwaysAndNeverDoNotChange() {
        Calendar always = Calendar.always(BERLIN);
        Calendar never = new Calendar(BERLIN, List.of());
        Instant now = berlin("2026-03-28T12:00");
        assertThat(always.nextChange(now)).isEqualTo(Instant.MAX);
        assertThat(never.nextChange(now)).isEqualTo(Instant.MAX);
        assertThat(always.minutesOpen(now, now.plus(Duration.ofDays(366)))).isEqualTo(366 * 1440);
        assertThat(never.minutesOpen(now, now.plus(Duration.ofDays(366)))).isZero();
        assertThat(always.minutesOpen(now, now)).isZero();
        assertThat(always.minutesOpen(now, now.minusSeconds(3600))).isZero();
    }

    /// The reckoning by stretches, against the slow and obvious one, minute by minute.
    @ParameterizedTest
    @ValueSource(strings = {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Apia",
            "UTC"})
    void stretchesAndMinutesAgree(String name) {
        ZoneId zone = ZoneId.of(name);
        Random random = new Random(name.hashCode());
        for (int round = 0; round < 40; round++) {
            List<Window> windows = new ArrayList<>();
            for (int i = random.nextInt(4); i >= 0; i--) {
                windows.add(new Window(DayOfWeek.of(1 + random.nextInt(7)), LocalTime.of(random.nextInt(24), random.nextInt(60)),
                        LocalTime.of(random.nextInt(24), random.nextInt(60))));
            }
            Calendar calendar = new Calendar(zone, windows);
            Instant from = Instant.parse("2026-01-01T00:00:00Z").plusSeconds(random.nextInt(366 * 86_400));
            Instant to = from.plusSeconds(random.nextInt(9 * 86_400));
            assertThat(calendar.minutesOpen(from, to)).as("%s from %s to %s", calendar, from, to).isEqualTo(slowly(calendar, from,
                    to));
            Instant change = calendar.nextChange(from);
            Instant slow = from.truncatedTo(ChronoUnit.MINUTES);
            do {
                slow = slow.plus(1, ChronoUnit.MINUTES);
            } while (calendar.isOpen(slow) == calendar.isOpen(from) && slow.isBefore(from.plus(Duration.ofDays(15))));
            assertThat(change).as("%s from %s", calendar, from).isEqualTo(slow);
        }
    }

    @Test
    void windowsAreOfFullMinutesAndNotTooMany() {
        assertThatThrownBy(() -> new Window(DayOfWeek.MONDAY, LocalTime.of(1, 0, 1), LocalTime.of(2, 0)))
                .hasMessageContaining("full minute");
        Window window = new Window(DayOfWeek.MONDAY, LocalTime.of(1, 0), LocalTime.of(2, 0));
        assertThatThrownBy(() -> new Calendar(BERLIN, java.util.Collections.nCopies(71, window))).hasMessageContaining("70");
    }

    @Test
    void aWindowKnowsItsLength() {
        assertThat(new Window(DayOfWeek.MONDAY, LocalTime.of(22, 0), LocalTime.of(5, 0)).minutes()).isEqualTo(420);
        assertThat(new Window(DayOfWeek.MONDAY, LocalTime.MIDNIGHT, LocalTime.MIDNIGHT).minutes()).isEqualTo(1440);
        assertThat(new Window(DayOfWeek.MONDAY, LocalTime.of(9, 0), LocalTime.of(9, 1)).minutes()).isEqualTo(1);
    }

    private static long slowly(Calendar calendar, Instant from, Instant to) {
        Instant start = from.truncatedTo(ChronoUnit.MINUTES);
        long open = 0;
        for (long i = 0; i < Duration.between(start, to).toMinutes(); i++) {
            open += calendar.isOpen(start.plus(i, ChronoUnit.MINUTES)) ? 1 : 0;
        }
        return open;
    }

    private static Instant berlin(String local) {
        return LocalDateTime.parse(local).atZone(BERLIN).toInstant();
    }
}
