package leaseback.testbed.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// A server under measurement: one S3 endpoint, a user's keys, and the processes that it is made of.
///
/// @param storageClass sent with every PUT; empty for none
/// @param processes    the servers' processes; their children count too
/// @param refused      how often it answered 503 and was asked again: that costs time, and must be seen
record Target(String name, URI endpoint, String accessKey, String secretKey, String region, String storageClass, List<Long> processes,
        AtomicLong refused) {
    private static final DateTimeFormatter INSTANT = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final int PATIENCE_MILLIS = 60_000;
    private static final int TRIES = 5;

    /// From `name=ours,endpoint=http://127.0.0.1:9000,access=A,secret=S,region=R,class=STANDARD,pids=12+13`.
    static Target parse(String text) {
        Map<String, String> fields = new HashMap<>();
        for (String field : text.split(",")) {
            int equals = field.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("'" + field + "' is not name=value in --target " + text);
            }
            fields.put(field.substring(0, equals), field.substring(equals + 1));
        }
        return new Target(needed(fields, "name"), URI.create(needed(fields, "endpoint")), needed(fields, "access"),
                needed(fields, "secret"), needed(fields, "region"), fields.getOrDefault("class", ""),
                Stream.of(needed(fields, "pids").split("\\+")).map(Long::valueOf).toList(), new AtomicLong());
    }

    private static String needed(Map<String, String> fields, String name) {
        String value = fields.get(name);
        if (value == null) {
            throw new IllegalArgumentException("--target needs " + name + "=...");
        }
        return value;
    }

    /// Tries again on 503, as S3's clients do.
    ///
    /// @return bytes of the answer's body
    /// @throws IOException also when the answer is no 2xx; the message holds the server's words
    long call(String method, String path, byte[] body, int length, byte[] scratch) throws IOException {
        for (int attempt = 1;; attempt++) {
            try {
                return once(method, path, body, length, scratch);
            } catch (Unavailable unavailable) {
                refused.incrementAndGet();
                if (attempt == TRIES) {
                    throw unavailable;
                }
                LockSupport.parkNanos(attempt * 200_000_000L);
            }
        }
    }

    private long once(String method, String path, byte[] body, int length, byte[] scratch) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) endpoint.resolve(path).toURL().openConnection();
        connection.setConnectTimeout(PATIENCE_MILLIS);
        connection.setReadTimeout(PATIENCE_MILLIS);
        connection.setRequestMethod(method);
        boolean put = method.equals("PUT");
        String storageClassSent = put && length > 0 ? storageClass : "";
        sign(connection, method, path, storageClassSent);
        if (put) {
            connection.setDoOutput(true);
            connection.setFixedLengthStreamingMode(length);
            try (OutputStream out = connection.getOutputStream()) {
                out.write(body, 0, length);
            }
        }
        if (connection.getResponseCode() / 100 != 2) {
            InputStream said = connection.getErrorStream();
            String words = name + " answers " + connection.getResponseCode() + " to " + method + " " + path + ": "
                    + (said == null ? "" : new String(said.readNBytes(2000), StandardCharsets.UTF_8));
            throw connection.getResponseCode() == 503 ? new Unavailable(words) : new IOException(words);
        }
        long bytes = 0;
        try (InputStream in = connection.getInputStream()) {
            for (int count = in.read(scratch); count >= 0; count = in.read(scratch)) {
                bytes += count;
            }
        }
        return bytes;
    }

    private void sign(HttpURLConnection connection, String method, String path, String storageClassSent) {
        String instant = INSTANT.format(Instant.now());
        String day = instant.substring(0, 8);
        String host = endpoint.getHost() + ":" + endpoint.getPort();
        String classLine = storageClassSent.isEmpty() ? "" : "x-amz-storage-class:" + storageClassSent + "\n";
        String signed = "host;x-amz-content-sha256;x-amz-date" + (storageClassSent.isEmpty() ? "" : ";x-amz-storage-class");
        String canonical = method + "\n" + path + "\n\nhost:" + host + "\nx-amz-content-sha256:UNSIGNED-PAYLOAD\nx-amz-date:" + instant
                + "\n" + classLine + "\n" + signed + "\nUNSIGNED-PAYLOAD";
        String scope = day + "/" + region + "/s3/aws4_request";
        try {
            String digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes(canonical)));
            byte[] key = hmac(hmac(hmac(hmac(bytes("AWS4" + secretKey), day), region), "s3"), "aws4_request");
            String signature = HexFormat.of().formatHex(hmac(key, "AWS4-HMAC-SHA256\n" + instant + "\n" + scope + "\n" + digest));
            connection.setRequestProperty("x-amz-date", instant);
            connection.setRequestProperty("x-amz-content-sha256", "UNSIGNED-PAYLOAD");
            if (!storageClassSent.isEmpty()) {
                connection.setRequestProperty("x-amz-storage-class", storageClassSent);
            }
            connection.setRequestProperty("Authorization", "AWS4-HMAC-SHA256 Credential=" + accessKey + "/" + scope
                    + ", SignedHeaders=" + signed + ", Signature=" + signature);
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("this Java lacks SHA-256", missing);
        }
    }

    private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(bytes(text));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static final class Unavailable extends IOException {
        Unavailable(String message) {
            super(message);
        }
    }

    @Override
    public String toString() {
        return name + " at " + endpoint;
    }
}
