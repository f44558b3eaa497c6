package leaseback.manager.upkeep;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import leaseback.manager.database.Database;
import leaseback.manager.fleet.Host;
import leaseback.manager.fleet.HostFacts;
import leaseback.manager.fleet.HostRecords;
import leaseback.manager.storage.Hosts;

/// The chore that draws consequences from audits and presence; see [Reputation].
final class Judge {
    private static final int DAYS = 30;
    /// Fewer promised minutes than these say nothing.
    private static final long LEAST_MINUTES = 24 * 60;
    private final Database database;
    private final Hosts hosts;
    private final Standings standings;
    private final InstantSource clock;

    Judge(Database database, Hosts hosts, Standings standings, InstantSource clock) {
        this.database = database;
        this.hosts = hosts;
        this.standings = standings;
        this.clock = clock;
    }

    void round() {
        Instant now = clock.instant();
        // Presence is kept by the owner's day: the first whole one in every zone.
        LocalDate first = now.atZone(ZoneOffset.UTC).toLocalDate().minusDays(DAYS);
        Map<UUID, HostFacts> facts = new HostRecords(database).all(first);
        List<Gap> gaps = database.read(handle -> handle.createQuery("select from_at, to_at from unwatched where to_at > :from")
                .bind("from", now.minus(Duration.ofDays(DAYS + 1)))
                .map((row, context) -> new Gap(row.getTimestamp(1).toInstant(), row.getTimestamp(2).toInstant())).list());
        Map<UUID, List<Gap>> pauses = pauses(now);
        for (Host host : hosts.all()) {
            if (!host.state().gone()) {
                HostFacts known = facts.get(host.id());
                List<Gap> own = pauses.getOrDefault(host.id(), List.of());
                standings.judge(host, known == null ? 1 : online(host, known, own.isEmpty() ? gaps : together(gaps, own), first, now));
            }
        }
    }

    /// When nothing was asked of hosts, because their leases were paused.
    private Map<UUID, List<Gap>> pauses(Instant now) {
        Map<UUID, List<Gap>> pauses = new HashMap<>();
        database.read(handle -> handle.createQuery("""
                select h.id, p.began_at, coalesce(p.ended_at, :now) from lease_pause p join host h on h.lease_id = p.lease_id
                where coalesce(p.ended_at, :now) > :from order by p.began_at""").bind("now", now).bind("from", now.minus(Duration.ofDays(DAYS + 1)))
                .map((row, context) -> Map.entry(row.getObject(1, UUID.class), new Gap(row.getTimestamp(2).toInstant(), row.getTimestamp(3).toInstant())))
                .list()).forEach(pause -> pauses.computeIfAbsent(pause.getKey(), host -> new ArrayList<>()).add(pause.getValue()));
        return pauses;
    }

    /// All of both by time, without any overlap.
    static List<Gap> together(List<Gap> some, List<Gap> others) {
        List<Gap> joined = new ArrayList<>();
        Stream.concat(some.stream(), others.stream()).sorted(Comparator.comparing(Gap::from)).forEach(gap -> {
            Gap last = joined.isEmpty() ? null : joined.getLast();
            if (last == null || gap.from().isAfter(last.to())) {
                joined.add(gap);
            } else if (gap.to().isAfter(last.to())) {
                joined.set(joined.size() - 1, new Gap(last.from(), gap.to()));
            }
        });
        return joined;
    }

    /// Share of the promised minutes since `first` in which it answered; 1 while there are too few to say. Minutes in which
    /// no manager watched, or the lease was paused, are not counted as promised.
    ///
    /// @param gaps without overlaps
    static double online(Host host, HostFacts facts, List<Gap> gaps, LocalDate first, Instant now) {
        Instant start = first.atStartOfDay(host.terms().serving().zone()).toInstant();
        Instant from = facts.enrolledAt().isAfter(start) ? facts.enrolledAt() : start;
        long promised = host.terms().serving().minutesOpen(from, now);
        for (Gap gap : gaps) {
            Instant begin = gap.from().isAfter(from) ? gap.from() : from;
            Instant end = gap.to().isBefore(now) ? gap.to() : now;
            promised -= begin.isBefore(end) ? host.terms().serving().minutesOpen(begin, end) : 0;
        }
        if (promised < LEAST_MINUTES) {
            return 1;
        }
        long present = facts.minutesPresent().values().stream().mapToLong(Long::longValue).sum();
        return Math.min(1, (double) present / promised);
    }

    /// A time in which nothing is held against a host.
    record Gap(Instant from, Instant to) {}
}
