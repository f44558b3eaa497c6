package leaseback.testbed.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import leaseback.manager.metering.Meter;
import leaseback.manager.metering.Sum;
import leaseback.manager.storage.TenantUse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;

/// What a tenant uses is measured where it is used, and becomes readings of their day; who is frozen reads and deletes.
class UseTest {
    private static final Instant BEGIN = Instant.parse("2027-05-01T00:00:00Z");
    private static final Instant END = Instant.parse("2027-05-02T00:00:00Z");

    @Test
    void aDayOfUseBecomesReadingsOnceItIsOver(@TempDir Path folder) throws Exception {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2027-05-01T10:20:00Z"));
        try (SdkFace sdk = new SdkFace(folder)) {
            TenantUse use = sdk.face.use(now::get, owner -> false);
            String bucket = sdk.bucket();
            sdk.put(bucket, "a", "x".repeat(100_000));
            assertThat(sdk.get(bucket, "a")).hasSize(100_000);
            use.flush();
            use.flush();
            // Once in each hour, whoever asks.
            use.weigh();
            use.weigh();
            now.set(Instant.parse("2027-05-01T11:00:00Z"));
            use.weigh();
            now.set(Instant.parse("2027-05-02T00:05:00Z"));
            use.settle();
            assertThat(sdk.face.measured(sdk.tenant, BEGIN, END)).isEmpty();
            now.set(Instant.parse("2027-05-02T00:11:00Z"));
            use.settle();
            use.settle();
            Map<Meter, Sum> day = sdk.face.measured(sdk.tenant, BEGIN, END);
            assertThat(day).containsOnlyKeys(Meter.STORED, Meter.REQUESTS, Meter.INGRESS, Meter.EGRESS);
            assertThat(quantity(day, Meter.STORED)).isEqualTo(200_000);
            assertThat(quantity(day, Meter.EGRESS)).isBetween(100_000L, 101_000L);
            assertThat(quantity(day, Meter.INGRESS)).isBetween(100_000L, 110_000L);
            assertThat(quantity(day, Meter.REQUESTS)).isEqualTo(2);
        }
    }

    @Test
    void whoIsFrozenReadsAndDeletesAndWritesNothing(@TempDir Path folder) throws Exception {
        Set<UUID> frozen = ConcurrentHashMap.newKeySet();
        try (SdkFace sdk = new SdkFace(folder)) {
            sdk.face.use(Instant::now, frozen::contains);
            String bucket = sdk.bucket();
            sdk.put(bucket, "a", "kept");
            sdk.put(bucket, "b", "kept too");
            frozen.add(sdk.tenant);
            assertThat(SdkFace.refused(403, "AccessDenied", () -> sdk.put(bucket, "c", "more"))).hasMessageContaining("overdue");
            SdkFace.refused(403, "AccessDenied", () -> sdk.s3.createMultipartUpload(b -> b.bucket(bucket).key("c")));
            assertThat(sdk.get(bucket, "a")).isEqualTo("kept");
            sdk.s3.deleteObject(b -> b.bucket(bucket).key("a"));
            sdk.s3.deleteObjects(b -> b.bucket(bucket).delete(d -> d.objects(ObjectIdentifier.builder().key("b").build())));
            frozen.clear();
            sdk.put(bucket, "c", "more");
        }
    }

    private static long quantity(Map<Meter, Sum> day, Meter meter) {
        Sum sum = day.get(meter);
        return sum == null ? 0 : sum.quantity();
    }
}
