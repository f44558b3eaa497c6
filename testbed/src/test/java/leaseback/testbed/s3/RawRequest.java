package leaseback.testbed.s3;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import leaseback.manager.customer.AccessKey;
import leaseback.testbed.storage.RackedFace;

/// A request written to the socket byte by byte, and signed by a signer of its own: so that it can be wrong in any way.
final class RawRequest {
    static final String UNSIGNED = "UNSIGNED-PAYLOAD";
    private final int port;
    private final String method;
    private final String target;
    private final Map<String, String> headers = new TreeMap<>();
    private final List<String> unsigned = new ArrayList<>();
    private byte[] body = new byte[0];
    private Instant at = Instant.now();
    private String signature = "";
    private String scope = "";
    private byte[] signingKey = new byte[0];

    /// @param target path and query as they go on the wire; queries sorted and encoded as they are signed
    RawRequest(int port, String method, String target) {
        this.port = port;
        this.method = method;
        this.target = target;
        headers.put("host", "127.0.0.1:" + port);
    }

    RawRequest at(Instant when) {
        at = when;
        return this;
    }

    RawRequest header(String name, String value) {
        headers.put(name.toLowerCase(Locale.ROOT), value);
        return this;
    }

    /// A line that goes out after the signature was made.
    RawRequest unsigned(String line) {
        unsigned.add(line);
        return this;
    }

    RawRequest body(byte[] bytes) {
        body = bytes;
        headers.putIfAbsent("content-length", Integer.toString(bytes.length));
        return this;
    }

    RawRequest body(String text) {
        return body(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Signs for UNSIGNED-PAYLOAD unless `x-amz-content-sha256` was set.
    RawRequest sign(AccessKey key) {
        return sign(key, RackedFace.REGION);
    }

    RawRequest sign(AccessKey key, String region) {
        headers.putIfAbsent("x-amz-content-sha256", UNSIGNED);
        headers.put("x-amz-date", timestamp());
        scope = timestamp().substring(0, 8) + "/" + region + "/s3/aws4_request";
        TreeSet<String> names = new TreeSet<>(headers.keySet());
        names.remove("content-length");
        StringBuilder canonical = new StringBuilder(method).append('\n').append(target.split("\\?", 2)[0]).append('\n')
                .append(target.contains("?") ? target.split("\\?", 2)[1] : "").append('\n');
        names.forEach(name -> canonical.append(name).append(':').append(headers.get(name)).append('\n'));
        canonical.append('\n').append(String.join(";", names)).append('\n').append(headers.get("x-amz-content-sha256"));
        byte[] derived = ("AWS4" + key.secret()).getBytes(StandardCharsets.UTF_8);
        for (String step : scope.split("/")) {
            derived = hmac(derived, step);
        }
        signingKey = derived;
        signature = hex(hmac(signingKey, "AWS4-HMAC-SHA256\n" + timestamp() + "\n" + scope + "\n"
                + sha256(canonical.toString())));
        headers.put("authorization", "AWS4-HMAC-SHA256 Credential=" + key.id() + "/" + scope + ", SignedHeaders="
                + String.join(";", names)
                + ", Signature=" + signature);
        return this;
    }

    /// The next signature of the chain, for a chunk or a trailer.
    String signNext(String kind, String previous, String hashes) {
        return hex(hmac(signingKey, kind + "\n" + timestamp() + "\n" + scope + "\n" + previous + "\n" + hashes));
    }

    String signature() {
        return signature;
    }

    /// Sends all, and reads the answer to the end of the connection or of its length.
    Answer send() throws IOException {
        try (Socket socket = open()) {
            write(socket.getOutputStream());
            return Answer.read(socket.getInputStream(), method.equals("HEAD"));
        }
    }

    /// Sends only so much of the body, then shuts the sending half.
    Answer sendCut(int bytes) throws IOException {
        try (Socket socket = open()) {
            socket.getOutputStream().write(head());
            socket.getOutputStream().write(body, 0, bytes);
            socket.shutdownOutput();
            return Answer.read(socket.getInputStream(), false);
        }
    }

    Socket open() throws IOException {
        Socket socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(20_000);
        return socket;
    }

    void write(OutputStream out) throws IOException {
        out.write(head());
        out.write(body);
        out.flush();
    }

    byte[] head() {
        StringBuilder head = new StringBuilder(method).append(' ').append(target).append(" HTTP/1.1\r\n");
        headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        unsigned.forEach(line -> head.append(line).append("\r\n"));
        return head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    static String sha256(String text) {
        return sha256(text.getBytes(StandardCharsets.UTF_8));
    }

    static String sha256(byte[] bytes) {
        try {
            return hex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException broken) {
            throw new AssertionError(broken);
        }
    }

    private String timestamp() {
        return DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC).format(at);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException broken) {
            throw new AssertionError(broken);
        }
    }

    /// What came back.
    record Answer(int status, Map<String, String> headers, String body) {
        static Answer read(InputStream in, boolean head) throws IOException {
            String first = line(in);
            Map<String, String> headers = new TreeMap<>();
            for (String line = line(in); !line.isEmpty(); line = line(in)) {
                int colon = line.indexOf(':');
                headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
            }
            int status = first.isEmpty() ? 0 : Integer.parseInt(first.split(" ")[1]);
            int length = head || status == 100 ? 0 : Integer.parseInt(headers.getOrDefault("content-length", "0"));
            return new Answer(status, headers, new String(in.readNBytes(length), StandardCharsets.UTF_8));
        }

        String code() {
            int at = body.indexOf("<Code>");
            return at < 0 ? "" : body.substring(at + 6, body.indexOf("</Code>"));
        }

        private static String line(InputStream in) throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
                if (c != '\r') {
                    line.write(c);
                }
            }
            return line.toString(StandardCharsets.UTF_8);
        }
    }
}
