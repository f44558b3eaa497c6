package leaseback.manager.s3;

import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import leaseback.manager.s3.checksum.Algorithm;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;

/// What a request claims of its body besides the signature.
///
/// @param md5       of Content-MD5, 16 bytes
/// @param algorithm of the claimed checksum; null when none is claimed
/// @param value     of it, when a header gave it
/// @param trailing  whether a trailing header will give it
record ChecksumClaim(byte @Nullable [] md5, @Nullable Algorithm algorithm, byte @Nullable [] value, boolean trailing) {
    static ChecksumClaim of(HttpFields headers, boolean hasTrailer) throws S3Fault {
        Algorithm algorithm = null;
        byte[] value = null;
        for (Algorithm candidate : Algorithm.values()) {
            String text = headers.get(candidate.header());
            if (text != null) {
                if (algorithm != null) {
                    throw several();
                }
                algorithm = candidate;
                value = candidate.decode(text).orElseThrow(() -> invalid(candidate));
            }
        }
        boolean trailing = false;
        String trailer = headers.get("x-amz-trailer");
        if (trailer != null) {
            if (!hasTrailer) {
                throw S3Error.INVALID_REQUEST.because("x-amz-trailer is given, but x-amz-content-sha256 names no mode with a "
                        + "trailer.");
            }
            String name = trailer.strip().toLowerCase(Locale.ROOT);
            Algorithm named = Arrays.stream(Algorithm.values()).filter(candidate -> candidate.header().equals(name)).findFirst()
                    .orElseThrow(() -> S3Error.INVALID_REQUEST.because("The value specified in the x-amz-trailer header is not "
                    + "supported: "
                            + trailer));
            if (algorithm != null) {
                throw several();
            }
            algorithm = named;
            trailing = true;
        }
        String sdk = headers.get("x-amz-sdk-checksum-algorithm");
        if (sdk != null) {
            Algorithm named = Algorithm.named(sdk).orElseThrow(() -> S3Error.INVALID_REQUEST.because(
                    "Value for x-amz-sdk-checksum-algorithm header is invalid: " + sdk));
            if (algorithm != named) {
                throw S3Error.INVALID_REQUEST.because("x-amz-sdk-checksum-algorithm is " + named
                        + ", but no corresponding x-amz-checksum-* or x-amz-trailer header was found.");
            }
        }
        return new ChecksumClaim(md5(headers), algorithm, value, trailing);
    }

    /// The claimed value, now that the trailer is known too; null when nothing is claimed.
    byte @Nullable [] resolve(Map<String, String> trailers) throws S3Fault {
        Algorithm claimed = algorithm;
        for (String name : trailers.keySet()) {
            if (!trailing || claimed == null || !name.equals(claimed.header())) {
                throw S3Error.MALFORMED_TRAILER_ERROR.because("The trailing header " + name
                        + " was not announced in x-amz-trailer.");
            }
        }
        if (!trailing || claimed == null) {
            return value;
        }
        String text = trailers.get(claimed.header());
        if (text == null) {
            throw S3Error.MALFORMED_TRAILER_ERROR.because("x-amz-trailer announces " + claimed.header()
                    + ", but the body has no such trailer.");
        }
        return claimed.decode(text).orElseThrow(() -> invalid(claimed));
    }

    static byte @Nullable [] md5(HttpFields headers) throws S3Fault {
        String text = headers.get("content-md5");
        if (text == null) {
            return null;
        }
        try {
            byte[] md5 = Base64.getDecoder().decode(text.strip());
            if (md5.length == 16) {
                return md5;
            }
        } catch (IllegalArgumentException notBase64) {
            // Said below.
        }
        throw S3Error.INVALID_DIGEST.because("The Content-MD5 you specified was invalid.").with("Content-MD5", text);
    }

    private static S3Fault several() {
        return S3Error.INVALID_REQUEST.because("Expecting a single x-amz-checksum- header. Multiple checksum Types are not "
                + "allowed.");
    }

    private static S3Fault invalid(Algorithm algorithm) {
        return S3Error.INVALID_REQUEST.because("Value for " + algorithm.header() + " header is invalid.");
    }
}
