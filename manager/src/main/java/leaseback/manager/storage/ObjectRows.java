package leaseback.manager.storage;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// Rows of `object`, and pairs of text as JSON.
final class ObjectRows {
    static final String COLUMNS = "id, bucket_id, key, bytes, etag, checksums, headers, user_pairs, parts, modified_at";
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final TypeReference<Map<String, String>> PAIRS = new TypeReference<>() {};
    private static final int TRIES = 20;

    private ObjectRows() {}

    static StoredObject object(ResultSet row) throws SQLException {
        return new StoredObject(row.getObject("id", UUID.class), row.getObject("bucket_id", UUID.class), row.getString("key"),
                row.getLong("bytes"), new Digests(row.getString("etag"), pairs(row.getString("checksums"))),
                new Attributes(pairs(row.getString("headers")), pairs(row.getString("user_pairs"))), row.getInt("parts"),
                row.getTimestamp("modified_at").toInstant());
    }

    static Map<String, String> pairs(String json) {
        return JSON.readValue(json, PAIRS);
    }

    static String json(Map<String, String> pairs) {
        return JSON.writeValueAsString(new TreeMap<>(pairs));
    }

    static Optional<StoredObject> find(Handle handle, UUID bucketId, String key) {
        return handle.createQuery("select " + COLUMNS + " from object where bucket_id = :bucket and key = :key")
                .bind("bucket", bucketId).bind("key", key).map((row, context) -> object(row)).findOne();
    }

    /// Puts `object` under its key if the precondition holds there at this instant.
    ///
    /// @param parts as they were uploaded, none for a single PUT
    /// @return the content it took the place of, if any
    /// @throws Refused when the precondition does not hold
    static Optional<UUID> replace(Handle handle, StoredObject object, List<Part> parts, Precondition precondition) {
        for (int i = 0; i < TRIES; i++) {
            Optional<Standing> standing = handle.createQuery("""
                    select id, etag from object where bucket_id = :bucket and key = :key for update""")
                    .bind("bucket", object.bucketId()).bind("key", object.key())
                    .map((row, context) -> new Standing(row.getObject("id", UUID.class), row.getString("etag"))).findOne();
            require(precondition, standing.map(Standing::etag).orElse(null), object.key());
            String statement = standing.isPresent() ? """
                    update object set id = :id, bytes = :bytes, etag = :etag, checksums = :checksums, headers = :headers,
                           user_pairs = :user, parts = :parts, part_numbers = :numbers, part_bytes = :sizes, modified_at = :at
                    where bucket_id = :bucket and key = :key""" : """
                    insert into object (bucket_id, key, id, bytes, etag, checksums, headers, user_pairs, parts,
                                        part_numbers, part_bytes, modified_at)
                    values (:bucket, :key, :id, :bytes, :etag, :checksums, :headers, :user, :parts, :numbers, :sizes, :at)
                    on conflict (bucket_id, key) do nothing""";
            if (write(handle, statement, object, parts) == 1) {
                return standing.map(Standing::id);
            }
        }
        throw new IllegalStateException(
                "the key " + object.key() + " changed " + TRIES + " times while one PUT was to be stored");
    }

    private static int write(Handle handle, String statement, StoredObject object, List<Part> parts) {
        return handle.createUpdate(statement)
                .bind("bucket", object.bucketId()).bind("key", object.key()).bind("id", object.id()).bind("bytes", object.bytes())
                .bind("etag", object.digests().etag()).bind("checksums", json(object.digests().checksums()))
                .bind("headers", json(object.attributes().headers())).bind("user", json(object.attributes().user()))
                .bind("parts", parts.size())
                .bindBySqlType("numbers", Contents.ints(handle, parts.stream().mapToInt(Part::number).toArray()), Types.ARRAY)
                .bindBySqlType("sizes", longs(handle, parts.stream().mapToLong(Part::bytes).toArray()), Types.ARRAY)
                .bind("at", object.modifiedAt()).execute();
    }

    /// Where each part of the object lies, by number.
    static List<PartAt> parts(Handle handle, StoredObject object) {
        return handle.createQuery("""
                select part_numbers, part_bytes from object where bucket_id = :bucket and key = :key and id = :id""")
                .bind("bucket", object.bucketId()).bind("key", object.key()).bind("id", object.id())
                .map((row, context) -> {
                    Integer[] numbers = (Integer[]) row.getArray(1).getArray();
                    Long[] sizes = (Long[]) row.getArray(2).getArray();
                    List<PartAt> parts = new ArrayList<>();
                    long from = 0;
                    for (int i = 0; i < numbers.length; i++) {
                        parts.add(new PartAt(numbers[i], new ObjectStore.PartRange(from, sizes[i])));
                        from += sizes[i];
                    }
                    return parts;
                }).findOne().orElse(List.of());
    }

    private static void require(Precondition precondition, @Nullable String etag, String key) {
        if (precondition.absent() && etag != null) {
            throw new Refused(StorageFault.Reason.PRECONDITION_FAILED, "there is an object under " + key + " already");
        }
        if (precondition.etag() != null && etag == null) {
            throw new Refused(StorageFault.Reason.NO_SUCH_KEY, "there is no object under " + key + " to take the place of");
        }
        if (precondition.etag() != null && !precondition.etag().equals(etag)) {
            throw new Refused(StorageFault.Reason.PRECONDITION_FAILED, "the object under " + key + " has the ETag " + etag);
        }
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
