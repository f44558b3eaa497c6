package leaseback.manager.upkeep;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
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
        for (Host host : hosts.all()) {
            if (!host.state().gone()) {
                HostFacts known = facts.get(host.id());
                standings.judge(host, known == null ? 1 : online(host, known, gaps, first, now));
            }
        }
    }

    /// Share of the promised minutes since `first` in which it answered; 1 while there are too few to say. Minutes in which
    /// no manager watched are not counted as promised.
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

    /// A time in which no manager watched.
    record Gap(Instant from, Instant to) {}
}
