package leaseback.manager.lease;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Optional;
import java.util.UUID;
import leaseback.manager.database.Database;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// How far a nightly work on leases has come: all leases of a zone have the same midnight, so a row for each zone that has running leases tells
/// which day is next, when, and after which lease its next page begins. Every method works in the caller's transaction.
public final class Nights {
    private static final int MOST_DAYS_LATE = 31;
    private static final int PAGES_A_ROUND = 40;
    /// One index probe for each zone that has running leases.
    private static final String ZONES = """
            with recursive zones (zone) as (
              (select l.zone from lease l where l.state in ('ACTIVE', 'PAUSED', 'WARNED', 'SUSPENDED') order by l.zone limit 1)
              union all
              select (select l.zone from lease l where l.state in ('ACTIVE', 'PAUSED', 'WARNED', 'SUSPENDED') and l.zone > z.zone
                      order by l.zone limit 1) from zones z where z.zone is not null)
            """;
    private final String table;
    private final Duration grace;
    private final InstantSource clock;

    /// @param table a table of the work's own, with zone, day, after and next_at
    /// @param grace how long after midnight it begins
    public Nights(String table, Duration grace, InstantSource clock) {
        this.table = table;
        this.grace = grace;
        this.clock = clock;
    }

    /// A page of work: the leases of `zone` with ids after `after`, for the local day `day`.
    ///
    /// @param newest whether it is the last day that has ended there
    public record Night(ZoneId zone, LocalDate day, @Nullable UUID after, boolean newest) {
        public Instant begins() {
            return day.atStartOfDay(zone).toInstant();
        }

        public Instant ends() {
            return day.plusDays(1).atStartOfDay(zone).toInstant();
        }
    }

    /// One page of the work, in a transaction of its own.
    public interface Page {
        /// @return its last lease, when there may be more; null when the day is done
        @Nullable UUID turn(Handle handle, Night night);
    }

    /// Turns page after page, as long as one is due, and leaves what is more than a round to the next.
    public void turn(Database database, Page work) {
        for (int page = 0; page < PAGES_A_ROUND; page++) {
            boolean worked = database.transact(handle -> {
                Optional<Night> due = take(handle);
                due.ifPresent(night -> done(handle, night, work.turn(handle, night)));
                return due.isPresent();
            });
            if (!worked) {
                return;
            }
        }
    }

    /// When the next page is due.
    public Optional<Instant> next(Handle handle) {
        return handle.createQuery(ZONES + "select min(coalesce(n.next_at, :now)) from zones z left join " + table
                + " n on n.zone = z.zone where z.zone is not null").bind("now", clock.instant()).mapTo(Instant.class).findOne();
    }

    /// A page that is due, which is the caller's alone until its transaction ends; empty when none is.
    public Optional<Night> take(Handle handle) {
        Instant now = clock.instant();
        while (true) {
            Optional<String> due = handle.createQuery(ZONES + "select z.zone from zones z left join " + table + """
                     n on n.zone = z.zone where z.zone is not null and (n.next_at is null or n.next_at <= :now)
                    order by n.next_at nulls first, z.zone limit 1""").bind("now", now).mapTo(String.class).findOne();
            if (due.isEmpty()) {
                return Optional.empty();
            }
            ZoneId zone = ZoneId.of(due.get());
            // A zone's first night is the coming one: what was before it is not known.
            LocalDate today = now.atZone(zone).toLocalDate();
            handle.createUpdate("insert into " + table + " (zone, day, next_at) values (:zone, :day, :next) on conflict do nothing")
                    .bind("zone", zone.getId()).bind("day", today).bind("next", due(zone, today)).execute();
            LocalDate newest = now.minus(grace).atZone(zone).toLocalDate().minusDays(1);
            Night night = handle.createQuery("select day, after from " + table + " where zone = :zone for update").bind("zone", zone.getId())
                    .map((row, context) -> {
                        LocalDate day = row.getObject("day", LocalDate.class);
                        return new Night(zone, day, row.getObject("after", UUID.class), day.equals(newest));
                    }).one();
            if (night.day().isBefore(newest.minusDays(MOST_DAYS_LATE))) {
                proceed(handle, zone, newest.minusDays(MOST_DAYS_LATE), null);
            } else if (!due(zone, night.day()).isAfter(now)) {
                return Optional.of(night);
            }
        }
    }

    /// That page is done.
    ///
    /// @param last its last lease, when there may be more; null when the day is done
    public void done(Handle handle, Night night, @Nullable UUID last) {
        proceed(handle, night.zone(), last == null ? night.day().plusDays(1) : night.day(), last);
    }

    private void proceed(Handle handle, ZoneId zone, LocalDate day, @Nullable UUID after) {
        handle.createUpdate("update " + table + " set day = :day, after = cast(:after as uuid), next_at = :next where zone = :zone")
                .bind("day", day).bind("after", after).bind("next", due(zone, day)).bind("zone", zone.getId()).execute();
    }

    private Instant due(ZoneId zone, LocalDate day) {
        return day.plusDays(1).atStartOfDay(zone).toInstant().plus(grace);
    }
}
