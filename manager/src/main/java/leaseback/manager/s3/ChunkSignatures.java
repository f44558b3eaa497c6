package leaseback.manager.s3;

import java.nio.charset.StandardCharsets;

/// The chain of signatures over a body's chunks, begun by the request's own.
final class ChunkSignatures {
    private static final String NOTHING = SigningKey.sha256(new byte[0]);
    private final SigningKey key;
    private String previous;

    ChunkSignatures(SigningKey key, String seed) {
        this.key = key;
        this.previous = seed;
    }

    /// @param sha256 of the chunk's bytes, in hex
    void chunk(String sha256, String signature) throws S3Fault {
        verify("AWS4-HMAC-SHA256-PAYLOAD", NOTHING + "\n" + sha256, signature, "chunk");
    }

    /// @param trailer `name:value` and a line feed for each trailing header
    void trailer(String trailer, String signature) throws S3Fault {
        verify("AWS4-HMAC-SHA256-TRAILER", SigningKey.sha256(trailer.getBytes(StandardCharsets.ISO_8859_1)), signature,
                "trailer");
    }

    private void verify(String kind, String hashes, String signature, String what) throws S3Fault {
        String expected = key.sign(key.stringToSign(kind, previous, hashes));
        if (!SigningKey.same(expected, signature)) {
            throw S3Error.SIGNATURE_DOES_NOT_MATCH.because("The " + what
                    + " signature we calculated does not match the one you provided.");
        }
        previous = expected;
    }
}
