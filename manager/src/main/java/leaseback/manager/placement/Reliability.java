package leaseback.manager.placement;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.TextStyle;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import leaseback.protocol.Calendar;

/// The chance that one host answers, for each of the 168 hours of the week in UTC, Monday 00:00 first.
public final class Reliability {
    /// A host may be lost at any instant, whatever was counted of it: nobody is relied upon entirely.
    public static final double MOST = 0.999;
    private static final int MOST_CHANGES = 4;
    private final double[] chances;
    private final double mean;

    private Reliability(double[] chances) {
        this.chances = chances;
        this.mean = Arrays.stream(chances).average().orElseThrow();
    }

    /// @param chances 168 of them, 0 to 1
    public static Reliability of(double[] chances) {
        if (chances.length != Calendar.HOURS || Arrays.stream(chances).anyMatch(chance -> !(chance >= 0 && chance <= 1))) {
            throw new IllegalArgumentException("a week has 168 chances between 0 and 1, not " + Arrays.toString(chances));
        }
        return new Reliability(chances.clone());
    }

    /// The same at every hour.
    public static Reliability always(double chance) {
        double[] chances = new double[Calendar.HOURS];
        Arrays.fill(chances, chance);
        return of(chances);
    }

    /// What a calendar promises: 1 in hours that it keeps in full whatever daylight saving does in the year after `now`, else 0.
    ///
    /// The wall clock's window moves by an hour in UTC when the clocks change, and what is stored outlives that.
    public static Reliability promised(Calendar calendar, Instant now) {
        double[] kept = new double[Calendar.HOURS];
        Arrays.fill(kept, 1);
        // Holidays come and go; what is stored stays.
        Calendar week = calendar.weekly();
        for (Instant monday : weeks(calendar, now)) {
            for (int hour = 0; hour < Calendar.HOURS; hour++) {
                Instant start = monday.plus(hour, ChronoUnit.HOURS);
                if (kept[hour] > 0 && week.minutesOpen(start, start.plus(1, ChronoUnit.HOURS)) < 60) {
                    kept[hour] = 0;
                }
            }
        }
        return new Reliability(kept);
    }

    /// A whole week without a change of the clocks for each offset that the zone has within a year.
    private static List<Instant> weeks(Calendar calendar, Instant now) {
        List<Instant> mondays = new ArrayList<>();
        Instant from = now;
        for (int change = 0; change < MOST_CHANGES; change++) {
            ZoneOffsetTransition next = calendar.zone().getRules().nextTransition(from);
            Instant monday = monday(from);
            if (next == null || !next.getInstant().isBefore(monday.plus(7, ChronoUnit.DAYS))) {
                mondays.add(monday);
            }
            if (next == null || Duration.between(now, next.getInstant()).toDays() > 366) {
                break;
            }
            from = next.getInstant();
        }
        return mondays.isEmpty() ? List.of(monday(now)) : mondays;
    }

    /// The first Monday, 00:00 UTC, that lies wholly behind.
    private static Instant monday(Instant from) {
        return from.plus(1, ChronoUnit.DAYS).atOffset(ZoneOffset.UTC).toLocalDate().with(TemporalAdjusters.next(DayOfWeek.MONDAY))
                .atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    /// The hour of the week in which `instant` lies, 0 to 167.
    public static int hour(Instant instant) {
        var shown = instant.atOffset(ZoneOffset.UTC);
        return (shown.getDayOfWeek().getValue() - 1) * 24 + shown.getHour();
    }

    /// `Tue 13:00 UTC`.
    public static String name(int hour) {
        return DayOfWeek.of(hour / 24 + 1).getDisplayName(TextStyle.SHORT, Locale.ENGLISH) + String.format(Locale.ROOT, " %02d:00 UTC", hour % 24);
    }

    public double at(int hour) {
        return chances[hour];
    }

    /// Hour by hour the product: what was promised by how well such promises were kept.
    ///
    /// @param rates 168 of them
    public Reliability times(double[] rates) {
        double[] product = new double[Calendar.HOURS];
        for (int hour = 0; hour < product.length; hour++) {
            product[hour] = Math.clamp(chances[hour] * rates[hour], 0, MOST);
        }
        return new Reliability(product);
    }

    /// Not to be written to.
    double[] chances() {
        return chances;
    }

    public double mean() {
        return mean;
    }

    /// A short name for the hours in which it is on at all: hosts that share it go off together.
    public String pattern() {
        long[] bits = new long[3];
        for (int hour = 0; hour < Calendar.HOURS; hour++) {
            if (chances[hour] > 0) {
                bits[hour / 64] |= 1L << hour % 64;
            }
        }
        return Long.toHexString(bits[0]) + "-" + Long.toHexString(bits[1]) + "-" + Long.toHexString(bits[2]);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Reliability that && Arrays.equals(chances, that.chances);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(chances);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "on %.1f %% of the week", 100 * mean());
    }
}
