package leaseback.manager.storage;

import java.sql.Types;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import leaseback.manager.database.Database;
import org.jdbi.v3.core.Handle;

/// The books on where pieces lie, for those who look after them: segments are walked over in ranges, and a piece moves
/// from host to host in one compare-and-set.
///
/// A move begins with a row of intent for each new piece, written before its first byte leaves; it ends with the commit,
/// which takes the intent away, or with the sweep, which takes the bytes away. So nothing is lost on any host.
public final class PieceBook {
    private final ObjectStore.Means means;
    private final Database database;

    public PieceBook(ObjectStore store) {
        this.means = store.means();
        this.database = means.database();
    }

    /// A place in the walk over all segments.
    public record Place(UUID contentId, long start) {
        /// Before all of them.
        public static final Place START = new Place(new UUID(0, 0), -1);
    }

    /// Some rows of the walk.
    ///
    /// @param segments those of them that lie on hosts and belong to something kept: neither inline, nor being written, nor garbage
    /// @param rows     looked at
    /// @param next     where the next page begins; empty at the end
    public record Page(List<Segment> segments, int rows, Optional<Place> next) {}

    /// A piece that is not what it should be on the host that should have it.
    public record Flaw(UUID root, int piece, int host, FlawKind kind) {}

    /// What may be wrong with a piece.
    public enum FlawKind {
        /// A cell's tag says that it is not what was stored.
        ALTERED,
        /// The host says that it has no such piece.
        MISSING
    }

    /// At most `most` rows behind `after`.
    public Page page(Place after, int most) {
        return database.read(handle -> {
            List<Place> places = handle.createQuery("""
                    select content_id, start from segment where (content_id, start) > (:content, :start)
                    order by content_id, start limit :most""")
                    .bind("content", after.contentId()).bind("start", after.start()).bind("most", most)
                    .map((row, context) -> new Place(row.getObject("content_id", UUID.class), row.getLong("start"))).list();
            if (places.isEmpty()) {
                return new Page(List.of(), 0, Optional.empty());
            }
            Place last = places.getLast();
            List<Segment> segments = handle.createQuery("""
                    select s.* from segment s
                    where (s.content_id, s.start) > (:content, :start) and (s.content_id, s.start) <= (:lastContent, :lastStart)
                    and s.k > 0 and not exists (select 1 from garbage g where g.content_id = s.content_id)
                    order by s.content_id, s.start""")
                    .bind("content", after.contentId()).bind("start", after.start())
                    .bind("lastContent", last.contentId()).bind("lastStart", last.start())
                    .map((row, context) -> Contents.segment(row)).list();
            return new Page(segments, places.size(), places.size() < most ? Optional.empty() : Optional.of(last));
        });
    }

    /// The segment as it is now; empty when it is no longer kept.
    public Optional<Segment> find(Place place) {
        return database.read(handle -> handle.createQuery("""
                select s.* from segment s where content_id = :content and start = :start and k > 0
                and not exists (select 1 from garbage g where g.content_id = s.content_id)""")
                .bind("content", place.contentId()).bind("start", place.start())
                .map((row, context) -> Contents.segment(row)).findOne());
    }

    /// What is known to be wrong with the pieces of these segments, by root.
    public Map<UUID, List<Flaw>> flaws(Collection<Segment> segments) {
        if (segments.isEmpty()) {
            return Map.of();
        }
        return database.read(handle -> handle.createQuery("select root, piece, host, kind from flaw where root in (<roots>)")
                .bindList("roots", segments.stream().map(Segment::root).toList())
                .map((row, context) -> new Flaw(row.getObject("root", UUID.class), row.getInt("piece"), row.getInt("host"),
                        FlawKind.valueOf(row.getString("kind"))))
                .stream().collect(Collectors.groupingBy(Flaw::root)));
    }

    /// Notes that a piece was found wrong where the segment says it is. It stays until it has been replaced elsewhere.
    ///
    /// @return whether this is news
    public boolean note(Segment segment, int piece, FlawKind kind) {
        Instant now = means.clock().instant();
        return database.transact(handle -> handle.createUpdate("""
                insert into flaw (root, piece, host, kind, found_at)
                select root, :piece, :host, :kind, :now from segment s
                where content_id = :content and start = :start and hosts[:piece + 1] = :host and :host >= 0
                and not exists (select 1 from garbage g where g.content_id = s.content_id)
                on conflict do nothing""")
                .bind("piece", piece).bind("host", segment.hosts()[piece]).bind("kind", kind.name()).bind("now", now)
                .bind("content", segment.contentId()).bind("start", segment.start()).execute()) == 1;
    }

    /// Forgets what was found wrong with pieces that are right after all: the host has found its disk again.
    public void forgive(Segment segment, int piece) {
        database.transact(handle -> handle.createUpdate("delete from flaw where root = :root and piece = :piece and host = :host")
                .bind("root", segment.root()).bind("piece", piece).bind("host", segment.hosts()[piece]).execute());
    }

    /// Hosts that may hold pieces of the segment which do not count: for now they can take none of it.
    public Set<Integer> leftWith(Segment segment) {
        return database.read(handle -> handle.createQuery("select distinct host from leftover where root = :root and not intent")
                .bind("root", segment.root()).mapTo(Integer.class).set());
    }

    /// Hosts on which a move of this segment, perhaps one that died, has begun to put something: piece to alias.
    public Map<Integer, Integer> intended(Segment segment) {
        return database.read(handle -> {
            Map<Integer, Integer> intended = new HashMap<>();
            handle.createQuery("select piece, host from leftover where root = :root and intent order by piece, host")
                    .bind("root", segment.root()).map((row, context) -> intended.put(row.getInt(1), row.getInt(2))).list();
            return intended;
        });
    }

    /// Writes down what is about to be sent; a move that died may be taken up again. Nothing when any of it is refused,
    /// or when the segment has changed since it was read.
    ///
    /// @param fresh alias of the new host, by piece
    public boolean intend(Segment segment, Map<Integer, Integer> fresh) {
        Instant due = due();
        return inOne(handle -> {
            // Another's commit may just have made a chosen host count: an intent for it would end with the sweep of a piece that counts.
            require(handle.createQuery("select 1 from segment where content_id = :content and start = :start and hosts = :known for update")
                    .bind("content", segment.contentId()).bind("start", segment.start())
                    .bindBySqlType("known", Contents.ints(handle, segment.hosts()), Types.ARRAY).mapTo(Integer.class).list().size());
            fresh.forEach((piece, alias) -> require(handle.createUpdate("""
                    insert into leftover (root, piece, host, due, intent) values (:root, :piece, :host, :due, true)
                    on conflict (root, piece, host) do update set due = excluded.due where leftover.intent""")
                    .bind("root", segment.root()).bind("piece", piece).bind("host", alias).bind("due", due).execute()));
            return true;
        });
    }

    /// Shows life; false when the intent has lapsed.
    public boolean renew(Segment segment, Map<Integer, Integer> fresh) {
        Instant due = due();
        return inOne(handle -> {
            fresh.forEach((piece, alias) -> require(handle.createUpdate("""
                    update leftover set due = :due where root = :root and piece = :piece and host = :host and intent""")
                    .bind("root", segment.root()).bind("piece", piece).bind("host", alias).bind("due", due).execute()));
            return true;
        });
    }

    /// Makes the new pieces count, and what they replace a leftover. All or nothing; false when the segment has changed
    /// since it was read, or an intent has lapsed. Call it only when the new hosts have the bytes on disk.
    public boolean commit(Segment before, Map<Integer, Integer> fresh) {
        int[] after = before.hosts().clone();
        fresh.forEach((piece, alias) -> after[piece] = alias);
        return inOne(handle -> {
            for (int piece : fresh.keySet()) {
                require(handle.createUpdate("delete from leftover where root = :root and piece = :piece and host = :host and intent")
                        .bind("root", before.root()).bind("piece", piece).bind("host", after[piece]).execute());
            }
            require(handle.createUpdate("""
                    update segment s set hosts = :after where content_id = :content and start = :start and hosts = :before
                    and not exists (select 1 from garbage g where g.content_id = s.content_id)""")
                    .bindBySqlType("after", Contents.ints(handle, after), Types.ARRAY)
                    .bindBySqlType("before", Contents.ints(handle, before.hosts()), Types.ARRAY)
                    .bind("content", before.contentId()).bind("start", before.start()).execute());
            for (int piece : fresh.keySet()) {
                leave(handle, before, piece);
            }
            return true;
        });
    }

    /// Gives a move up: what got somewhere is swept away.
    public void abandon(Segment segment, Map<Integer, Integer> fresh) {
        // As with contents given up: the first sweep must not overtake the last bytes.
        Instant due = means.clock().instant().plus(means.patience().write().multipliedBy(6));
        database.transact(handle -> {
            fresh.forEach((piece, alias) -> handle.createUpdate("""
                    update leftover set intent = false, due = :due where root = :root and piece = :piece and host = :host and intent""")
                    .bind("due", due).bind("root", segment.root()).bind("piece", piece).bind("host", alias).execute());
            return 1;
        });
    }

    /// Whether nothing that does not count, or not yet, lies on the host: no leftover, garbage, or content being written.
    public boolean owesNothing(int alias) {
        return database.read(handle -> handle.createQuery("""
                select (select count(*) from leftover where host = :host)
                     + (select count(*) from segment s join garbage g on g.content_id = s.content_id where :host = any(s.hosts))""")
                .bind("host", alias).mapTo(Long.class).one()) == 0;
    }

    private void leave(Handle handle, Segment before, int piece) {
        int old = before.hosts()[piece];
        if (old == Segment.NO_HOST) {
            return;
        }
        handle.createUpdate("""
                insert into leftover (root, piece, host, due, intent) values (:root, :piece, :host, :due, false)
                on conflict (root, piece, host) do update set intent = false, due = excluded.due""")
                .bind("root", before.root()).bind("piece", piece).bind("host", old)
                .bind("due", means.contents().afterGrace()).execute();
        handle.createUpdate("delete from flaw where root = :root and piece = :piece and host = :host")
                .bind("root", before.root()).bind("piece", piece).bind("host", old).execute();
    }

    private Instant due() {
        return means.clock().instant().plus(means.patience().intent());
    }

    private boolean inOne(Database.Work<Boolean> work) {
        try {
            return database.transact(work);
        } catch (Lapsed changed) {
            return false;
        }
    }

    private static void require(int rows) {
        if (rows != 1) {
            throw new Lapsed();
        }
    }

    /// Rolls a transaction back.
    private static final class Lapsed extends RuntimeException {
        private static final long serialVersionUID = 1;

        Lapsed() {
            super("another was faster", null, false, false);
        }
    }
}
