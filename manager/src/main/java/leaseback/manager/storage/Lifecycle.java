package leaseback.manager.storage;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import leaseback.manager.database.Database;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The chore that does what buckets' lifecycle rules say. Each act is decided again under the key's lock, so any number of managers
/// may run it, and what was overwritten or tagged meanwhile is let be.
public final class Lifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(Lifecycle.class);
    private static final int PAGE = 500;
    private final ObjectStore store;
    private final Uploads uploads;
    private final Database database;
    private final InstantSource clock;
    private final Duration day;

    /// @param day how long a day of a rule lasts: 24 hours; shorter only to try rules out
    public Lifecycle(ObjectStore store, Uploads uploads, Duration day) {
        this.store = store;
        this.uploads = uploads;
        this.database = store.means().database();
        this.clock = store.means().clock();
        this.day = day;
    }

    /// How often `run` is due, so that nothing stays long after its time.
    public Duration period() {
        Duration tenth = day.dividedBy(10);
        return tenth.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1)
                : tenth.compareTo(Duration.ofHours(1)) > 0 ? Duration.ofHours(1) : tenth;
    }

    /// One round over all buckets with rules; how many objects, versions, markers and uploads went.
    public int run() {
        int gone = 0;
        List<Bucket> buckets = database.read(handle -> handle.createQuery("select * from bucket where lifecycle is not null")
                .map((row, context) -> Buckets.bucket(row)).list());
        for (Bucket bucket : buckets) {
            for (LifecycleRule rule : bucket.lifecycle()) {
                if (rule.enabled()) {
                    gone += run(bucket, rule);
                }
            }
        }
        if (gone > 0) {
            LOG.info("lifecycle rules took away {} objects, versions, markers and uploads", gone);
        }
        return gone;
    }

    private int run(Bucket bucket, LifecycleRule rule) {
        int gone = 0;
        if (rule.days() > 0 || rule.date() != null) {
            gone += current(bucket, rule);
        }
        if (rule.noncurrentDays() > 0 || rule.newer() > 0) {
            gone += noncurrent(bucket, rule);
        }
        boolean byDays = rule.days() > 0 || rule.date() != null;
        if (rule.coversMarkers() && bucket.versioning() != Versioning.OFF && (rule.markers() || byDays)) {
            gone += markers(bucket, rule);
        }
        return gone + (rule.abortDays() > 0 ? uploads(bucket, rule) : 0);
    }

    private int current(Bucket bucket, LifecycleRule rule) {
        int gone = 0;
        Instant now = clock.instant();
        String after = "";
        for (List<StoredObject> page = objects(bucket, rule, after); !page.isEmpty(); page = objects(bucket, rule, after)) {
            for (StoredObject object : page) {
                gone += due(rule.expiry(object, day), now) && expire(bucket, rule, object) ? 1 : 0;
            }
            after = page.getLast().key();
        }
        return gone;
    }

    private boolean expire(Bucket bucket, LifecycleRule rule, StoredObject object) {
        return database.transact(handle -> {
            KeyHistory history = KeyHistory.of(handle, bucket.id(), object.key(), clock.instant());
            Optional<KeyHistory.Row> current = history.current().filter(row -> row.object().id().equals(object.id())
                    && rule.covers(row.object()));
            if (current.isEmpty()) {
                return false;
            }
            store.free(handle, bucket.versioning() == Versioning.OFF
                    ? history.remove(object.version(), Deletion.PLAIN) : history.mark(bucket.versioning(), Deletion.PLAIN));
            return true;
        });
    }

    private int noncurrent(Bucket bucket, LifecycleRule rule) {
        int gone = 0;
        Instant now = clock.instant();
        String key = "";
        long age = Long.MIN_VALUE;
        int newer = 0;
        for (List<Old> page = versions(bucket, rule, key, age); !page.isEmpty(); page = versions(bucket, rule, key, age)) {
            for (Old old : page) {
                newer = old.object().key().equals(key) ? newer : 0;
                key = old.object().key();
                age = old.age();
                Instant since = old.since();
                if (since == null || !rule.covers(old.object())) {
                    continue;
                }
                boolean due = newer >= rule.newer()
                        && due(LifecycleRule.after(since, rule.noncurrentDays(), day), now);
                newer++;
                gone += due && remove(bucket, old.object(), false) ? 1 : 0;
            }
        }
        return gone;
    }

    private int markers(Bucket bucket, LifecycleRule rule) {
        int gone = 0;
        Instant now = clock.instant();
        String key = "";
        long age = Long.MIN_VALUE;
        for (List<Old> page = versions(bucket, rule, key, age); !page.isEmpty(); page = versions(bucket, rule, key, age)) {
            for (Old old : page) {
                key = old.object().key();
                age = old.age();
                Instant at = rule.days() > 0 ? LifecycleRule.after(old.object().modifiedAt(), rule.days(), day) : rule.date();
                boolean latest = old.marker() && old.since() == null;
                gone += latest && (rule.markers() || due(at, now)) && remove(bucket, old.object(), true) ? 1 : 0;
            }
        }
        return gone;
    }

    /// @param alone only when the key has no other version
    private boolean remove(Bucket bucket, StoredObject version, boolean alone) {
        try {
            return database.transact(handle -> {
                KeyHistory history = KeyHistory.of(handle, bucket.id(), version.key(), clock.instant());
                if (alone && versionsOf(handle, version) > 1) {
                    return false;
                }
                return store.free(handle, history.remove(version.version(), Deletion.PLAIN)).outcome().version() != null;
            });
        } catch (Refused locked) {
            return false;
        }
    }

    private static int versionsOf(Handle handle, StoredObject version) {
        return handle.createQuery("""
                select count(*) from (select 1 from version where bucket_id = :bucket and key = :key limit 2) few""")
                .bind("bucket", version.bucketId()).bind("key", version.key()).mapTo(Integer.class).one();
    }

    private int uploads(Bucket bucket, LifecycleRule rule) {
        int gone = 0;
        Instant now = clock.instant();
        String key = null;
        UUID id = null;
        for (List<Upload> page = uploads.list(bucket, rule.prefix(), key, id, PAGE); !page.isEmpty();
                page = uploads.list(bucket, rule.prefix(), key, id, PAGE)) {
            for (Upload upload : page) {
                key = upload.key();
                id = upload.id();
                if (due(LifecycleRule.after(upload.startedAt(), rule.abortDays(), day), now)) {
                    try {
                        uploads.abort(upload);
                        gone++;
                    } catch (StorageFault endedMeanwhile) {
                        LOG.debug("upload {} ended before its rule came", upload.id(), endedMeanwhile);
                    }
                }
            }
        }
        return gone;
    }

    private static boolean due(@Nullable Instant at, Instant now) {
        return at != null && !now.isBefore(at);
    }

    private List<StoredObject> objects(Bucket bucket, LifecycleRule rule, String after) {
        return within(rule, database.read(handle -> handle.createQuery("select " + ObjectRows.COLUMNS + """
                 from object where bucket_id = :bucket and key >= :prefix and key > :after
                order by key limit :most""")
                .bind("bucket", bucket.id()).bind("prefix", rule.prefix()).bind("after", after).bind("most", PAGE)
                .map((row, context) -> ObjectRows.object(row)).list()).stream().map(object -> new Old(object, 0, false, null)).toList())
                .stream().map(Old::object).toList();
    }

    private List<Old> versions(Bucket bucket, LifecycleRule rule, String key, long age) {
        return within(rule, database.read(handle -> handle.createQuery("select " + ObjectRows.COLUMNS + """
                , age, marker, since from version where bucket_id = :bucket and key >= :prefix and (key, age) > (:key, :age)
                order by key, age limit :most""")
                .bind("bucket", bucket.id()).bind("prefix", rule.prefix()).bind("key", key).bind("age", age).bind("most", PAGE)
                .map((row, context) -> {
                    Timestamp since = row.getTimestamp("since");
                    return new Old(ObjectRows.object(row), row.getLong("age"), row.getBoolean("marker"),
                            since == null ? null : since.toInstant());
                }).list()));
    }

    private static List<Old> within(LifecycleRule rule, List<Old> page) {
        return page.stream().takeWhile(old -> old.object().key().startsWith(rule.prefix())).toList();
    }

    /// @param since when it stopped to be current; null when it is a marker that is the newest
    private record Old(StoredObject object, long age, boolean marker, @Nullable Instant since) {}
}
