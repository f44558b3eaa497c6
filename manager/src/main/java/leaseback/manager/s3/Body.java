package leaseback.manager.s3;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import leaseback.manager.s3.checksum.Algorithm;
import leaseback.manager.storage.Content;
import leaseback.manager.storage.Cover;
import leaseback.manager.storage.Digests;
import org.jspecify.annotations.Nullable;

/// A request's body on its way in: unframed, counted, and digested as it passes; held to all that was claimed of it at its end.
final class Body implements Content {
    private final InputStream source;
    private final @Nullable ChunkedInput chunked;
    private final long length;
    private final long most;
    private final ChecksumClaim claim;
    private final @Nullable String sha256;
    private final @Nullable MessageDigest sha256Digest;
    private final Digesting digesting;
    private final @Nullable Cover cover;
    private long count;
    private boolean ended;

    /// @param length of the body without framing; -1 when not said
    /// @param most   bytes; more are refused as they come
    /// @param also   the checksums wanted besides the claimed one
    /// @param cover  the key under which it is to be stored; null for none
    Body(InputStream raw, Payload payload, long length, long most, ChecksumClaim claim, Set<Algorithm> also,
            @Nullable Cover cover) {
        this.cover = cover;
        this.length = length;
        this.most = most;
        this.claim = claim;
        switch (payload) {
            case Payload.Plain plain -> {
                source = raw;
                chunked = null;
                sha256 = plain.sha256();
            }
            case Payload.Chunked framed -> {
                chunked = new ChunkedInput(raw, framed);
                source = chunked;
                sha256 = null;
            }
        }
        this.sha256Digest = sha256 == null ? null : Algorithm.digest("SHA-256");
        this.digesting = new Digesting(claim.algorithm(), also);
    }

    boolean ended() {
        return ended;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public int read(byte[] buffer, int offset, int wanted) throws IOException {
        if (ended) {
            return -1;
        }
        int read = fromClient(buffer, offset, wanted);
        if (read < 0) {
            ended = true;
            if (length >= 0 && count != length) {
                throw S3Error.INCOMPLETE_BODY.because("You did not provide the number of bytes specified by the Content-Length "
                        + "HTTP header: "
                        + count + " came of " + length + ".");
            }
            return -1;
        }
        count += read;
        if (length >= 0 && count > length) {
            throw S3Error.INCOMPLETE_BODY.because("More bytes came than the " + length
                    + " of the x-amz-decoded-content-length header.");
        }
        if (count > most) {
            throw S3Error.ENTITY_TOO_LARGE.because("Your proposed upload exceeds the maximum allowed size")
                    .with("MaxSizeAllowed", Long.toString(most));
        }
        digesting.update(buffer, offset, read);
        if (sha256Digest != null) {
            sha256Digest.update(buffer, offset, read);
        }
        return read;
    }

    @Override
    public Digests digests() throws IOException {
        if (sha256Digest != null && !SigningKey.same(HexFormat.of().formatHex(sha256Digest.digest()), String.valueOf(sha256))) {
            throw S3Error.X_AMZ_CONTENT_SHA256_MISMATCH.because("The provided 'x-amz-content-sha256' header does not match what "
                    + "was computed.")
                    .with("ClientComputedContentSHA256", String.valueOf(sha256));
        }
        byte[] claimed = claim.resolve(chunked == null ? Map.of() : chunked.trailers());
        digesting.finish();
        byte[] md5 = claim.md5();
        if (md5 != null && !Arrays.equals(md5, digesting.md5())) {
            throw S3Error.BAD_DIGEST.because("The Content-MD5 you specified did not match what we received.");
        }
        Algorithm algorithm = claim.algorithm();
        if (algorithm != null && !Arrays.equals(claimed, digesting.value(algorithm))) {
            throw S3Error.BAD_DIGEST.because("The " + algorithm + " you specified did not match the calculated checksum.");
        }
        return cover == null ? digesting.digests() : cover.hide(digesting.digests());
    }

    @Override
    public @Nullable Cover cover() {
        return cover;
    }

    /// All of it, verified.
    byte[] readAll() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] buffer = new byte[8 * 1024];
        for (int read = read(buffer, 0, buffer.length); read >= 0; read = read(buffer, 0, buffer.length)) {
            bytes.write(buffer, 0, read);
        }
        digests();
        return bytes.toByteArray();
    }

    private int fromClient(byte[] buffer, int offset, int wanted) throws IOException {
        try {
            return source.read(buffer, offset, wanted);
        } catch (S3Fault fault) {
            throw fault;
        } catch (IOException broken) {
            if (broken instanceof java.io.InterruptedIOException || broken.getCause() instanceof TimeoutException) {
                throw S3Error.REQUEST_TIMEOUT.because(
                        "Your socket connection to the server was not read from or written to within the timeout period.");
            }
            throw S3Error.INCOMPLETE_BODY.because("You did not provide the number of bytes specified by the Content-Length HTTP "
                    + "header: "
                    + count + " came, then the connection broke.");
        }
    }
}
