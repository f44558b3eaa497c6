package leaseback.manager.fleet;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import leaseback.manager.clock.Due;
import leaseback.manager.database.Database;
import leaseback.manager.lease.Hours;
import leaseback.manager.lease.Nights;
import leaseback.manager.metering.Meter;
import leaseback.manager.metering.Reading;
import leaseback.manager.metering.Readings;
import leaseback.manager.metering.Subject;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Writes down what the manager saw of its hosts: after each local midnight, for the lease of every host, the minutes that the agreed hours had in the
/// day before and those in which the host was there. Written twice it is written once; where somebody else has measured that day, theirs stands.
///
/// The day is cut at midnights of the lease's zone, and at the beginning and the end of the lease. A reading says nothing of pauses and
/// outages: who judges takes them out.
public final class LeaseDays implements Due {
    /// For the last minute's reports to be written.
    private static final Duration GRACE = Duration.ofMinutes(3);
    private static final int PAGE = 500;
    private final Database database;
    private final Readings readings;
    private final Nights nights;

    public LeaseDays(Database database, Readings readings, InstantSource clock) {
        this.database = database;
        this.readings = readings;
        this.nights = new Nights("presence_written", GRACE, clock);
    }

    /// A lease that ran at some time of the day.
    ///
    /// @param ended   when it ended; null while it runs
    /// @param hosted  whether a machine has enrolled under it
    /// @param written whether somebody has measured that day already
    private record Ran(UUID lease, Instant began, @Nullable Instant ended, boolean hosted, long present, boolean written) {}

    @Override
    public Optional<Instant> next() {
        return database.read(nights::next);
    }

    @Override
    public void run() {
        nights.turn(database, this::page);
    }

    private @Nullable UUID page(Handle handle, Nights.Night night) {
        List<Ran> page = ran(handle, night);
        List<Ran> fresh = page.stream().filter(each -> each.hosted() && !each.written()).toList();
        Map<UUID, Hours> hours = Hours.of(handle, fresh.stream().map(Ran::lease).toList());
        List<Reading> facts = new ArrayList<>();
        for (Ran each : fresh) {
            Hours promised = hours.get(each.lease());
            Instant from = each.began().isAfter(night.begins()) ? each.began() : night.begins();
            Instant to = each.ended() == null || each.ended().isAfter(night.ends()) ? night.ends() : each.ended();
            if (promised != null && from.isBefore(to)) {
                long window = promised.minutes(from, to);
                if (window > 0) {
                    facts.add(reading(each, night, Meter.WINDOW, from, to, window));
                    facts.add(reading(each, night, Meter.PRESENCE, from, to, Math.min(each.present(), window)));
                }
            }
        }
        readings.record(handle, facts);
        return page.size() < PAGE ? null : page.getLast().lease();
    }

    private static Reading reading(Ran ran, Nights.Night night, Meter meter, Instant from, Instant to, long quantity) {
        UUID id = UUID.nameUUIDFromBytes(("reading " + ran.lease() + " " + night.day() + " " + meter.word()).getBytes(StandardCharsets.UTF_8));
        return new Reading(id, new Subject(Subject.Kind.LEASE, ran.lease()), meter, from, to, quantity, "fleet");
    }

    private static List<Ran> ran(Handle handle, Nights.Night night) {
        return handle.createQuery("""
                with ran as (
                  (select id, term_from, null as ended from lease
                   where zone = :zone and state in ('ACTIVE', 'PAUSED', 'WARNED', 'SUSPENDED')
                     and (cast(:after as uuid) is null or id > cast(:after as uuid)) order by id limit :page)
                  union all
                  (select id, term_from, (select min(t.at) from lease_transition t where t.lease_id = lease.id and t.to_state = 'STANDING_DOWN')
                   from lease
                   where zone = :zone and state in ('STANDING_DOWN', 'RELEASED') and state_at >= :begins
                     and (cast(:after as uuid) is null or id > cast(:after as uuid)) order by id limit :page)
                  order by id limit :page)
                select ran.id, ran.term_from, cast(ran.ended as timestamptz) as ended,
                       exists (select 1 from host h where h.lease_id = ran.id) as hosted,
                       (select coalesce(sum(p.minutes_present), 0) from host h join host_presence p on p.host_id = h.id and p.day = :day
                        where h.lease_id = ran.id) as present,
                       exists (select 1 from reading r where r.subject = ran.id and r.begins >= :begins and r.begins < :ends
                               and r.meter in ('window', 'presence')) as written
                from ran order by ran.id""")
                .bind("zone", night.zone().getId()).bind("after", night.after()).bind("page", PAGE).bind("day", night.day())
                .bind("begins", night.begins()).bind("ends", night.ends())
                .map((row, context) -> new Ran(row.getObject("id", UUID.class), row.getTimestamp("term_from").toInstant(),
                        row.getTimestamp("ended") == null ? null : row.getTimestamp("ended").toInstant(), row.getBoolean("hosted"),
                        row.getLong("present"), row.getBoolean("written"))).list();
    }
}
