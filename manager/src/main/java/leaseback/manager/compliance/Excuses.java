package leaseback.manager.compliance;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import leaseback.manager.lease.Hours;
import org.jdbi.v3.core.Handle;

/// Times for which nothing is held against a host: outages of ours, and pauses of its lease.
final class Excuses {
    private final List<Span> outages;
    private final Map<UUID, List<Span>> pauses;
    /// Of those leases that have anything to excuse.
    private final Map<UUID, Hours> hours;

    private record Span(Instant from, Instant to) {}

    private Excuses(List<Span> outages, Map<UUID, List<Span>> pauses, Map<UUID, Hours> hours) {
        this.outages = outages;
        this.pauses = pauses;
        this.hours = hours;
    }

    /// @param known outages that were told of later are not in it
    static Excuses of(Handle handle, Collection<UUID> leases, Instant from, Instant to, Instant known) {
        List<Span> outages = handle.createQuery("select from_at, to_at from outage where to_at > :from and from_at < :to and recorded_at < :known")
                .bind("from", from).bind("to", to).bind("known", known)
                .map((row, context) -> new Span(row.getTimestamp(1).toInstant(), row.getTimestamp(2).toInstant())).list();
        Map<UUID, List<Span>> pauses = new HashMap<>();
        handle.createQuery("""
                select lease_id, began_at, ended_at from lease_pause
                where lease_id = any(:leases) and began_at < :to and (ended_at is null or ended_at > :from)""")
                .bindArray("leases", UUID.class, leases).bind("from", from).bind("to", to)
                .map((row, context) -> {
                    Timestamp ended = row.getTimestamp("ended_at");
                    return pauses.computeIfAbsent(row.getObject("lease_id", UUID.class), id -> new ArrayList<>())
                            .add(new Span(row.getTimestamp("began_at").toInstant(), ended == null ? to : ended.toInstant()));
                }).forEach(pause -> {});
        Collection<UUID> concerned = outages.isEmpty() ? pauses.keySet() : leases;
        return new Excuses(outages, pauses, concerned.isEmpty() ? Map.of() : Hours.of(handle, concerned));
    }

    /// Agreed minutes of the stretch that are not asked for; what two excuses share counts once.
    long minutes(UUID lease, Instant from, Instant to) {
        Hours promised = hours.get(lease);
        if (promised == null) {
            return 0;
        }
        long minutes = 0;
        Instant done = from;
        for (Span span : spans(lease, from, to)) {
            Instant start = span.from().isAfter(done) ? span.from() : done;
            Instant end = span.to().isBefore(to) ? span.to() : to;
            if (start.isBefore(end)) {
                minutes += promised.minutesTouched(start, end);
                // The next begins with the minute after the last one that was touched.
                done = Instant.ofEpochSecond(Math.ceilDiv(end.toEpochMilli(), 60_000L) * 60);
            }
        }
        return minutes;
    }

    boolean touched(UUID lease, Instant from, Instant to) {
        return !spans(lease, from, to).isEmpty();
    }

    private List<Span> spans(UUID lease, Instant from, Instant to) {
        List<Span> all = new ArrayList<>(outages);
        all.addAll(pauses.getOrDefault(lease, List.of()));
        all.removeIf(span -> !span.from().isBefore(to) || !span.to().isAfter(from));
        all.sort(Comparator.comparing(Span::from));
        return all;
    }
}
