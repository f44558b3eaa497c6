package leaseback.testbed.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import leaseback.manager.storage.Attributes;
import leaseback.manager.storage.Bucket;
import leaseback.manager.storage.Lifecycle;
import leaseback.manager.storage.LifecycleRule;
import leaseback.manager.storage.LockMode;
import leaseback.manager.storage.Precondition;
import leaseback.manager.storage.StoredObject;
import leaseback.manager.storage.Versioning;
import leaseback.manager.storage.Versions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What lifecycle rules take away, day by day.
class LifecycleTest {
    private static final Duration DAY = Duration.ofDays(1);

    @Test
    void whatIsDueGoesAndNothingElse(@TempDir Path folder) throws Exception {
        try (RackDatabase database = new RackDatabase(folder)) {
            Rack rack = new Rack(database.database(), folder, 6, 1 << 20);
            Lifecycle lifecycle = new Lifecycle(rack.store, rack.uploads, DAY);
            Versions versions = new Versions(rack.store);
            put(rack, "old/a", Map.of());
            put(rack, "old/tagged", Map.of("keep", "no"));
            put(rack, "other", Map.of());
            rack.uploads.begin(rack.bucket, "old/up", Attributes.NONE, Map.of());
            rack.buckets.lifecycle(rack.bucket, List.of(
                    new LifecycleRule("tag", true, "old/", Map.of("keep", "no"), -1, Long.MAX_VALUE, 1, null, false, 0, 0, 0),
                    new LifecycleRule("all", true, "old/", Map.of(), -1, Long.MAX_VALUE, 3, null, false, 0, 0, 2)), "<x/>");
            assertThat(lifecycle.run()).isZero();
            rack.pass(DAY.multipliedBy(2));
            assertThat(lifecycle.run()).isEqualTo(1);
            assertThat(rack.store.find(rack.bucket, "old/tagged")).isEmpty();
            rack.pass(DAY.multipliedBy(2));
            assertThat(lifecycle.run()).isEqualTo(2);
            assertThat(rack.store.list(rack.bucket, "", null, null, 10).objects()).extracting(StoredObject::key).containsExactly("other");

            rack.buckets.version(rack.bucket, Versioning.ENABLED);
            Bucket bucket = rack.buckets.find(rack.bucket.name());
            put(rack, "old/v", Map.of());
            String locked = rack.store.find(bucket, "old/v").orElseThrow().version();
            versions.retain(bucket, "old/v", locked, LockMode.COMPLIANCE, rack.clock.instant().plus(DAY.multipliedBy(30)), false);
            for (int i = 0; i < 3; i++) {
                put(rack, "old/v", Map.of());
            }
            rack.buckets.lifecycle(bucket, List.of(new LifecycleRule("versions", true, "", Map.of(), -1, Long.MAX_VALUE, 20, null,
                    true, 1, 1, 0)), "<x/>");
            rack.pass(DAY.multipliedBy(3));
            lifecycle.run();
            assertThat(versions.list(bucket, "old/", null, null, null, 10).versions()).hasSize(3)
                    .extracting(version -> version.object().version()).contains(locked);
            rack.pass(DAY.multipliedBy(60));
            lifecycle.run();
            assertThat(rack.store.list(bucket, "", null, null, 10).objects()).isEmpty();
        }
    }

    private static void put(Rack rack, String key, Map<String, String> tags) throws Exception {
        Bucket bucket = rack.buckets.find(rack.bucket.name());
        rack.store.put(bucket, key, Attributes.NONE.withTags(tags), new Given(key.length(), 100), Precondition.NONE);
        rack.pass(Duration.ofMillis(1));
    }
}
