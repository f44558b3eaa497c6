package leaseback.app;

import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZonedDateTime;

/// How long a daily window lasts on a day of the wall clock, daylight saving included.
final class Windows {
    private Windows() {}

    /// Minutes of a window that crosses midnight, or does not, within one local day.
    static long minutes(LocalDate day, String from, String to) {
        LocalTime start = LocalTime.parse(from);
        LocalTime end = LocalTime.parse(to);
        ZonedDateTime midnight = day.atStartOfDay(StoryWorld.ZONE);
        ZonedDateTime next = day.plusDays(1).atStartOfDay(StoryWorld.ZONE);
        if (start.isBefore(end)) {
            return Duration.between(day.atTime(start).atZone(StoryWorld.ZONE), day.atTime(end).atZone(StoryWorld.ZONE)).toMinutes();
        }
        return Duration.between(midnight, day.atTime(end).atZone(StoryWorld.ZONE)).toMinutes()
                + Duration.between(day.atTime(start).atZone(StoryWorld.ZONE), next).toMinutes();
    }
}
