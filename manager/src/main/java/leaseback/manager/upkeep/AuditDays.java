package leaseback.manager.upkeep;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import leaseback.manager.clock.Due;
import leaseback.manager.database.Database;
import leaseback.manager.lease.Nights;
import leaseback.manager.metering.Meter;
import leaseback.manager.metering.Reading;
import leaseback.manager.metering.Readings;
import leaseback.manager.metering.Subject;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Writes down what audits found of each lease's host in the day that has ended, and what it kept for others: as readings of the lease, after each
/// local midnight. Written twice it is written once; where somebody else has measured that day, theirs stands.
///
/// An hour of audits belongs to the day in which it begins, by UTC's hours. What a host keeps changes slowly: what it last said counts for
/// all hours of the day.
public final class AuditDays implements Due {
    private static final Duration GRACE = Duration.ofMinutes(3);
    private static final int PAGE = 500;
    private final Database database;
    private final Readings readings;
    private final Nights nights;

    public AuditDays(Database database, Readings readings, InstantSource clock) {
        this.database = database;
        this.readings = readings;
        this.nights = new Nights("audits_written", GRACE, clock);
    }

    /// @param audits without those for whose failure the manager was to blame
    private record Seen(UUID lease, long used, long audits, long passed, boolean auditsWritten, boolean usedWritten) {}

    @Override
    public Optional<Instant> next() {
        return database.read(nights::next);
    }

    @Override
    public void run() {
        nights.turn(database, this::page);
    }

    private @Nullable UUID page(Handle handle, Nights.Night night) {
        List<Seen> page = seen(handle, night);
        long hours = Duration.between(night.begins(), night.ends()).toHours();
        List<Reading> facts = new ArrayList<>();
        for (Seen seen : page) {
            if (seen.audits() > 0 && !seen.auditsWritten()) {
                facts.add(reading(seen, night, Meter.AUDITS, seen.audits()));
                facts.add(reading(seen, night, Meter.AUDITS_PASSED, seen.passed()));
            }
            if (seen.used() > 0 && !seen.usedWritten()) {
                facts.add(reading(seen, night, Meter.DISK_USED, Math.multiplyExact(seen.used(), hours)));
            }
        }
        readings.record(handle, facts);
        return page.size() < PAGE ? null : page.getLast().lease();
    }

    private static Reading reading(Seen seen, Nights.Night night, Meter meter, long quantity) {
        UUID id = UUID.nameUUIDFromBytes(("reading " + seen.lease() + " " + night.day() + " " + meter.word()).getBytes(StandardCharsets.UTF_8));
        return new Reading(id, new Subject(Subject.Kind.LEASE, seen.lease()), meter, night.begins(), night.ends(), quantity, "upkeep");
    }

    private static List<Seen> seen(Handle handle, Nights.Night night) {
        return handle.createQuery("""
                with page as (select id from lease where zone = :zone and state in ('ACTIVE', 'PAUSED', 'WARNED', 'SUSPENDED')
                              and (cast(:after as uuid) is null or id > cast(:after as uuid)) order by id limit :page),
                heard as (select h.lease_id, sum(a.good) as passed, sum(a.good + a.altered + a.missing + a.silent - a.excused) as audits
                          from page join host h on h.lease_id = page.id
                          join audit_hour a on a.host_id = h.id and a.at >= :begins and a.at < :ends group by h.lease_id)
                select page.id, coalesce(heard.audits, 0) as audits, coalesce(heard.passed, 0) as passed,
                       (select coalesce(sum(h.used_bytes), 0) from host h where h.lease_id = page.id and h.state = 'ACTIVE') as used,
                       exists (select 1 from reading r where r.subject = page.id and r.begins >= :begins and r.begins < :ends
                               and r.meter in ('audits', 'audits-passed')) as audits_written,
                       exists (select 1 from reading r where r.subject = page.id and r.begins >= :begins and r.begins < :ends
                               and r.meter = 'disk-used') as used_written
                from page left join heard on heard.lease_id = page.id order by page.id""")
                .bind("zone", night.zone().getId()).bind("after", night.after()).bind("page", PAGE)
                .bind("begins", night.begins()).bind("ends", night.ends())
                .map((row, context) -> new Seen(row.getObject("id", UUID.class), row.getLong("used"), row.getLong("audits"),
                        row.getLong("passed"), row.getBoolean("audits_written"), row.getBoolean("used_written"))).list();
    }
}
