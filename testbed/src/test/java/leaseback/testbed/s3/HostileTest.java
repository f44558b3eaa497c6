package leaseback.testbed.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.zip.CRC32;
import leaseback.manager.customer.AccessKey;
import leaseback.manager.customer.Role;
import leaseback.testbed.s3.RawRequest.Answer;
import leaseback.testbed.storage.RackedFace;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Requests that no client of good will sends: each gets S3's error, and changes nothing.
class HostileTest {
    private static final String BODY = "hello, world ".repeat(1000);
    private static RackedFace face;
    private static AccessKey ada;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        face = new RackedFace(folder, 6);
        ada = face.key("ada", Role.USER);
        assertThat(request("PUT", "/bucket").sign(ada).send().status()).isEqualTo(200);
        assertThat(request("PUT", "/bucket/kept").body("kept").sign(ada).send().status()).isEqualTo(200);
    }

    @AfterAll
    static void stop() throws IOException {
        face.close();
    }

    @AfterEach
    void nothingHasChanged() throws IOException {
        Answer listing = request("GET", "/bucket?list-type=2").sign(ada).send();
        assertThat(listing.body()).contains("<KeyCount>1</KeyCount>").contains("<Key>kept</Key>");
        assertThat(request("GET", "/bucket/kept").sign(ada).send().body()).isEqualTo("kept");
        assertThat(face.pieces()).isZero();
    }

    @Test
    void whoIsNotKnownGetsNothing() throws IOException {
        assertRefused(403, "AccessDenied", put());
        assertRefused(403, "SignatureDoesNotMatch", put().sign(new AccessKey(ada.id(), "guessed", ada.customerId())));
        assertRefused(403, "InvalidAccessKeyId", put().sign(new AccessKey("LBNOBODY", ada.secret(), ada.customerId())));
        assertRefused(403, "RequestTimeTooSkewed", put().at(Instant.now().minus(Duration.ofMinutes(16))).sign(ada));
        assertRefused(403, "RequestTimeTooSkewed", put().at(Instant.now().plus(Duration.ofMinutes(16))).sign(ada));
        assertRefused(400, "AuthorizationHeaderMalformed", put().sign(ada, "eu-west-9"));
        assertRefused(400, "AuthorizationHeaderMalformed", put().sign(ada).header("authorization", "AWS4-HMAC-SHA256 x"));
        assertRefused(400, "InvalidArgument", put().sign(ada).header("authorization", "Basic YTpi"));
        assertRefused(400, "InvalidRequest", put().sign(ada).header("authorization", "AWS a:b"));
        assertRefused(400, "InvalidToken", put().header("x-amz-security-token", "x").sign(ada));
        assertRefused(403, "AccessDenied", put().sign(ada).unsigned("x-amz-copy-source: /bucket/kept"));
        assertRefused(403, "AccessForbidden", request("OPTIONS", "/bucket/k").header("origin", "http://evil.example")
                .header("access-control-request-method", "GET"));
    }

    @Test
    void presignedRequestsExpire() throws IOException {
        String day = "20200101";
        String query = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=" + ada.id() + "%2F" + day + "%2F" + RackedFace.REGION
                + "%2Fs3%2Faws4_request&X-Amz-Date=" + day
                + "T000000Z&X-Amz-Expires=600&X-Amz-SignedHeaders=host&X-Amz-Signature="
                + "0".repeat(64);
        Answer answer = request("GET", "/bucket/kept?" + query).send();
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.code()).isEqualTo("AccessDenied");
        assertThat(answer.body()).contains("Request has expired");
        assertRefused(400, "AuthorizationQueryParametersError",
                request("GET", "/bucket/kept?" + query.replace("X-Amz-Expires=600", "X-Amz-Expires=604801")));
        assertRefused(400, "InvalidArgument", request("GET", "/bucket/kept?" + query).sign(ada));
    }

    @Test
    void aBodyOtherThanClaimedIsRefused() throws IOException {
        assertRefused(400, "XAmzContentSHA256Mismatch", put().header("x-amz-content-sha256", RawRequest.sha256("other"))
                .sign(ada));
        assertRefused(400, "InvalidArgument", put().header("x-amz-content-sha256", "nonsense").sign(ada));
        assertRefused(400, "BadDigest", put().header("content-md5", "1B2M2Y8AsgTpgAmY7PhCfg==").sign(ada));
        assertRefused(400, "InvalidDigest", put().header("content-md5", "1B2M").sign(ada));
        assertRefused(400, "BadDigest", put().header("x-amz-checksum-crc32", "AAAAAA==").sign(ada));
        assertRefused(400, "InvalidRequest", put().header("x-amz-checksum-crc32", "AAAA").sign(ada));
        assertRefused(400, "InvalidRequest", put().header("x-amz-checksum-crc32", "AAAAAA==").header("x-amz-checksum-crc32c",
                "AAAAAA==").sign(ada));
        assertRefused(400, "InvalidRequest", put().header("x-amz-sdk-checksum-algorithm", "CRC32").sign(ada));
    }

    @Test
    void aShortBodyIsRefused() throws IOException {
        Answer answer = put().sign(ada).sendCut(5000);
        assertThat(answer.status()).isIn(0, 400);
        assertThat(answer.code()).isIn("", "IncompleteBody");
        assertRefused(411, "MissingContentLength", request("PUT", "/bucket/k").sign(ada));
        RawRequest stalled = put().sign(ada);
        try (Socket socket = stalled.open()) {
            socket.getOutputStream().write(stalled.head());
            socket.getOutputStream().write(new byte[100]);
            assertThat(Answer.read(socket.getInputStream(), false).code()).isIn("", "RequestTimeout", "IncompleteBody");
        }
    }

    @Test
    void tooMuchIsRefusedBeforeItIsRead() throws IOException {
        RawRequest huge = request("PUT", "/bucket/k").header("content-length", Long.toString((5L << 30) + 1)).sign(ada);
        assertRefused(400, "EntityTooLarge", huge);
        assertRefused(400, "KeyTooLongError", request("PUT", "/bucket/" + "k".repeat(1025)).body("x").sign(ada));
        assertRefused(400, "MetadataTooLarge", put().header("x-amz-meta-a", "x".repeat(2048)).sign(ada));
        assertThat(put().header("x-filler", "x".repeat(40_000)).sign(ada).send().status()).isIn(431, 400);
        assertThat(request("GET", "/bucket/" + "k".repeat(40_000)).sign(ada).send().status()).isIn(414, 431, 400);
    }

    @Test
    void addressesThatCannotBeAreRefused() throws IOException {
        for (String path : new String[] {"/bucket/%", "/bucket/%zz", "/bucket/%ff", "/bucket/a%00b"}) {
            assertThat(request("PUT", path).body("x").sign(ada).send().code()).describedAs(path).isIn("InvalidURI", "");
        }
        assertRefused(400, "InvalidBucketName", request("PUT", "/Bad_Name").sign(ada));
        assertRefused(400, "InvalidBucketName", request("PUT", "/ab").sign(ada));
        assertRefused(400, "InvalidArgument", request("GET", "/bucket?prefix=a&prefix=b").sign(ada));
        assertRefused(400, "InvalidArgument", request("GET", "/bucket?max-keys=-1").sign(ada));
        assertRefused(400, "InvalidArgument", request("GET", "/bucket?encoding-type=morse").sign(ada));
        assertRefused(400, "InvalidArgument", request("GET", "/bucket?list-type=3").sign(ada));
        assertRefused(405, "MethodNotAllowed", request("PATCH", "/bucket/kept").sign(ada));
        assertRefused(405, "MethodNotAllowed", request("POST", "/bucket/kept").body("").sign(ada));
    }

    @Test
    void badDocumentsAreRefused() throws IOException {
        for (String document : new String[] {"", "not xml", "<Delete>", "<Delete></Delete>", "<Other/>",
                "<Delete><Object/></Delete>",
            "<!DOCTYPE d [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><Delete><Object><Key>&e;</Key></Object></Delete>",
            "<Delete>" + "<Object><Key>k</Key></Object>".repeat(1001) + "</Delete>"}) {
            Answer answer = request("POST", "/bucket?delete=").header("content-md5", md5(document)).body(document).sign(ada)
                    .send();
            assertThat(answer.code()).describedAs(document).isIn("MalformedXML", "MissingRequestBodyError");
        }
        assertRefused(400, "InvalidRequest", request("POST", "/bucket?delete=").body("<Delete/>").sign(ada));
        assertRefused(400, "MaxMessageLengthExceeded", request("POST", "/bucket?delete=").header("content-md5", md5(""))
                .header("content-length", "3000000").sign(ada));
        assertRefused(400, "MalformedXML", request("PUT", "/bucket2").body("<CreateBucketConfiguration>").sign(ada));
        assertRefused(404, "NoSuchUpload", request("PUT", "/bucket/k?partNumber=1&uploadId=x").body("x").sign(ada));
        assertRefused(400, "InvalidArgument", request("PUT", "/bucket/k?partNumber=10001&uploadId=x").body("x").sign(ada));
        assertRefused(400, "InvalidArgument", request("PUT", "/bucket/k?partNumber=1").body("x").sign(ada));
    }

    @Test
    void framedBodiesAreVerifiedToTheLastByte() throws IOException {
        String crc = crc32(BODY);
        assertRefused(400, "InvalidRequest", framed("zz\r\n", "x-amz-checksum-crc32"));
        assertRefused(400, "BadDigest", framed(chunk(BODY) + "0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n",
                "x-amz-checksum-crc32"));
        assertRefused(400, "MalformedTrailerError", framed(chunk(BODY) + "0\r\n\r\n", "x-amz-checksum-crc32"));
        assertRefused(400, "MalformedTrailerError",
                framed(chunk(BODY) + "0\r\nx-amz-checksum-sha1:" + crc + "\r\n\r\n", "x-amz-checksum-crc32"));
        assertRefused(400, "InvalidRequest", framed(chunk(BODY) + "0\r\nx-amz-checksum-crc32:AAAA\r\n\r\n",
                "x-amz-checksum-crc32"));
        assertRefused(400, "IncompleteBody",
                framed(chunk("short") + "0\r\nx-amz-checksum-crc32:" + crc32("short") + "\r\n\r\n", "x-amz-checksum-crc32"));
        assertRefused(400, "IncompleteBody",
                framed(chunk(BODY) + chunk("more") + "0\r\nx-amz-checksum-crc32:" + crc + "\r\n\r\n", "x-amz-checksum-crc32"));
        assertRefused(400, "IncompleteBody", framed(chunk(BODY), "x-amz-checksum-crc32"));
        assertRefused(400, "InvalidRequest", framed(chunk(BODY) + "0\r\n\r\n", "x-other"));
        assertRefused(411, "MissingContentLength", request("PUT", "/bucket/k")
                .header("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER").body(chunk(BODY) + "0\r\n\r\n").sign(ada));
    }

    @Test
    void signedFramesAreVerifiedToTheLastByte() throws IOException {
        assertRefused(403, "SignatureDoesNotMatch", signedFrames("x".repeat(20_000), true, false));
        assertRefused(403, "SignatureDoesNotMatch", signedFrames("x".repeat(20_000), false, true));
        assertThat(signedFrames("x".repeat(20_000), false, false).send().status()).isEqualTo(200);
        assertThat(request("GET", "/bucket/k").sign(ada).send().body()).isEqualTo("x".repeat(20_000));
        assertThat(request("DELETE", "/bucket/k").sign(ada).send().status()).isEqualTo(204);
    }

    @Test
    void goodFramesAreTaken() throws IOException {
        assertThat(framed(chunk(BODY) + "0\r\nx-amz-checksum-crc32:" + crc32(BODY) + "\r\n\r\n", "x-amz-checksum-crc32").send()
                .status())
                .isEqualTo(200);
        Answer got = request("GET", "/bucket/k").header("x-amz-checksum-mode", "ENABLED").sign(ada).send();
        assertThat(got.body()).isEqualTo(BODY);
        assertThat(got.headers()).containsEntry("x-amz-checksum-crc32", crc32(BODY)).doesNotContainKey("content-encoding");
        assertThat(request("DELETE", "/bucket/k").sign(ada).send().status()).isEqualTo(204);
    }

    @Test
    void aClientThatExpectsToContinueIsAnsweredBeforeItSends() throws IOException {
        RawRequest refused = request("PUT", "/nobucket/k").header("content-length", "1000000").header("expect", "100-continue")
                .sign(ada);
        assertRefused(404, "NoSuchBucket", refused);
        RawRequest stranger = request("PUT", "/bucket/k").header("content-length", "1000000").header("expect", "100-continue");
        Answer answer = stranger.send();
        assertThat(answer.code()).isEqualTo("AccessDenied");
        assertThat(answer.headers()).containsEntry("connection", "close");
        RawRequest accepted = request("PUT", "/bucket/k").header("content-length", "5").header("expect", "100-continue")
                .sign(ada);
        try (Socket socket = accepted.open()) {
            InputStream in = socket.getInputStream();
            socket.getOutputStream().write(accepted.head());
            assertThat(Answer.read(in, false).status()).isEqualTo(100);
            socket.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
            assertThat(Answer.read(in, false).status()).isEqualTo(200);
        }
        assertThat(request("DELETE", "/bucket/k").sign(ada).send().status()).isEqualTo(204);
    }

    @Test
    void aClientThatDoesNotWaitStillReadsTheRefusal() throws IOException {
        for (int i = 0; i < 10; i++) {
            assertRefused(404, "NoSuchBucket", request("PUT", "/nobucket/k").body(new byte[5 << 20]).sign(ada));
            assertRefused(412, "PreconditionFailed", request("PUT", "/bucket/kept").header("if-none-match", "*")
                    .body(new byte[5 << 20]).sign(ada));
        }
    }

    @Test
    void answersCarryWhatSupportAsksFor() throws IOException {
        Answer answer = request("GET", "/bucket/none").sign(ada).send();
        assertThat(answer.headers()).containsKeys("x-amz-request-id", "x-amz-id-2", "date").containsEntry("server", "Leaseback")
                .containsEntry("content-type", "application/xml");
        assertThat(answer.body()).contains("<Resource>/bucket/none</Resource>", "<Key>none</Key>",
                "<RequestId>" + answer.headers().get("x-amz-request-id") + "</RequestId>");
        Answer head = request("HEAD", "/bucket/none").sign(ada).send();
        assertThat(head.status()).isEqualTo(404);
        assertThat(head.headers()).containsKey("x-amz-request-id");
    }

    @Test
    void oneConnectionServesOneRequestAfterAnother() throws IOException {
        RawRequest get = request("GET", "/bucket/kept").sign(ada);
        RawRequest none = request("GET", "/bucket/none").sign(ada);
        try (Socket socket = get.open()) {
            for (int i = 0; i < 5; i++) {
                get.write(socket.getOutputStream());
                assertThat(Answer.read(socket.getInputStream(), false).body()).isEqualTo("kept");
                none.write(socket.getOutputStream());
                assertThat(Answer.read(socket.getInputStream(), false).code()).isEqualTo("NoSuchKey");
            }
        }
    }

    private static RawRequest framed(String body, String trailer) {
        return request("PUT", "/bucket/k").header("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
                .header("content-encoding", "aws-chunked").header("x-amz-trailer", trailer)
                .header("x-amz-decoded-content-length", Integer.toString(BODY.length())).body(body).sign(ada);
    }

    private static RawRequest signedFrames(String text, boolean wrongChunk, boolean wrongTrailer) {
        RawRequest request = request("PUT", "/bucket/k").header("x-amz-content-sha256",
                "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER")
                .header("x-amz-trailer", "x-amz-checksum-crc32").header("x-amz-decoded-content-length",
                Integer.toString(text.length()))
                .header("content-encoding", "aws-chunked").sign(ada);
        String nothing = RawRequest.sha256("");
        String kind = "AWS4-HMAC-SHA256-PAYLOAD";
        String first = request.signNext(kind, request.signature(), nothing + "\n" + RawRequest.sha256(text));
        String last = request.signNext(kind, first, nothing + "\n" + nothing);
        String trailer = "x-amz-checksum-crc32:" + crc32(text) + "\n";
        String end = request.signNext("AWS4-HMAC-SHA256-TRAILER", last, RawRequest.sha256(wrongTrailer ? "x" : trailer));
        return request.body(Integer.toHexString(text.length()) + ";chunk-signature=" + (wrongChunk ? nothing : first) + "\r\n"
                + text
                + "\r\n0;chunk-signature=" + last + "\r\n" + trailer.strip() + "\r\nx-amz-trailer-signature:" + end + "\r\n\r\n");
    }

    private static String chunk(String text) {
        return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
    }

    private static String crc32(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return Base64.getEncoder().encodeToString(java.nio.ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }

    private static String md5(String text) {
        return Base64.getEncoder().encodeToString(
                leaseback.manager.s3.checksum.Algorithm.digest("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static RawRequest put() {
        return request("PUT", "/bucket/k").body(BODY);
    }

    private static RawRequest request(String method, String target) {
        return new RawRequest(face.port(), method, target);
    }

    private static void assertRefused(int status, String code, RawRequest request) throws IOException {
        Answer answer = request.send();
        assertThat(answer.code()).describedAs(answer.toString()).isEqualTo(code);
        assertThat(answer.status()).isEqualTo(status);
    }
}
