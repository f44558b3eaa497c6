package leaseback.testbed.s3;

import static leaseback.testbed.s3.SdkFace.refused;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.LoggingEnabled;
import software.amazon.awssdk.services.s3.model.PartitionDateSource;
import software.amazon.awssdk.services.s3.model.Permission;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.TargetGrant;

/// Server access logs, asked for and read with the AWS SDK.
class LoggingTest {
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
    void whatIsAskedOfABucketIsDeliveredAsRecords() {
        String source = face.bucket();
        String target = target(source, "log/");
        assertThat(s3.getBucketLogging(b -> b.bucket(source)).loggingEnabled()).isNull();
        log(source, LoggingEnabled.builder().targetBucket(target).targetPrefix("log/").build());
        LoggingEnabled set = s3.getBucketLogging(b -> b.bucket(source)).loggingEnabled();
        assertThat(set.targetBucket()).isEqualTo(target);
        assertThat(set.targetObjectKeyFormat().simplePrefix()).isNotNull();
        face.put(source, "a b", "content");
        assertThat(face.get(source, "a b")).isEqualTo("content");
        refused(404, "NoSuchKey", () -> face.get(source, "none"));
        assertThat(keys(target)).isEmpty();
        off(source);
        List<String> keys = keys(target);
        assertThat(keys).singleElement().asString().matches("log/\\d{4}-\\d\\d-\\d\\d-\\d\\d-\\d\\d-\\d\\d-\\w+");
        List<String> records = face.get(target, keys.getFirst()).lines().toList();
        assertThat(records).hasSize(4);
        assertThat(records.get(0)).contains(" REST.GET.LOGGING_STATUS - ");
        assertThat(records.get(1)).contains(" " + source + " [", " REST.PUT.OBJECT a%20b \"PUT /" + source + "/a%20b HTTP/1.1\" 200 - ",
                " SigV4 - AuthHeader ");
        assertThat(records.get(2)).contains(" REST.GET.OBJECT a%20b ", " 200 - 7 7 ");
        assertThat(records.get(3)).contains(" REST.GET.OBJECT none ", " 404 NoSuchKey ");
    }

    @Test
    void logsPartedBySourceAndDayStandUnderTheirOwnNames() {
        String source = face.bucket();
        String target = target(source, "");
        log(source, LoggingEnabled.builder().targetBucket(target).targetPrefix("").targetObjectKeyFormat(f -> f.partitionedPrefix(p ->
                p.partitionDateSource(PartitionDateSource.EVENT_TIME))).build());
        face.put(source, "k", "x");
        off(source);
        assertThat(keys(target)).singleElement().asString()
                .matches("[0-9a-f-]{36}/eu-home-1/" + source + "/\\d{4}/\\d\\d/\\d\\d/\\d{4}-\\d\\d-\\d\\d-\\d\\d-\\d\\d-\\d\\d-\\w+");
    }

    @Test
    void aTargetThatDoesNotLetTheServiceWriteIsRefused() {
        String source = face.bucket();
        String other = face.bucket();
        LoggingEnabled wanted = LoggingEnabled.builder().targetBucket(other).targetPrefix("log/").build();
        refused(403, "AccessDenied", () -> log(source, wanted));
        policy(other, source, "elsewhere/", "{\"Service\": \"logging.s3.amazonaws.com\"}");
        refused(403, "AccessDenied", () -> log(source, wanted));
        // Everyone who signs or does not is still not the service.
        policy(other, source, "log/*", "{\"AWS\": \"*\"}");
        refused(403, "AccessDenied", () -> log(source, wanted));
        s3.deleteBucketPolicy(b -> b.bucket(other));
        s3.putBucketAcl(b -> b.bucket(other).acl("log-delivery-write"));
        log(source, wanted);
        refused(400, "InvalidTargetBucketForLogging", () -> log(source, LoggingEnabled.builder().targetBucket("no-such-bucket")
                .targetPrefix("").build()));
        refused(501, "NotImplemented", () -> log(source, LoggingEnabled.builder().targetBucket(other).targetPrefix("log/")
                .targetGrants(TargetGrant.builder().grantee(g -> g.type("CanonicalUser").id("x")).permission("READ").build()).build()));
        assertThat(s3.getBucketAcl(b -> b.bucket(other)).grants()).extracting(grant -> grant.permission()).contains(Permission.WRITE);
    }

    @Test
    void aTargetsEndIsTheEndOfWhatWaitedForIt() {
        String source = face.bucket();
        String target = target(source, "log/");
        log(source, LoggingEnabled.builder().targetBucket(target).targetPrefix("log/").build());
        face.put(source, "k", "x");
        s3.deleteBucket(b -> b.bucket(target));
        face.put(source, "k", "y");
        off(source);
        assertThat(face.face.deliverLogs()).isZero();
        assertThat(face.get(source, "k")).isEqualTo("y");
    }

    @Test
    void deletingTheSourceDeliversItsLastRecords() {
        String source = face.bucket();
        String target = target(source, "log/");
        log(source, LoggingEnabled.builder().targetBucket(target).targetPrefix("log/").build());
        face.put(source, "k", "x");
        s3.deleteObject(b -> b.bucket(source).key("k"));
        s3.deleteBucket(b -> b.bucket(source));
        assertThat(face.get(target, keys(target).getFirst()).lines()).hasSize(2);
    }

    private static String target(String source, String prefix) {
        String target = face.bucket();
        policy(target, source, prefix + "*", "{\"Service\": \"logging.s3.amazonaws.com\"}");
        return target;
    }

    private static void policy(String target, String source, String resource, String principal) {
        s3.putBucketPolicy(b -> b.bucket(target).policy("""
                {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": %s, "Action": "s3:PutObject",
                 "Resource": "arn:aws:s3:::%s/%s", "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::%s"}}}]}"""
                .formatted(principal, target, resource, source)));
    }

    private static void log(String source, LoggingEnabled enabled) {
        s3.putBucketLogging(b -> b.bucket(source).bucketLoggingStatus(l -> l.loggingEnabled(enabled)));
    }

    /// Which delivers at once what waits.
    private static void off(String source) {
        s3.putBucketLogging(b -> b.bucket(source).bucketLoggingStatus(l -> {}));
    }

    private static List<String> keys(String bucket) {
        return s3.listObjectsV2(b -> b.bucket(bucket)).contents().stream().map(S3Object::key).toList();
    }
}
