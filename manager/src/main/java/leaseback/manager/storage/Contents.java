package leaseback.manager.storage;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import leaseback.manager.database.Database;
import leaseback.manager.sealing.TenantKeys;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// The rows of contents: what the bytes of objects and parts are made of, and what of them is garbage.
///
/// A content is under way (a row of intent), held by an object or part (no row), or garbage; only commits move it.
final class Contents {
    private final Database database;
    private final InstantSource clock;
    private final Patience patience;

    Contents(Database database, InstantSource clock, Patience patience) {
        this.database = database;
        this.clock = clock;
        this.patience = patience;
    }

    /// Writes the intent and the first segment's plan, before its first byte leaves the manager.
    void begin(Segment first, String storageClass) {
        database.transact(handle -> {
            handle.createUpdate("insert into garbage (content_id, intent, due) values (:id, true, :due)")
                    .bind("id", first.contentId()).bind("due", clock.instant().plus(patience.intent())).execute();
            insert(handle, first, storageClass);
            return 1;
        });
    }

    /// Writes a further segment's plan; false when the intent is no longer there: the content was given up.
    boolean add(Segment segment, String storageClass) {
        return database.transact(handle -> {
            boolean alive = renew(handle, segment.contentId());
            if (alive) {
                insert(handle, segment, storageClass);
            }
            return alive;
        });
    }

    /// Shows life; false when the content was given up.
    boolean renew(UUID contentId) {
        return database.transact(handle -> renew(handle, contentId));
    }

    private boolean renew(Handle handle, UUID contentId) {
        return handle.createUpdate("update garbage set due = :due where content_id = :id and intent")
                .bind("id", contentId).bind("due", clock.instant().plus(patience.intent())).execute() == 1;
    }

    /// Corrects a plan to what became of it.
    void correct(SegmentWriter.Stored stored) {
        Segment segment = stored.segment();
        // What was cut is reset, not late: as with what is given up, its last bytes are there by then, and repair can use the host again.
        Instant due = clock.instant().plus(patience.write().multipliedBy(6));
        database.transact(handle -> {
            for (int piece : stored.left()) {
                handle.createUpdate("""
                        insert into leftover (root, piece, host, due, tenant_id)
                        select s.root, :piece, s.hosts[:piece + 1], :due, s.tenant_id from segment s
                        where s.content_id = :content and s.start = :start and s.hosts[:piece + 1] >= 0
                        on conflict do nothing""")
                        .bind("piece", piece).bind("due", due).bind("content", segment.contentId()).bind("start", segment.start())
                        .execute();
            }
            return handle.createUpdate("""
                    update segment set bytes = :bytes, hosts = :hosts where content_id = :content and start = :start""")
                    .bind("bytes", segment.bytes()).bindBySqlType("hosts", ints(handle, segment.hosts()), Types.ARRAY)
                    .bind("content", segment.contentId()).bind("start", segment.start()).execute();
        });
    }

    /// Turns the intent into what stays, in the caller's transaction.
    ///
    /// @throws Refused when the content was given up meanwhile
    void keep(Handle handle, Written written) {
        for (Segment segment : written.inline()) {
            insert(handle, segment, written.storageClass());
            Tenancy staged = written.staged();
            if (staged != null) {
                stage(handle, segment, staged, clock.instant());
            }
        }
        if (written.streamed() && handle.createUpdate("delete from garbage where content_id = :id and intent")
                .bind("id", written.contentId()).execute() == 0) {
            throw new Refused(StorageFault.Reason.NOT_ENOUGH_HOSTS,
                    "this took longer than the manager could keep track of it; send it again");
        }
    }

    /// Makes a content garbage from `due` on, in the caller's transaction.
    void drop(Handle handle, UUID contentId, Instant due) {
        handle.createUpdate("""
                insert into garbage (content_id, intent, due) values (:id, false, :due)
                on conflict (content_id) do update set intent = false, due = excluded.due""")
                .bind("id", contentId).bind("due", due).execute();
    }

    /// When what is deleted now may lose its pieces.
    Instant afterGrace() {
        return clock.instant().plus(patience.grace());
    }

    /// Gives up a content under way. It is due only once nothing of it can be on its way any more:
    /// a first sweep of its pieces may overtake the last of them.
    ///
    /// @return false when it is not under way: it was committed, or nothing was begun
    boolean giveUp(UUID contentId) {
        Instant due = clock.instant().plus(patience.write().multipliedBy(6));
        return database.transact(handle -> handle
                .createUpdate("update garbage set intent = false, due = :due where content_id = :id")
                .bind("id", contentId).bind("due", due).execute()) == 1;
    }

    /// The segments that hold bytes `from` to `to` of the content, in order.
    List<Segment> find(UUID contentId, long from, long to) {
        return database.read(handle -> handle.createQuery("""
                select * from segment
                where content_id = :id and start > :least and start < :to and start + bytes > :from order by start""")
                .bind("id", contentId).bind("least", from - Segment.MOST_BYTES).bind("from", from).bind("to", to)
                .map((row, context) -> segment(row)).list());
    }

    /// The next segments of the content, at most `most`, that start at `from` or behind.
    List<Segment> page(UUID contentId, long from, int most) {
        return database.read(handle -> handle.createQuery("""
                select * from segment where content_id = :id and start >= :from order by start limit :most""")
                .bind("id", contentId).bind("from", from).bind("most", most)
                .map((row, context) -> segment(row)).list());
    }

    /// Segments of many contents, as long as each has few: of each at most the first.
    List<Segment> firstOf(Collection<UUID> contentIds) {
        return database.read(handle -> handle.createQuery("select * from segment where content_id in (<ids>) and start = 0")
                .bindList("ids", List.copyOf(contentIds)).map((row, context) -> segment(row)).list());
    }

    static Array ints(Handle handle, int[] numbers) {
        return array(handle, "int4", Arrays.stream(numbers).boxed().toArray());
    }

    static Array array(Handle handle, String type, Object[] elements) {
        try {
            return handle.getConnection().createArrayOf(type, elements);
        } catch (SQLException broken) {
            throw new IllegalStateException("cannot make an array for the database", broken);
        }
    }

    private static void insert(Handle handle, Segment segment, String storageClass) {
        Optional<TenantKeys.Wrapped> wrapped = TenantKeys.wrapped(segment.sealedKey());
        handle.createUpdate("""
                insert into segment (content_id, start, bytes, root, k, hosts, sealed_key, inline, tenant_id, key_version, class, cover)
                values (:content, :start, :bytes, :root, :k, :hosts, :key, :inline, :tenant, :version, :class, :cover)""")
                .bind("class", storageClass).bind("cover", segment.cover())
                .bind("content", segment.contentId()).bind("start", segment.start()).bind("bytes", segment.bytes())
                .bind("root", segment.root()).bind("k", segment.k())
                .bindBySqlType("hosts", ints(handle, segment.hosts()), Types.ARRAY)
                .bind("tenant", wrapped.map(TenantKeys.Wrapped::tenantId).orElse(null))
                .bind("version", wrapped.map(TenantKeys.Wrapped::version).orElse(null))
                .bind("key", segment.sealedKey()).bind("inline", segment.inline()).execute();
    }

    private static Segment.@Nullable Packed packed(ResultSet row) throws SQLException {
        UUID pack = row.getObject("pack_id", UUID.class);
        return pack == null ? null : new Segment.Packed(pack, row.getLong("pack_from"));
    }

    /// Notes that the sealed bytes of a small content wait in its row to be packed.
    static void stage(Handle handle, Segment segment, Tenancy tenancy, Instant now) {
        handle.createUpdate("""
                insert into staged (content_id, tenant_id, bucket_id, class, bytes, since, due)
                values (:content, :tenant, :bucket, :class, :bytes, :now, :now)""")
                .bind("content", segment.contentId()).bind("tenant", tenancy.tenantId()).bind("bucket", tenancy.bucketId())
                .bind("class", tenancy.storageClass()).bind("bytes", segment.bytes()).bind("now", now).execute();
    }

    static Segment segment(ResultSet row) throws SQLException {
        Integer[] hosts = (Integer[]) row.getArray("hosts").getArray();
        return new Segment(row.getObject("content_id", UUID.class), row.getLong("start"), row.getInt("bytes"),
                row.getObject("root", UUID.class), row.getInt("k"), Arrays.stream(hosts).mapToInt(Integer::intValue).toArray(),
                row.getBytes("sealed_key"), row.getBytes("inline"), packed(row), row.getBytes("cover"));
    }
}
