package leaseback.manager.upkeep;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import leaseback.manager.database.Database;

/// What only one manager should do at a time. Two that both do it for a moment do no harm, only work.
final class Duty {
    /// Longer than a few rounds.
    static final Duration TERM = Duration.ofMinutes(1);
    /// Nobody watching for this long is a gap.
    private static final Duration GAP = TERM.multipliedBy(3);
    private final Database database;
    private final InstantSource clock;
    private final UUID me;
    private final String name;

    Duty(Database database, InstantSource clock, UUID me, String name) {
        this.database = database;
        this.clock = clock;
        this.me = me;
        this.name = name;
    }

    /// Takes or keeps the duty.
    ///
    /// @return since when it has been done without a gap; empty when another manager does it
    Optional<Instant> take() {
        Instant now = clock.instant();
        return database.transact(handle -> {
            Instant until = handle.createQuery("select held_until from duty where name = :name").bind("name", name)
                    .map((row, context) -> row.getTimestamp(1).toInstant()).findOne().orElse(now.plus(TERM));
            Instant last = until.minus(TERM);
            boolean gap = last.plus(GAP).isBefore(now);
            Optional<Instant> since = handle.createQuery("""
                    insert into duty (name, holder, held_until, since) values (:name, :me, :until, :now)
                    on conflict (name) do update set holder = :me, held_until = :until,
                           since = case when cast(:gap as boolean) then :now else duty.since end
                    where duty.holder = :me or duty.held_until < :now
                    returning since""")
                    .bind("name", name).bind("me", me).bind("until", now.plus(TERM)).bind("now", now).bind("gap", gap)
                    .map((row, context) -> row.getTimestamp(1).toInstant()).findOne();
            if (gap && since.isPresent()) {
                handle.createUpdate("insert into unwatched (from_at, to_at) values (:from, :to) on conflict do nothing")
                        .bind("from", last).bind("to", now).execute();
            }
            return since;
        });
    }

    /// Since when somebody has been doing it without a gap; now, when nobody does.
    Instant since() {
        Instant now = clock.instant();
        return database.read(handle -> handle.createQuery("select since, held_until from duty where name = :name").bind("name", name)
                .map((row, context) -> row.getTimestamp(2).toInstant().minus(TERM).plus(GAP).isBefore(now) ? now
                        : row.getTimestamp(1).toInstant())
                .findOne().orElse(now));
    }
}
