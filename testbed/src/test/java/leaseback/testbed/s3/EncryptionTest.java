package leaseback.testbed.s3;

import static leaseback.testbed.s3.SdkFace.refused;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ObjectAttributes;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.s3.model.ServerSideEncryptionRule;

/// Objects under keys that clients bring, and under named keys of the bucket's owner.
class EncryptionTest {
    private static final String AES = "AES256";
    private static final int PART = 5 << 20;
    private static SdkFace face;
    private static S3Client s3;

    /// A customer's key and its MD5, in Base64.
    private record Key(String key, String md5) {
        static Key of(int seed) {
            byte[] bytes = new byte[32];
            new Random(seed).nextBytes(bytes);
            return new Key(Base64.getEncoder().encodeToString(bytes), Base64.getEncoder().encodeToString(EncryptionTest.md5(bytes)));
        }
    }

    private static final Key ONE = Key.of(1);
    private static final Key OTHER = Key.of(2);

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
    void onlyTheKeyThatCameWithItOpensAnObject() {
        String bucket = face.bucket();
        for (int size : new int[] {0, 1, 4096, 5000, 300_000, 3_000_000}) {
            byte[] bytes = bytes(size);
            String key = "k" + size;
            PutObjectResponse put = put(bucket, key, bytes, ONE);
            assertThat(put.sseCustomerAlgorithm()).isEqualTo(AES);
            assertThat(put.sseCustomerKeyMD5()).isEqualTo(ONE.md5());
            assertThat(put.serverSideEncryption()).isNull();
            assertThat(put.eTag()).isNotEqualTo('"' + HexFormat.of().formatHex(md5(bytes)) + '"');
            assertThat(get(bucket, key, ONE, null)).isEqualTo(bytes);
            if (size > 100) {
                assertThat(get(bucket, key, ONE, "bytes=17-" + (size - 30))).isEqualTo(Arrays.copyOfRange(bytes, 17, size - 29));
            }
            HeadObjectResponse head = s3.headObject(b -> b.bucket(bucket).key(key).sseCustomerAlgorithm(AES).sseCustomerKey(ONE.key())
                    .sseCustomerKeyMD5(ONE.md5()).checksumMode(ChecksumMode.ENABLED));
            assertThat(head.contentLength()).isEqualTo(size);
            assertThat(head.checksumCRC32()).isEqualTo(put.checksumCRC32()).isNotNull();
            refused(400, "InvalidRequest", () -> get(bucket, key, OTHER, null));
            refused(400, "InvalidRequest", () -> s3.getObjectAsBytes(b -> b.bucket(bucket).key(key)));
            refused(400, "", () -> s3.headObject(b -> b.bucket(bucket).key(key)));
            refused(400, "InvalidRequest", () -> s3.getObjectAttributes(b -> b.bucket(bucket).key(key)
                    .objectAttributes(ObjectAttributes.OBJECT_SIZE)));
        }
        face.put(bucket, "plain", "x");
        refused(400, "InvalidRequest", () -> get(bucket, "plain", ONE, null));
    }

    @Test
    void whatIsNoKeyOrNotTheKeyOfItsDigestIsRefused() {
        String bucket = face.bucket();
        refused(400, "InvalidArgument", () -> put(bucket, "k", bytes(10), new Key(ONE.key(), OTHER.md5())));
        refused(400, "InvalidArgument", () -> put(bucket, "k", bytes(10), new Key("c2hvcnQ=", ONE.md5())));
        refused(400, "InvalidEncryptionAlgorithmError", () -> s3.putObject(b -> b.bucket(bucket).key("k").sseCustomerAlgorithm("AES192")
                .sseCustomerKey(ONE.key()).sseCustomerKeyMD5(ONE.md5()), RequestBody.fromString("x")));
        refused(400, "InvalidArgument", () -> s3.putObject(b -> b.bucket(bucket).key("k").sseCustomerAlgorithm(AES)
                .sseCustomerKey(ONE.key()).sseCustomerKeyMD5(ONE.md5()).serverSideEncryption(ServerSideEncryption.AES256),
                RequestBody.fromString("x")));
    }

    @Test
    void nothingThatIsKeptTellsTheKeyOrTheDigestsOfTheBytes() {
        String bucket = face.bucket();
        byte[] bytes = "a guess that anyone could make".getBytes(StandardCharsets.UTF_8);
        String checksum = put(bucket, "k", bytes, ONE).checksumCRC32();
        String kept = face.face.kept();
        assertThat(kept).contains("k").doesNotContain(checksum).doesNotContain(HexFormat.of().formatHex(md5(bytes)))
                .doesNotContain(ONE.key()).doesNotContain(ONE.md5())
                .doesNotContain(HexFormat.of().formatHex(Base64.getDecoder().decode(ONE.key())))
                .doesNotContain(HexFormat.of().formatHex(bytes));
    }

    @Test
    void partsComeUnderTheKeyOfTheirUpload() {
        String bucket = face.bucket();
        String id = s3.createMultipartUpload(b -> b.bucket(bucket).key("k").sseCustomerAlgorithm(AES).sseCustomerKey(ONE.key())
                .sseCustomerKeyMD5(ONE.md5())).uploadId();
        byte[] all = bytes(2 * PART + 12345);
        refused(400, "InvalidRequest", () -> part(bucket, id, 1, all, OTHER));
        refused(400, "InvalidRequest", () -> s3.uploadPart(b -> b.bucket(bucket).key("k").uploadId(id).partNumber(1),
                RequestBody.fromBytes(bytes(10))));
        List<CompletedPart> parts = List.of(part(bucket, id, 1, Arrays.copyOf(all, PART), ONE),
                part(bucket, id, 2, Arrays.copyOfRange(all, PART, 2 * PART), ONE),
                part(bucket, id, 3, Arrays.copyOfRange(all, 2 * PART, all.length), ONE));
        refused(400, "InvalidRequest", () -> s3.completeMultipartUpload(b -> b.bucket(bucket).key("k").uploadId(id)
                .multipartUpload(m -> m.parts(parts))));
        s3.completeMultipartUpload(b -> b.bucket(bucket).key("k").uploadId(id).sseCustomerAlgorithm(AES).sseCustomerKey(ONE.key())
                .sseCustomerKeyMD5(ONE.md5()).multipartUpload(m -> m.parts(parts)));
        assertThat(get(bucket, "k", ONE, null)).isEqualTo(all);
        assertThat(get(bucket, "k", ONE, "bytes=" + (PART - 7) + "-" + (2 * PART + 99)))
                .isEqualTo(Arrays.copyOfRange(all, PART - 7, 2 * PART + 100));
        refused(400, "InvalidRequest", () -> get(bucket, "k", OTHER, null));
    }

    @Test
    void copiesGoFromOneKeyToAnother() {
        String bucket = face.bucket();
        byte[] bytes = bytes(200_000);
        put(bucket, "k", bytes, ONE);
        refused(400, "InvalidRequest", () -> s3.copyObject(b -> b.sourceBucket(bucket).sourceKey("k").destinationBucket(bucket)
                .destinationKey("c")));
        s3.copyObject(b -> b.sourceBucket(bucket).sourceKey("k").destinationBucket(bucket).destinationKey("c")
                .copySourceSSECustomerAlgorithm(AES).copySourceSSECustomerKey(ONE.key()).copySourceSSECustomerKeyMD5(ONE.md5())
                .sseCustomerAlgorithm(AES).sseCustomerKey(OTHER.key()).sseCustomerKeyMD5(OTHER.md5()));
        assertThat(get(bucket, "c", OTHER, null)).isEqualTo(bytes);
        // Onto itself, since the encryption changes.
        s3.copyObject(b -> b.sourceBucket(bucket).sourceKey("k").destinationBucket(bucket).destinationKey("k")
                .copySourceSSECustomerAlgorithm(AES).copySourceSSECustomerKey(ONE.key()).copySourceSSECustomerKeyMD5(ONE.md5())
                .serverSideEncryption(ServerSideEncryption.AES256));
        assertThat(s3.getObjectAsBytes(b -> b.bucket(bucket).key("k")).asByteArray()).isEqualTo(bytes);
    }

    @Test
    void whatIsUnderANamedKeyEndsWithIt() {
        String bucket = face.bucket();
        UUID owner = UUID.fromString(s3.listBuckets().owner().id());
        face.face.namedKeys().create(owner, "first", "test");
        refused(400, "KMS.NotFoundException", () -> s3.putObject(b -> b.bucket(bucket).key("k")
                .serverSideEncryption(ServerSideEncryption.AWS_KMS).ssekmsKeyId("none"), RequestBody.fromString("x")));
        PutObjectResponse put = s3.putObject(b -> b.bucket(bucket).key("k").serverSideEncryption(ServerSideEncryption.AWS_KMS)
                .ssekmsKeyId("first"), RequestBody.fromBytes(bytes(70_000)));
        assertThat(put.ssekmsKeyId()).isEqualTo("first");
        s3.putBucketEncryption(b -> b.bucket(bucket).serverSideEncryptionConfiguration(c -> c.rules(ServerSideEncryptionRule.builder()
                .applyServerSideEncryptionByDefault(d -> d.sseAlgorithm(ServerSideEncryption.AWS_KMS).kmsMasterKeyID("first")).build())));
        face.put(bucket, "small", "by default");
        assertThat(s3.headObject(b -> b.bucket(bucket).key("small")).serverSideEncryption()).isEqualTo(ServerSideEncryption.AWS_KMS);
        assertThat(face.get(bucket, "small")).isEqualTo("by default");
        assertThat(s3.getObjectAsBytes(b -> b.bucket(bucket).key("k")).asByteArray()).isEqualTo(bytes(70_000));
        assertThat(face.face.namedKeys().destroy(owner, "first", "test")).isTrue();
        refused(400, "KMS.NotFoundException", () -> face.get(bucket, "small"));
        refused(400, "KMS.NotFoundException", () -> face.get(bucket, "k"));
        s3.deleteObject(b -> b.bucket(bucket).key("k"));
    }

    private static PutObjectResponse put(String bucket, String key, byte[] bytes, Key brought) {
        return s3.putObject(b -> b.bucket(bucket).key(key).sseCustomerAlgorithm(AES).sseCustomerKey(brought.key())
                .sseCustomerKeyMD5(brought.md5()), RequestBody.fromBytes(bytes));
    }

    private static byte[] get(String bucket, String key, Key brought, @Nullable String range) {
        GetObjectRequest.Builder request = GetObjectRequest.builder().bucket(bucket).key(key).sseCustomerAlgorithm(AES)
                .sseCustomerKey(brought.key()).sseCustomerKeyMD5(brought.md5());
        return s3.getObjectAsBytes((range == null ? request : request.range(range)).build()).asByteArray();
    }

    private static CompletedPart part(String bucket, String id, int number, byte[] bytes, Key brought) {
        var done = s3.uploadPart(b -> b.bucket(bucket).key("k").uploadId(id).partNumber(number).sseCustomerAlgorithm(AES)
                .sseCustomerKey(brought.key()).sseCustomerKeyMD5(brought.md5()), RequestBody.fromBytes(bytes));
        return CompletedPart.builder().partNumber(number).eTag(done.eTag()).checksumCRC32(done.checksumCRC32()).build();
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static byte[] md5(byte[] bytes) {
        try {
            return MessageDigest.getInstance("MD5").digest(bytes);
        } catch (NoSuchAlgorithmException broken) {
            throw new IllegalStateException(broken);
        }
    }
}
