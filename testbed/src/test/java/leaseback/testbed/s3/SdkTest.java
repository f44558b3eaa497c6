package leaseback.testbed.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import leaseback.manager.customer.AccessKey;
import leaseback.manager.customer.Role;
import leaseback.testbed.storage.RackedFace;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ListPartsResponse;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/// The real AWS SDK, with its defaults: signed chunks with trailing checksums.
class SdkTest {
    private static final int PART = 5 << 20;
    private static RackedFace face;
    private static AccessKey ada;
    private static S3Client s3;
    private static int count;
    private String bucket = "";

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        face = new RackedFace(folder, 6);
        ada = face.key("ada", Role.USER);
        s3 = client(ada);
    }

    @AfterAll
    static void stop() throws IOException {
        s3.close();
        face.close();
    }

    @BeforeEach
    void makeBucket() {
        bucket = "bucket-" + ++count;
        s3.createBucket(b -> b.bucket(bucket));
    }

    @Test
    void bucketsComeAndGo() {
        s3.createBucket(b -> b.bucket(bucket + "-b").createBucketConfiguration(c -> c.locationConstraint(RackedFace.REGION)));
        assertThat(s3.listBuckets().buckets()).extracting(found -> found.name()).contains(bucket, bucket + "-b");
        assertThat(s3.listBuckets(b -> b.prefix(bucket + "-")).buckets()).hasSize(1);
        assertThat(s3.headBucket(b -> b.bucket(bucket)).bucketRegion()).isEqualTo(RackedFace.REGION);
        assertThat(s3.getBucketLocation(b -> b.bucket(bucket)).locationConstraintAsString()).isEqualTo(RackedFace.REGION);
        assertThat(s3.getBucketVersioning(b -> b.bucket(bucket)).status()).isNull();
        assertThat(s3.getBucketAcl(b -> b.bucket(bucket)).grants()).hasSize(1);
        assertRefused(409, "BucketAlreadyOwnedByYou", () -> s3.createBucket(b -> b.bucket(bucket)));
        assertRefused(400, "IllegalLocationConstraintException",
                () -> s3.createBucket(b -> b.bucket(bucket + "-c").createBucketConfiguration(c -> c.locationConstraint("mars"))));
        put("k", bytes(1));
        assertRefused(409, "BucketNotEmpty", () -> s3.deleteBucket(b -> b.bucket(bucket)));
        s3.deleteObject(b -> b.bucket(bucket).key("k"));
        s3.deleteBucket(b -> b.bucket(bucket));
        assertRefused(404, "NoSuchBucket", () -> put("k", bytes(1)));
        assertRefused(404, "NoSuchBucket", () -> s3.deleteBucket(b -> b.bucket(bucket)));
    }

    @Test
    void othersGetNothing() {
        put("k", bytes(100));
        try (S3Client eve = client(face.key("eve" + count, Role.USER)); S3Client lender = client(face.key("lender" + count,
                Role.HOST))) {
            assertRefused(403, "AccessDenied", () -> eve.getObject(b -> b.bucket(bucket).key("k")).close());
            assertRefused(403, "AccessDenied", () -> eve.deleteObject(b -> b.bucket(bucket).key("k")));
            assertRefused(403, "AccessDenied", () -> eve.putObject(b -> b.bucket(bucket).key("k"),
                    RequestBody.fromBytes(bytes(9))));
            assertRefused(403, "AccessDenied", () -> eve.listObjectsV2(b -> b.bucket(bucket)));
            assertRefused(403, "AccessDenied",
                    () -> eve.copyObject(b -> b.sourceBucket(bucket).sourceKey("k").destinationBucket(bucket)
                    .destinationKey("x")));
            assertRefused(409, "BucketAlreadyExists", () -> eve.createBucket(b -> b.bucket(bucket)));
            assertThat(catchThrowableOfType(S3Exception.class, () -> eve.headBucket(b -> b.bucket(bucket))).statusCode())
                    .isEqualTo(403);
            assertThat(eve.listBuckets().buckets()).isEmpty();
            assertRefused(403, "AccessDenied", lender::listBuckets);
        }
        try (S3Client wrong = client(new AccessKey(ada.id(), "wrong", ada.customerId()));
                S3Client unknown = client(new AccessKey("LBUNKNOWN", "x", ada.customerId()))) {
            assertRefused(403, "SignatureDoesNotMatch", wrong::listBuckets);
            assertRefused(403, "InvalidAccessKeyId", unknown::listBuckets);
        }
        assertThat(get("k")).isEqualTo(bytes(100));
    }

    @Test
    void objectsOfEverySizeComeBack() {
        for (int size : new int[] {0, 1, 4096, 4097, 65_536, 131_073, 3_000_001}) {
            PutObjectResponse put = put("size-" + size, bytes(size));
            assertThat(get("size-" + size)).isEqualTo(bytes(size));
            HeadObjectResponse head = s3.headObject(b -> b.bucket(bucket).key("size-" + size));
            assertThat(head.contentLength()).isEqualTo(size);
            assertThat(head.eTag()).isEqualTo(put.eTag()).isEqualTo('"' + hexMd5(bytes(size)) + '"');
        }
    }

    @Test
    void theSdkFramesUnsignedAndWholeBodiesToo() {
        try (S3Client whole = S3Client.builder().endpointOverride(face.endpoint()).region(Region.of(RackedFace.REGION))
                .forcePathStyle(true)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(ada.id(), ada.secret())))
                .serviceConfiguration(S3Configuration.builder().chunkedEncodingEnabled(false).build())
                .httpClientBuilder(Apache5HttpClient.builder()).build()) {
            whole.putObject(b -> b.bucket(bucket).key("whole"), RequestBody.fromBytes(bytes(200_000)));
            assertThat(get("whole")).isEqualTo(bytes(200_000));
        }
    }

    @Test
    void headersAndTheUsersPairsComeBack() {
        s3.putObject(b -> b.bucket(bucket).key("k").contentType("text/plain; charset=UTF-8").cacheControl("max-age=60")
                .contentDisposition("attachment; filename=\"a.txt\"").contentEncoding("gzip").contentLanguage("de")
                .expires(Instant.EPOCH)
                .metadata(Map.of("Colour", "blue", "size", "a, b")), RequestBody.fromBytes(bytes(10)));
        HeadObjectResponse head = s3.headObject(b -> b.bucket(bucket).key("k"));
        assertThat(head.contentType()).isEqualTo("text/plain; charset=UTF-8");
        assertThat(head.cacheControl()).isEqualTo("max-age=60");
        assertThat(head.contentDisposition()).isEqualTo("attachment; filename=\"a.txt\"");
        assertThat(head.contentEncoding()).isEqualTo("gzip");
        assertThat(head.contentLanguage()).isEqualTo("de");
        assertThat(head.expiresString()).isEqualTo("Thu, 01 Jan 1970 00:00:00 GMT");
        assertThat(head.metadata()).containsOnly(Map.entry("colour", "blue"), Map.entry("size", "a, b"));
        assertThat(head.serverSideEncryptionAsString()).isEqualTo("AES256");
        assertRefused(400, "MetadataTooLarge",
                () -> s3.putObject(b -> b.bucket(bucket).key("k2").metadata(Map.of("a", "x".repeat(2048))), RequestBody.empty()));
    }

    @Test
    void anyTextMayBeAKey() {
        List<String> keys = List.of("a b", "a+b", "a%25b", "a//b", "/lead", "a/../b", "./a", "..", "ünï/€/😀", "a;b=c", "q?x=y&z",
                "#frag", "<&>\"'",
                "trail/", "a\\b", "tab\there", "a:b@c", "*", "x".repeat(1024));
        for (String key : keys) {
            put(key, key.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
        for (String key : keys) {
            assertThat(new String(get(key), java.nio.charset.StandardCharsets.UTF_8)).isEqualTo(key);
        }
        put("ctrl\u0001x", bytes(1));
        List<String> listed = s3.listObjectsV2(b -> b.bucket(bucket).encodingType(EncodingType.URL)).contents().stream()
                .map(S3Object::key).toList();
        assertThat(listed).containsAll(keys).contains("ctrl\u0001x").hasSize(keys.size() + 1);
        assertRefused(400, "KeyTooLongError", () -> put("x".repeat(1025), bytes(1)));
        s3.copyObject(b -> b.sourceBucket(bucket).sourceKey("a%25b").destinationBucket(bucket).destinationKey("copy+of %"));
        assertThat(get("copy+of %")).asString().isEqualTo("a%25b");
        s3.deleteObjects(b -> b.bucket(bucket).delete(d -> d.objects(keys.stream().map(k -> ObjectIdentifier.builder().key(k)
                .build()).toList())));
        assertThat(s3.listObjectsV2(b -> b.bucket(bucket).encodingType(EncodingType.URL)).contents()).hasSize(2);
    }

    @Test
    void rangesAndConditionsAreKept() {
        byte[] all = bytes(300_000);
        String etag = put("k", all).eTag();
        assertThat(range("bytes=0-0")).isEqualTo(slice(all, 0, 1));
        assertThat(range("bytes=65530-65550")).isEqualTo(slice(all, 65_530, 65_551));
        assertThat(range("bytes=299990-")).isEqualTo(slice(all, 299_990, 300_000));
        assertThat(range("bytes=-7")).isEqualTo(slice(all, 299_993, 300_000));
        assertThat(range("bytes=5-1,7-9")).isEqualTo(all);
        assertRefused(416, "InvalidRange", () -> range("bytes=300000-"));
        GetObjectResponse part = s3.getObject(b -> b.bucket(bucket).key("k").range("bytes=1-2")).response();
        assertThat(part.contentRange()).isEqualTo("bytes 1-2/300000");
        assertStatus(412, () -> s3.headObject(b -> b.bucket(bucket).key("k").ifMatch("\"other\"")));
        assertStatus(304, () -> s3.headObject(b -> b.bucket(bucket).key("k").ifNoneMatch(etag)));
        assertStatus(304, () -> s3.getObject(b -> b.bucket(bucket).key("k").ifModifiedSince(Instant.now().plusSeconds(86_400)))
                .close());
        assertStatus(412, () -> s3.getObject(b -> b.bucket(bucket).key("k").ifUnmodifiedSince(Instant.EPOCH)).close());
        assertRefused(404, "NoSuchKey", () -> get("none"));
        assertStatus(404, () -> s3.headObject(b -> b.bucket(bucket).key("none")));
    }

    @Test
    void conditionalWritesAreKept() {
        String etag = s3.putObject(b -> b.bucket(bucket).key("k").ifNoneMatch("*"), RequestBody.fromBytes(bytes(1))).eTag();
        assertRefused(412, "PreconditionFailed",
                () -> s3.putObject(b -> b.bucket(bucket).key("k").ifNoneMatch("*"), RequestBody.fromBytes(bytes(2))));
        assertRefused(412, "PreconditionFailed",
                () -> s3.putObject(b -> b.bucket(bucket).key("k").ifMatch("\"other\""), RequestBody.fromBytes(bytes(2))));
        s3.putObject(b -> b.bucket(bucket).key("k").ifMatch(etag), RequestBody.fromBytes(bytes(3)));
        assertThat(get("k")).isEqualTo(bytes(3));
    }

    @Test
    void pagesOfABucketFollowEachOther() {
        List<String> keys = List.of("a/1", "a/2", "b/1", "b/2/x", "c", "d/1", "e");
        keys.forEach(key -> put(key, bytes(key.length())));
        for (int size = 1; size <= 8; size++) {
            List<String> second = new ArrayList<>();
            String token = null;
            do {
                String after = token;
                int most = size;
                ListObjectsV2Response page = s3.listObjectsV2(b -> b.bucket(bucket).delimiter("/").maxKeys(most)
                        .continuationToken(after));
                assertThat(page.keyCount()).isEqualTo(page.contents().size() + page.commonPrefixes().size())
                        .isLessThanOrEqualTo(size);
                page.contents().forEach(object -> second.add(object.key()));
                page.commonPrefixes().forEach(common -> second.add(common.prefix()));
                token = page.nextContinuationToken();
                assertThat(page.isTruncated()).isEqualTo(token != null);
            } while (token != null);
            assertThat(second).containsExactlyInAnyOrder("a/", "b/", "c", "d/", "e");
            List<String> first = new ArrayList<>();
            String marker = null;
            do {
                String after = marker;
                int most = size;
                ListObjectsResponse page = s3.listObjects(b -> b.bucket(bucket).maxKeys(most).marker(after));
                page.contents().forEach(object -> first.add(object.key()));
                marker = page.nextMarker();
            } while (marker != null);
            assertThat(first).containsExactlyElementsOf(keys);
        }
        assertThat(s3.listObjectsV2(b -> b.bucket(bucket).prefix("b/").delimiter("/")).commonPrefixes()).hasSize(1);
        assertThat(s3.listObjectsV2(b -> b.bucket(bucket).startAfter("c")).contents()).hasSize(2);
        assertThat(s3.listObjectsV2(b -> b.bucket(bucket).maxKeys(0)).contents()).isEmpty();
        assertThat(s3.listObjectsV2(b -> b.bucket(bucket)).contents().getFirst().owner()).isNull();
        assertThat(s3.listObjectsV2(b -> b.bucket(bucket).fetchOwner(true)).contents().getFirst().owner().id())
                .isEqualTo(ada.customerId().toString());
        assertRefused(400, "InvalidArgument", () -> s3.listObjectsV2(b -> b.bucket(bucket).continuationToken("&&&")));
    }

    @Test
    void manyAreDeletedAtOnce() {
        put("a", bytes(1));
        put("b", bytes(1));
        DeleteObjectsResponse answer = s3.deleteObjects(b -> b.bucket(bucket).delete(d -> d.objects(id("a"), id("b"),
                id("never"))));
        assertThat(answer.deleted()).hasSize(3);
        assertThat(answer.errors()).isEmpty();
        put("c", bytes(1));
        assertThat(s3.deleteObjects(b -> b.bucket(bucket).delete(d -> d.quiet(true).objects(id("c")))).deleted()).isEmpty();
        assertThat(s3.listObjectsV2(b -> b.bucket(bucket)).contents()).isEmpty();
        s3.deleteObject(b -> b.bucket(bucket).key("never"));
    }

    @Test
    void copiesCarryOrReplaceWhatIsKept() {
        byte[] all = bytes(200_000);
        s3.putObject(b -> b.bucket(bucket).key("from").contentType("text/x").metadata(Map.of("a", "1")),
                RequestBody.fromBytes(all));
        String etag = s3.copyObject(b -> b.sourceBucket(bucket).sourceKey("from").destinationBucket(bucket).destinationKey("to"))
                .copyObjectResult().eTag();
        assertThat(get("to")).isEqualTo(all);
        assertThat(s3.headObject(b -> b.bucket(bucket).key("to")).metadata()).containsEntry("a", "1");
        assertThat(etag).isEqualTo('"' + hexMd5(all) + '"');
        s3.copyObject(b -> b.sourceBucket(bucket).sourceKey("to").destinationBucket(bucket).destinationKey("to")
                .metadataDirective(MetadataDirective.REPLACE).contentType("text/y").metadata(Map.of("b", "2")));
        HeadObjectResponse head = s3.headObject(b -> b.bucket(bucket).key("to"));
        assertThat(head.metadata()).containsOnly(Map.entry("b", "2"));
        assertThat(head.contentType()).isEqualTo("text/y");
        assertThat(get("to")).isEqualTo(all);
        assertRefused(400, "InvalidRequest",
                () -> s3.copyObject(b -> b.sourceBucket(bucket).sourceKey("to").destinationBucket(bucket).destinationKey("to")));
        assertRefused(412, "PreconditionFailed", () -> s3.copyObject(b -> b.sourceBucket(bucket).sourceKey("to")
                .destinationBucket(bucket)
                .destinationKey("x").copySourceIfMatch("other")));
        assertRefused(404, "NoSuchKey",
                () -> s3.copyObject(b -> b.sourceBucket(bucket).sourceKey("none").destinationBucket(bucket).destinationKey("x")));
        put("empty", bytes(0));
        s3.copyObject(b -> b.sourceBucket(bucket).sourceKey("empty").destinationBucket(bucket).destinationKey("empty2"));
        assertThat(get("empty2")).isEmpty();
    }

    @Test
    void partsBecomeOneObject() {
        byte[] all = bytes(2 * PART + 12_345);
        String id = s3.createMultipartUpload(b -> b.bucket(bucket).key("k").metadata(Map.of("a", "1"))).uploadId();
        ListMultipartUploadsResponse uploads = s3.listMultipartUploads(b -> b.bucket(bucket));
        assertThat(uploads.uploads()).extracting(upload -> upload.uploadId()).containsExactly(id);
        List<CompletedPart> parts = new ArrayList<>();
        for (int number = 3; number >= 1; number--) {
            parts.addFirst(uploadPart(id, number, slice(all, (number - 1) * PART, Math.min(number * PART, all.length))));
        }
        ListPartsResponse first = s3.listParts(b -> b.bucket(bucket).key("k").uploadId(id).maxParts(2));
        assertThat(first.parts()).extracting(part -> part.partNumber()).containsExactly(1, 2);
        assertThat(first.isTruncated()).isTrue();
        assertThat(s3.listParts(b -> b.bucket(bucket).key("k").uploadId(id).partNumberMarker(first.nextPartNumberMarker()))
                .parts()).hasSize(1);
        assertRefused(400, "InvalidPartOrder", () -> complete(id, parts.reversed()));
        assertRefused(400, "InvalidPart", () -> complete(id, List.of(parts.getFirst().toBuilder().eTag("0".repeat(32)).build())));
        assertRefused(400, "EntityTooSmall", () -> complete(id, List.of(uploadPart(id, 1, bytes(100)), parts.get(1))));
        parts.set(0, uploadPart(id, 1, slice(all, 0, PART)));
        CompleteMultipartUploadResponse done = complete(id, parts);
        assertThat(done.eTag()).endsWith("-3\"");
        assertThat(get("k")).isEqualTo(all);
        GetObjectResponse second = s3.getObject(b -> b.bucket(bucket).key("k").partNumber(2)).response();
        assertThat(second.partsCount()).isEqualTo(3);
        assertThat(second.contentLength()).isEqualTo(PART);
        assertThat(s3.headObject(b -> b.bucket(bucket).key("k")).metadata()).containsEntry("a", "1");
        // The first answer may have been lost.
        assertThat(complete(id, parts).eTag()).isEqualTo(done.eTag());
        assertRefused(404, "NoSuchUpload", () -> complete(id, parts.subList(0, 1)));
        assertRefused(404, "NoSuchUpload", () -> uploadPart(id, 1, bytes(10)));
    }

    @Test
    void anAbortedUploadLeavesNothing() {
        String id = s3.createMultipartUpload(b -> b.bucket(bucket).key("k")).uploadId();
        uploadPart(id, 1, bytes(100_000));
        s3.abortMultipartUpload(b -> b.bucket(bucket).key("k").uploadId(id));
        assertRefused(404, "NoSuchUpload", () -> uploadPart(id, 1, bytes(10)));
        assertRefused(404, "NoSuchUpload", () -> s3.abortMultipartUpload(b -> b.bucket(bucket).key("k").uploadId("nonsense")));
        s3.deleteBucket(b -> b.bucket(bucket));
    }

    @Test
    void uploadsAreListedByPages() {
        for (String key : List.of("a/1", "a/2", "b", "b", "c")) {
            s3.createMultipartUpload(b -> b.bucket(bucket).key(key));
        }
        List<String> found = new ArrayList<>();
        ListMultipartUploadsResponse page = s3.listMultipartUploads(b -> b.bucket(bucket).maxUploads(2).delimiter("/"));
        while (true) {
            page.uploads().forEach(upload -> found.add(upload.key()));
            page.commonPrefixes().forEach(common -> found.add(common.prefix()));
            if (!page.isTruncated()) {
                break;
            }
            ListMultipartUploadsResponse last = page;
            page = s3.listMultipartUploads(b -> b.bucket(bucket).maxUploads(2).delimiter("/").keyMarker(last.nextKeyMarker())
                    .uploadIdMarker(last.nextUploadIdMarker()));
        }
        assertThat(found).containsExactlyInAnyOrder("a/", "b", "b", "c");
    }

    @Test
    void partsAreCopiedFromObjects() {
        byte[] all = bytes(PART + 1000);
        put("from", all);
        String id = s3.createMultipartUpload(b -> b.bucket(bucket).key("k")).uploadId();
        String one = s3.uploadPartCopy(b -> b.sourceBucket(bucket).sourceKey("from").destinationBucket(bucket).destinationKey("k")
                .uploadId(id)
                .partNumber(1).copySourceRange("bytes=1000-" + (PART + 999))).copyPartResult().eTag();
        String two = s3.uploadPartCopy(b -> b.sourceBucket(bucket).sourceKey("from").destinationBucket(bucket).destinationKey("k")
                .uploadId(id)
                .partNumber(2).copySourceRange("bytes=0-999")).copyPartResult().eTag();
        assertRefused(416, "InvalidRange", () -> s3.uploadPartCopy(b -> b.sourceBucket(bucket).sourceKey("from")
                .destinationBucket(bucket)
                .destinationKey("k").uploadId(id).partNumber(3).copySourceRange("bytes=0-" + all.length)));
        complete(id, List.of(CompletedPart.builder().partNumber(1).eTag(one).build(), CompletedPart.builder().partNumber(2)
                .eTag(two).build()));
        byte[] back = get("k");
        assertThat(slice(back, 0, PART)).isEqualTo(slice(all, 1000, PART + 1000));
        assertThat(slice(back, PART, back.length)).isEqualTo(slice(all, 0, 1000));
    }

    @Test
    void checksumsOfEveryKindAreVerifiedAndGivenBack() {
        for (ChecksumAlgorithm algorithm : List.of(ChecksumAlgorithm.CRC32, ChecksumAlgorithm.CRC32_C, ChecksumAlgorithm.SHA1,
                ChecksumAlgorithm.SHA256)) {
            s3.putObject(b -> b.bucket(bucket).key("k").checksumAlgorithm(algorithm), RequestBody.fromBytes(bytes(100_000)));
            HeadObjectResponse head = s3.headObject(b -> b.bucket(bucket).key("k").checksumMode(ChecksumMode.ENABLED));
            assertThat(List.of(String.valueOf(head.checksumCRC32()), String.valueOf(head.checksumCRC32C()),
                    String.valueOf(head.checksumSHA1()),
                    String.valueOf(head.checksumSHA256())).stream().filter(value -> !value.equals("null"))).hasSize(1);
            assertThat(head.checksumType()).isEqualTo(ChecksumType.FULL_OBJECT);
            assertThat(get("k")).isEqualTo(bytes(100_000));
        }
        assertRefused(400, "BadDigest", () -> s3.putObject(b -> b.bucket(bucket).key("bad").checksumCRC32("AAAAAA=="),
                RequestBody.fromBytes(bytes(10))));
        assertRefused(400, "BadDigest", () -> s3.putObject(b -> b.bucket(bucket).key("bad")
                .contentMD5("1B2M2Y8AsgTpgAmY7PhCfg=="),
                RequestBody.fromBytes(bytes(10))));
        assertRefused(404, "NoSuchKey", () -> get("bad"));
    }

    @Test
    void anUploadsChecksumIsOfItsPartsOrOfTheWhole() {
        byte[] all = bytes(PART + 5000);
        put("whole", all);
        String whole = s3.headObject(b -> b.bucket(bucket).key("whole").checksumMode(ChecksumMode.ENABLED)).checksumCRC32();
        String composite = multipart("k", all, ChecksumAlgorithm.CRC32, ChecksumType.COMPOSITE).checksumCRC32();
        assertThat(composite).endsWith("-2");
        assertThat(multipart("k", all, ChecksumAlgorithm.CRC32, ChecksumType.FULL_OBJECT).checksumCRC32()).isEqualTo(whole);
        assertThat(multipart("k", all, ChecksumAlgorithm.SHA256, ChecksumType.COMPOSITE).checksumSHA256()).endsWith("-2");
        assertThat(get("k")).isEqualTo(all);
        assertRefused(400, "InvalidRequest", () -> s3.createMultipartUpload(b -> b.bucket(bucket).key("k")
                .checksumAlgorithm(ChecksumAlgorithm.SHA256).checksumType(ChecksumType.FULL_OBJECT)));
    }

    @Test
    void presignedRequestsNeedNoKey() throws Exception {
        put("a b+c", bytes(1000));
        try (S3Presigner presigner = S3Presigner.builder().endpointOverride(face.endpoint()).region(Region.of(RackedFace.REGION))
                .serviceConfiguration(S3Configuration.builder().pathStyleAccessEnabled(true).build())
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(ada.id(), ada.secret())))
                .build();
                HttpClient http = HttpClient.newHttpClient()) {
            URI get = presigner.presignGetObject(p -> p.signatureDuration(Duration.ofMinutes(5)).getObjectRequest(
                    b -> b.bucket(bucket).key("a b+c").responseContentType("text/z").responseContentDisposition("inline"))).url()
                    .toURI();
            HttpResponse<byte[]> answer = http.send(HttpRequest.newBuilder(get).build(), HttpResponse.BodyHandlers.ofByteArray());
            assertThat(answer.body()).isEqualTo(bytes(1000));
            assertThat(answer.headers().firstValue("content-type")).contains("text/z");
            URI put = presigner.presignPutObject(p -> p.signatureDuration(Duration.ofMinutes(5)).putObjectRequest(
                    b -> b.bucket(bucket).key("up"))).url().toURI();
            assertThat(http.send(HttpRequest.newBuilder(put).PUT(HttpRequest.BodyPublishers.ofByteArray(bytes(5000))).build(),
                    HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(200);
            assertThat(get("up")).isEqualTo(bytes(5000));
            HttpRequest unlengthed = HttpRequest.newBuilder(put)
                    .PUT(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes(70_000)))).build();
            assertThat(http.send(unlengthed, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(200);
            assertThat(get("up")).isEqualTo(bytes(70_000));
            URI altered = URI.create(get.toString().replace("X-Amz-Expires=300", "X-Amz-Expires=301"));
            assertThat(http.send(HttpRequest.newBuilder(altered).build(), HttpResponse.BodyHandlers.ofString()).body())
                    .contains("<Code>SignatureDoesNotMatch</Code>");
        }
    }

    @Test
    void anObjectKeepsItsStorageClass() {
        s3.putObject(b -> b.bucket(bucket).key("cold").storageClass("STANDARD_IA"), RequestBody.fromBytes(bytes(100_000)));
        put("usual", bytes(1));
        assertThat(s3.headObject(b -> b.bucket(bucket).key("cold")).storageClassAsString()).isEqualTo("STANDARD_IA");
        assertThat(s3.headObject(b -> b.bucket(bucket).key("usual")).storageClassAsString()).isNull();
        assertThat(s3.listObjectsV2(b -> b.bucket(bucket)).contents()).extracting(found -> found.storageClassAsString())
                .containsExactly("STANDARD_IA", "STANDARD");
    }

    @Test
    void whatIsNotDoneIsRefusedByName() {
        put("k", bytes(1));
        assertNotImplemented("accelerate", () -> s3.getBucketAccelerateConfiguration(b -> b.bucket(bucket)));
        assertNotImplemented("replication", () -> s3.getBucketReplication(b -> b.bucket(bucket)));
        assertRefused(400, "InvalidStorageClass", () -> s3.putObject(b -> b.bucket(bucket).key("t").storageClass("GLACIER"),
                RequestBody.empty()));
        assertThat(s3.getObjectTagging(b -> b.bucket(bucket).key("k")).tagSet()).isEmpty();
        assertThat(s3.listObjectsV2(b -> b.bucket(bucket)).contents()).hasSize(1);
    }

    @Test
    void withoutEnoughHostsAPutIsRefusedAndLeavesNothing() {
        byte[] all = bytes(500_000);
        put("before", all);
        long pieces = face.pieces();
        try {
            face.kill(3);
            assertThat(get("before")).isEqualTo(all);
            S3Exception refused = catchThrowableOfType(S3Exception.class, () -> put("after", all));
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.awsErrorDetails().errorCode()).isEqualTo("ServiceUnavailable");
            assertThat(refused.awsErrorDetails().errorMessage()).containsPattern("\\d.*\\d");
            face.kill(5);
            assertRefused(503, "ServiceUnavailable", () -> get("before"));
        } finally {
            face.reviveAll();
        }
        assertThat(get("before")).isEqualTo(all);
        assertRefused(404, "NoSuchKey", () -> get("after"));
        assertThat(face.pieces()).isEqualTo(pieces);
    }

    private CompleteMultipartUploadResponse multipart(String key, byte[] all, ChecksumAlgorithm algorithm, ChecksumType type) {
        String id = s3.createMultipartUpload(b -> b.bucket(bucket).key(key).checksumAlgorithm(algorithm).checksumType(type))
                .uploadId();
        List<CompletedPart> parts = IntStream.of(1, 2).mapToObj(number -> {
            byte[] bytes = number == 1 ? slice(all, 0, PART) : slice(all, PART, all.length);
            UploadPartResponse part = s3.uploadPart(b -> b.bucket(bucket).key(key).uploadId(id).partNumber(number)
                    .checksumAlgorithm(algorithm),
                    RequestBody.fromBytes(bytes));
            return CompletedPart.builder().partNumber(number).eTag(part.eTag()).checksumCRC32(part.checksumCRC32())
                    .checksumSHA256(part.checksumSHA256()).build();
        }).toList();
        return s3.completeMultipartUpload(b -> b.bucket(bucket).key(key).uploadId(id).checksumType(type).multipartUpload(m ->
                m.parts(parts)));
    }

    private CompletedPart uploadPart(String id, int number, byte[] bytes) {
        UploadPartResponse part = s3.uploadPart(b -> b.bucket(bucket).key("k").uploadId(id).partNumber(number),
                RequestBody.fromBytes(bytes));
        return CompletedPart.builder().partNumber(number).eTag(part.eTag()).build();
    }

    private CompleteMultipartUploadResponse complete(String id, List<CompletedPart> parts) {
        return s3.completeMultipartUpload(b -> b.bucket(bucket).key("k").uploadId(id).multipartUpload(m -> m.parts(parts)));
    }

    private PutObjectResponse put(String key, byte[] bytes) {
        return s3.putObject(b -> b.bucket(bucket).key(key), RequestBody.fromBytes(bytes));
    }

    private byte[] get(String key) {
        return s3.getObjectAsBytes(b -> b.bucket(bucket).key(key)).asByteArray();
    }

    private byte[] range(String range) {
        return s3.getObjectAsBytes(b -> b.bucket(bucket).key("k").range(range)).asByteArray();
    }

    private static ObjectIdentifier id(String key) {
        return ObjectIdentifier.builder().key(key).build();
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static byte[] slice(byte[] bytes, int from, int to) {
        return java.util.Arrays.copyOfRange(bytes, from, to);
    }

    private static String hexMd5(byte[] bytes) {
        return java.util.HexFormat.of().formatHex(leaseback.manager.s3.checksum.Algorithm.digest("MD5").digest(bytes));
    }

    private static void assertRefused(int status, String code, ThrowingCallable act) {
        S3Exception refused = catchThrowableOfType(S3Exception.class, act);
        assertThat(refused).describedAs("no refusal where %s was due", code).isNotNull();
        assertThat(refused.awsErrorDetails().errorCode()).describedAs(refused.getMessage()).isEqualTo(code);
        assertThat(refused.statusCode()).isEqualTo(status);
        assertThat(refused.requestId()).isNotBlank();
    }

    private static void assertNotImplemented(String name, ThrowingCallable act) {
        assertRefused(501, "NotImplemented", act);
        assertThat(catchThrowableOfType(S3Exception.class, act).awsErrorDetails().errorMessage()).contains(name);
    }

    private static void assertStatus(int status, ThrowingCallable act) {
        assertThat(catchThrowableOfType(S3Exception.class, act).statusCode()).isEqualTo(status);
    }

    private static S3Client client(AccessKey key) {
        return S3Client.builder().endpointOverride(face.endpoint()).region(Region.of(RackedFace.REGION)).forcePathStyle(true)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(key.id(), key.secret())))
                .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()))
                .httpClientBuilder(Apache5HttpClient.builder()).build();
    }
}
