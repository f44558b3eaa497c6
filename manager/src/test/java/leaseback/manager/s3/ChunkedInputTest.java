package leaseback.manager.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// Keys and signatures of the examples that AWS publishes in "Signature Calculations ... Multiple Chunks" and "... Trailing
/// Headers".
class ChunkedInputTest {
    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    private static final SigningKey KEY = new SigningKey(SECRET, "20130524", "us-east-1", "20130524T000000Z");
    private static final String SEED = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";
    private static final String TRAILER_SEED = "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e";

    @Test
    void theChunkedExampleIsVerified() throws Exception {
        assertThat(read(published(), signed(SEED, false))).isEqualTo(letters(66_560));
    }

    @Test
    void theTrailerExampleIsVerified() throws Exception {
        ChunkedInput input = new ChunkedInput(new ByteArrayInputStream(publishedWithTrailer()), signed(TRAILER_SEED, true));
        assertThat(input.readAllBytes()).isEqualTo(letters(66_560));
        assertThat(input.trailers()).containsOnly(java.util.Map.entry("x-amz-checksum-crc32c", "sOO8/Q=="));
    }

    @Test
    void anyChangedSignatureIsRefused() {
        for (String from : new String[] {"ad80c730", "0055627c", "b6c6ea8a"}) {
            String framed = new String(published(), StandardCharsets.ISO_8859_1).replace(from, "00000000");
            assertFault(framed.getBytes(StandardCharsets.ISO_8859_1), signed(SEED, false), S3Error.SIGNATURE_DOES_NOT_MATCH);
        }
        String framed = new String(publishedWithTrailer(), StandardCharsets.ISO_8859_1).replace("sOO8/Q==", "sOO8/R==");
        assertFault(framed.getBytes(StandardCharsets.ISO_8859_1), signed(TRAILER_SEED, true), S3Error.SIGNATURE_DOES_NOT_MATCH);
    }

    @Test
    void aChangedByteIsRefused() {
        byte[] framed = published();
        framed[40_000] ^= 1;
        assertFault(framed, signed(SEED, false), S3Error.SIGNATURE_DOES_NOT_MATCH);
    }

    @Test
    void itDoesNotMatterWhereTheBytesAreSplit() throws Exception {
        String text = "5\r\nhello\r\nC\r\n, wide world\r\n0\r\nx-amz-checksum-crc32: AAAAAA==\r\n\r\n";
        byte[] framed = text.getBytes(StandardCharsets.US_ASCII);
        for (int at = 0; at <= framed.length; at++) {
            ChunkedInput input = new ChunkedInput(new Split(framed, at), new Payload.Chunked(null, true));
            assertThat(input.readAllBytes()).asString().isEqualTo("hello, wide world");
            assertThat(input.trailers()).containsEntry("x-amz-checksum-crc32", "AAAAAA==");
        }
    }

    @Test
    void aBodyCutAnywhereIsIncomplete() {
        byte[] framed = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        for (int length = 0; length < framed.length; length++) {
            assertFault(Arrays.copyOf(framed, length), new Payload.Chunked(null, true), S3Error.INCOMPLETE_BODY);
        }
    }

    @Test
    void malformedFramingIsRefused() {
        Payload.Chunked plain = new Payload.Chunked(null, true);
        for (String framed : new String[] {"x\r\n", "-5\r\nhello\r\n", "5;a=b\r\nhello\r\n", " 5\r\nhello\r\n",
                "fffffffffffff\r\n", "\r\n",
            "4\r\nhello\r\n0\r\n\r\n", "5".repeat(5000)}) {
            assertFault(framed.getBytes(StandardCharsets.US_ASCII), plain, S3Error.INVALID_REQUEST);
        }
        assertFault("0\r\nno colon\r\n\r\n".getBytes(StandardCharsets.US_ASCII), plain, S3Error.MALFORMED_TRAILER_ERROR);
        assertFault("0\r\na:1\r\na:2\r\n\r\n".getBytes(StandardCharsets.US_ASCII), plain, S3Error.MALFORMED_TRAILER_ERROR);
        assertFault("0\r\n\r\nmore".getBytes(StandardCharsets.US_ASCII), plain, S3Error.INCOMPLETE_BODY);
        assertFault("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII), signed(SEED, false), S3Error.INVALID_REQUEST);
    }

    @Test
    void smallSignedChunksBeforeTheLastAreRefused() {
        byte[] small = letters(100);
        ByteArrayOutputStream framed = new ByteArrayOutputStream();
        String previous = SEED;
        for (int i = 0; i < 2; i++) {
            previous = KEY.sign(KEY.stringToSign("AWS4-HMAC-SHA256-PAYLOAD", previous,
                    SigningKey.sha256(new byte[0]) + "\n" + SigningKey.sha256(small)));
            framed.writeBytes(("64;chunk-signature=" + previous + "\r\n").getBytes(StandardCharsets.US_ASCII));
            framed.writeBytes(small);
            framed.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        assertFault(framed.toByteArray(), signed(SEED, false), S3Error.INVALID_CHUNK_SIZE_ERROR);
    }

    private static byte[] published() {
        return framed("ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
                "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
                "0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n");
    }

    private static byte[] publishedWithTrailer() {
        return framed("b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
                "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
                "0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n"
                        + "x-amz-checksum-crc32c:sOO8/Q==\r\n"
                        + "x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n");
    }

    private static byte[] framed(String first, String second, String end) {
        ByteArrayOutputStream framed = new ByteArrayOutputStream();
        framed.writeBytes(("10000;chunk-signature=" + first + "\r\n").getBytes(StandardCharsets.US_ASCII));
        framed.writeBytes(letters(65_536));
        framed.writeBytes(("\r\n400;chunk-signature=" + second + "\r\n").getBytes(StandardCharsets.US_ASCII));
        framed.writeBytes(letters(1024));
        framed.writeBytes(("\r\n" + end).getBytes(StandardCharsets.US_ASCII));
        return framed.toByteArray();
    }

    private static byte[] letters(int count) {
        byte[] letters = new byte[count];
        Arrays.fill(letters, (byte) 'a');
        return letters;
    }

    private static Payload.Chunked signed(String seed, boolean trailer) {
        return new Payload.Chunked(new ChunkSignatures(KEY, seed), trailer);
    }

    private static byte[] read(byte[] framed, Payload.Chunked payload) throws IOException {
        return new ChunkedInput(new ByteArrayInputStream(framed), payload).readAllBytes();
    }

    private static void assertFault(byte[] framed, Payload.Chunked payload, S3Error error) {
        assertThatThrownBy(() -> read(framed, payload))
                .isInstanceOfSatisfying(S3Fault.class, fault -> assertThat(fault.error()).isEqualTo(error));
    }

    /// Gives the bytes in two reads.
    private static final class Split extends InputStream {
        private final InputStream first;
        private final InputStream second;

        Split(byte[] bytes, int at) {
            first = new ByteArrayInputStream(bytes, 0, at);
            second = new ByteArrayInputStream(bytes, at, bytes.length - at);
        }

        @Override
        public int read() throws IOException {
            int read = first.read();
            return read < 0 ? second.read() : read;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = first.read(bytes, offset, length);
            return read < 0 ? second.read(bytes, offset, length) : read;
        }
    }
}
