package leaseback.testbed.s3;

import static leaseback.testbed.s3.SdkFace.refused;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ObjectAttributes;
import software.amazon.awssdk.services.s3.model.ObjectLockLegalHoldStatus;
import software.amazon.awssdk.services.s3.model.ObjectLockRetentionMode;
import software.amazon.awssdk.services.s3.model.Tag;

class TagsAndLocksTest {
    private static SdkFace face;
    private static S3Client s3;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        face = new SdkFace(folder);
        s3 = face.s3;
    }

    @AfterAll
    static void stop() throws IOException {
        face.close();
    }

    @Test
    void tagsComeWithTheObjectAndCanBeChanged() {
        String bucket = face.bucket();
        s3.putObject(b -> b.bucket(bucket).key("k").tagging("a=b&c=d%20e"), RequestBody.fromString("x"));
        assertThat(s3.headObject(b -> b.bucket(bucket).key("k")).tagCount()).isEqualTo(2);
        assertThat(s3.getObjectTagging(b -> b.bucket(bucket).key("k")).tagSet()).extracting(Tag::value).containsExactly("b", "d e");
        s3.putObjectTagging(b -> b.bucket(bucket).key("k").tagging(t -> t.tagSet(Tag.builder().key("n").value("1").build())));
        assertThat(s3.getObjectTagging(b -> b.bucket(bucket).key("k")).tagSet()).extracting(Tag::key).containsExactly("n");
        refused(400, "InvalidTag", () -> s3.putObjectTagging(b -> b.bucket(bucket).key("k").tagging(t -> t.tagSet(
                Tag.builder().key("n".repeat(129)).value("1").build()))));
        s3.deleteObjectTagging(b -> b.bucket(bucket).key("k"));
        assertThat(s3.getObjectTagging(b -> b.bucket(bucket).key("k")).tagSet()).isEmpty();
        assertThat(s3.getObjectAttributes(b -> b.bucket(bucket).key("k").objectAttributes(ObjectAttributes.OBJECT_SIZE)).objectSize())
                .isEqualTo(1);
    }

    @Test
    void lockedVersionsStay() {
        String bucket = face.lockingBucket();
        String version = face.put(bucket, "k", "x").versionId();
        // The rack's clock stands in 2026; far enough ahead of both.
        Instant until = Instant.now().plus(3650, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);
        s3.putObjectRetention(b -> b.bucket(bucket).key("k").retention(r -> r.mode(ObjectLockRetentionMode.GOVERNANCE)
                .retainUntilDate(until)));
        assertThat(s3.headObject(b -> b.bucket(bucket).key("k")).objectLockRetainUntilDate()).isEqualTo(until);
        refused(403, "AccessDenied", () -> s3.deleteObject(b -> b.bucket(bucket).key("k").versionId(version)));
        refused(403, "AccessDenied", () -> s3.putObjectRetention(b -> b.bucket(bucket).key("k").retention(r ->
                r.mode(ObjectLockRetentionMode.GOVERNANCE).retainUntilDate(until.minusSeconds(5)))));
        assertThat(s3.deleteObject(b -> b.bucket(bucket).key("k")).deleteMarker()).isTrue();
        s3.putObjectLegalHold(b -> b.bucket(bucket).key("k").versionId(version).legalHold(l -> l.status(ObjectLockLegalHoldStatus.ON)));
        refused(403, "AccessDenied", () -> s3.deleteObject(b -> b.bucket(bucket).key("k").versionId(version)
                .bypassGovernanceRetention(true)));
        s3.putObjectLegalHold(b -> b.bucket(bucket).key("k").versionId(version).legalHold(l -> l.status(ObjectLockLegalHoldStatus.OFF)));
        s3.deleteObject(b -> b.bucket(bucket).key("k").versionId(version).bypassGovernanceRetention(true));
        refused(404, "NoSuchVersion", () -> face.get(bucket, "k", version));
        refused(400, "InvalidRequest", () -> s3.getObjectRetention(b -> b.bucket(plain()).key("k")));
    }

    @Test
    void deletionsHoldTheirConditions() {
        String bucket = face.bucket();
        String etag = face.put(bucket, "k", "x").eTag();
        refused(412, "PreconditionFailed", () -> s3.deleteObject(b -> b.bucket(bucket).key("k").ifMatch("other")));
        s3.deleteObject(b -> b.bucket(bucket).key("k").ifMatch(etag));
        refused(404, "NoSuchKey", () -> face.get(bucket, "k"));
    }

    private static String plain() {
        String bucket = face.bucket();
        face.put(bucket, "k", "x");
        return bucket;
    }
}
