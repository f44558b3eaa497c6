package leaseback.manager.sealing;

import java.util.List;
import leaseback.manager.database.Database;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Seals everything the Kms ever sealed once more by its newest version, page by page; may be cut off anywhere and run again.
/// Data is not touched: these are keys and secrets of some dozens of bytes.
public final class Resealing {
    private static final Logger LOG = LoggerFactory.getLogger(Resealing.class);
    private static final int PAGE = 200;
    private final Database database;
    private final Kms kms;
    private final List<SealedColumn> columns;

    /// @param columns all there are: what is missing here is lost when old versions are retired
    public Resealing(Database database, Kms kms, List<SealedColumn> columns) {
        this.database = database;
        this.kms = kms;
        this.columns = List.copyOf(columns);
    }

    /// @return how many secrets were sealed again
    public int run() {
        int all = 0;
        for (SealedColumn column : columns) {
            String after = "";
            List<Row> page = page(column, after);
            while (!page.isEmpty()) {
                for (Row row : page) {
                    all += kms.isCurrent(row.sealed()) ? 0 : again(column, row);
                }
                after = page.getLast().key();
                page = page(column, after);
            }
        }
        if (all > 0) {
            LOG.info("sealed {} secrets again: {}", all, kms.describe());
        }
        return all;
    }

    /// Meets a version of the key that another manager began, also where nobody asks for anything: what this one seals
    /// must not need a version that is about to be retired.
    public void learn() {
        for (SealedColumn column : columns) {
            for (Row row : page(column, "").stream().filter(each -> !kms.isCurrent(each.sealed())).limit(1).toList()) {
                kms.open(row.sealed(), column.purpose().apply(row.key()));
            }
        }
    }

    /// How many secrets an older version than the newest sealed.
    public int outdated() {
        int all = 0;
        for (SealedColumn column : columns) {
            List<Row> page = page(column, "");
            while (!page.isEmpty()) {
                all += (int) page.stream().filter(row -> !kms.isCurrent(row.sealed())).count();
                page = page(column, page.getLast().key());
            }
        }
        return all;
    }

    private int again(SealedColumn column, Row row) {
        String purpose = column.purpose().apply(row.key());
        byte[] sealed = kms.seal(kms.open(row.sealed(), purpose), purpose);
        // Only in place of what was read: another manager may be at the same work, or a tenant just erased.
        return database.transact(handle -> handle.createUpdate("update %s set %s = :new where cast(%s as text) = :key and %s = :old"
                .formatted(column.table(), column.column(), column.key(), column.column()))
                .bind("new", sealed).bind("key", row.key()).bind("old", row.sealed()).execute());
    }

    private List<Row> page(SealedColumn column, String after) {
        return database.read(handle -> rows(handle, column, after));
    }

    private static List<Row> rows(Handle handle, SealedColumn column, String after) {
        String key = "cast(" + column.key() + " as text)";
        return handle.createQuery("select %s as key, %s as sealed from %s where %s > :after and %s is not null order by 1 limit :most"
                .formatted(key, column.column(), column.table(), key, column.column()))
                .bind("after", after).bind("most", PAGE)
                .map((row, context) -> new Row(row.getString("key"), row.getBytes("sealed"))).list();
    }

    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    private record Row(String key, byte[] sealed) {}
}
