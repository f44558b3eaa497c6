package leaseback.manager.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import leaseback.manager.storage.Attributes;
import leaseback.manager.storage.Digests;
import leaseback.manager.storage.StoredObject;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.Test;

/// Ranges, conditions, names and headers.
class SmallPartsTest {
    private static final StoredObject OBJECT = new StoredObject(UUID.randomUUID(), UUID.randomUUID(), "k", "null", 10, new Digests("abc",
            Map.of()),
            Attributes.NONE, 0, Instant.parse("2026-11-22T10:00:00.500Z"));

    @Test
    void rangesAreReadAsS3ReadsThem() throws Exception {
        assertThat(ByteRange.parse("bytes=2-5", 10)).isEqualTo(new ByteRange(2, 4));
        assertThat(ByteRange.parse("bytes=2-", 10)).isEqualTo(new ByteRange(2, 8));
        assertThat(ByteRange.parse("bytes=-3", 10)).isEqualTo(new ByteRange(7, 3));
        assertThat(ByteRange.parse("bytes=-30", 10)).isEqualTo(new ByteRange(0, 10));
        assertThat(ByteRange.parse("bytes=9-900", 10)).isEqualTo(new ByteRange(9, 1));
        for (String all : new String[] {"bytes=5-2", "bytes=0-1,3-4", "bytes=-", "chars=0-1", "bytes=a-b",
                "bytes=0-99999999999999999999"}) {
            assertThat(ByteRange.parse(all, 10)).isNull();
        }
        for (String none : new String[] {"bytes=10-", "bytes=10-12", "bytes=-0"}) {
            assertFault(() -> ByteRange.parse(none, 10), S3Error.INVALID_RANGE);
        }
        assertFault(() -> ByteRange.parse("bytes=-1", 0), S3Error.INVALID_RANGE);
    }

    @Test
    void conditionsAreJudgedInOrder() {
        assertThat(judge("If-Match", "\"abc\"")).isEqualTo(Conditions.Verdict.PROCEED);
        assertThat(judge("If-Match", "\"abd\", abc")).isEqualTo(Conditions.Verdict.PROCEED);
        assertThat(judge("If-Match", "\"abd\"")).isEqualTo(Conditions.Verdict.FAILED);
        assertThat(judge("If-None-Match", "*")).isEqualTo(Conditions.Verdict.NOT_MODIFIED);
        assertThat(judge("If-None-Match", "\"abd\"")).isEqualTo(Conditions.Verdict.PROCEED);
        assertThat(judge("If-Modified-Since", "Sun, 22 Nov 2026 10:00:00 GMT")).isEqualTo(Conditions.Verdict.NOT_MODIFIED);
        assertThat(judge("If-Modified-Since", "Sun, 22 Nov 2026 09:59:59 GMT")).isEqualTo(Conditions.Verdict.PROCEED);
        assertThat(judge("If-Unmodified-Since", "Sun, 22 Nov 2026 09:59:59 GMT")).isEqualTo(Conditions.Verdict.FAILED);
        assertThat(judge("If-Unmodified-Since", "yesterday")).isEqualTo(Conditions.Verdict.PROCEED);
        assertThat(judge("If-Match", "abc", "If-Unmodified-Since", "Sun, 22 Nov 2026 09:59:59 GMT"))
                .isEqualTo(Conditions.Verdict.PROCEED);
        assertThat(judge("If-None-Match", "x", "If-Modified-Since", "Sun, 22 Nov 2026 11:00:00 GMT"))
                .isEqualTo(Conditions.Verdict.PROCEED);
    }

    @Test
    void bucketNamesFollowTheRules() throws Exception {
        for (String good : new String[] {"abc", "a-b.c", "0ab", "a".repeat(63)}) {
            Target.checkBucket(good);
        }
        for (String bad : new String[] {"ab", "a".repeat(64), "Abc", "a_b", "-abc", "abc.", "a..b", "a.-b", "1.2.3.4", "xn--abc",
                "\u00e4bc"}) {
            assertFault(() -> Target.checkBucket(bad), S3Error.INVALID_BUCKET_NAME);
        }
    }

    @Test
    void keysAreMeasuredInBytes() throws Exception {
        Target.checkKey("\u20ac".repeat(341));
        assertFault(() -> Target.checkKey("\u20ac".repeat(342)), S3Error.KEY_TOO_LONG_ERROR);
        assertFault(() -> Target.checkKey("a\0b"), S3Error.INVALID_URI);
    }

    @Test
    void theUsersPairsAreBounded() throws Exception {
        HttpFields fits = HttpFields.build().add("x-amz-meta-a", "x".repeat(2047));
        assertThat(ObjectHeaders.read(fits).user()).containsKey("a");
        HttpFields tooMany = HttpFields.build().add("x-amz-meta-a", "x".repeat(2048));
        assertFault(() -> ObjectHeaders.read(tooMany), S3Error.METADATA_TOO_LARGE);
    }

    @Test
    void theFramingIsNotKeptAsAnEncoding() throws Exception {
        assertThat(ObjectHeaders.read(HttpFields.build().add("Content-Encoding", "aws-chunked, gzip")).headers())
                .containsEntry("content-encoding", "gzip").containsEntry("content-type", "binary/octet-stream");
        assertThat(ObjectHeaders.read(HttpFields.build().add("Content-Encoding", "aws-chunked")).headers())
                .doesNotContainKey("content-encoding");
    }

    @Test
    void featuresThatAreNotThereAreRefusedByName() throws Exception {
        for (String[] header : new String[][] {{"x-amz-write-offset-bytes", "0"}, {"x-amz-mfa", "serial 123456"},
            {"x-amz-server-side-encryption-context", "e30="}}) {
            assertThatThrownBy(() -> Unsupported.check(HttpFields.build().add(header[0], header[1])))
                    .isInstanceOfSatisfying(S3Fault.class, fault -> assertThat(fault.error()).isEqualTo(S3Error.NOT_IMPLEMENTED))
                    .hasMessageContaining(header[0]);
        }
        Unsupported.check(HttpFields.build().add("x-amz-acl", "private").add("X-Amz-Meta-Any", "x").add("x-amz-storage-class",
                "STANDARD"));
        assertThat(Unsupported.subresource(Query.parse("x-id=PutObject&lifecycle"))).isEqualTo("lifecycle");
    }

    @Test
    void everyErrorHasS3sName() {
        assertThat(S3Error.X_AMZ_CONTENT_SHA256_MISMATCH.code()).isEqualTo("XAmzContentSHA256Mismatch");
        assertThat(S3Error.NO_SUCH_KEY.code()).isEqualTo("NoSuchKey");
        assertThat(S3Error.KEY_TOO_LONG_ERROR.code()).isEqualTo("KeyTooLongError");
        assertThat(S3Error.MALFORMED_XML.code()).isEqualTo("MalformedXML");
        assertThat(S3Error.INVALID_URI.code()).isEqualTo("InvalidURI");
    }

    private static Conditions.Verdict judge(String... headers) {
        HttpFields.Mutable fields = HttpFields.build();
        for (int i = 0; i < headers.length; i += 2) {
            fields.add(headers[i], headers[i + 1]);
        }
        return Conditions.judge(fields, "", OBJECT);
    }

    private static void assertFault(org.assertj.core.api.ThrowableAssert.ThrowingCallable act, S3Error error) {
        assertThatThrownBy(act).isInstanceOfSatisfying(S3Fault.class, fault -> assertThat(fault.error()).isEqualTo(error));
    }
}
