package leaseback.manager.storage;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import leaseback.manager.database.Database;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// The buckets.
public final class Buckets {
    private static final JsonMapper JSON = JsonMapper.shared();
    private final Database database;
    private final InstantSource clock;
    private final @Nullable Hosts hosts;

    public Buckets(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
        this.hosts = null;
    }

    /// @param hosts that must suffice for a customer's first bucket to be made; who has one goes on until the hosts are full
    public Buckets(Database database, InstantSource clock, Hosts hosts) {
        this.database = database;
        this.clock = clock;
        this.hosts = hosts;
    }

    public Bucket create(UUID ownerId, String name) throws StorageFault {
        Hosts needed = hosts;
        if (needed != null && !ownsAny(ownerId)) {
            needed.requireHeadroom();
        }
        Bucket bucket = new Bucket(UUID.randomUUID(), name, ownerId, clock.instant().truncatedTo(ChronoUnit.MILLIS));
        int created = database.transact(handle -> handle.createUpdate("""
                insert into bucket (id, name, owner_id, created_at) values (:id, :name, :owner, :at)
                on conflict (name) do nothing""")
                .bind("id", bucket.id()).bind("name", name).bind("owner", ownerId).bind("at", bucket.createdAt()).execute());
        if (created == 1) {
            return bucket;
        }
        if (find(name).ownerId().equals(ownerId)) {
            throw new StorageFault(StorageFault.Reason.BUCKET_ALREADY_OWNED_BY_YOU,
                    "you have a bucket named " + name + " already");
        }
        throw new StorageFault(StorageFault.Reason.BUCKET_ALREADY_EXISTS,
                "someone else has a bucket named " + name + "; choose another name");
    }

    private boolean ownsAny(UUID ownerId) {
        return database.read(handle -> handle.createQuery("select 1 from bucket where owner_id = :owner limit 1").bind("owner", ownerId)
                .mapTo(Integer.class).findOne()).isPresent();
    }

    /// By name.
    public List<Bucket> ownedBy(UUID ownerId) {
        return database.read(handle -> handle
                .createQuery("select * from bucket where owner_id = :owner order by name collate \"C\"")
                .bind("owner", ownerId).map((row, context) -> bucket(row)).list());
    }

    public Bucket find(String name) throws StorageFault {
        return database.read(handle -> find(handle, name))
                .orElseThrow(() -> new StorageFault(StorageFault.Reason.NO_SUCH_BUCKET, "there is no bucket named " + name));
    }

    /// Unfinished uploads are given up with it, as S3 does; objects must be deleted before.
    public void delete(Bucket bucket) throws StorageFault {
        try {
            int deleted = database.transact(handle -> {
                // Whoever adds something meanwhile waits for this lock, and finds the bucket gone.
                handle.createQuery("select id from bucket where id = :id for update")
                        .bind("id", bucket.id()).mapTo(UUID.class).findOne();
                boolean holds = handle.createQuery("""
                        select exists (select 1 from object where bucket_id = :id)
                            or exists (select 1 from version where bucket_id = :id)""")
                        .bind("id", bucket.id()).mapTo(Boolean.class).one();
                if (holds) {
                    throw new Refused(StorageFault.Reason.BUCKET_NOT_EMPTY,
                            "the bucket " + bucket.name() + " holds objects or versions of them; delete them first");
                }
                giveUpUploads(handle, bucket);
                handle.createUpdate("delete from bucket_setting where bucket_id = :id").bind("id", bucket.id()).execute();
                return handle.createUpdate("delete from bucket where id = :id").bind("id", bucket.id()).execute();
            });
            if (deleted == 0) {
                throw new StorageFault(StorageFault.Reason.NO_SUCH_BUCKET, "there is no bucket named " + bucket.name());
            }
        } catch (Refused refused) {
            throw refused.fault();
        }
    }

    private void giveUpUploads(Handle handle, Bucket bucket) {
        // Whoever puts a part holds its upload's row; who comes later finds none.
        handle.createQuery("select id from upload where bucket_id = :id for update").bind("id", bucket.id()).mapTo(UUID.class).list();
        handle.createUpdate("""
                insert into garbage (content_id, intent, due)
                select p.content_id, false, :now from part p join upload u on u.id = p.upload_id where u.bucket_id = :id
                on conflict (content_id) do update set intent = false, due = excluded.due""")
                .bind("now", clock.instant()).bind("id", bucket.id()).execute();
        handle.createUpdate("delete from part where upload_id in (select id from upload where bucket_id = :id)")
                .bind("id", bucket.id()).execute();
        handle.createUpdate("delete from upload where bucket_id = :id").bind("id", bucket.id()).execute();
    }

    private static Optional<Bucket> find(Handle handle, String name) {
        return handle.createQuery("select * from bucket where name = :name").bind("name", name)
                .map((row, context) -> bucket(row)).findOne();
    }

    /// Once versions were switched on they can only be suspended, and not even that where objects are locked.
    public void version(Bucket bucket, Versioning versioning) throws StorageFault {
        if (versioning == Versioning.OFF) {
            throw new IllegalArgumentException("versions cannot be switched off again");
        }
        int changed = database.transact(handle -> handle.createUpdate("""
                update bucket set versioning = :versioning where id = :id and (object_lock is null or :versioning = 'ENABLED')""")
                .bind("id", bucket.id()).bind("versioning", versioning.name()).execute());
        if (changed == 0) {
            throw new StorageFault(StorageFault.Reason.BUCKET_STATE,
                    "the bucket " + bucket.name() + " locks objects, so its versions cannot be suspended");
        }
    }

    /// From now on objects of the bucket can be locked; this is never taken back.
    ///
    /// @param rule for new objects
    public void lock(Bucket bucket, LockRule rule) throws StorageFault {
        int changed = database.transact(handle -> handle
                .createUpdate("update bucket set object_lock = :rule where id = :id and versioning = 'ENABLED'")
                .bind("id", bucket.id()).bind("rule", rule.text()).execute());
        if (changed == 0) {
            throw new StorageFault(StorageFault.Reason.BUCKET_STATE,
                    "the bucket " + bucket.name() + " keeps no versions, so its objects cannot be locked");
        }
    }

    /// The rules as the client wrote them.
    public Optional<String> lifecycle(Bucket bucket) {
        return database.read(handle -> handle.createQuery("select lifecycle from bucket where id = :id and lifecycle is not null")
                .bind("id", bucket.id()).mapTo(String.class).findOne()).map(rules -> JSON.readValue(rules, Rules.class).document());
    }

    /// @param document what the rules were written in, given back as it is
    public void lifecycle(Bucket bucket, List<LifecycleRule> rules, String document) {
        write(bucket, JSON.writeValueAsString(new Rules(rules, document)));
    }

    public void endLifecycle(Bucket bucket) {
        write(bucket, null);
    }

    private void write(Bucket bucket, @Nullable String lifecycle) {
        database.transact(handle -> handle.createUpdate("update bucket set lifecycle = :lifecycle where id = :id")
                .bind("id", bucket.id()).bind("lifecycle", lifecycle).execute());
    }

    private record Rules(List<LifecycleRule> rules, String document) {}

    static Bucket bucket(ResultSet row) throws SQLException {
        String rule = row.getString("object_lock");
        String rules = row.getString("lifecycle");
        return new Bucket(row.getObject("id", UUID.class), row.getString("name"), row.getObject("owner_id", UUID.class),
                row.getTimestamp("created_at").toInstant(), Versioning.valueOf(row.getString("versioning")),
                rule == null ? null : LockRule.parse(rule),
                rules == null ? List.of() : JSON.readValue(rules, Rules.class).rules());
    }
}
