package leaseback.manager.storage;

import java.io.IOException;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import leaseback.manager.database.Database;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Multipart uploads. A part is a content of its own; completing hands its segments to the object and copies no byte.
public final class Uploads {
    private static final Duration REMEMBERED = Duration.ofDays(1);
    private final ObjectStore store;
    private final ObjectStore.Means means;
    private final Database database;

    public Uploads(ObjectStore store) {
        this.store = store;
        this.means = store.means();
        this.database = means.database();
    }

    public Upload begin(Bucket bucket, String key, Attributes attributes, Map<String, String> settings) throws StorageFault {
        means.hosts().requireStorageClass(attributes.storageClass());
        Instant now = means.clock().instant().truncatedTo(ChronoUnit.MILLIS);
        Upload upload = new Upload(idAt(now), bucket.id(), key, attributes, settings, now);
        database.transact(handle -> ObjectRows.bind(handle.createUpdate("""
                insert into upload (id, bucket_id, key, headers, user_pairs, tags, lock_mode, retain_until, legal_hold, settings,
                                    started_at)
                values (:id, :bucket, :key, :headers, :user, :tags, :mode, :until, :hold, :settings, :at)"""), attributes)
                .bind("id", upload.id()).bind("bucket", bucket.id()).bind("key", key)
                .bind("settings", ObjectRows.json(settings)).bind("at", now).execute());
        return upload;
    }

    public Upload find(Bucket bucket, String key, UUID uploadId) throws StorageFault {
        return database.read(handle -> handle.createQuery("""
                select * from upload where id = :id and bucket_id = :bucket and key = :key""")
                .bind("id", uploadId).bind("bucket", bucket.id()).bind("key", key)
                .map((row, context) -> upload(row)).findOne())
                .orElseThrow(() -> noSuchUpload(uploadId).fault());
    }

    /// A second part with the same number replaces the first.
    public Part put(Upload upload, int number, Content content) throws StorageFault, IOException {
        return store.take(Tenancy.of(bucket(upload)).as(upload.attributes()), content, written -> {
            Instant now = means.clock().instant().truncatedTo(ChronoUnit.MILLIS);
            Part part = new Part(number, written.bytes(), written.digests(), now);
            return database.transact(handle -> {
                lock(handle, upload);
                means.contents().keep(handle, written);
                kept(handle, upload, number).ifPresent(old -> means.contents().drop(handle, old.contentId(), now));
                handle.createUpdate("""
                        insert into part (upload_id, number, content_id, bytes, etag, checksums, modified_at)
                        values (:upload, :number, :content, :bytes, :etag, :checksums, :at)
                        on conflict (upload_id, number) do update set content_id = excluded.content_id, bytes = excluded.bytes,
                          etag = excluded.etag, checksums = excluded.checksums, modified_at = excluded.modified_at""")
                        .bind("upload", upload.id()).bind("number", number).bind("content", written.contentId())
                        .bind("bytes", part.bytes()).bind("etag", part.digests().etag())
                        .bind("checksums", ObjectRows.json(part.digests().checksums())).bind("at", part.modifiedAt()).execute();
                return part;
            });
        });
    }

    private Bucket bucket(Upload upload) throws StorageFault {
        return database.read(handle -> handle.createQuery("select * from bucket where id = :bucket")
                .bind("bucket", upload.bucketId()).map((row, context) -> Buckets.bucket(row)).findOne())
                .orElseThrow(() -> noSuchUpload(upload.id()).fault());
    }

    /// By number, those behind `after`.
    public List<Part> parts(Upload upload, int after, int most) {
        return database.read(handle -> kept(handle, upload, after, most)).stream().map(Kept::part).toList();
    }

    /// By key, then start; those behind the pair.
    public List<Upload> list(Bucket bucket, String prefix, @Nullable String afterKey, @Nullable UUID afterUpload, int most) {
        // Ids grow with the start: see idAt.
        String behind = afterKey == null ? ""
                : afterUpload == null ? "and key > :afterKey" : "and (key, id) > (:afterKey, :afterId)";
        List<Upload> uploads = database.read(handle -> {
            var query = handle.createQuery("select * from upload where bucket_id = :bucket and key >= :prefix " + behind
                            + " order by key, id limit :most")
                    .bind("bucket", bucket.id()).bind("prefix", prefix).bind("most", most);
            if (afterKey != null) {
                query.bind("afterKey", afterKey);
            }
            if (afterKey != null && afterUpload != null) {
                query.bind("afterId", afterUpload);
            }
            return query.map((row, context) -> upload(row)).list();
        });
        return uploads.stream().takeWhile(upload -> upload.key().startsWith(prefix)).toList();
    }

    /// Makes the parts, in this order, one object under the upload's key; other parts are dropped.
    ///
    /// @param parts   as `parts` gave them: INVALID_PART when one is no longer the stored one
    /// @param digests of the whole object
    public StoredObject complete(Upload upload, List<Part> parts, Digests digests, Precondition precondition)
            throws StorageFault {
        Bucket bucket = bucket(upload);
        Instant now = means.clock().instant().truncatedTo(ChronoUnit.MILLIS);
        StoredObject object = new StoredObject(UUID.randomUUID(), upload.bucketId(), upload.key(), StoredObject.NULL_VERSION,
                parts.stream().mapToLong(Part::bytes).sum(), digests, ObjectStore.locked(bucket, upload.attributes(), now),
                parts.size(), now);
        try {
            return database.transact(handle -> {
                lock(handle, upload);
                Map<Integer, Kept> kept = new HashMap<>();
                kept(handle, upload, 0, Integer.MAX_VALUE).forEach(each -> kept.put(each.part().number(), each));
                adopt(handle, object.id(), parts, kept);
                kept.values().forEach(unused -> means.contents().drop(handle, unused.contentId(), means.clock().instant()));
                ObjectRows.Replaced replaced = ObjectRows.replace(handle, bucket.versioning(), object, parts, precondition);
                replaced.freed().forEach(old -> means.contents().drop(handle, old, means.contents().afterGrace()));
                remove(handle, upload);
                remember(handle, upload, replaced.object());
                return replaced.object();
            });
        } catch (Refused refused) {
            throw refused.fault();
        }
    }

    /// What a completed upload became, up to a day ago: for a client that did not get the answer.
    public Optional<Completed> completed(Bucket bucket, String key, UUID uploadId) {
        return database.read(handle -> handle.createQuery("""
                select version, etag, checksums, headers from upload_done where id = :id and bucket_id = :bucket and key = :key""")
                .bind("id", uploadId).bind("bucket", bucket.id()).bind("key", key)
                .map((row, context) -> new Completed(row.getString("version"), new Digests(row.getString("etag"),
                        ObjectRows.pairs(row.getString("checksums"))),
                        new Attributes(ObjectRows.pairs(row.getString("headers")), Map.of()))).findOne());
    }

    private static void remember(Handle handle, Upload upload, StoredObject object) {
        handle.createUpdate("""
                delete from upload_done where id in (select id from upload_done where at < :old limit 100)""")
                .bind("old", object.modifiedAt().minus(REMEMBERED)).execute();
        handle.createUpdate("""
                insert into upload_done (id, bucket_id, key, version, etag, checksums, headers, at)
                values (:id, :bucket, :key, :version, :etag, :checksums, :headers, :at)""")
                .bind("id", upload.id()).bind("bucket", upload.bucketId()).bind("key", upload.key())
                .bind("version", object.version()).bind("etag", object.digests().etag())
                .bind("checksums", ObjectRows.json(object.digests().checksums()))
                .bind("headers", ObjectRows.json(object.attributes().headers())).bind("at", object.modifiedAt()).execute();
    }

    public void abort(Upload upload) throws StorageFault {
        try {
            database.transact(handle -> {
                lock(handle, upload);
                kept(handle, upload, 0, Integer.MAX_VALUE)
                        .forEach(kept -> means.contents().drop(handle, kept.contentId(), means.clock().instant()));
                return remove(handle, upload);
            });
        } catch (Refused refused) {
            throw refused.fault();
        }
    }

    /// Hands the parts' segments to the object, each moved on by what lies before it; takes those parts out of `kept`.
    private void adopt(Handle handle, UUID objectId, List<Part> parts, Map<Integer, Kept> kept) {
        UUID[] contents = new UUID[parts.size()];
        Long[] starts = new Long[parts.size()];
        long start = 0;
        for (int i = 0; i < contents.length; i++) {
            Part part = parts.get(i);
            Kept stored = kept.remove(part.number());
            if (stored == null || stored.part().bytes() != part.bytes()
                    || !stored.part().digests().etag().equals(part.digests().etag())) {
                throw new Refused(StorageFault.Reason.INVALID_PART, "part " + part.number() + " is not stored as named: "
                        + (stored == null ? "there is none" : "the one stored has the ETag " + stored.part().digests().etag()));
            }
            contents[i] = stored.contentId();
            starts[i] = start;
            start += part.bytes();
        }
        handle.createUpdate("""
                update segment s set content_id = :object, start = s.start + moved.start
                from unnest(:contents, :starts) as moved (content_id, start) where s.content_id = moved.content_id""")
                .bind("object", objectId).bindBySqlType("contents", array(handle, "uuid", contents), Types.ARRAY)
                .bindBySqlType("starts", array(handle, "int8", starts), Types.ARRAY).execute();
    }

    private static int remove(Handle handle, Upload upload) {
        handle.createUpdate("delete from part where upload_id = :id").bind("id", upload.id()).execute();
        return handle.createUpdate("delete from upload where id = :id").bind("id", upload.id()).execute();
    }

    /// One at a time changes an upload; all of them are short.
    private static void lock(Handle handle, Upload upload) {
        if (handle.createQuery("select id from upload where id = :id for update").bind("id", upload.id())
                .mapTo(UUID.class).findOne().isEmpty()) {
            throw noSuchUpload(upload.id());
        }
    }

    private static Refused noSuchUpload(UUID id) {
        return new Refused(StorageFault.Reason.NO_SUCH_UPLOAD,
                "there is no upload " + id + "; it may have been completed or aborted");
    }

    private static Optional<Kept> kept(Handle handle, Upload upload, int number) {
        return kept(handle, upload, number - 1, 1).stream().filter(kept -> kept.part().number() == number).findFirst();
    }

    private static List<Kept> kept(Handle handle, Upload upload, int after, int most) {
        return handle.createQuery("select * from part where upload_id = :id and number > :after order by number limit :most")
                .bind("id", upload.id()).bind("after", after).bind("most", most)
                .map((row, context) -> new Kept(row.getObject("content_id", UUID.class), part(row))).list();
    }

    private static Part part(ResultSet row) throws SQLException {
        return new Part(row.getInt("number"), row.getLong("bytes"),
                new Digests(row.getString("etag"), ObjectRows.pairs(row.getString("checksums"))),
                row.getTimestamp("modified_at").toInstant());
    }

    private static Upload upload(ResultSet row) throws SQLException {
        return new Upload(row.getObject("id", UUID.class), row.getObject("bucket_id", UUID.class), row.getString("key"),
                ObjectRows.attributes(row),
                ObjectRows.pairs(row.getString("settings")), row.getTimestamp("started_at").toInstant());
    }

    private static Array array(Handle handle, String type, Object[] values) {
        try {
            return handle.getConnection().createArrayOf(type, values);
        } catch (SQLException broken) {
            throw new IllegalStateException("cannot make an array for the database", broken);
        }
    }

    /// A UUID of version 7: milliseconds in front, so that the order of ids is that of the starts.
    private UUID idAt(Instant start) {
        long high = start.toEpochMilli() << 16 | 0x7000 | means.random().nextInt(1 << 12);
        return new UUID(high, means.random().nextLong() >>> 2 | Long.MIN_VALUE);
    }

    /// What an upload became.
    public record Completed(String version, Digests digests, Attributes attributes) {}

    /// A part and the content that is its bytes.
    private record Kept(UUID contentId, Part part) {}
}
