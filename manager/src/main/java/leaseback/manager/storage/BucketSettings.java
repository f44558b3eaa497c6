package leaseback.manager.storage;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import leaseback.manager.database.Database;

/// What is set of buckets, as texts by name. What they mean is for those who set them.
public final class BucketSettings {
    private final Database database;

    public BucketSettings(ObjectStore store) {
        this.database = store.means().database();
    }

    /// Everything set of a bucket.
    public Map<String, String> all(Bucket bucket) {
        return database.read(handle -> {
            Map<String, String> settings = new HashMap<>();
            handle.createQuery("select name, value from bucket_setting where bucket_id = :bucket").bind("bucket", bucket.id())
                    .map((row, context) -> Map.entry(row.getString("name"), row.getString("value")))
                    .forEach(entry -> settings.put(entry.getKey(), entry.getValue()));
            return settings;
        });
    }

    public Optional<String> find(Bucket bucket, String name) {
        return database.read(handle -> handle
                .createQuery("select value from bucket_setting where bucket_id = :bucket and name = :name")
                .bind("bucket", bucket.id()).bind("name", name).mapTo(String.class).findOne());
    }

    /// Sets it, or sets it anew.
    ///
    /// @throws StorageFault when the bucket is gone
    public void put(Bucket bucket, String name, String value) throws StorageFault {
        int set = database.transact(handle -> handle.createUpdate("""
                insert into bucket_setting (bucket_id, name, value) select id, :name, :value from bucket where id = :bucket
                on conflict (bucket_id, name) do update set value = excluded.value""")
                .bind("bucket", bucket.id()).bind("name", name).bind("value", value).execute());
        if (set == 0) {
            throw new StorageFault(StorageFault.Reason.NO_SUCH_BUCKET, "there is no bucket named " + bucket.name());
        }
    }

    /// Nothing happens when it is not set.
    public void remove(Bucket bucket, String name) {
        database.transact(handle -> handle.createUpdate("delete from bucket_setting where bucket_id = :bucket and name = :name")
                .bind("bucket", bucket.id()).bind("name", name).execute());
    }
}
