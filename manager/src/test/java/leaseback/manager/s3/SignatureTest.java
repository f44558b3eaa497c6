package leaseback.manager.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Set;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.Test;

/// The examples that AWS publishes in "Signature Calculations for the Authorization Header" and "Using Query Parameters".
class SignatureTest {
    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    private static final String NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    @Test
    void theGetExampleIsVerified() throws Exception {
        HttpFields headers = head("host;range;x-amz-content-sha256;x-amz-date",
                "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41", NOTHING).add("Range", "bytes=0-9");
        assertVerified("GET", "/test.txt", null, headers);
    }

    @Test
    void thePutExampleIsVerified() throws Exception {
        HttpFields headers = head("date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
                "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
                "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072")
                .add("Date", "Fri, 24 May 2013 00:00:00 GMT").add("x-amz-storage-class", "REDUCED_REDUNDANCY");
        assertVerified("PUT", "/test$file.text", null, headers);
        assertVerified("PUT", "/test%24file.text", null, headers);
    }

    @Test
    void theSubresourceExampleIsVerified() throws Exception {
        HttpFields headers = head("host;x-amz-content-sha256;x-amz-date",
                "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543", NOTHING);
        assertVerified("GET", "/", "lifecycle", headers);
    }

    @Test
    void theListingExampleIsVerified() throws Exception {
        HttpFields headers = head("host;x-amz-content-sha256;x-amz-date",
                "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7", NOTHING);
        assertVerified("GET", "/", "prefix=J&max-keys=2", headers);
    }

    @Test
    void thePresignedExampleIsVerified() throws Exception {
        String query = "X-Amz-Algorithm=AWS4-HMAC-SHA256"
                + "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
                + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
                + "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
        HttpFields headers = HttpFields.build().add("Host", "examplebucket.s3.amazonaws.com");
        assertVerified("GET", "/test.txt", query, headers);
        assertThat(Claim.of(headers, Query.parse(query)).lifetime()).isEqualTo(Duration.ofDays(1));
    }

    @Test
    void spacesInHeadersAreSignedOnce() throws Exception {
        HttpFields headers = HttpFields.build().add("Host", "h").add("x-amz-meta-a", "  one   two ").add("x-amz-meta-a", "three");
        assertThat(CanonicalRequest.of("GET", new byte[] {'/'}, Query.parse(null), headers, java.util.List.of("host",
                "x-amz-meta-a"), "p"))
                .isEqualTo("GET\n/\n\nhost:h\nx-amz-meta-a:one two,three\n\nhost;x-amz-meta-a\np");
    }

    @Test
    void pathsAreSignedAsSentAndNotNormalised() throws Exception {
        for (String path : new String[] {"/b//a", "/b/../c", "/b/%25", "/b/a%2Bb", "/b/%E2%82%AC", "/b/a%3Bb"}) {
            Target target = Target.parse(path, "h", Set.of());
            assertThat(CanonicalRequest.of("GET", target.path(), Query.parse(null), HttpFields.EMPTY, java.util.List.of(), "p"))
                    .startsWith("GET\n" + path + "\n");
        }
        assertThat(Target.parse("/b/a+b", "h", Set.of()).key()).isEqualTo("a+b");
        assertThat(Target.parse("/b//a/../%25;x", "h", Set.of()).key()).isEqualTo("/a/../%;x");
    }

    @Test
    void queriesAreSignedSorted() throws Exception {
        assertThat(Query.parse("b=2&a=x%20y&B&c=%2F&a-=1").canonical()).isEqualTo("B=&a=x%20y&a-=1&b=2&c=%2F");
    }

    @Test
    void malformedClaimsAreRefusedByName() {
        assertRefused("AWS4-HMAC-SHA256 nonsense", S3Error.AUTHORIZATION_HEADER_MALFORMED);
        assertRefused("AWS AKIA:abc", S3Error.INVALID_REQUEST);
        assertRefused("Bearer abc", S3Error.INVALID_ARGUMENT);
        assertRefused("AWS4-ECDSA-P256-SHA256 Credential=a", S3Error.NOT_IMPLEMENTED);
        assertRefused(authorization("20130524", "us-east-1", "ec2", "host", "0".repeat(64)),
                S3Error.AUTHORIZATION_HEADER_MALFORMED);
        assertRefused(authorization("20130525", "us-east-1", "s3", "host", "0".repeat(64)),
                S3Error.AUTHORIZATION_HEADER_MALFORMED);
        assertRefused(authorization("20130524", "us-east-1", "s3", "Host", "0".repeat(64)),
                S3Error.AUTHORIZATION_HEADER_MALFORMED);
        assertRefused(authorization("20130524", "us-east-1", "s3", "host", "zz"), S3Error.AUTHORIZATION_HEADER_MALFORMED);
        assertFault(() -> Claim.of(HttpFields.EMPTY, Query.parse(null)), S3Error.INVALID_REQUEST);
        assertFault(() -> Claim.of(HttpFields.EMPTY, Query.parse("AWSAccessKeyId=a&Signature=b&Expires=1")),
                S3Error.INVALID_REQUEST);
        assertFault(() -> Claim.of(HttpFields.EMPTY, Query.parse("X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=604801")),
                S3Error.AUTHORIZATION_QUERY_PARAMETERS_ERROR);
    }

    @Test
    void badEncodingAndRepeatedParametersAreRefused() {
        for (String path : new String[] {"/b/%", "/b/%4", "/b/%zz", "/b/%ff", "/b/%c3%28"}) {
            assertFault(() -> Target.parse(path, "h", Set.of()), S3Error.INVALID_URI);
        }
        assertFault(() -> Query.parse("a=%f"), S3Error.INVALID_URI);
        assertFault(() -> Query.parse("a=1&a=2"), S3Error.INVALID_ARGUMENT);
    }

    @Test
    void bucketsCanBeNamedByTheHost() throws Exception {
        Target target = Target.parse("/a/b", "photos.s3.localhost:9000", Set.of("s3.localhost"));
        assertThat(target.bucket()).isEqualTo("photos");
        assertThat(target.key()).isEqualTo("a/b");
        assertThat(Target.parse("/a/b", "s3.localhost:9000", Set.of("s3.localhost")).bucket()).isEqualTo("a");
    }

    private static void assertVerified(String method, String path, @org.jspecify.annotations.Nullable String rawQuery,
            HttpFields headers)
            throws S3Fault {
        Query query = Query.parse(rawQuery);
        Claim claim = Claim.of(headers, query);
        SigningKey key = new SigningKey(SECRET, claim.day(), claim.region(), claim.timestamp());
        Target target = Target.parse(path, "", Set.of("none"));
        assertThat(key.sign(key.stringToSign(
                CanonicalRequest.of(method, target.path(), query, headers, claim.signedHeaders(), claim.payload()))))
                .isEqualTo(claim.signature());
    }

    private static HttpFields.Mutable head(String signedHeaders, String signature, String payload) {
        return HttpFields.build().add("Host", "examplebucket.s3.amazonaws.com").add("x-amz-date", "20130524T000000Z")
                .add("x-amz-content-sha256", payload)
                .add("Authorization", authorization("20130524", "us-east-1", "s3", signedHeaders, signature));
    }

    private static String authorization(String day, String region, String service, String signedHeaders, String signature) {
        return "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/" + day + "/" + region + "/" + service
                + "/aws4_request,SignedHeaders="
                + signedHeaders + ", Signature=" + signature;
    }

    private static void assertRefused(String authorization, S3Error error) {
        HttpFields headers = HttpFields.build().add("Authorization", authorization).add("x-amz-date", "20130524T000000Z")
                .add("x-amz-content-sha256", NOTHING);
        assertFault(() -> Claim.of(headers, Query.parse(null)), error);
    }

    private static void assertFault(org.assertj.core.api.ThrowableAssert.ThrowingCallable act, S3Error error) {
        assertThatThrownBy(act).isInstanceOfSatisfying(S3Fault.class, fault -> assertThat(fault.error()).isEqualTo(error));
    }
}
