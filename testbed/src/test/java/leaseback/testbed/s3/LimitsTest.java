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
import java.util.UUID;
import leaseback.manager.customer.AccessKey;
import leaseback.manager.customer.Role;
import leaseback.manager.s3.Limits;
import leaseback.manager.s3.checksum.Algorithm;
import leaseback.testbed.s3.RawRequest.Answer;
import leaseback.testbed.storage.RackedFace;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every limit of the S3 face (`docs/limits.md`): up to it all is well, and one over it is refused by name.
class LimitsTest {
    private static final int BURST = 40;
    private static final int BUCKETS = 3;
    private static final int BYTES = 4 << 20;
    private static RackedFace face;
    private AccessKey ada;
    private String bucket;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        face = new RackedFace(folder, 6, new Limits(1, BURST, BUCKETS, 1024), BYTES);
    }

    @AfterAll
    static void stop() throws IOException {
        face.close();
    }

    @BeforeEach
    void newCustomer() throws IOException {
        ada = face.key("ada-" + UUID.randomUUID(), Role.USER);
        bucket = "/b-" + UUID.randomUUID();
        assertThat(send(request("PUT", bucket)).status()).isEqualTo(200);
    }

    @Test
    void keys() throws IOException {
        takes(put("k".repeat(1024)));
        refuses(400, "KeyTooLongError", put("k".repeat(1025)));
    }

    @Test
    void metadata() throws IOException {
        takes(put("k").header("x-amz-meta-a", "x".repeat(2047)));
        refuses(400, "MetadataTooLarge", put("k").header("x-amz-meta-a", "x".repeat(2048)));
    }

    @Test
    void theHeadOfARequest() throws IOException {
        takes(put("k").header("user-agent", "x".repeat(22_000)));
        assertThat(send(put("k").header("user-agent", "x".repeat(25_000))).status()).isEqualTo(431);
    }

    @Test
    void queryParameters() throws IOException {
        assertThat(send(request("GET", bucket + "?" + parameters(100))).status()).isEqualTo(200);
        assertThat(send(request("GET", bucket + "?" + parameters(101))).status()).isEqualTo(400);
    }

    @Test
    void theSizeOfOnePut() throws IOException {
        RawRequest largest = sized(5L << 30).sign(ada);
        try (Socket socket = largest.open()) {
            InputStream in = socket.getInputStream();
            socket.getOutputStream().write(largest.head());
            Answer answer = Answer.read(in, false);
            // It is not too large; the account has no room for it.
            assertThat(answer.code()).isEqualTo("QuotaExceeded");
        }
        refuses(400, "EntityTooLarge", sized((5L << 30) + 1));
    }

    @Test
    void whatAnAccountMayKeep() throws IOException {
        byte[] half = new byte[BYTES / 2];
        takes(request("PUT", bucket + "/a").body(half));
        takes(request("PUT", bucket + "/b").body(half));
        refuses(403, "QuotaExceeded", request("PUT", bucket + "/c").body(new byte[1]));
    }

    @Test
    void buckets() throws IOException {
        for (int i = 1; i < BUCKETS; i++) {
            takes(request("PUT", bucket + i));
        }
        refuses(400, "TooManyBuckets", request("PUT", bucket + BUCKETS));
        refuses(409, "BucketAlreadyOwnedByYou", request("PUT", bucket));
    }

    @Test
    void deletesInOneRequest() throws IOException {
        takes(deletion(1000));
        refuses(400, "MalformedXML", deletion(1001));
    }

    @Test
    void theSizeOfADocument() throws IOException {
        takes(document(2 << 20));
        refuses(400, "MaxMessageLengthExceeded", document((2 << 20) + 1));
    }

    @Test
    void numbersOfParts() throws IOException {
        String id = send(request("POST", bucket + "/k?uploads=")).body().replaceAll("(?s).*<UploadId>|</UploadId>.*", "");
        takes(request("PUT", bucket + "/k?partNumber=10000&uploadId=" + id).body("x"));
        refuses(400, "InvalidArgument", request("PUT", bucket + "/k?partNumber=10001&uploadId=" + id).body("x"));
        refuses(400, "InvalidArgument", request("PUT", bucket + "/k?partNumber=0&uploadId=" + id).body("x"));
    }

    @Test
    void entriesOfAListing() throws IOException {
        assertThat(send(request("GET", bucket + "?list-type=2&max-keys=1000")).body()).contains("<MaxKeys>1000<");
        assertThat(send(request("GET", bucket + "?list-type=2&max-keys=1001")).body()).contains("<MaxKeys>1000<");
    }

    @Test
    void theClock() throws IOException {
        takes(put("k").at(Instant.now().minus(Duration.ofMinutes(14))));
        refuses(403, "RequestTimeTooSkewed", put("k").at(Instant.now().minus(Duration.ofMinutes(16))));
    }

    @Test
    void requestsPerSecond() throws IOException {
        int served = 0;
        Answer answer = send(put("k"));
        while (answer.status() == 200 && served < 20 * BURST) {
            served++;
            answer = send(put("k"));
        }
        assertThat(served).as("one was for the bucket").isGreaterThanOrEqualTo(BURST - 1).isLessThan(20 * BURST);
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.code()).isEqualTo("SlowDown");
        assertThat(answer.headers()).containsEntry("retry-after", "1");
        AccessKey bob = face.key("bob-" + UUID.randomUUID(), Role.USER);
        assertThat(request("GET", "/").sign(bob).send().status()).as("others are served").isEqualTo(200);
    }

    private static String parameters(int count) {
        StringBuilder query = new StringBuilder("list-type=2");
        for (int i = 1; i < count; i++) {
            query.append("&z").append(1000 + i).append("=1");
        }
        return query.toString();
    }

    private RawRequest sized(long bytes) {
        return request("PUT", bucket + "/k").header("content-length", Long.toString(bytes)).header("expect", "100-continue");
    }

    private RawRequest deletion(int keys) {
        return documented("<Delete>" + "<Object><Key>k</Key></Object>".repeat(keys) + "</Delete>");
    }

    private RawRequest document(int bytes) {
        String small = "<Delete><Object><Key>k</Key></Object></Delete>";
        return documented(small + " ".repeat(bytes - small.length()));
    }

    private RawRequest documented(String document) {
        String md5 = Base64.getEncoder().encodeToString(Algorithm.digest("MD5").digest(document.getBytes(StandardCharsets.UTF_8)));
        return request("POST", bucket + "?delete=").header("content-md5", md5).body(document);
    }

    private RawRequest put(String key) {
        return request("PUT", bucket + "/" + key).body("x");
    }

    private static RawRequest request(String method, String target) {
        return new RawRequest(face.port(), method, target);
    }

    private Answer send(RawRequest request) throws IOException {
        return request.sign(ada).send();
    }

    private void takes(RawRequest request) throws IOException {
        Answer answer = send(request);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    }

    private void refuses(int status, String code, RawRequest request) throws IOException {
        Answer answer = send(request);
        assertThat(answer.code()).as(answer.toString()).isEqualTo(code);
        assertThat(answer.status()).isEqualTo(status);
    }
}
