package leaseback.app;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import leaseback.manager.sealing.CaFile;
import org.jspecify.annotations.Nullable;

/// The few S3 calls that setting up a backup needs and restic does not make; signed with SigV4, path style.
final class SignedS3 implements AutoCloseable {
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private final URI endpoint;
    private final String region;
    private final String keyId;
    private final String secret;
    private final InstantSource clock;
    private final HttpClient http;

    /// @param ca what the endpoint's certificate must be signed by; null for the JDK's own authorities
    SignedS3(URI endpoint, String region, String keyId, String secret, @Nullable Path ca, InstantSource clock) throws IOException {
        this.endpoint = endpoint;
        this.region = region;
        this.keyId = keyId;
        this.secret = secret;
        this.clock = clock;
        HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10));
        this.http = (ca == null ? builder : builder.sslContext(CaFile.trusting(ca))).build();
    }

    /// @param query parameters by name; an empty value for a bare name
    /// @throws IOException when nobody answers
    Reply call(String method, String path, Map<String, String> query, Map<String, String> headers, String body) throws IOException {
        Instant now = clock.instant();
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        String stamp = STAMP.format(now);
        String hash = HexFormat.of().formatHex(digest("SHA-256", content));
        TreeMap<String, String> signed = new TreeMap<>(headers);
        signed.put("host", endpoint.getAuthority());
        signed.put("x-amz-content-sha256", hash);
        signed.put("x-amz-date", stamp);
        if (content.length > 0) {
            signed.put("content-md5", Base64.getEncoder().encodeToString(digest("MD5", content)));
        }
        String names = String.join(";", signed.keySet());
        String parameters = new TreeMap<>(query).entrySet().stream().map(each -> encoded(each.getKey()) + "=" + encoded(each.getValue()))
                .collect(Collectors.joining("&"));
        String lines = signed.entrySet().stream().map(each -> each.getKey() + ":" + each.getValue().strip() + "\n")
                .collect(Collectors.joining());
        String place = encoded(path).replace("%2F", "/");
        String canonical = String.join("\n", method, place, parameters, lines, names, hash);
        String day = stamp.substring(0, 8);
        String scope = day + "/" + region + "/s3/aws4_request";
        String text = String.join("\n", "AWS4-HMAC-SHA256", stamp, scope,
                HexFormat.of().formatHex(digest("SHA-256", canonical.getBytes(StandardCharsets.UTF_8))));
        byte[] key = mac(mac(mac(mac(("AWS4" + secret).getBytes(StandardCharsets.UTF_8), day), region), "s3"), "aws4_request");
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(endpoint + place + (parameters.isEmpty() ? "" : "?" + parameters)))
                .timeout(Duration.ofSeconds(60)).method(method, HttpRequest.BodyPublishers.ofByteArray(content));
        signed.forEach((name, value) -> {
            if (!name.equals("host")) {
                request.header(name, value);
            }
        });
        request.header("authorization", "AWS4-HMAC-SHA256 Credential=" + keyId + "/" + scope + ", SignedHeaders=" + names
                + ", Signature=" + HexFormat.of().formatHex(mac(key, text)));
        try {
            HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Reply(response.statusCode(), response.body());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while asking " + endpoint, stopped);
        }
    }

    @Override
    public void close() {
        http.close();
    }

    /// What came back.
    record Reply(int status, String body) {
        boolean good() {
            return status / 100 == 2;
        }

        /// The code and message of an S3 error, for a person.
        String said() {
            return status + " " + body.replaceAll("(?s).*<Code>(.*?)</Code>.*?(<Message>(.*?)</Message>)?.*", "$1 $3").strip();
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20").replace("*", "%2A").replace("%7E", "~");
    }

    private static byte[] digest(String name, byte[] bytes) {
        try {
            return MessageDigest.getInstance(name).digest(bytes);
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("this JVM has no " + name, broken);
        }
    }

    private static byte[] mac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("this JVM has no HmacSHA256", broken);
        }
    }
}
