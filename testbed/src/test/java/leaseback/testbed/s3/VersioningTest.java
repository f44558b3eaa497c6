package leaseback.testbed.s3;

import static leaseback.testbed.s3.SdkFace.refused;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.ObjectVersion;
import software.amazon.awssdk.services.s3.model.S3Exception;

class VersioningTest {
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
    void overwrittenAndDeletedObjectsStayAsVersions() {
        String bucket = face.versionedBucket();
        String first = face.put(bucket, "k", "one").versionId();
        String second = face.put(bucket, "k", "two").versionId();
        assertThat(face.get(bucket, "k")).isEqualTo("two");
        assertThat(face.get(bucket, "k", first)).isEqualTo("one");
        assertThat(s3.headObject(b -> b.bucket(bucket).key("k")).versionId()).isEqualTo(second);
        DeleteObjectResponse marker = s3.deleteObject(b -> b.bucket(bucket).key("k"));
        assertThat(marker.deleteMarker()).isTrue();
        S3Exception hidden = refused(404, "NoSuchKey", () -> face.get(bucket, "k"));
        assertThat(hidden.awsErrorDetails().sdkHttpResponse().firstMatchingHeader("x-amz-delete-marker")).contains("true");
        refused(405, "MethodNotAllowed", () -> face.get(bucket, "k", marker.versionId()));
        refused(404, "NoSuchVersion", () -> face.get(bucket, "k", "unknown"));
        assertThat(s3.listObjectsV2(b -> b.bucket(bucket)).contents()).isEmpty();
        ListObjectVersionsResponse all = s3.listObjectVersions(b -> b.bucket(bucket));
        assertThat(all.deleteMarkers()).singleElement().satisfies(only -> assertThat(only.isLatest()).isTrue());
        assertThat(all.versions()).extracting(ObjectVersion::versionId).containsExactly(second, first);
        refused(409, "BucketNotEmpty", () -> s3.deleteBucket(b -> b.bucket(bucket)));
        s3.deleteObject(b -> b.bucket(bucket).key("k").versionId(marker.versionId()));
        assertThat(face.get(bucket, "k")).isEqualTo("two");
        s3.deleteObject(b -> b.bucket(bucket).key("k").versionId(second));
        assertThat(face.get(bucket, "k")).isEqualTo("one");
        s3.deleteObject(b -> b.bucket(bucket).key("k").versionId(first));
        s3.deleteBucket(b -> b.bucket(bucket));
    }

    @Test
    void whileSuspendedOnlyTheNullVersionIsReplaced() {
        String bucket = face.bucket();
        assertThat(face.put(bucket, "k", "plain").versionId()).isNull();
        face.version(bucket, BucketVersioningStatus.ENABLED);
        String named = face.put(bucket, "k", "named").versionId();
        assertThat(face.get(bucket, "k", "null")).isEqualTo("plain");
        face.version(bucket, BucketVersioningStatus.SUSPENDED);
        assertThat(face.put(bucket, "k", "null again").versionId()).isEqualTo("null");
        assertThat(s3.listObjectVersions(b -> b.bucket(bucket)).versions()).hasSize(2);
        s3.deleteObject(b -> b.bucket(bucket).key("k"));
        ListObjectVersionsResponse left = s3.listObjectVersions(b -> b.bucket(bucket));
        assertThat(left.versions()).singleElement().satisfies(only -> assertThat(only.versionId()).isEqualTo(named));
        assertThat(left.deleteMarkers()).singleElement().satisfies(only -> assertThat(only.versionId()).isEqualTo("null"));
    }

    @Test
    void versionsAreListedInPages() {
        String bucket = face.versionedBucket();
        List<String> expected = new ArrayList<>();
        for (String key : List.of("a", "dir/b", "dir/c", "z")) {
            for (int i = 0; i < 3; i++) {
                expected.add(key + i);
                face.put(bucket, key, key + i);
            }
        }
        List<String> found = new ArrayList<>();
        s3.listObjectVersionsPaginator(b -> b.bucket(bucket).maxKeys(2)).versions()
                .forEach(version -> found.add(face.get(bucket, version.key(), version.versionId())));
        assertThat(found).containsExactlyInAnyOrderElementsOf(expected).startsWith("a2", "a1", "a0", "dir/b2").endsWith("z1", "z0");
        ListObjectVersionsResponse folded = s3.listObjectVersions(b -> b.bucket(bucket).delimiter("/").maxKeys(4));
        assertThat(folded.commonPrefixes()).singleElement().satisfies(only -> assertThat(only.prefix()).isEqualTo("dir/"));
        assertThat(folded.versions()).hasSize(3);
        assertThat(folded.isTruncated()).isTrue();
        assertThat(s3.listObjectVersions(b -> b.bucket(bucket).delimiter("/").keyMarker(folded.nextKeyMarker())).versions())
                .extracting(ObjectVersion::key).containsOnly("z");
    }

    @Test
    void manyVersionsAreDeletedAtOnceAndTheirBytesGo() {
        String bucket = face.versionedBucket();
        long before = face.face.pieces();
        String first = face.put(bucket, "k", "x".repeat(200_000)).versionId();
        face.put(bucket, "k", "y".repeat(200_000));
        DeleteObjectsResponse marked = s3.deleteObjects(b -> b.bucket(bucket).delete(d -> d.objects(id("k", null))));
        assertThat(marked.deleted().getFirst().deleteMarker()).isTrue();
        assertThat(face.face.pieces()).isGreaterThan(before);
        DeleteObjectsResponse gone = s3.deleteObjects(b -> b.bucket(bucket).delete(d -> d.objects(id("k", first),
                id("k", marked.deleted().getFirst().deleteMarkerVersionId()))));
        assertThat(gone.errors()).isEmpty();
        assertThat(gone.deleted().getLast().deleteMarker()).isTrue();
        assertThat(face.get(bucket, "k")).startsWith("yyy");
        s3.deleteObject(b -> b.bucket(bucket).key("k").versionId(s3.headObject(h -> h.bucket(bucket).key("k")).versionId()));
        assertThat(face.face.pieces()).isEqualTo(before);
    }

    @Test
    void copiesTakeAVersionAndUploadsMakeOne() {
        String bucket = face.versionedBucket();
        String old = face.put(bucket, "k", "old").versionId();
        face.put(bucket, "k", "new");
        var copy = s3.copyObject(b -> b.sourceBucket(bucket).sourceKey("k").sourceVersionId(old).destinationBucket(bucket)
                .destinationKey("k"));
        assertThat(copy.copySourceVersionId()).isEqualTo(old);
        assertThat(copy.versionId()).isNotEqualTo(old);
        assertThat(face.get(bucket, "k")).isEqualTo("old");
        assertThat(s3.listObjectVersions(b -> b.bucket(bucket)).versions()).hasSize(3);
    }

    private static ObjectIdentifier id(String key, @Nullable String version) {
        return ObjectIdentifier.builder().key(key).versionId(version).build();
    }
}
