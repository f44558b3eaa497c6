package leaseback.manager.storage;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// Rows of `object`, and pairs of text as JSON.
final class ObjectRows {
    static final String COLUMNS = "id, bucket_id, key, version, bytes, etag, checksums, headers, user_pairs, tags, lock_mode, "
            + "retain_until, legal_hold, parts, modified_at";
    /// What an object takes along when it becomes a version, and back. A new column of `object` belongs here and in `version`.
    static final String KEPT = COLUMNS + ", part_numbers, part_bytes, age, part_sums";
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final TypeReference<Map<String, String>> PAIRS = new TypeReference<>() {};
    private static final int TRIES = 20;

    private ObjectRows() {}

    static StoredObject object(ResultSet row) throws SQLException {
        return new StoredObject(row.getObject("id", UUID.class), row.getObject("bucket_id", UUID.class), row.getString("key"),
                row.getString("version"), row.getLong("bytes"),
                new Digests(row.getString("etag"), pairs(row.getString("checksums"))), attributes(row), row.getInt("parts"),
                row.getTimestamp("modified_at").toInstant());
    }

    static Attributes attributes(ResultSet row) throws SQLException {
        String mode = row.getString("lock_mode");
        Timestamp until = row.getTimestamp("retain_until");
        return new Attributes(pairs(row.getString("headers")), pairs(row.getString("user_pairs")), pairs(row.getString("tags")),
                new ObjectLock(mode == null ? null : LockMode.valueOf(mode), until == null ? null : until.toInstant(),
                        row.getBoolean("legal_hold")));
    }

    /// As `:headers`, `:user`, `:tags`, `:mode`, `:until` and `:hold`.
    static Update bind(Update statement, Attributes attributes) {
        LockMode mode = attributes.lock().mode();
        return statement.bind("headers", json(attributes.headers())).bind("user", json(attributes.user()))
                .bind("tags", json(attributes.tags())).bind("mode", mode == null ? null : mode.name())
                .bind("until", attributes.lock().until()).bind("hold", attributes.lock().hold());
    }

    static Map<String, String> pairs(String json) {
        if (json.equals("{}")) {
            return Map.of();
        }
        return JSON.readValue(json, PAIRS);
    }

    static String json(Map<String, String> pairs) {
        if (pairs.isEmpty()) {
            return "{}";
        }
        return JSON.writeValueAsString(new TreeMap<>(pairs));
    }

    static Optional<StoredObject> find(Handle handle, UUID bucketId, String key) {
        return handle.createQuery("select " + COLUMNS + " from object where bucket_id = :bucket and key = :key")
                .bind("bucket", bucketId).bind("key", key).map((row, context) -> object(row)).findOne();
    }

    /// Puts `object` under its key if the precondition holds there at this instant.
    ///
    /// @param parts as they were uploaded, none for a single PUT
    /// @return what is stored, under which version, and the contents that nothing holds any more
    /// @throws Refused when the precondition does not hold, or the bucket is gone
    static Replaced replace(Handle handle, Versioning versioning, StoredObject object, List<Part> parts,
            Precondition precondition) {
        Versioning believed = versioning == Versioning.OFF ? versioning : versioning(handle, object.bucketId());
        for (int i = 0; i < TRIES; i++) {
            if (believed != Versioning.OFF) {
                return KeyHistory.of(handle, object.bucketId(), object.key(), object.modifiedAt())
                        .put(object, parts, believed, precondition);
            }
            Optional<Standing> standing = handle.createQuery("""
                    select id, etag from object where bucket_id = :bucket and key = :key for update""")
                    .bind("bucket", object.bucketId()).bind("key", object.key())
                    .map((row, context) -> new Standing(row.getObject("id", UUID.class), row.getString("etag"))).findOne();
            precondition.require(standing.map(Standing::etag).orElse(null), object.key());
            // Versions may have been switched on since the request came: then nothing may be overwritten any more.
            String statement = standing.isPresent() ? """
                    update object set id = :id, bytes = :bytes, etag = :etag, checksums = :checksums, headers = :headers,
                           user_pairs = :user, parts = :parts, part_numbers = :numbers, part_bytes = :sizes, part_sums = :sums, modified_at = :at,
                           version = :version, age = :age, tags = :tags, lock_mode = :mode, retain_until = :until,
                           legal_hold = :hold
                    where bucket_id = :bucket and key = :key and (select versioning from bucket where id = :bucket) = 'OFF'""" : """
                    insert into object (bucket_id, key, id, bytes, etag, checksums, headers, user_pairs, parts,
                                        part_numbers, part_bytes, part_sums, modified_at, version, age, tags, lock_mode,
                                        retain_until, legal_hold)
                    select :bucket, :key, :id, :bytes, :etag, :checksums, :headers, :user, :parts, :numbers, :sizes, :sums, :at,
                           :version, :age, :tags, :mode, :until, :hold
                    where (select versioning from bucket where id = :bucket) = 'OFF'
                    on conflict (bucket_id, key) do nothing""";
            if (write(handle, statement, object, parts, age(object.modifiedAt())) == 1) {
                return new Replaced(object, standing.map(Standing::id).stream().toList());
            }
            believed = versioning(handle, object.bucketId());
        }
        throw new IllegalStateException(
                "the key " + object.key() + " changed " + TRIES + " times while one PUT was to be stored");
    }

    /// What was stored, and the contents that nothing holds any more.
    record Replaced(StoredObject object, List<UUID> freed) {}

    /// @throws Refused when the bucket is gone
    static Versioning versioning(Handle handle, UUID bucketId) {
        return handle.createQuery("select versioning from bucket where id = :id").bind("id", bucketId).mapTo(String.class).findOne()
                .map(Versioning::valueOf)
                .orElseThrow(() -> new Refused(StorageFault.Reason.NO_SUCH_BUCKET, "the bucket was deleted meanwhile"));
    }

    /// The newer, the less.
    static long age(Instant instant) {
        return Long.MAX_VALUE - ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }

    /// Under a key that has no current object.
    static void insert(Handle handle, StoredObject object, List<Part> parts, long age) {
        write(handle, """
                insert into object (bucket_id, key, id, bytes, etag, checksums, headers, user_pairs, parts, part_numbers,
                                    part_bytes, part_sums, modified_at, version, age, tags, lock_mode, retain_until, legal_hold)
                values (:bucket, :key, :id, :bytes, :etag, :checksums, :headers, :user, :parts, :numbers, :sizes, :sums, :at,
                        :version, :age, :tags, :mode, :until, :hold)""", object, parts, age);
    }

    private static int write(Handle handle, String statement, StoredObject object, List<Part> parts, long age) {
        return bind(handle.createUpdate(statement), object.attributes())
                .bind("bucket", object.bucketId()).bind("key", object.key()).bind("id", object.id()).bind("bytes", object.bytes())
                .bind("etag", object.digests().etag()).bind("checksums", json(object.digests().checksums()))
                .bind("parts", parts.size()).bind("version", object.version()).bind("age", age)
                .bindBySqlType("numbers", Contents.ints(handle, parts.stream().mapToInt(Part::number).toArray()), Types.ARRAY)
                .bindBySqlType("sizes", longs(handle, parts.stream().mapToLong(Part::bytes).toArray()), Types.ARRAY)
                .bind("sums", sums(object, parts)).bind("at", object.modifiedAt()).execute();
    }

    /// Of the algorithm that the object has a checksum by.
    private static @Nullable String sums(StoredObject object, List<Part> parts) {
        String algorithm = object.digests().checksums().keySet().stream().filter(name -> !name.equals(Digests.TYPE)).findFirst().orElse("");
        return parts.isEmpty() || !parts.stream().allMatch(part -> part.digests().checksums().containsKey(algorithm)) ? null
                : parts.stream().map(part -> part.digests().checksums().get(algorithm)).collect(Collectors.joining(" "));
    }

    /// Where each part of the object lies, by number.
    static List<PartAt> parts(Handle handle, StoredObject object) {
        return handle.createQuery("""
                select part_numbers, part_bytes, part_sums from object where bucket_id = :bucket and key = :key and id = :id
                union all
                select part_numbers, part_bytes, part_sums from version
                where bucket_id = :bucket and key = :key and version = :version and id = :id""")
                .bind("version", object.version())
                .bind("bucket", object.bucketId()).bind("key", object.key()).bind("id", object.id())
                .map((row, context) -> {
                    Integer[] numbers = (Integer[]) row.getArray(1).getArray();
                    Long[] sizes = (Long[]) row.getArray(2).getArray();
                    String joined = row.getString(3);
                    String[] sums = joined == null ? new String[0] : joined.split(" ");
                    List<PartAt> parts = new ArrayList<>();
                    long from = 0;
                    for (int i = 0; i < numbers.length; i++) {
                        parts.add(new PartAt(numbers[i], new ObjectStore.PartRange(from, sizes[i],
                                i < sums.length ? sums[i] : null)));
                        from += sizes[i];
                    }
                    return parts;
                }).findFirst().orElse(List.of());
    }

    private static Array longs(Handle handle, long[] numbers) {
        try {
            return handle.getConnection().createArrayOf("int8", Arrays.stream(numbers).boxed().toArray());
        } catch (SQLException broken) {
            throw new IllegalStateException("cannot make an array for the database", broken);
        }
    }

    /// What stands under a key.
    private record Standing(UUID id, String etag) {}

    /// One part and where it lies.
    record PartAt(int number, ObjectStore.PartRange range) {}
}
