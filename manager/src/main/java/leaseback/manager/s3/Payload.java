package leaseback.manager.s3;

import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;

/// What a request says of its body (`x-amz-content-sha256`), ready to be verified while the body passes.
sealed interface Payload {
    Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    /// The body as it is.
    ///
    /// @param sha256 in hex; null for UNSIGNED-PAYLOAD
    record Plain(@Nullable String sha256) implements Payload {}

    /// The body in `aws-chunked` framing.
    ///
    /// @param signatures of the chunks; null for unsigned ones
    /// @param trailer    whether trailing headers follow the last chunk
    record Chunked(@Nullable ChunkSignatures signatures, boolean trailer) implements Payload {}

    /// Of a request that nobody signed: a hash is checked all the same.
    static Payload anonymous(HttpFields headers) throws S3Fault {
        String payload = headers.get("x-amz-content-sha256");
        if (payload == null || payload.equals(Claim.UNSIGNED)) {
            return new Plain(null);
        }
        if (payload.equals("STREAMING-UNSIGNED-PAYLOAD-TRAILER")) {
            return new Chunked(null, true);
        }
        if (!HASH.matcher(payload).matches()) {
            throw S3Fault.invalidArgument("x-amz-content-sha256", payload, "An anonymous request cannot have a signed body.");
        }
        return new Plain(payload);
    }

    static Payload of(Claim claim, SigningKey key) throws S3Fault {
        String payload = claim.payload();
        return switch (payload) {
            case Claim.UNSIGNED -> new Plain(null);
            case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" -> new Chunked(new ChunkSignatures(key, claim.signature()), false);
            case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" -> new Chunked(new ChunkSignatures(key, claim.signature()), true);
            case "STREAMING-UNSIGNED-PAYLOAD-TRAILER" -> new Chunked(null, true);
            default -> {
                if (payload.startsWith("STREAMING-AWS4-ECDSA")) {
                    throw S3Fault.notImplemented("Signature Version 4A (" + payload + ")");
                }
                if (!HASH.matcher(payload).matches()) {
                    throw S3Fault.invalidArgument("x-amz-content-sha256", payload,
                            "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, "
                            + "STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, "
                            + "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, or a valid sha256 value.");
                }
                yield new Plain(payload);
            }
        };
    }
}
