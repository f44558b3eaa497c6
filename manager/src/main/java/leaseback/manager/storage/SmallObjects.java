package leaseback.manager.storage;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import leaseback.manager.database.Database;
import leaseback.manager.sealing.TenantKeys;
import org.jspecify.annotations.Nullable;

/// Small objects in buckets without versions, where the work on rows is the whole cost: each PUT, GET and DELETE is one statement
/// and its own transaction. In plain JDBC: much of the work before was in Jdbi's reading of names.
///
/// The row of an object notes whose place it took (`was`), so that one upsert can also say what it freed.
final class SmallObjects {
    private static final String FIND = "select " + qualified(ObjectRows.COLUMNS) + """
            , s.start, s.bytes as segment_bytes, s.root, s.k, s.hosts, s.sealed_key, s.inline, s.pack_id, s.pack_from,
              s.cover
            from object o left join segment s on s.content_id = o.id and s.start = 0 and s.bytes = o.bytes and o.bytes <= ?
            where o.bucket_id = ? and o.key = ?""";

    private static final String PUT = """
            with put as (
              insert into object (bucket_id, key, id, bytes, etag, checksums, headers, user_pairs, parts, part_numbers, part_bytes,
                                  modified_at, version, age, tags, lock_mode, retain_until, legal_hold)
              select ?, ?, ?, ?, ?, ?, ?, ?, 0, '{}', '{}', ?, 'null', ?, ?, ?, ?, ?
              where (select versioning from bucket where id = ?) = 'OFF'
              on conflict (bucket_id, key) do update set was = object.id, id = excluded.id, bytes = excluded.bytes,
                etag = excluded.etag, checksums = excluded.checksums, headers = excluded.headers, user_pairs = excluded.user_pairs,
                parts = 0, part_numbers = '{}', part_bytes = '{}', part_sums = null, modified_at = excluded.modified_at, version = 'null',
                age = excluded.age, tags = excluded.tags, lock_mode = excluded.lock_mode, retain_until = excluded.retain_until,
                legal_hold = excluded.legal_hold
                where object.version = 'null'
              returning was),
            freed as (
              insert into garbage (content_id, intent, due) select was, false, ? from put where was is not null
              on conflict (content_id) do update set intent = false, due = excluded.due)""";

    private static final String SEGMENT = """
            , kept as (
              insert into segment (content_id, start, bytes, root, k, hosts, sealed_key, inline, tenant_id, key_version, class,
                                   cover)
              select ?, 0, ?, ?, 0, '{}', ?, ?, ?, ?, ?, ? from put)""";

    private static final String STAGED = """
            , waits as (
              insert into staged (content_id, tenant_id, bucket_id, class, bytes, since, due) select ?, ?, ?, ?, ?, ?, ? from put)""";

    private static final String DONE = " select count(*) from put";

    /// Bytes that lie in one row alone go at once; others become garbage, and so does an upload of which only the first part is small.
    private static final String DELETE = """
            with gone as (
              delete from object where bucket_id = ? and key = ? and version = 'null'
              and (select versioning from bucket where id = ?) = 'OFF' returning id, bytes),
            small as (
              delete from segment s using gone where s.content_id = gone.id and s.start = 0 and s.bytes = gone.bytes and s.k = 0
              and s.pack_id is null and s.bytes <= ? returning s.content_id),
            rest as (
              insert into garbage (content_id, intent, due)
              select id, false, ? from gone where id not in (select content_id from small)
              on conflict (content_id) do update set intent = false, due = excluded.due)
            select (select count(*) from gone), (select versioning from bucket where id = ?)""";

    private final Database database;

    SmallObjects(Database database) {
        this.database = database;
    }

    /// What is current under the key; with its bytes' row when that is all there is of them.
    Optional<Seen> find(UUID bucketId, String key) {
        return database.read(handle -> {
            try (PreparedStatement statement = handle.getConnection().prepareStatement(FIND)) {
                statement.setInt(1, Segment.STAGED_BYTES);
                statement.setObject(2, bucketId);
                statement.setString(3, key);
                try (ResultSet row = statement.executeQuery()) {
                    return row.next() ? Optional.of(new Seen(ObjectRows.object(row), segment(row))) : Optional.empty();
                }
            } catch (SQLException failed) {
                throw Database.failed(failed);
            }
        });
    }

    private static @Nullable Segment segment(ResultSet row) throws SQLException {
        UUID root = row.getObject("root", UUID.class);
        byte[] inline = root == null ? null : row.getBytes("inline");
        return inline == null ? null : new Segment(row.getObject("id", UUID.class), row.getLong("start"), row.getInt("segment_bytes"),
                root, row.getInt("k"), new int[0], row.getBytes("sealed_key"), inline, row.getBytes("cover"));
    }

    /// Puts the object in place of what is there, with the bytes that are to be kept in a row. What this frees becomes garbage.
    ///
    /// @param freedDue when that may be swept
    /// @return false when nothing was done: the bucket or what stands there has versions now, or the bucket is gone
    boolean put(StoredObject object, Written written, Instant freedDue, Instant now) {
        @Nullable Segment segment = written.inline().isEmpty() ? null : written.inline().getFirst();
        Tenancy staged = written.staged();
        String sql = PUT + (segment == null ? "" : SEGMENT) + (staged == null ? "" : STAGED) + DONE;
        return database.once(handle -> {
            try (PreparedStatement statement = handle.getConnection().prepareStatement(sql)) {
                Binding binding = new Binding(statement);
                object(binding, object);
                binding.instant(freedDue);
                if (segment != null) {
                    segment(binding, segment, written.storageClass());
                }
                if (segment != null && staged != null) {
                    binding.uuid(segment.contentId()).uuid(staged.tenantId()).uuid(staged.bucketId()).text(staged.storageClass())
                            .number(segment.bytes()).instant(now).instant(now);
                }
                try (ResultSet row = statement.executeQuery()) {
                    return row.next() && row.getLong(1) == 1;
                }
            } catch (SQLException failed) {
                throw Database.failed(failed);
            }
        });
    }

    private static void object(Binding binding, StoredObject object) throws SQLException {
        Attributes attributes = object.attributes();
        LockMode mode = attributes.lock().mode();
        binding.uuid(object.bucketId()).text(object.key()).uuid(object.id()).number(object.bytes()).text(object.digests().etag())
                .text(ObjectRows.json(object.digests().checksums())).text(ObjectRows.json(attributes.headers()))
                .text(ObjectRows.json(attributes.user())).instant(object.modifiedAt()).number(ObjectRows.age(object.modifiedAt()))
                .text(ObjectRows.json(attributes.tags())).text(mode == null ? null : mode.name()).instant(attributes.lock().until())
                .flag(attributes.lock().hold()).uuid(object.bucketId());
    }

    private static void segment(Binding binding, Segment segment, String storageClass) throws SQLException {
        Optional<TenantKeys.Wrapped> wrapped = TenantKeys.wrapped(segment.sealedKey());
        binding.uuid(segment.contentId()).number(segment.bytes()).uuid(segment.root()).bytes(segment.sealedKey())
                .bytes(segment.inline()).uuid(wrapped.map(TenantKeys.Wrapped::tenantId).orElse(null))
                .integer(wrapped.map(TenantKeys.Wrapped::version).orElse(null)).text(storageClass).bytes(segment.cover());
    }

    /// Takes away what stands under the key in a bucket without versions.
    ///
    /// @param due when what is not gone at once may be swept
    Gone delete(UUID bucketId, String key, Instant due) {
        return database.once(handle -> {
            try (PreparedStatement statement = handle.getConnection().prepareStatement(DELETE)) {
                new Binding(statement).uuid(bucketId).text(key).uuid(bucketId).number(Segment.INLINE_BYTES).instant(due).uuid(bucketId);
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    boolean deleted = row.getLong(1) > 0;
                    String versioning = row.getString(2);
                    return new Gone(deleted, deleted || versioning == null ? Versioning.OFF : Versioning.valueOf(versioning));
                }
            } catch (SQLException failed) {
                throw Database.failed(failed);
            }
        });
    }

    private static String qualified(String columns) {
        return "o." + columns.replace(", ", ", o.");
    }

    /// What became of a deletion.
    ///
    /// @param versioning of the bucket: nothing was done when it is not OFF
    record Gone(boolean deleted, Versioning versioning) {}

    /// An object, and the row of its bytes when they all lie in it.
    record Seen(StoredObject object, @Nullable Segment inline) {}

    /// Binds one parameter after the other.
    private static final class Binding {
        private final PreparedStatement statement;
        private int next = 1;

        Binding(PreparedStatement statement) {
            this.statement = statement;
        }

        Binding uuid(@Nullable UUID value) throws SQLException {
            statement.setObject(next++, value, Types.OTHER);
            return this;
        }

        Binding text(@Nullable String value) throws SQLException {
            statement.setString(next++, value);
            return this;
        }

        Binding number(long value) throws SQLException {
            statement.setLong(next++, value);
            return this;
        }

        Binding integer(@Nullable Integer value) throws SQLException {
            statement.setObject(next++, value, Types.INTEGER);
            return this;
        }

        Binding bytes(byte @Nullable [] value) throws SQLException {
            statement.setBytes(next++, value);
            return this;
        }

        Binding flag(boolean value) throws SQLException {
            statement.setBoolean(next++, value);
            return this;
        }

        Binding instant(@Nullable Instant value) throws SQLException {
            statement.setTimestamp(next++, value == null ? null : Timestamp.from(value));
            return this;
        }
    }
}
