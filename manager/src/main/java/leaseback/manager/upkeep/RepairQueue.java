package leaseback.manager.upkeep;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import leaseback.manager.database.Database;
import leaseback.manager.storage.PieceBook.Place;
import org.jdbi.v3.core.statement.PreparedBatch;

/// Segments that wait for repair, the most at risk first. Bounded: what does not fit is found again by the next walk.
final class RepairQueue {
    /// Rows; beyond these only what is more urgent than a full margin gets in.
    static final int MOST = 20_000;
    /// A claim, after which another manager may try.
    static final Duration CLAIM = Duration.ofMinutes(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(15);
    private final Database database;
    private final InstantSource clock;

    RepairQueue(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /// A claimed row.
    record Claim(Place place, int attempts) {}

    long size() {
        return database.read(handle -> handle.createQuery("select count(*) from repair").mapTo(Long.class).one());
    }

    /// To make again or to move, in all.
    long pieces() {
        return database.read(handle -> handle.createQuery("select coalesce(sum(pieces), 0) from repair").mapTo(Long.class).one());
    }

    /// Puts tasks in, or brings their risk up to date.
    void put(Collection<RepairPlan.Task> tasks) {
        if (tasks.isEmpty()) {
            return;
        }
        Instant now = clock.instant();
        List<RepairPlan.Task> sorted = tasks.stream().sorted((a, b) -> {
            int content = a.place().contentId().compareTo(b.place().contentId());
            return content != 0 ? content : Long.compare(a.place().start(), b.place().start());
        }).toList();
        database.transact(handle -> {
            PreparedBatch batch = handle.prepareBatch("""
                    insert into repair (content_id, start, margin, days, pieces, found_at, due)
                    values (:content, :start, :margin, :days, :pieces, :now, :now)
                    on conflict (content_id, start) do update
                    set due = case when repair.margin > excluded.margin then least(repair.due, excluded.due) else repair.due end,
                        margin = excluded.margin, days = excluded.days, pieces = excluded.pieces""");
            for (RepairPlan.Task task : sorted) {
                batch.bind("content", task.place().contentId()).bind("start", task.place().start()).bind("margin", task.margin())
                        .bind("days", task.days()).bind("pieces", task.make().size()).bind("now", now).add();
            }
            return batch.execute().length;
        });
    }

    /// Claims at most `most` rows, the most at risk first.
    List<Claim> claim(int most) {
        Instant now = clock.instant();
        return database.transact(handle -> handle.createQuery("""
                update repair set due = :later, attempts = attempts + 1 where (content_id, start) in
                  (select content_id, start from repair where due <= :now order by margin, days, content_id, start limit :most
                   for update skip locked)
                returning content_id, start, attempts""")
                .bind("later", now.plus(CLAIM)).bind("now", now).bind("most", most)
                .map((row, context) -> new Claim(new Place(row.getObject("content_id", UUID.class), row.getLong("start")),
                        row.getInt("attempts"))).list());
    }

    /// Keeps a claim while there is work on it.
    void renew(Place place) {
        Instant later = clock.instant().plus(CLAIM);
        database.transact(handle -> handle.createUpdate("update repair set due = :due where content_id = :content and start = :start")
                .bind("due", later).bind("content", place.contentId()).bind("start", place.start()).execute());
    }

    void done(Place place) {
        database.transact(handle -> handle.createUpdate("delete from repair where content_id = :content and start = :start")
                .bind("content", place.contentId()).bind("start", place.start()).execute());
    }

    /// Puts it off: for longer with every attempt.
    void later(Claim claim, String said) {
        Duration pause = Duration.ofSeconds(5).multipliedBy(1L << Math.min(claim.attempts() - 1, 10));
        Instant due = clock.instant().plus(pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause);
        database.transact(handle -> handle.createUpdate("""
                update repair set due = :due, said = :said where content_id = :content and start = :start""")
                .bind("due", due).bind("said", said.length() > 500 ? said.substring(0, 500) : said)
                .bind("content", claim.place().contentId()).bind("start", claim.place().start()).execute());
    }

    /// The first of those that wait.
    List<Upkeep.Waiting> first(int most) {
        return database.read(handle -> handle.createQuery("select * from repair order by margin, days, content_id, start limit :most")
                .bind("most", most)
                .map((row, context) -> new Upkeep.Waiting(row.getObject("content_id", UUID.class), row.getLong("start"), row.getInt("margin"),
                        row.getDouble("days"), row.getInt("pieces"), row.getTimestamp("found_at").toInstant(),
                        row.getTimestamp("due").toInstant(), row.getInt("attempts"), row.getString("said"))).list());
    }

    /// Counts what repair did in this hour.
    void count(int segments, int pieces, long readBytes, long sentBytes, int failed) {
        Instant hour = clock.instant().truncatedTo(ChronoUnit.HOURS);
        database.transact(handle -> handle.createUpdate("""
                insert into repair_hour (at, segments, pieces, read_bytes, sent_bytes, failed)
                values (:at, :segments, :pieces, :read, :sent, :failed)
                on conflict (at) do update set segments = repair_hour.segments + excluded.segments,
                  pieces = repair_hour.pieces + excluded.pieces, read_bytes = repair_hour.read_bytes + excluded.read_bytes,
                  sent_bytes = repair_hour.sent_bytes + excluded.sent_bytes, failed = repair_hour.failed + excluded.failed""")
                .bind("at", hour).bind("segments", segments).bind("pieces", pieces).bind("read", readBytes).bind("sent", sentBytes)
                .bind("failed", failed).execute());
    }

    /// What repair did since then.
    Upkeep.Done since(Instant from) {
        return database.read(handle -> handle.createQuery("""
                select coalesce(sum(segments), 0), coalesce(sum(pieces), 0), coalesce(sum(read_bytes), 0),
                       coalesce(sum(sent_bytes), 0), coalesce(sum(failed), 0) from repair_hour where at >= :from""")
                .bind("from", from)
                .map((row, context) -> new Upkeep.Done(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5))).one());
    }
}
