package leaseback.manager.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Makes one page of a listing. Behind each common prefix it jumps to the first key that does not share it, so a folder
/// of a million objects costs one look into the index.
final class Lister {
    /// Rows of one look when a delimiter may make most of them superfluous.
    private static final int FEW = 64;

    private final Handle handle;
    private final UUID bucketId;
    private final String prefix;
    private final @Nullable String delimiter;
    private final int most;
    private final List<StoredObject> objects = new ArrayList<>();
    private final List<String> prefixes = new ArrayList<>();
    private String last = "";

    Lister(Handle handle, UUID bucketId, String prefix, @Nullable String delimiter, int most) {
        this.handle = handle;
        this.bucketId = bucketId;
        this.prefix = prefix;
        this.delimiter = delimiter;
        this.most = most;
    }

    Listing list(@Nullable String after) {
        Position position = start(after);
        while (position != null) {
            int rows = delimiter == null ? most + 1 - size() : FEW;
            List<StoredObject> page = page(position, rows);
            position = null;
            String common = null;
            for (StoredObject object : page) {
                if (!object.key().startsWith(prefix)) {
                    return new Listing(objects, prefixes, null);
                }
                if (common != null && object.key().startsWith(common)) {
                    continue;
                }
                if (size() == most) {
                    return new Listing(objects, prefixes, last);
                }
                common = KeyOrder.commonPrefix(prefix, delimiter, object.key());
                if (common == null) {
                    objects.add(object);
                    last = object.key();
                } else {
                    prefixes.add(common);
                    last = common;
                }
            }
            if (page.size() == rows) {
                position = common == null ? new Position(page.getLast().key(), false) : behind(common);
            }
        }
        return new Listing(objects, prefixes, null);
    }

    private int size() {
        return objects.size() + prefixes.size();
    }

    private @Nullable Position start(@Nullable String after) {
        if (after == null) {
            return new Position(prefix, true);
        }
        String common = after.startsWith(prefix) ? KeyOrder.commonPrefix(prefix, delimiter, after) : null;
        if (common != null) {
            return behind(common);
        }
        // Whichever lies further on; the database compares, because Java's order of strings is another.
        return new Position(after, false);
    }

    private static @Nullable Position behind(String common) {
        String next = KeyOrder.behind(common);
        return next == null ? null : new Position(next, true);
    }

    private List<StoredObject> page(Position position, int rows) {
        String behind = position.included() ? ">=" : ">";
        return handle.createQuery("select " + ObjectRows.COLUMNS + " from object where bucket_id = :bucket"
                        + " and key >= :prefix and key " + behind + " :key order by key limit :rows")
                .bind("bucket", bucketId).bind("prefix", prefix).bind("key", position.key()).bind("rows", rows)
                .map((row, context) -> ObjectRows.object(row)).list();
    }

    /// Where to go on in the index.
    private record Position(String key, boolean included) {}
}
