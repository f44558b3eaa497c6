package leaseback.manager.web;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import leaseback.protocol.Calendar;
import leaseback.protocol.LeaseTerms;

/// What is promised in each of the 168 hours of the running week, Monday 00:00 UTC first.
///
/// A host counts in an hour when its window is open for all of it: half an hour is nothing one could rely upon.
///
/// @param monday first day, in UTC
/// @param hours  168 of them
/// @param hosts  all that are looked at
/// @param amount what all of them would make together
public record Week(LocalDate monday, List<Hour> hours, int hosts, long amount) {
    public Week {
        if (hours.size() != Calendar.HOURS) {
            throw new IllegalArgumentException("a week has " + Calendar.HOURS + " hours, not " + hours.size());
        }
        hours = List.copyOf(hours);
    }

    /// One hour, with the hosts that promised all of it, and what they make together.
    public record Hour(Instant from, int hosts, long amount) {}

    /// @param promises of hosts whose lease runs
    /// @param which    their calendar in question, such as `LeaseTerms::serving`
    /// @param what     is summed up, such as `LeaseTerms::leasedBytes`
    static Week of(Instant now, Collection<LeaseTerms> promises, Function<LeaseTerms, Calendar> which, ToLongFunction<LeaseTerms> what) {
        LocalDate monday = now.atOffset(ZoneOffset.UTC).toLocalDate().with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
        Instant start = monday.atStartOfDay(ZoneOffset.UTC).toInstant();
        // Thousands of hosts share a handful of calendars: each is walked through once.
        record Sum(int hosts, long amount) {
            Sum plus(Sum other) {
                return new Sum(hosts + other.hosts, amount + other.amount);
            }
        }
        Map<Calendar, Sum> sums = new HashMap<>();
        promises.forEach(terms -> sums.merge(which.apply(terms), new Sum(1, what.applyAsLong(terms)), Sum::plus));
        int[] hosts = new int[Calendar.HOURS];
        long[] amounts = new long[Calendar.HOURS];
        sums.forEach((calendar, sum) -> hoursKept(calendar, start).forEach(hour -> {
            hosts[hour] += sum.hosts();
            amounts[hour] += sum.amount();
        }));
        List<Hour> hours = new ArrayList<>();
        for (int hour = 0; hour < Calendar.HOURS; hour++) {
            hours.add(new Hour(start.plus(hour, ChronoUnit.HOURS), hosts[hour], amounts[hour]));
        }
        Sum all = sums.values().stream().reduce(new Sum(0, 0), Sum::plus);
        return new Week(monday, hours, all.hosts(), all.amount());
    }

    /// The hour with the least; the first of several.
    public Hour lowest() {
        return hours.stream().reduce((least, hour) -> hour.amount() < least.amount() ? hour : least).orElseThrow();
    }

    public Hour highest() {
        return hours.stream().reduce((most, hour) -> hour.amount() > most.amount() ? hour : most).orElseThrow();
    }

    /// Whether every hour is like every other.
    public boolean even() {
        return lowest().amount() == highest().amount();
    }

    /// Hours with as little as the lowest.
    public long lowestHours() {
        long least = lowest().amount();
        return hours.stream().filter(hour -> hour.amount() == least).count();
    }

    /// Which of the 168 `instant` falls in; one of another week counts by its day and hour.
    public int index(Instant instant) {
        long since = Duration.between(hours.getFirst().from(), instant).toHours();
        return (int) Math.floorMod(since, (long) Calendar.HOURS);
    }

    private static IntStream hoursKept(Calendar calendar, Instant start) {
        Instant end = start.plus(Calendar.HOURS, ChronoUnit.HOURS);
        boolean[] kept = new boolean[Calendar.HOURS];
        Arrays.fill(kept, true);
        boolean open = calendar.isOpen(start);
        for (Instant from = start; from.isBefore(end); ) {
            Instant change = calendar.nextChange(from);
            Instant to = change.isBefore(end) ? change : end;
            if (!open) {
                long first = Duration.between(start, from).toHours();
                long last = Duration.between(start, to.minusSeconds(1)).toHours();
                Arrays.fill(kept, (int) first, (int) last + 1, false);
            }
            from = to;
            open = !open;
        }
        return IntStream.range(0, Calendar.HOURS).filter(hour -> kept[hour]);
    }
}
