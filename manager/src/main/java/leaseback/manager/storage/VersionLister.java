package leaseback.manager.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/// Makes one page of a listing of versions, as [Lister] makes one of objects: two indexes are read in step.
final class VersionLister {
    private static final int FEW = 64;

    private final Handle handle;
    private final UUID bucketId;
    private final String prefix;
    private final @Nullable String delimiter;
    private final int most;
    private final List<Version> versions = new ArrayList<>();
    private final List<String> prefixes = new ArrayList<>();
    private Versions.@Nullable Next last;

    VersionLister(Handle handle, UUID bucketId, String prefix, @Nullable String delimiter, int most) {
        this.handle = handle;
        this.bucketId = bucketId;
        this.prefix = prefix;
        this.delimiter = delimiter;
        this.most = most;
    }

    Versions.VersionListing list(@Nullable String afterKey, @Nullable String afterVersion) {
        Position position = start(afterKey, afterVersion);
        String before = afterVersion == null ? null : afterKey;
        while (position != null) {
            int rows = delimiter == null ? most + 1 - size() : FEW;
            List<Aged> page = page(position, rows);
            position = null;
            String common = null;
            for (Aged row : page) {
                String key = row.object().key();
                if (!key.startsWith(prefix)) {
                    return new Versions.VersionListing(versions, prefixes, null);
                }
                if (common != null && key.startsWith(common)) {
                    continue;
                }
                if (size() == most) {
                    return new Versions.VersionListing(versions, prefixes, last);
                }
                common = KeyOrder.commonPrefix(prefix, delimiter, key);
                if (common == null) {
                    versions.add(new Version(row.object(), row.marker(), !key.equals(before)));
                    last = new Versions.Next(key, row.object().version());
                } else {
                    prefixes.add(common);
                    last = new Versions.Next(common, null);
                }
                before = key;
            }
            if (page.size() == rows) {
                Aged end = page.getLast();
                position = common == null ? new Position(end.object().key(), end.age()) : behind(common);
            }
        }
        return new Versions.VersionListing(versions, prefixes, null);
    }

    private int size() {
        return versions.size() + prefixes.size();
    }

    private @Nullable Position start(@Nullable String afterKey, @Nullable String afterVersion) {
        if (afterKey == null) {
            return new Position(prefix, null);
        }
        String common = afterKey.startsWith(prefix) ? KeyOrder.commonPrefix(prefix, delimiter, afterKey) : null;
        if (common != null) {
            return behind(common);
        }
        if (afterVersion == null) {
            return new Position(afterKey, Long.MAX_VALUE);
        }
        // A version that was deleted meanwhile told its age in its name.
        Long age = handle.createQuery("""
                select age from object where bucket_id = :bucket and key = :key and version = :version
                union all select age from version where bucket_id = :bucket and key = :key and version = :version""")
                .bind("bucket", bucketId).bind("key", afterKey).bind("version", afterVersion).mapTo(Long.class).findFirst()
                .orElse(null);
        return new Position(afterKey, age == null ? KeyHistory.ageOf(afterVersion) : age);
    }

    private static @Nullable Position behind(String common) {
        String next = KeyOrder.behind(common);
        return next == null ? null : new Position(next, null);
    }

    private List<Aged> page(Position position, int rows) {
        Long age = position.age();
        String behind = " where bucket_id = :bucket and key >= :prefix and "
                + (age == null ? "key >= :key" : "(key, age) > (:key, :age)") + " order by key, age limit :rows)";
        Query query = handle.createQuery("select * from ((select " + ObjectRows.COLUMNS + ", age, false as marker from object"
                + behind + " union all (select " + ObjectRows.COLUMNS + ", age, marker from version" + behind
                + ") listed order by key collate \"C\", age limit :rows");
        if (age != null) {
            query.bind("age", age);
        }
        return query.bind("bucket", bucketId).bind("prefix", prefix).bind("key", position.key()).bind("rows", rows)
                .map((row, context) -> new Aged(ObjectRows.object(row), row.getLong("age"), row.getBoolean("marker"))).list();
    }

    private record Aged(StoredObject object, long age, boolean marker) {}

    /// Where to go on in the indexes: behind this version of the key; with null at the key.
    private record Position(String key, @Nullable Long age) {}
}
