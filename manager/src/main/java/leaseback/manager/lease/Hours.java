package leaseback.manager.lease;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import leaseback.manager.catalog.Documents;
import leaseback.protocol.Calendar;
import leaseback.protocol.Window;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.json.JsonMapper;

/// When a lease's machine was and will be promised to be on, by all versions of its terms and on its holidays.
public final class Hours {
    private static final JsonMapper JSON = Documents.mapper();
    private final TreeMap<Instant, Calendar> calendars = new TreeMap<>();

    private Hours() {}

    /// By lease; those that do not exist are missing.
    public static Map<UUID, Hours> of(Handle handle, Collection<UUID> leases) {
        Map<UUID, Hours> all = new HashMap<>();
        Map<String, List<Window>> known = new HashMap<>();
        Map<UUID, List<LocalDate>> holidays = new HashMap<>();
        handle.createQuery("select lease_id, day from lease_holiday where lease_id = any(:ids) order by lease_id, day")
                .bindArray("ids", UUID.class, leases)
                .map((row, context) -> holidays.computeIfAbsent(row.getObject("lease_id", UUID.class), id -> new ArrayList<>())
                        .add(row.getObject("day", LocalDate.class)))
                .forEach(row -> {});
        handle.createQuery("""
                select t.lease_id, t.effective_at, l.zone, t.plan -> 'serving' as serving,
                       coalesce(t.plan ->> 'holidays', 'false') = 'true' as holidays
                from lease_terms t join lease l on l.id = t.lease_id
                where t.lease_id = any(:ids) order by t.lease_id, t.version""").bindArray("ids", UUID.class, leases)
                .map((row, context) -> {
                    List<Window> windows = known.computeIfAbsent(row.getString("serving"),
                            serving -> Arrays.asList(JSON.readValue(serving, Window[].class)));
                    UUID lease = row.getObject("lease_id", UUID.class);
                    List<LocalDate> whole = row.getBoolean("holidays") ? holidays.getOrDefault(lease, List.of()) : List.of();
                    all.computeIfAbsent(lease, id -> new Hours()).calendars
                            .put(row.getTimestamp("effective_at").toInstant(), new Calendar(ZoneId.of(row.getString("zone")), windows, whole));
                    return 1;
                }).forEach(row -> {});
        return all;
    }

    /// Promised minutes from `from` (included) to `to` (excluded), exact over daylight-saving nights and changes of the terms.
    public long minutes(Instant from, Instant to) {
        long minutes = 0;
        Instant at = from;
        while (at.isBefore(to)) {
            Instant next = calendars.higherKey(at);
            Instant end = next == null || next.isAfter(to) ? to : next;
            var holding = calendars.floorEntry(at);
            minutes += (holding == null ? calendars.firstEntry() : holding).getValue().minutesOpen(at, end);
            at = end;
        }
        return minutes;
    }

    /// The same of a stretch of which every minute counts that is touched.
    public long minutesTouched(Instant from, Instant to) {
        Duration minute = Duration.ofMinutes(1);
        Instant first = Instant.ofEpochSecond(Math.floorDiv(from.getEpochSecond(), 60L) * 60);
        Instant last = Instant.ofEpochSecond(Math.floorDiv(to.minusNanos(1).getEpochSecond(), 60L) * 60).plus(minute);
        return minutes(first, last);
    }
}
