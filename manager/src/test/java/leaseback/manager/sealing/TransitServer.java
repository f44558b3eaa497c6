package leaseback.manager.sealing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A transit engine as Vault documents its HTTP API: really encrypts, with versions, associated data, tokens and its errors.
public final class TransitServer implements AutoCloseable {
    private static final String KEY = "/v1/transit/keys/leaseback";
    private final HttpServer http;
    private final JsonMapper json = JsonMapper.builder().build();
    private final List<KeyBox> versions = new ArrayList<>();
    private final String token = "s." + new SecureRandom().nextLong();
    private final AtomicInteger calls = new AtomicInteger();
    private int least = 1;

    public TransitServer() throws IOException {
        addVersion();
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/", this::answer);
        http.start();
    }

    /// A settings file with everything in it that a manager needs.
    public Path settings(Path folder) throws IOException {
        Path tokenFile = folder.resolve("vault.token");
        if (!Files.exists(tokenFile)) {
            Files.createFile(tokenFile, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Files.writeString(tokenFile, token + "\n");
        return Files.writeString(folder.resolve("kms.properties"), "address = http://127.0.0.1:" + http.getAddress().getPort()
                + "\nkey = leaseback\ntoken-file = vault.token\n");
    }

    int calls() {
        return calls.get();
    }

    @Override
    public void close() {
        http.stop(0);
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        calls.incrementAndGet();
        try (exchange) {
            byte[] sent = exchange.getRequestBody().readAllBytes();
            if (!token.equals(exchange.getRequestHeaders().getFirst("X-Vault-Token"))) {
                send(exchange, 403, Map.of("errors", List.of("permission denied")));
                return;
            }
            JsonNode body = sent.length == 0 ? json.createObjectNode() : json.readTree(sent);
            switch (exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath()) {
                case "GET " + KEY -> send(exchange, 200, Map.of("data", Map.of("type", "aes256-gcm96",
                        "latest_version", versions.size(), "min_decryption_version", least)));
                case "POST " + KEY + "/rotate" -> {
                    addVersion();
                    send(exchange, 204, null);
                }
                case "POST " + KEY + "/config" -> {
                    least = body.path("min_decryption_version").asInt();
                    send(exchange, 204, null);
                }
                case "POST /v1/transit/encrypt/leaseback" -> encrypt(exchange, body);
                case "POST /v1/transit/decrypt/leaseback" -> decrypt(exchange, body);
                default -> send(exchange, 404, Map.of("errors", List.of()));
            }
        }
    }

    private void encrypt(HttpExchange exchange, JsonNode body) throws IOException {
        byte[] sealed = versions.getLast().seal(new byte[0], bytes(body, "plaintext"), purpose(body));
        send(exchange, 200, Map.of("data", Map.of("key_version", versions.size(),
                "ciphertext", "vault:v" + versions.size() + ":" + Base64.getEncoder().encodeToString(sealed))));
    }

    private void decrypt(HttpExchange exchange, JsonNode body) throws IOException {
        String[] parts = body.path("ciphertext").asString("").split(":", 3);
        int version = Integer.parseInt(parts[1].substring(1));
        if (version < least) {
            send(exchange, 400, Map.of("errors", List.of("ciphertext or signature version is disallowed by policy (too old)")));
            return;
        }
        try {
            byte[] plain = versions.get(version - 1).open(Base64.getDecoder().decode(parts[2]), 0, purpose(body));
            send(exchange, 200, Map.of("data", Map.of("plaintext", Base64.getEncoder().encodeToString(plain))));
        } catch (GeneralSecurityException wrong) {
            send(exchange, 400, Map.of("errors", List.of("cipher: message authentication failed")));
        }
    }

    private void addVersion() {
        byte[] key = new byte[KeyBox.KEY_BYTES];
        new SecureRandom().nextBytes(key);
        versions.add(new KeyBox(key));
    }

    private static byte[] bytes(JsonNode body, String member) {
        return Base64.getDecoder().decode(body.path(member).asString(""));
    }

    private static String purpose(JsonNode body) {
        return new String(bytes(body, "associated_data"), StandardCharsets.UTF_8);
    }

    private void send(HttpExchange exchange, int status, @org.jspecify.annotations.Nullable Object body) throws IOException {
        byte[] bytes = body == null ? new byte[0] : json.writeValueAsBytes(body);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
