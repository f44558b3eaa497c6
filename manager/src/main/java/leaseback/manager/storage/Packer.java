package leaseback.manager.storage;

import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import leaseback.manager.database.Database;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The chore that puts small contents together: a pack is a content of its own, the sealed bytes of many small ones of
/// one bucket and storage class in a row, and each of them keeps its row, its key, and the place in the pack.
///
/// A small PUT is acknowledged when its sealed bytes are in its row ([Staging]). A pack is written to hosts like any
/// content; the transaction that keeps it also points the rows into it and takes their bytes out. Stopped anywhere before,
/// the bytes are still in the rows and the half-written pack is garbage. What is deleted later leaves a hole; of a pack
/// that is mostly holes the rest goes back into its rows, to be packed again.
public final class Packer {
    private static final Logger LOG = LoggerFactory.getLogger(Packer.class);
    /// A pack is one segment, and at 2 of 6 its pieces are of 16 MiB.
    private static final int PACK_BYTES = 32 * 1024 * 1024;
    private static final int PACK_ROWS = 4096;
    /// So much is worth a pack at once; less waits until it has waited long enough.
    private static final long ENOUGH_BYTES = 8L * 1024 * 1024;
    private static final Duration LONG_ENOUGH = Duration.ofMinutes(5);
    /// A claim; a packer that died leaves its rows to others after it.
    private static final Duration CLAIM = Duration.ofMinutes(10);
    private static final int BATCH_BYTES = 2 * 1024 * 1024;
    private static final int BUCKETS = 50;
    private static final int PACKS = 20;

    private final ObjectStore store;
    private final ObjectStore.Means means;
    private final Database database;
    private final InstantSource clock;

    public Packer(ObjectStore store) {
        this.store = store;
        this.means = store.means();
        this.database = means.database();
        this.clock = means.clock();
    }

    /// Packs what has waited long enough or is enough, loosens packs that are mostly holes, drops empty ones.
    ///
    /// @return contents packed
    public int run() {
        int packed = packAll(LONG_ENOUGH);
        loosen();
        drop();
        return packed;
    }

    /// Packs all that has waited so long.
    int packAll(Duration longEnough) {
        int packed = 0;
        for (Waiting bucket : waiting(longEnough)) {
            try {
                packed += pack(bucket);
            } catch (StorageFault later) {
                LOG.info("{} small contents wait on in the database: {}", bucket.count(), later.getMessage());
            } catch (IOException impossible) {
                throw new IllegalStateException("a pack could not be read from the database", impossible);
            }
        }
        means.staging().counted(database.read(handle ->
                handle.createQuery("select coalesce(sum(bytes), 0) from staged").mapTo(Long.class).one()));
        return packed;
    }

    private List<Waiting> waiting(Duration longEnough) {
        Instant now = clock.instant();
        return database.read(handle -> handle.createQuery("""
                select bucket_id, tenant_id, class, count(*) as count from staged where due <= :now group by bucket_id, tenant_id, class
                having sum(bytes) >= :enough or min(since) <= :old order by min(since) limit :most""")
                .bind("now", now).bind("enough", ENOUGH_BYTES).bind("old", now.minus(longEnough)).bind("most", BUCKETS)
                .map((row, context) -> new Waiting(tenancy(row), row.getLong("count"))).list());
    }

    private int pack(Waiting bucket) throws StorageFault, IOException {
        List<Small> claimed = claim(bucket.tenancy());
        if (claimed.isEmpty()) {
            return 0;
        }
        long bytes = claimed.stream().mapToLong(Small::sealedBytes).sum();
        Sealed sealed = new Sealed(claimed, bytes);
        return store.take(bucket.tenancy(), sealed, false, written -> {
            int count = database.transact(handle -> keep(handle, bucket.tenancy(), claimed, sealed.gone, written));
            LOG.info("packed {} small contents, {} bytes", count, bytes);
            return count;
        });
    }

    private List<Small> claim(Tenancy tenancy) {
        Instant now = clock.instant();
        return database.transact(handle -> {
            List<Small> next = new ArrayList<>();
            long bytes = 0;
            for (Small small : handle.createQuery("""
                    select content_id, bytes from staged where bucket_id = :bucket and class = :class and due <= :now
                    order by since limit :most for update skip locked""")
                    .bind("bucket", tenancy.bucketId()).bind("class", tenancy.storageClass()).bind("now", now).bind("most", PACK_ROWS)
                    .map((row, context) -> new Small(row.getObject("content_id", UUID.class), row.getInt("bytes"))).list()) {
                bytes += small.sealedBytes();
                if (bytes > PACK_BYTES) {
                    break;
                }
                next.add(small);
            }
            if (!next.isEmpty()) {
                handle.createUpdate("update staged set due = :later where content_id in (<ids>)").bind("later", now.plus(CLAIM))
                        .bindList("ids", next.stream().map(Small::contentId).toList()).execute();
            }
            return next;
        });
    }

    /// @param gone those of which the pack has no bytes; another may have packed them, and even loosened that pack again
    private int keep(Handle handle, Tenancy tenancy, List<Small> packed, Set<UUID> gone, Written written) {
        means.contents().keep(handle, written);
        Map<UUID, Long> placed = new LinkedHashMap<>();
        long at = 0;
        for (Small small : packed) {
            if (!gone.contains(small.contentId())) {
                placed.put(small.contentId(), at);
            }
            at += small.sealedBytes();
        }
        UUID[] ids = placed.keySet().toArray(UUID[]::new);
        Long[] places = placed.values().toArray(Long[]::new);
        List<Integer> moved = handle.createQuery("""
                update segment s set inline = null, pack_id = :pack, pack_from = p.place
                from unnest(:ids, :places) as p (id, place)
                where s.content_id = p.id and s.start = 0 and s.inline is not null returning s.bytes""")
                .bind("pack", written.contentId()).bindBySqlType("ids", Contents.array(handle, "uuid", ids), Types.ARRAY)
                .bindBySqlType("places", Contents.array(handle, "int8", places), Types.ARRAY).mapTo(Integer.class).list();
        handle.createUpdate("delete from staged where content_id = any(:ids)")
                .bindBySqlType("ids", Contents.array(handle, "uuid", ids), Types.ARRAY).execute();
        long used = moved.stream().mapToLong(bytes -> bytes + CellSeal.TAG_BYTES).sum();
        handle.createUpdate("""
                insert into pack (id, tenant_id, bucket_id, class, bytes, holes, packed_at)
                values (:id, :tenant, :bucket, :class, :bytes, :holes, :at)""")
                .bind("id", written.contentId()).bind("tenant", tenancy.tenantId()).bind("bucket", tenancy.bucketId())
                .bind("class", tenancy.storageClass())
                .bind("bytes", written.bytes()).bind("holes", written.bytes() - used).bind("at", clock.instant()).execute();
        return moved.size();
    }

    /// Of packs that are mostly holes, puts the rest back into its rows: the next round packs it with others.
    private void loosen() {
        List<Half> packs = database.read(handle -> handle.createQuery("""
                select id, tenant_id, bucket_id, class from pack where holes * 2 >= bytes and holes < bytes order by id limit :most""")
                .bind("most", PACKS).map((row, context) -> new Half(row.getObject("id", UUID.class), tenancy(row))).list());
        for (Half pack : packs) {
            List<Segment> left = database.read(handle -> handle.createQuery("select * from segment where pack_id = :pack order by pack_from")
                    .bind("pack", pack.id()).map((row, context) -> Contents.segment(row)).list());
            for (Segment segment : left) {
                if (!means.staging().take(segment.bytes())) {
                    return;
                }
                try {
                    byte[] sealed = RangeReader.fromPack(means, segment);
                    database.transact(handle -> putBack(handle, pack, segment, sealed));
                } catch (StorageFault unreadable) {
                    LOG.info("pack {} stays as it is for now: {}", pack.id(), unreadable.getMessage());
                    break;
                }
            }
        }
    }

    private int putBack(Handle handle, Half pack, Segment segment, byte[] sealed) {
        int moved = handle.createUpdate("""
                update segment set inline = :sealed, pack_id = null, pack_from = null
                where content_id = :content and start = :start and pack_id = :pack""")
                .bind("sealed", sealed).bind("content", segment.contentId()).bind("start", segment.start()).bind("pack", pack.id())
                .execute();
        if (moved == 1) {
            hole(handle, pack.id(), segment.bytes());
            Contents.stage(handle, segment, pack.tenancy(), clock.instant());
        }
        return moved;
    }

    /// Notes that a small content of so many plain bytes no longer needs its place.
    static void hole(Handle handle, UUID packId, int bytes) {
        handle.createUpdate("update pack set holes = holes + :bytes where id = :id")
                .bind("bytes", bytes + CellSeal.TAG_BYTES).bind("id", packId).execute();
    }

    private void drop() {
        database.transact(handle -> {
            List<UUID> empty = handle.createQuery("""
                    delete from pack where id in (select id from pack where holes >= bytes limit :most) returning id""")
                    .bind("most", PACKS).mapTo(UUID.class).list();
            empty.forEach(id -> means.contents().drop(handle, id, means.contents().afterGrace()));
            return empty.size();
        });
    }

    private static Tenancy tenancy(ResultSet row) throws SQLException {
        return new Tenancy(row.getObject("tenant_id", UUID.class), row.getObject("bucket_id", UUID.class), row.getString("class"));
    }

    private record Waiting(Tenancy tenancy, long count) {}

    private record Half(UUID id, Tenancy tenancy) {}

    private record Small(UUID contentId, int bytes) {
        int sealedBytes() {
            return bytes + CellSeal.TAG_BYTES;
        }
    }

    /// The sealed bytes of small contents, one after the other, a few at a time from the database. For what is gone
    /// meanwhile come zeros: its place will be a hole.
    private final class Sealed implements Content {
        private final Deque<Small> left;
        private final long length;
        private final Deque<byte[]> ready = new ArrayDeque<>();
        private final Set<UUID> gone = new HashSet<>();
        private int at;

        Sealed(List<Small> contents, long length) {
            this.left = new ArrayDeque<>(contents);
            this.length = length;
        }

        @Override
        public int read(byte[] buffer, int offset, int most) {
            if (ready.isEmpty()) {
                fetch();
            }
            byte[] bytes = ready.peekFirst();
            if (bytes == null) {
                return -1;
            }
            int count = Math.min(most, bytes.length - at);
            System.arraycopy(bytes, at, buffer, offset, count);
            at += count;
            if (at == bytes.length) {
                ready.removeFirst();
                at = 0;
            }
            return count;
        }

        private void fetch() {
            List<Small> batch = new ArrayList<>();
            for (long bytes = 0; bytes < BATCH_BYTES && !left.isEmpty();) {
                Small next = left.removeFirst();
                batch.add(next);
                bytes += next.bytes();
            }
            if (batch.isEmpty()) {
                return;
            }
            Map<UUID, byte[]> found = new HashMap<>();
            database.read(handle -> handle.createQuery("""
                    select content_id, inline from segment where content_id in (<ids>) and start = 0 and inline is not null""")
                    .bindList("ids", batch.stream().map(Small::contentId).toList())
                    .map((row, context) -> found.put(row.getObject("content_id", UUID.class), row.getBytes("inline"))).list());
            for (Small small : batch) {
                byte[] sealed = found.get(small.contentId());
                if (sealed == null || sealed.length != small.sealedBytes()) {
                    gone.add(small.contentId());
                    sealed = new byte[small.sealedBytes()];
                }
                ready.addLast(sealed);
            }
        }

        @Override
        public long length() {
            return length;
        }

        @Override
        public Digests digests() {
            return new Digests("", Map.of());
        }
    }
}
