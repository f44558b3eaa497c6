package leaseback.testbed.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import leaseback.manager.storage.Attributes;
import leaseback.manager.storage.Bucket;
import leaseback.manager.storage.Digests;
import leaseback.manager.storage.ObjectStore;
import leaseback.manager.storage.Precondition;
import leaseback.manager.storage.StoredObject;
import leaseback.manager.storage.Upload;
import leaseback.manager.storage.Versioning;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// PUT, GET and DELETE of what lies in rows, each of one statement.
class SmallObjectsTest {
    @TempDir
    static Path folder;

    private static RackDatabase database;
    private static Rack rack;

    @BeforeAll
    static void open() throws Exception {
        database = new RackDatabase(folder.resolve("database"));
        rack = new Rack(database.database(), folder.resolve("rack"), 6, 1L << 30);
    }

    @AfterAll
    static void close() throws Exception {
        database.close();
    }

    @Test
    void whatIsOverwrittenBecomesGarbageAndThenNothing() throws Exception {
        long segments = rack.count("segment");
        for (int length : new int[] {10, 0, 4096, 20_000, 100}) {
            put(rack.bucket, "k", length);
            assertThat(read("k")).isEqualTo(Given.bytes(length, length));
        }
        assertThat(rack.count("garbage")).isEqualTo(4);
        assertThat(rack.store.delete(rack.bucket, "k")).isTrue();
        assertThat(rack.store.look(rack.bucket, "k")).isEmpty();
        assertThat(rack.count("garbage")).as("the last one lay in its row alone, and went with it").isEqualTo(4);
        rack.sweepAll();
        assertThat(List.of(rack.count("garbage"), rack.count("segment") - segments, rack.count("staged"))).containsOnly(0L);
    }

    /// Found by the simulation's seed 20582.
    @Test
    void anUploadWhoseFirstPartAloneIsSmallLeavesNothingBehind() throws Exception {
        long segments = rack.count("segment");
        Upload upload = rack.uploads.begin(rack.bucket, "parts", Attributes.NONE, Map.of());
        rack.uploads.put(upload, 1, new Given(1, 4096));
        rack.uploads.put(upload, 2, new Given(2, 65_536));
        rack.uploads.complete(upload, rack.uploads.parts(upload, 0, 10), new Digests("e", Map.of()), Precondition.NONE);
        byte[] whole = read("parts");
        assertThat(Arrays.copyOf(whole, 4096)).isEqualTo(Given.bytes(1, 4096));
        assertThat(Arrays.copyOfRange(whole, 4096, whole.length)).isEqualTo(Given.bytes(2, 65_536));
        assertThat(rack.store.delete(rack.bucket, "parts")).isTrue();
        assertThat(rack.count("garbage")).isPositive();
        rack.sweepAll();
        assertThat(List.of(rack.count("garbage"), rack.count("segment") - segments)).containsOnly(0L);
    }

    @Test
    void ofManyAtOnceUnderOneKeyOneStandsAndNothingOfTheOthersIsLeft() throws Exception {
        long segments = rack.count("segment");
        List<Future<StoredObject>> puts = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (int i = 0; i < 200; i++) {
                int length = 1 + i;
                boolean delete = i % 10 == 0;
                puts.add(threads.submit(() -> {
                    if (delete) {
                        rack.store.delete(rack.bucket, "crowded");
                    }
                    return put(rack.bucket, "crowded", length);
                }));
            }
        }
        List<StoredObject> stored = new ArrayList<>();
        for (Future<StoredObject> put : puts) {
            stored.add(put.get());
        }
        assertThat(stored).contains(rack.store.look(rack.bucket, "crowded").orElseThrow().object());
        rack.sweepAll();
        assertThat(rack.count("segment")).isEqualTo(segments + 1);
        assertThat(read("crowded")).isNotEmpty();
        rack.store.delete(rack.bucket, "crowded");
        rack.sweepAll();
        assertThat(rack.count("segment")).isEqualTo(segments);
    }

    @Test
    void whoLookedReadsItAlthoughItWasDeletedMeanwhile() throws Exception {
        put(rack.bucket, "seen", 3000);
        ObjectStore.Sight sight = rack.store.look(rack.bucket, "seen").orElseThrow();
        rack.store.delete(rack.bucket, "seen");
        rack.sweepAll();
        assertThat(read(sight)).isEqualTo(Given.bytes(3000, 3000));
    }

    @Test
    void whoBelievesThatThereAreNoVersionsOverwritesAndDeletesNoneAllTheSame() throws Exception {
        Bucket believed = rack.buckets.create(rack.ownerId, "believed");
        StoredObject first = put(believed, "k", 1);
        rack.buckets.version(believed, Versioning.ENABLED);
        StoredObject second = put(believed, "k", 2);
        assertThat(first.version()).isEqualTo(StoredObject.NULL_VERSION);
        assertThat(second.version()).isNotEqualTo(StoredObject.NULL_VERSION);
        rack.store.delete(believed, "k");
        assertThat(rack.count("version where key = 'k'")).as("two, and a marker").isEqualTo(3);
    }

    private static StoredObject put(Bucket bucket, String key, int length) throws Exception {
        return rack.store.put(bucket, key, Attributes.NONE, new Given(length, length), Precondition.NONE);
    }

    private static byte[] read(String key) throws Exception {
        return read(rack.store.look(rack.bucket, key).orElseThrow());
    }

    private static byte[] read(ObjectStore.Sight sight) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectStore.ObjectReader reader = rack.store.open(sight, 0, sight.object().bytes(), null)) {
            reader.writeTo(bytes);
        }
        return bytes.toByteArray();
    }
}
