package leaseback.manager.storage;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.IntPredicate;
import leaseback.manager.clock.Counted;
import leaseback.manager.database.Database;
import org.jspecify.annotations.Nullable;

/// Counts what is stored, and how much of it can be reached. Shows no content and needs no key.
public final class Census {
    private static final int MOST_CONTENTS = 1000;
    private final Database database;
    private final Counted<List<BucketSize>> counted;

    /// @param wall the real clock
    public Census(Database database, InstantSource wall) {
        this.database = database;
        this.counted = new Counted<>(wall, this::count);
    }

    /// What a bucket holds.
    ///
    /// @param bytes as users gave them, before coding
    public record BucketSize(Bucket bucket, long objects, long bytes) {}

    /// How well one object's segments can be reached.
    ///
    /// @param segments of which it consists; 0 for an empty object
    /// @param inline   of these, those kept in the manager's database
    /// @param pieces   of the segment with the fewest to spare
    /// @param needed   of these, to read it
    /// @param reached  of these, those on hosts that are reachable
    public record Reach(int segments, int inline, int pieces, int needed, int reached) {
        public boolean readable() {
            return reached >= needed;
        }
    }

    /// Every bucket by name; at most some seconds old.
    public List<BucketSize> buckets() {
        return counted.get();
    }

    private List<BucketSize> count() {
        return database.read(handle -> handle.createQuery("""
                select b.id, b.name, b.owner_id, b.created_at, b.versioning, b.object_lock, b.lifecycle,
                       coalesce(o.objects, 0) as objects, coalesce(o.bytes, 0) as bytes
                from bucket b
                left join (select bucket_id, count(*) as objects, sum(bytes) as bytes from object group by bucket_id) o
                       on o.bucket_id = b.id
                order by b.name collate "C"
                """)
                .map((row, context) -> new BucketSize(
                        Buckets.bucket(row),
                        row.getLong("objects"), row.getLong("bytes")))
                .list());
    }

    /// One page of a bucket, as S3 lists it.
    ///
    /// @param after null from the start
    public Listing list(Bucket bucket, String prefix, String delimiter, @Nullable String after, int most) {
        return database.read(handle -> new Lister(handle, bucket.id(), prefix, delimiter, most).list(after));
    }

    /// By content, how well each can be reached; contents without segments have no entry.
    ///
    /// @param contents  at most 1000
    /// @param reachable whether the host behind an alias is
    public Map<UUID, Reach> reach(Collection<UUID> contents, IntPredicate reachable) {
        if (contents.size() > MOST_CONTENTS) {
            throw new IllegalArgumentException("ask about at most " + MOST_CONTENTS + " contents at once, not " + contents.size());
        }
        if (contents.isEmpty()) {
            return Map.of();
        }
        Map<UUID, Reach> found = new HashMap<>();
        database.read(handle -> handle.createQuery("select content_id, k, hosts from segment where content_id in (<ids>)")
                .bindList("ids", new ArrayList<>(contents))
                .map((row, context) -> found.merge(row.getObject("content_id", UUID.class),
                        of(row.getInt("k"), (Integer[]) row.getArray("hosts").getArray(), reachable), Census::worse))
                .list());
        return found;
    }

    private static Reach of(int needed, Integer[] hosts, IntPredicate reachable) {
        if (needed == 0) {
            return new Reach(1, 1, 0, 0, 0);
        }
        int reached = 0;
        for (int alias : hosts) {
            if (alias != Segment.NO_HOST && reachable.test(alias)) {
                reached++;
            }
        }
        return new Reach(1, 0, hosts.length, needed, reached);
    }

    private static Reach worse(Reach one, Reach other) {
        boolean first = other.pieces() == 0 || one.pieces() > 0 && one.reached() - one.needed() <= other.reached() - other.needed();
        Reach worst = first ? one : other;
        return new Reach(one.segments() + other.segments(), one.inline() + other.inline(), worst.pieces(), worst.needed(), worst.reached());
    }
}
