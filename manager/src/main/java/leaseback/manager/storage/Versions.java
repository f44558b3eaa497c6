package leaseback.manager.storage;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Versions of objects: found, listed, changed in what may change, deleted for good.
public final class Versions {
    private final ObjectStore store;
    private final ObjectStore.Means means;

    public Versions(ObjectStore store) {
        this.store = store;
        this.means = store.means();
    }

    /// The version with this name, marker or not.
    public Optional<Version> find(Bucket bucket, String key, String version) {
        return means.database().read(handle -> handle.createQuery("select " + ObjectRows.COLUMNS + """
                , false as marker, true as latest from object
                where bucket_id = :bucket and key = :key and version = :version
                union all select\s""" + ObjectRows.COLUMNS + """
                , marker, marker and since is null from version
                where bucket_id = :bucket and key = :key and version = :version""")
                .bind("bucket", bucket.id()).bind("key", key).bind("version", version)
                .map((row, context) -> new Version(ObjectRows.object(row), row.getBoolean("marker"), row.getBoolean("latest")))
                .findFirst());
    }

    /// The marker that hides the key, where there is one.
    public Optional<Version> marker(Bucket bucket, String key) {
        if (bucket.versioning() == Versioning.OFF) {
            return Optional.empty();
        }
        return means.database().read(handle -> handle.createQuery("select " + ObjectRows.COLUMNS + """
                , marker from version where bucket_id = :bucket and key = :key
                and not exists (select 1 from object where bucket_id = :bucket and key = :key) order by age limit 1""")
                .bind("bucket", bucket.id()).bind("key", key)
                .map((row, context) -> new Version(ObjectRows.object(row), row.getBoolean("marker"), true)).findOne())
                .filter(Version::marker);
    }

    /// Deletes one version for good; nothing when there is none of that name. What is then the newest is current.
    public Deletion.Outcome delete(Bucket bucket, String key, String version, Deletion deletion) throws StorageFault {
        return change(bucket, key, history -> store.free(history.handle(), history.remove(version, deletion)).outcome());
    }

    /// Puts `tags` in place of those that the version has.
    ///
    /// @param version null for what is current
    public StoredObject retag(Bucket bucket, String key, @Nullable String version, Map<String, String> tags) throws StorageFault {
        return change(bucket, key, history -> {
            StoredObject object = required(history, version);
            history.retag(object.version(), tags);
            return object;
        });
    }

    /// @param version null for what is current
    /// @param bypass  whether GOVERNANCE is to be overridden; only for callers who may
    public StoredObject retain(Bucket bucket, String key, @Nullable String version, LockMode mode, Instant until, boolean bypass)
            throws StorageFault {
        return relock(bucket, key, version, bypass, old -> new ObjectLock(mode, until, old.hold()));
    }

    /// Lets a version's retention go.
    public StoredObject release(Bucket bucket, String key, @Nullable String version, boolean bypass) throws StorageFault {
        return relock(bucket, key, version, bypass, old -> new ObjectLock(null, null, old.hold()));
    }

    /// @param version null for what is current
    public StoredObject hold(Bucket bucket, String key, @Nullable String version, boolean on) throws StorageFault {
        return relock(bucket, key, version, false, old -> old.withHold(on));
    }

    private StoredObject relock(Bucket bucket, String key, @Nullable String version, boolean bypass,
            UnaryOperator<ObjectLock> next) throws StorageFault {
        return change(bucket, key, history -> {
            StoredObject object = required(history, version);
            ObjectLock old = object.attributes().lock();
            ObjectLock lock = next.apply(old);
            if (old.forbids(lock, means.clock().instant(), bypass)) {
                throw new Refused(StorageFault.Reason.LOCKED, "the retention of " + key + " (" + old.mode() + " until " + old.until()
                        + ") cannot be weakened");
            }
            history.relock(object.version(), lock);
            return object;
        });
    }

    /// One page of all versions and markers, by key, then the newest first.
    ///
    /// @param afterKey     only what lies behind this key, or, with `afterVersion`, behind that version of it; null from the start
    /// @param most         1 to 1000 entries, versions and prefixes together
    public VersionListing list(Bucket bucket, String prefix, @Nullable String delimiter, @Nullable String afterKey,
            @Nullable String afterVersion, int most) {
        return means.database().read(handle -> new VersionLister(handle, bucket.id(), prefix, delimiter, most)
                .list(afterKey, afterVersion));
    }

    private static StoredObject required(KeyHistory history, @Nullable String version) {
        Optional<KeyHistory.Row> row = version == null ? history.current() : history.find(version);
        if (row.isEmpty()) {
            throw version == null ? new Refused(StorageFault.Reason.NO_SUCH_KEY, "The specified key does not exist.")
                    : new Refused(StorageFault.Reason.NO_SUCH_VERSION, "The specified version does not exist.");
        }
        if (row.get().marker()) {
            throw new Refused(StorageFault.Reason.IS_A_MARKER, "The version is a delete marker.");
        }
        return row.get().object();
    }

    private <T> T change(Bucket bucket, String key, Change<T> change) throws StorageFault {
        try {
            return means.database().transact(handle ->
                    change.make(KeyHistory.of(handle, bucket.id(), key, means.clock().instant())));
        } catch (Refused refused) {
            throw refused.fault();
        }
    }

    /// What is done to one key's versions, in one transaction.
    private interface Change<T> {
        T make(KeyHistory history);
    }

    /// @param next where to go on; null when this was all
    public record VersionListing(List<Version> versions, List<String> prefixes, @Nullable Next next) {}

    /// @param version null when `key` is a common prefix
    public record Next(String key, @Nullable String version) {}

    /// Keeps these headers beside a version instead of those it has.
    ///
    /// @return whether it is still there
    public boolean keepHeaders(Bucket bucket, StoredObject object, Map<String, String> headers) throws StorageFault {
        return change(bucket, object.key(), history -> history.keepHeaders(object, headers));
    }
}
