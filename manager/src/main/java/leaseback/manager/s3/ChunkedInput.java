package leaseback.manager.s3;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import leaseback.manager.s3.checksum.Algorithm;
import org.jspecify.annotations.Nullable;

/// Takes `aws-chunked` framing off a body and verifies it: each chunk is `size[;chunk-signature=...]`, its bytes, CRLF; the last
/// has no bytes and may be followed by trailing headers.
final class ChunkedInput extends InputStream {
    private static final int BUFFER = 64 * 1024;
    private static final int LONGEST_LINE = 1024;
    private static final int MOST_TRAILERS = 8;
    private static final int SMALLEST_CHUNK = 8 * 1024;
    private static final Pattern PLAIN = Pattern.compile("([0-9a-fA-F]{1,12})");
    private static final Pattern SIGNED = Pattern.compile("([0-9a-fA-F]{1,12});chunk-signature=([0-9a-f]{64})");
    private final InputStream source;
    private final @Nullable ChunkSignatures signatures;
    private final boolean trailer;
    private final byte[] buffer = new byte[BUFFER];
    private final MessageDigest digest = Algorithm.digest("SHA-256");
    private final Map<String, String> trailers = new LinkedHashMap<>();
    private int position;
    private int limit;
    private long rest;
    private long size;
    private String signature = "";
    private boolean small;
    private boolean done;

    ChunkedInput(InputStream source, Payload.Chunked payload) {
        this.source = source;
        this.signatures = payload.signatures();
        this.trailer = payload.trailer();
    }

    /// By lower-case name; complete once `read` gave -1.
    Map<String, String> trailers() {
        return trailers;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (rest == 0 && !done) {
            openChunk();
        }
        if (done) {
            return -1;
        }
        fill();
        int count = (int) Math.min(Math.min(length, rest), limit - position);
        System.arraycopy(buffer, position, bytes, offset, count);
        position += count;
        rest -= count;
        if (signatures != null) {
            digest.update(bytes, offset, count);
        }
        if (rest == 0) {
            closeChunk();
        }
        return count;
    }

    private void openChunk() throws IOException {
        String line = line();
        Matcher matcher = (signatures == null ? PLAIN : SIGNED).matcher(line);
        if (!matcher.matches()) {
            throw S3Error.INVALID_REQUEST.because("The aws-chunked body is malformed: a chunk must begin with its size in "
                    + "hexadecimal"
                    + (signatures == null ? "." : " and ;chunk-signature= with 64 hexadecimal digits."));
        }
        size = Long.parseLong(matcher.group(1), 16);
        signature = signatures == null ? "" : matcher.group(2);
        rest = size;
        if (size == 0) {
            verifyChunk();
            finish();
            return;
        }
        if (small && signatures != null) {
            // Each chunk costs us a signature, so S3 bounds how many a byte may have.
            throw S3Error.INVALID_CHUNK_SIZE_ERROR.because("Only the last chunk is allowed to have a size less than "
                    + SMALLEST_CHUNK + " bytes.");
        }
        small = size < SMALLEST_CHUNK;
    }

    private void closeChunk() throws IOException {
        if (next() != '\r' || next() != '\n') {
            throw S3Error.INVALID_REQUEST.because("The aws-chunked body is malformed: no CRLF after the " + size
                    + " bytes of a chunk.");
        }
        verifyChunk();
    }

    private void verifyChunk() throws S3Fault {
        if (signatures != null) {
            signatures.chunk(HexFormat.of().formatHex(digest.digest()), signature);
        }
    }

    private void finish() throws IOException {
        if (trailer) {
            readTrailers();
        } else if (!line().isEmpty()) {
            throw S3Error.INVALID_REQUEST.because("The aws-chunked body is malformed: trailing headers, but the mode has none.");
        }
        if (position < limit || source.read() >= 0) {
            throw S3Error.INCOMPLETE_BODY.because("The aws-chunked body goes on after its last chunk.");
        }
        done = true;
    }

    private void readTrailers() throws IOException {
        StringBuilder signed = new StringBuilder();
        String ofTrailer = null;
        for (String line = line(); !line.isEmpty() || signatures != null && ofTrailer == null; line = line()) {
            if (line.isEmpty()) {
                // Some clients part the trailing headers from their signature by an empty line.
                continue;
            }
            int colon = line.indexOf(':');
            String name = colon < 0 ? "" : line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
            String value = line.substring(colon + 1).strip();
            if (name.isEmpty() || ofTrailer != null || trailers.size() == MOST_TRAILERS) {
                throw malformedTrailer();
            }
            if (name.equals("x-amz-trailer-signature")) {
                ofTrailer = value;
            } else {
                signed.append(name).append(':').append(value).append('\n');
                if (trailers.put(name, value) != null) {
                    throw malformedTrailer();
                }
            }
        }
        if (signatures != null) {
            signatures.trailer(signed.toString(), String.valueOf(ofTrailer));
        } else if (ofTrailer != null) {
            throw malformedTrailer();
        }
    }

    private static S3Fault malformedTrailer() {
        return S3Error.MALFORMED_TRAILER_ERROR.because("The request contained trailing data that was not well-formed or did not "
                + "conform to our published schema.");
    }

    /// Up to and without CRLF; a bare line feed will do, as some clients write one after a trailer.
    private String line() throws IOException {
        StringBuilder line = new StringBuilder(96);
        for (int c = next(); c != '\n'; c = next()) {
            if (line.length() == LONGEST_LINE) {
                throw S3Error.INVALID_REQUEST.because("The aws-chunked body is malformed: a line of more than " + LONGEST_LINE
                        + " bytes.");
            }
            line.append((char) c);
        }
        if (!line.isEmpty() && line.charAt(line.length() - 1) == '\r') {
            line.setLength(line.length() - 1);
        }
        return line.toString();
    }

    private int next() throws IOException {
        fill();
        return buffer[position++] & 0xff;
    }

    private void fill() throws IOException {
        if (position == limit) {
            int count = source.read(buffer, 0, BUFFER);
            if (count <= 0) {
                throw S3Error.INCOMPLETE_BODY.because(
                        "You did not provide the number of bytes specified by the Content-Length HTTP header: the body ends "
                        + "within a chunk.");
            }
            position = 0;
            limit = count;
        }
    }
}
