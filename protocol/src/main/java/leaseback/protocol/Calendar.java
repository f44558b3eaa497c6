package leaseback.protocol;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/// The hours of the week in which something is promised, kept in the owner's time zone.
///
/// An hour that daylight saving repeats is inside twice, one that it skips is never inside: the wall clock decides.
/// No windows at all means never. Some days may be promised whole, from midnight to midnight, whatever the week says.
///
/// @param wholeDays such as public holidays, by date; 23 or 25 hours long where the clocks change. Readers of before this was added
///                  keep the week's hours
public record Calendar(ZoneId zone, List<Window> windows, List<LocalDate> wholeDays) {
    /// Hours in a week.
    public static final int HOURS = 168;

    /// The most days that can be promised whole.
    public static final int MOST_WHOLE_DAYS = 400;

    private static final int WEEK = HOURS * 60;

    /// Further ahead than any opening can be: once a week, and that hour skipped by daylight saving.
    private static final int HORIZON = 15 * 24 * 60;

    public Calendar {
        Objects.requireNonNull(zone);
        if (windows.size() > 70) {
            throw new IllegalArgumentException("a week holds at most 70 windows, not " + windows.size());
        }
        windows = List.copyOf(windows);
        // Missing in what older managers say.
        wholeDays = wholeDays == null ? List.of() : wholeDays.stream().sorted().distinct().toList();
        if (wholeDays.size() > MOST_WHOLE_DAYS) {
            throw new IllegalArgumentException("at most " + MOST_WHOLE_DAYS + " days can be promised whole, not " + wholeDays.size());
        }
    }

    /// Only the hours of the week.
    public Calendar(ZoneId zone, List<Window> windows) {
        this(zone, windows, List.of());
    }

    /// The same week without the days that are promised whole.
    public Calendar weekly() {
        return wholeDays.isEmpty() ? this : new Calendar(zone, windows);
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
        return whole(shown.toLocalDate()) || windows.stream().anyMatch(window -> window.contains(shown.getDayOfWeek(), time));
    }

    /// The first full minute after `instant` at which the calendar opens or shuts; `Instant.MAX` when the week does neither
    /// within 15 days (always, or never, open) and no day that is promised whole lies ahead that would.
    public Instant nextChange(Instant instant) {
        boolean now = isOpen(instant);
        // Every turn but the last ends at the edge of a whole day ahead, of which there are at most 400.
        for (Instant at = instant; ; ) {
            LocalDate day = at.atZone(zone).toLocalDate();
            Instant next = whole(day) ? start(day.plusDays(1)) : earlier(nextWeekly(at), nextWhole(day));
            if (next.equals(Instant.MAX) || isOpen(next) != now) {
                return next;
            }
            at = next;
        }
    }

    private Instant nextWeekly(Instant instant) {
        BitSet fortnight = fortnight();
        boolean now = fortnight.get(minuteOfWeek(instant));
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
        Instant minute = from.truncatedTo(ChronoUnit.MINUTES);
        long open = weeklyMinutes(fortnight, minute, to);
        for (LocalDate day : wholeDays) {
            Instant begin = later(minute, start(day));
            Instant end = earlier(to, start(day.plusDays(1)));
            if (begin.isBefore(end)) {
                open += Duration.between(begin, end).toMinutes() - weeklyMinutes(fortnight, begin, end);
            }
        }
        return open;
    }

    private long weeklyMinutes(BitSet fortnight, Instant from, Instant to) {
        int weekly = fortnight.get(0, WEEK).cardinality();
        Instant minute = from;
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

    private boolean whole(LocalDate day) {
        return Collections.binarySearch(wholeDays, day) >= 0;
    }

    /// When the next whole day after `day` begins; `Instant.MAX` for never.
    private Instant nextWhole(LocalDate day) {
        int next = Collections.binarySearch(wholeDays, day.plusDays(1));
        int at = next >= 0 ? next : -next - 1;
        return at == wholeDays.size() ? Instant.MAX : start(wholeDays.get(at));
    }

    private Instant start(LocalDate day) {
        return day.atStartOfDay(zone).toInstant();
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
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
