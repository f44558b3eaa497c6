package leaseback.manager.storage;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// The versions of one key, to be changed by one transaction at a time: from `of` on, others wait.
final class KeyHistory {
    private static final int SLOTS = 1024;
    private static final String HERE = " where bucket_id = :bucket and key = :key";
    private final Handle handle;
    private final UUID bucketId;
    private final String key;
    private final Instant now;

    private KeyHistory(Handle handle, UUID bucketId, String key, Instant now) {
        this.handle = handle;
        this.bucketId = bucketId;
        this.key = key;
        this.now = now;
    }

    static KeyHistory of(Handle handle, UUID bucketId, String key, Instant now) {
        handle.createQuery("select slot from key_turn where slot = :slot for update")
                .bind("slot", Math.floorMod(31 * bucketId.hashCode() + key.hashCode(), SLOTS)).mapTo(Integer.class).one();
        return new KeyHistory(handle, bucketId, key, now);
    }

    /// Makes `object` what is current.
    ObjectRows.Replaced put(StoredObject object, List<Part> parts, Versioning versioning, Precondition precondition) {
        Optional<Row> current = current();
        precondition.require(current.map(row -> row.object().digests().etag()).orElse(null), key);
        List<UUID> freed = new ArrayList<>();
        long age = makeRoom(current, versioning, freed);
        StoredObject versioned = new StoredObject(object.id(), bucketId, key, name(versioning, age), object.bytes(),
                object.digests(), object.attributes(), object.parts(), object.modifiedAt());
        ObjectRows.insert(handle, versioned, parts, age);
        return new ObjectRows.Replaced(versioned, freed);
    }

    /// Says that the key was deleted, without deleting anything that was a version.
    Removed mark(Versioning versioning, Deletion deletion) {
        Optional<Row> current = current();
        if (deletion.conditional()) {
            Optional<Row> latest = current.or(this::newest);
            if (latest.isEmpty()) {
                return Removed.NOTHING;
            }
            deletion.require(latest.get().object());
        }
        List<UUID> freed = new ArrayList<>();
        long age = makeRoom(current, versioning, freed);
        String version = name(versioning, age);
        handle.createUpdate("insert into version (" + ObjectRows.KEPT + ", marker) values (:id, :bucket, :key, :version, 0, '', "
                        + "'{}', '{}', '{}', '{}', null, null, false, 0, :now, '{}', '{}', :age, null, true)")
                .bind("id", UUID.randomUUID()).bind("bucket", bucketId).bind("key", key).bind("version", version).bind("now", now)
                .bind("age", age).execute();
        return new Removed(freed, new Deletion.Outcome(version, true));
    }

    /// Deletes one version for good. What is then the newest is current, if it is no marker.
    ///
    /// @throws Refused when it is locked, or is not what was to be deleted
    Removed remove(String version, Deletion deletion) {
        Optional<Row> found = find(version);
        if (found.isEmpty()) {
            return Removed.NOTHING;
        }
        Row row = found.get();
        deletion.require(row.object());
        if (row.object().attributes().lock().forbidsDeletion(now, deletion.bypass())) {
            throw new Refused(StorageFault.Reason.LOCKED, "version " + version + " of " + key + " is locked");
        }
        handle.createUpdate("delete from " + row.table() + HERE + " and age = :age")
                .bind("bucket", bucketId).bind("key", key).bind("age", row.age()).execute();
        promote();
        return new Removed(row.marker() ? List.of() : List.of(row.object().id()), new Deletion.Outcome(version, row.marker()));
    }

    /// The tags of a version, instead of those it has.
    boolean retag(String version, Map<String, String> tags) {
        return find(version).filter(row -> handle.createUpdate("update " + row.table() + " set tags = :tags" + HERE
                        + " and age = :age")
                .bind("tags", ObjectRows.json(tags)).bind("bucket", bucketId).bind("key", key).bind("age", row.age())
                .execute() == 1).isPresent();
    }

    boolean keepHeaders(StoredObject object, Map<String, String> headers) {
        return find(object.version()).filter(row -> row.object().id().equals(object.id()))
                .filter(row -> handle.createUpdate("update " + row.table() + " set headers = :headers" + HERE + " and age = :age")
                .bind("headers", ObjectRows.json(headers)).bind("bucket", bucketId).bind("key", key).bind("age", row.age())
                .execute() == 1).isPresent();
    }

    boolean relock(String version, ObjectLock lock) {
        LockMode mode = lock.mode();
        return find(version).filter(row -> handle.createUpdate("update " + row.table()
                        + " set lock_mode = :mode, retain_until = :until, legal_hold = :hold" + HERE + " and age = :age")
                .bind("mode", mode == null ? null : mode.name()).bind("until", lock.until()).bind("hold", lock.hold())
                .bind("bucket", bucketId).bind("key", key).bind("age", row.age()).execute() == 1).isPresent();
    }

    Handle handle() {
        return handle;
    }

    Optional<Row> current() {
        return handle.createQuery("select " + ObjectRows.COLUMNS + ", age from object" + HERE + " for update")
                .bind("bucket", bucketId).bind("key", key).map((row, context) -> row(row, "object", false)).findOne();
    }

    Optional<Row> find(String version) {
        Optional<Row> current = current().filter(row -> row.object().version().equals(version));
        return current.or(() -> handle.createQuery("select " + ObjectRows.COLUMNS + ", age, marker from version" + HERE
                        + " and version = :version")
                .bind("bucket", bucketId).bind("key", key).bind("version", version)
                .map((row, context) -> row(row, "version", row.getBoolean("marker"))).findOne());
    }

    /// Of what is not current.
    Optional<Row> newest() {
        return handle.createQuery("select " + ObjectRows.COLUMNS + ", age, marker from version" + HERE
                        + " order by age limit 1")
                .bind("bucket", bucketId).bind("key", key)
                .map((row, context) -> row(row, "version", row.getBoolean("marker"))).findOne();
    }

    /// Moves what is newest out of the way; the age of what comes.
    private long makeRoom(Optional<Row> current, Versioning versioning, List<UUID> freed) {
        Optional<Row> newest = newest();
        boolean named = versioning == Versioning.ENABLED;
        if (current.isPresent()) {
            if (named || !current.get().object().version().equals(StoredObject.NULL_VERSION)) {
                retire();
            } else {
                freed.add(current.get().object().id());
            }
            handle.createUpdate("delete from object" + HERE).bind("bucket", bucketId).bind("key", key).execute();
        } else {
            newest.ifPresent(marker -> outdate(marker, now));
        }
        if (!named) {
            handle.createQuery("delete from version" + HERE + " and version = 'null' returning id, marker")
                    .bind("bucket", bucketId).bind("key", key)
                    .map((row, context) -> row.getBoolean(2) ? Optional.<UUID>empty() : Optional.of(row.getObject(1, UUID.class)))
                    .forEach(content -> content.ifPresent(freed::add));
        }
        long youngest = Math.min(current.map(Row::age).orElse(Long.MAX_VALUE), newest.map(Row::age).orElse(Long.MAX_VALUE));
        return Math.min(ObjectRows.age(now), youngest - 1);
    }

    private void retire() {
        handle.createUpdate("insert into version (" + ObjectRows.KEPT + ", marker, since) select " + ObjectRows.KEPT
                + ", false, :now from object" + HERE).bind("now", now).bind("bucket", bucketId).bind("key", key).execute();
    }

    private void promote() {
        if (current().isPresent()) {
            return;
        }
        newest().ifPresent(row -> {
            if (row.marker()) {
                outdate(row, null);
            } else {
                handle.createUpdate("insert into object (" + ObjectRows.KEPT + ") select " + ObjectRows.KEPT + " from version" + HERE
                        + " and age = :age").bind("bucket", bucketId).bind("key", key).bind("age", row.age()).execute();
                handle.createUpdate("delete from version" + HERE + " and age = :age")
                        .bind("bucket", bucketId).bind("key", key).bind("age", row.age()).execute();
            }
        });
    }

    private void outdate(Row row, @Nullable Instant since) {
        handle.createUpdate("update version set since = :since" + HERE + " and age = :age")
                .bind("since", since).bind("bucket", bucketId).bind("key", key).bind("age", row.age()).execute();
    }

    /// Tells when it came, and cannot be guessed from that.
    private static String name(Versioning versioning, long age) {
        return versioning == Versioning.ENABLED ? String.format(Locale.ROOT, "%016x", age)
                + UUID.randomUUID().toString().substring(0, 8) : StoredObject.NULL_VERSION;
    }

    /// Of a version that is no more; behind all others when the name is none of ours.
    static long ageOf(String version) {
        try {
            return version.length() == 24 ? Long.parseLong(version, 0, 16, 16) : Long.MAX_VALUE;
        } catch (NumberFormatException foreign) {
            return Long.MAX_VALUE;
        }
    }

    private static Row row(ResultSet row, String table, boolean marker) throws SQLException {
        return new Row(ObjectRows.object(row), row.getLong("age"), table, marker);
    }

    /// One version and where it is kept.
    record Row(StoredObject object, long age, String table, boolean marker) {}

    /// @param freed contents that nothing holds any more
    record Removed(List<UUID> freed, Deletion.Outcome outcome) {
        static final Removed NOTHING = new Removed(List.of(), Deletion.Outcome.NOTHING);
    }
}
