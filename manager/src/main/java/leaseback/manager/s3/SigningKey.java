package leaseback.manager.s3;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// A customer's secret bound to day, region and service, as AWS Signature Version 4 derives it.
///
/// @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html">the specification</a>
final class SigningKey {
    private final byte[] key;
    private final String timestamp;
    private final String scope;

    SigningKey(String secret, String day, String region, String timestamp) {
        this(derive(secret, day, region), day, region, timestamp);
    }

    /// @param key derived
    SigningKey(byte[] key, String day, String region, String timestamp) {
        this.key = key;
        this.timestamp = timestamp;
        this.scope = day + "/" + region + "/s3/aws4_request";
    }

    /// The same for all requests of a day.
    static byte[] derive(String secret, String day, String region) {
        byte[] ofDay = hmac(("AWS4" + secret).getBytes(StandardCharsets.UTF_8), day);
        return hmac(hmac(hmac(ofDay, region), "s3"), "aws4_request");
    }

    /// What is signed of a request.
    String stringToSign(String canonicalRequest) {
        return Claim.ALGORITHM + "\n" + timestamp + "\n" + scope + "\n"
                + sha256(canonicalRequest.getBytes(StandardCharsets.UTF_8));
    }

    /// What is signed of a piece of a body: each signature covers the one before.
    ///
    /// @param kind   `AWS4-HMAC-SHA256-PAYLOAD` or `AWS4-HMAC-SHA256-TRAILER`
    /// @param hashes in hex, one a line
    String stringToSign(String kind, String previousSignature, String hashes) {
        return kind + "\n" + timestamp + "\n" + scope + "\n" + previousSignature + "\n" + hashes;
    }

    String sign(String stringToSign) {
        return HexFormat.of().formatHex(hmac(key, stringToSign));
    }

    /// Takes the same time wherever the two differ.
    static boolean same(String a, String b) {
        return MessageDigest.isEqual(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    }

    static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(leaseback.manager.s3.checksum.Algorithm.digest("SHA-256").digest(bytes));
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("this Java has no HmacSHA256", broken);
        }
    }
}
