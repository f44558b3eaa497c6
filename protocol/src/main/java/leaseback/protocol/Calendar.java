package leaseback.protocol;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;

/// The hours of the week in which something is promised, kept in the owner's time zone.
///
/// An hour that daylight saving repeats is inside twice, one that it skips is never inside: the wall clock decides.
/// No windows at all means never.
public record Calendar(ZoneId zone, List<Window> windows) {
    /// Hours in a week.
    public static final int HOURS = 168;

    public Calendar {
        if (windows.size() > 70) {
            throw new IllegalArgumentException("a week holds at most 70 windows, not " + windows.size());
        }
        windows = List.copyOf(windows);
    }

    /// Every hour of every day.
    public static Calendar always(ZoneId zone) {
        return daily(zone, LocalTime.MIDNIGHT, LocalTime.MIDNIGHT);
    }

    /// The same hours every day; `to` not after `from` means until the next day.
    public static Calendar daily(ZoneId zone, LocalTime from, LocalTime to) {
        return new Calendar(zone, Arrays.stream(DayOfWeek.values()).map(day -> new Window(day, from, to)).toList());
    }

    public boolean isOpen(Instant instant) {
        ZonedDateTime shown = instant.atZone(zone);
        LocalTime time = shown.toLocalTime();
        return windows.stream().anyMatch(window -> window.contains(shown.getDayOfWeek(), time));
    }

    /// The first full minute after `instant` at which the calendar opens or shuts;
    /// `Instant.MAX` when it does neither within 9 days (always, or never, open).
    public Instant nextChange(Instant instant) {
        boolean now = isOpen(instant);
        Instant minute = instant.truncatedTo(ChronoUnit.MINUTES);
        for (int i = 1; i <= 9 * 24 * 60; i++) {
            minute = minute.plus(1, ChronoUnit.MINUTES);
            if (isOpen(minute) != now) {
                return minute;
            }
        }
        return Instant.MAX;
    }

    /// Open minutes from `from` (included) to `to` (excluded), by the minute; exact over daylight-saving nights.
    public long minutesOpen(Instant from, Instant to) {
        Instant start = from.truncatedTo(ChronoUnit.MINUTES);
        long minutes = Duration.between(start, to).toMinutes();
        long open = 0;
        for (long i = 0; i < minutes; i++) {
            if (isOpen(start.plus(i, ChronoUnit.MINUTES))) {
                open++;
            }
        }
        return open;
    }
}
