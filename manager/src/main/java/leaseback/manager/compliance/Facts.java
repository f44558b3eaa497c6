package leaseback.manager.compliance;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Reads what was measured of leases, day by day of their zone, without what was corrected, and what is to be excused of it.
final class Facts {
    /// Corrections count and what they correct does not; a reading belongs to the day in which it begins. The days' edges stand in a
    /// select of their own, so that their text is read once and not for every row.
    private static final String DAYS = """
            select r.subject, width_bucket(r.begins, (select cast(:starts as timestamptz[]))) as bucket,
                   sum(r.quantity) filter (where r.meter = 'window') as agreed,
                   sum(r.quantity) filter (where r.meter = 'presence') as present,
                   sum(r.quantity) filter (where r.meter = 'audits') as audits,
                   sum(r.quantity) filter (where r.meter = 'audits-passed') as passed,
                   sum(r.quantity) filter (where r.meter = 'cpu-asked') as work_asked,
                   sum(r.quantity) filter (where r.meter = 'cpu-delivered') as work_done,
                   array_agg(r.id order by r.begins, r.id) filter (where r.begins >= :proof and r.meter in ('window', 'presence')) as of_presence,
                   array_agg(r.id order by r.begins, r.id) filter (where r.begins >= :proof and r.meter in ('audits', 'audits-passed')) as of_disk,
                   array_agg(r.id order by r.begins, r.id) filter (where r.begins >= :proof and r.meter in ('cpu-asked', 'cpu-delivered'))
                     as of_work
            from reading r
            where r.subject = any(:leases) and r.begins >= :from and r.begins < :to and r.subject_kind = 'LEASE' and r.received_at < :known
              and r.meter in ('window', 'presence', 'audits', 'audits-passed', 'cpu-asked', 'cpu-delivered')
              and r.id not in (select c.replaces from reading c
                               where c.subject = any(:leases) and c.replaces is not null and c.received_at < :known)
            group by 1, 2""";

    /// All that is known.
    static final Instant ALL = Instant.parse("9999-01-01T00:00:00Z");

    private Facts() {}

    /// Of the days from `first` to `last`, both included.
    ///
    /// @param proof from which day on the ids of readings are told
    static Map<UUID, List<Day>> of(Handle handle, Collection<UUID> leases, ZoneId zone, LocalDate first, LocalDate last, LocalDate proof) {
        return of(handle, leases, zone, first.atStartOfDay(zone).toInstant(), last.plusDays(1).atStartOfDay(zone).toInstant(),
                proof.atStartOfDay(zone).toInstant(), ALL);
    }

    /// Of what begins from `from` (included) to `to` (excluded); a day that these cut is reckoned for the part inside.
    ///
    /// @param known what came later is not in it
    static Map<UUID, List<Day>> of(Handle handle, Collection<UUID> leases, ZoneId zone, Instant from, Instant to, Instant proof, Instant known) {
        if (leases.isEmpty() || !from.isBefore(to)) {
            return Map.of();
        }
        LocalDate first = from.atZone(zone).toLocalDate();
        List<Instant> edges = new ArrayList<>();
        for (LocalDate day = first; day.atStartOfDay(zone).toInstant().isBefore(to); day = day.plusDays(1)) {
            edges.add(day.equals(first) ? from : day.atStartOfDay(zone).toInstant());
        }
        edges.add(to);
        Excuses excuses = Excuses.of(handle, leases, from, to, known);
        Map<UUID, List<Day>> days = new HashMap<>();
        handle.createQuery(DAYS)
                .bindArray("leases", UUID.class, leases)
                .bind("starts", edges.stream().map(Instant::toString).collect(Collectors.joining(",", "{", "}")))
                .bind("from", from).bind("to", to).bind("proof", proof).bind("known", known)
                .map((row, context) -> {
                    UUID lease = row.getObject("subject", UUID.class);
                    int index = row.getInt("bucket") - 1;
                    Instant start = edges.get(index);
                    Instant end = edges.get(index + 1);
                    days.computeIfAbsent(lease, id -> new ArrayList<>()).add(new Day(first.plusDays(index), row.getLong("agreed"),
                            row.getLong("present"), excuses.minutes(lease, start, end), excuses.touched(lease, start, end),
                            row.getLong("audits"), row.getLong("passed"), row.getLong("work_asked"), row.getLong("work_done"),
                            ids(row, "of_presence"), ids(row, "of_disk"), ids(row, "of_work")));
                    return 1;
                }).forEach(row -> {});
        return days;
    }

    static List<UUID> ids(ResultSet row, String column) throws SQLException {
        @Nullable Array array = row.getArray(column);
        return array == null ? List.of() : List.of((UUID[]) array.getArray());
    }
}
