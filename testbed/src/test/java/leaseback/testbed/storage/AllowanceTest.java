package leaseback.testbed.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import leaseback.manager.storage.Attributes;
import leaseback.manager.storage.Bucket;
import leaseback.manager.storage.Precondition;
import leaseback.manager.storage.StorageFault;
import leaseback.manager.storage.Upload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How many bytes one customer may keep.
class AllowanceTest {
    private static final int MOST = 300_000;

    @TempDir
    static Path folder;

    @Test
    void theLastByteFitsAndOneMoreDoesNot() throws Exception {
        try (RackDatabase database = new RackDatabase(folder.resolve("database"))) {
            Rack rack = new Rack(database.database(), folder.resolve("rack"), 6, 1L << 30, MOST);
            put(rack, "a", new Given(1, 200_000));
            put(rack, "b", new Given(1, 100_000));
            refuse(rack, "c", new Given(1, 1));
            refuse(rack, "c", new Given(1, 90_000).silent());
            rack.store.delete(rack.bucket, "a");
            rack.pass(Duration.ofMinutes(2));
            Upload upload = rack.uploads.begin(rack.bucket, "u", Attributes.NONE, Map.of());
            rack.uploads.put(upload, 1, new Given(2, 150_000));
            put(rack, "c", new Given(1, 50_000));
            refuse(rack, "d", new Given(1, 1));
            rack.uploads.abort(upload);
            rack.pass(Duration.ofMinutes(2));
            put(rack, "d", new Given(3, 150_000).silent());
            refuse(rack, "e", new Given(1, 1));
            rack.sweepAll();
            assertThat(rack.pieces()).as("one is too large to be packed, and what was refused left nothing").isEqualTo(6);
        }
    }

    @Test
    void olderVersionsCountUntilTheyAreDeleted() throws Exception {
        try (RackDatabase database = new RackDatabase(folder.resolve("versions"))) {
            Rack rack = new Rack(database.database(), folder.resolve("rack-of-versions"), 6, 1L << 30, MOST);
            rack.database.transact(handle -> handle.execute("update bucket set versioning = 'ENABLED' where id = ?", rack.bucket.id()));
            Bucket bucket = rack.buckets.find(rack.bucket.name());
            rack.store.put(bucket, "a", Attributes.NONE, new Given(1, 150_000), Precondition.NONE);
            rack.store.put(bucket, "a", Attributes.NONE, new Given(2, 150_000), Precondition.NONE);
            rack.store.delete(bucket, "a");
            rack.pass(Duration.ofMinutes(2));
            refuse(rack, "b", new Given(1, 1));
            rack.database.transact(handle -> handle.execute("delete from version where since is not null and bytes > 0"));
            rack.pass(Duration.ofMinutes(2));
            put(rack, "b", new Given(1, 1));
        }
    }

    private static void put(Rack rack, String key, Given content) throws Exception {
        rack.store.put(rack.bucket, key, Attributes.NONE, content, Precondition.NONE);
    }

    private static void refuse(Rack rack, String key, Given content) {
        StorageFault fault = catchThrowableOfType(StorageFault.class, () -> put(rack, key, content));
        assertThat(fault.reason()).isEqualTo(StorageFault.Reason.QUOTA_EXCEEDED);
        assertThat(fault).hasMessageContaining("may keep 300000 bytes");
    }
}
