package leaseback.manager.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Makes one page of a listing. Behind each common prefix it jumps to the first key that does not share it, so a folder
/// of a million objects costs one look into the index, and all jumps of a page are one statement.
final class Lister {
    /// Rows of the first look when a delimiter may make most of them superfluous.
    private static final int FEW = 64;
    /// The first key of each common prefix, and each key that has none: from one the index is asked for what follows it.
    private static final String JUMPS = """
              union all
              select (select o.key from object o where o.bucket_id = :bucket and o.key >= case
                  when strpos(substr(j.key, :from), :delimiter) = 0 then j.key || chr(1)
                  else left(j.key, :from + strpos(substr(j.key, :from), :delimiter) - 2) || :behind end
                order by o.key limit 1), j.number + 1
              from jump j where j.number < :rows and starts_with(j.key, :prefix))
            """ + "select " + ObjectRows.COLUMNS
            + " from object where bucket_id = :bucket and key in (select key from jump where key is not null) order by key";

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
        String behind = delimiter == null || delimiter.isEmpty() ? null : KeyOrder.behind(delimiter);
        boolean first = true;
        while (position != null) {
            int rows = first && behind != null ? Math.min(FEW, most + 1) : most + 1 - size();
            List<StoredObject> page = prefixes.isEmpty() || behind == null ? page(position, rows) : jumps(position, rows, behind);
            first = false;
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

    private List<StoredObject> jumps(Position position, int rows, String behind) {
        return handle.createQuery("with recursive jump as ((select key, 1 as number from object where bucket_id = :bucket"
                        + " and key >= :prefix and key " + (position.included() ? ">=" : ">") + " :key order by key limit 1)" + JUMPS)
                .bind("bucket", bucketId).bind("prefix", prefix).bind("key", position.key()).bind("rows", rows)
                .bind("from", prefix.codePointCount(0, prefix.length()) + 1).bind("delimiter", delimiter).bind("behind", behind)
                .map((row, context) -> ObjectRows.object(row)).list();
    }

    /// Where to go on in the index.
    private record Position(String key, boolean included) {}
}
