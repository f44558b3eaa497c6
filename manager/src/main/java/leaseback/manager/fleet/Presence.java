package leaseback.manager.fleet;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import leaseback.protocol.Calendar;
import leaseback.manager.order.Electricity;
import leaseback.protocol.Earnings;
import leaseback.protocol.LeaseTerms;
import org.jdbi.v3.core.Handle;

/// The minutes of its serving window in which a host answered, and what they are worth.
final class Presence {
    private Presence() {}

    /// Counts the minute of `now` for the host, if its window is open; once, however often and by whomever it is called.
    static void record(Handle handle, UUID hostId, Calendar serving, Instant now) {
        if (!serving.isOpen(now)) {
            return;
        }
        handle.createUpdate("""
                insert into host_presence (host_id, day, minutes_present, last_minute) values (:host, :day, 1, :minute)
                on conflict (host_id, day) do update
                set minutes_present = host_presence.minutes_present + 1, last_minute = :minute
                where host_presence.last_minute < :minute""")
                .bind("host", hostId).bind("day", now.atZone(serving.zone()).toLocalDate())
                .bind("minute", now.truncatedTo(ChronoUnit.MINUTES)).execute();
    }

    /// This calendar month of the owner's zone, up to and with the present minute. Earned is the monthly pay by the share of
    /// the whole month's promised minutes in which the host was there, rounded down to the minor unit.
    ///
    /// @param offered what was reckoned with in the offer
    static Earnings earnings(Handle handle, UUID hostId, LeaseTerms terms, Optional<Electricity> offered, Instant enrolledAt, Instant now) {
        ZoneId zone = terms.serving().zone();
        LocalDate first = now.atZone(zone).toLocalDate().withDayOfMonth(1);
        Instant start = first.atStartOfDay(zone).toInstant();
        Instant end = first.plusMonths(1).atStartOfDay(zone).toInstant();
        long present = handle.createQuery("""
                select coalesce(sum(minutes_present), 0) from host_presence
                where host_id = :host and day >= :from and day < :to""")
                .bind("host", hostId).bind("from", first).bind("to", first.plusMonths(1)).mapTo(Long.class).one();
        long whole = terms.serving().minutesOpen(start, end);
        Instant since = enrolledAt.isAfter(start) ? enrolledAt : start;
        long soFar = terms.serving().minutesOpen(since, now.truncatedTo(ChronoUnit.MINUTES).plus(1, ChronoUnit.MINUTES));
        long earned = whole == 0 ? 0 : Math.multiplyExact(terms.monthlyPay(), Math.min(present, whole)) / whole;
        Earnings.Power power = offered.filter(each -> each.kilowattHour().currency().equals(terms.currency()))
                .map(each -> new Earnings.Power(each.watts(), each.wattHours(present), each.cost(present).minor())).orElse(null);
        return new Earnings(earned, terms.currency(), present, soFar, now, power);
    }
}
