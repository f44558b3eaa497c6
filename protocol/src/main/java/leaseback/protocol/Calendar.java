package leaseback.protocol;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;

/// The hours of the week in which something is promised, kept in the owner's time zone.
///
/// An hour that daylight saving repeats is inside twice, one that it skips is never inside: the wall clock decides.
/// No windows at all means never.
public record Calendar(ZoneId zone, List<Window> windows) {
    /// Hours in a week.
    public static final int HOURS = 168;

    private static final int WEEK = HOURS * 60;

    /// Further ahead than any opening can be: once a week, and that hour skipped by daylight saving.
    private static final int HORIZON = 15 * 24 * 60;

    public Calendar {
        Objects.requireNonNull(zone);
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
    /// `Instant.MAX` when it does neither within 15 days (always, or never, open).
    public Instant nextChange(Instant instant) {
        boolean now = isOpen(instant);
        BitSet fortnight = fortnight();
        Instant minute = instant.truncatedTo(ChronoUnit.MINUTES).plus(1, ChronoUnit.MINUTES);
        for (long left = HORIZON; left > 0; ) {
            int at = minuteOfWeek(minute);
            long stretch = Math.min(Math.min(left, WEEK), untilClocksChange(minute));
            int change = now ? fortnight.nextClearBit(at) : fortnight.nextSetBit(at);
            if (change >= 0 && change - at < stretch) {
                return minute.plus((long) change - at, ChronoUnit.MINUTES);
            }
            minute = minute.plus(stretch, ChronoUnit.MINUTES);
            left -= stretch;
        }
        return Instant.MAX;
    }

    /// Open minutes from `from` (included) to `to` (excluded), by the minute; exact over daylight-saving nights.
    public long minutesOpen(Instant from, Instant to) {
        BitSet fortnight = fortnight();
        int weekly = fortnight.get(0, WEEK).cardinality();
        Instant minute = from.truncatedTo(ChronoUnit.MINUTES);
        long open = 0;
        for (long left = Duration.between(minute, to).toMinutes(); left > 0; ) {
            long stretch = Math.min(left, untilClocksChange(minute));
            int at = minuteOfWeek(minute);
            open += stretch / WEEK * weekly + fortnight.get(at, at + (int) (stretch % WEEK)).cardinality();
            minute = minute.plus(stretch, ChronoUnit.MINUTES);
            left -= stretch;
        }
        return open;
    }

    /// The wall clock's open minutes from Monday 00:00, two weeks long so that no reader has to wrap.
    private BitSet fortnight() {
        BitSet minutes = new BitSet(2 * WEEK);
        for (Window window : windows) {
            int start = (window.day().getValue() - 1) * 1440 + window.from().toSecondOfDay() / 60;
            for (int lap = -WEEK; lap <= WEEK; lap += WEEK) {
                int end = start + lap + window.minutes();
                if (end > 0) {
                    minutes.set(Math.max(0, start + lap), Math.min(2 * WEEK, end));
                }
            }
        }
        return minutes;
    }

    private int minuteOfWeek(Instant instant) {
        ZonedDateTime shown = instant.atZone(zone);
        return (shown.getDayOfWeek().getValue() - 1) * 1440 + shown.toLocalTime().toSecondOfDay() / 60;
    }

    private long untilClocksChange(Instant minute) {
        ZoneOffsetTransition next = zone.getRules().nextTransition(minute);
        return next == null ? Long.MAX_VALUE : Math.max(1, Duration.between(minute, next.getInstant()).toMinutes());
    }
}
