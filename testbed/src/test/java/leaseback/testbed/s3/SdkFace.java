package leaseback.testbed.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;
import leaseback.manager.customer.AccessKey;
import leaseback.manager.customer.Role;
import leaseback.testbed.storage.RackedFace;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// The S3 face over some hosts, and the real AWS SDK with its defaults as its client.
final class SdkFace implements AutoCloseable {
    final RackedFace face;
    final S3Client s3;
    /// Whose client it is.
    final UUID tenant;
    private int buckets;

    SdkFace(Path folder) throws Exception {
        face = new RackedFace(folder, 6);
        AccessKey key = face.key("ada", Role.USER);
        tenant = key.customerId();
        s3 = client(key);
    }

    String bucket() {
        String name = "bucket-" + ++buckets;
        s3.createBucket(b -> b.bucket(name));
        return name;
    }

    String lockingBucket() {
        String name = "locking-" + ++buckets;
        s3.createBucket(b -> b.bucket(name).objectLockEnabledForBucket(true));
        return name;
    }

    String versionedBucket() {
        String name = bucket();
        version(name, BucketVersioningStatus.ENABLED);
        return name;
    }

    void version(String bucket, BucketVersioningStatus status) {
        s3.putBucketVersioning(b -> b.bucket(bucket).versioningConfiguration(v -> v.status(status)));
    }

    PutObjectResponse put(String bucket, String key, String content) {
        return s3.putObject(b -> b.bucket(bucket).key(key), RequestBody.fromString(content));
    }

    String get(String bucket, String key) {
        return s3.getObjectAsBytes(b -> b.bucket(bucket).key(key)).asString(StandardCharsets.UTF_8);
    }

    String get(String bucket, String key, String version) {
        return s3.getObjectAsBytes(b -> b.bucket(bucket).key(key).versionId(version)).asString(StandardCharsets.UTF_8);
    }

    static S3Exception refused(int status, String code, ThrowingCallable act) {
        S3Exception refused = catchThrowableOfType(S3Exception.class, act);
        assertThat(refused).describedAs("no refusal where %s was due", code).isNotNull();
        assertThat(refused.statusCode()).describedAs(refused.getMessage()).isEqualTo(status);
        if (!code.isEmpty()) {
            assertThat(refused.awsErrorDetails().errorCode()).describedAs(refused.getMessage()).isEqualTo(code);
        }
        return refused;
    }

    private S3Client client(AccessKey key) {
        return S3Client.builder().endpointOverride(face.endpoint()).region(Region.of(RackedFace.REGION)).forcePathStyle(true)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(key.id(), key.secret())))
                .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()))
                .httpClientBuilder(Apache5HttpClient.builder()).build();
    }

    @Override
    public void close() throws IOException {
        s3.close();
        face.close();
    }
}
