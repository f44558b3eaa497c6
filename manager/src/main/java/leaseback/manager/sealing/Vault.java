package leaseback.manager.sealing;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The key in a HashiCorp Vault or OpenBao, by the HTTP API of their transit engine: the key itself never leaves the service.
/// It must be of an authenticated type (`aes256-gcm96`, the default), since purposes travel as associated data.
///
/// What is sealed is the service's own text, `vault:v3:...`. What was opened is kept in memory for a minute, at most 10,000 of it:
/// every request of an S3 client needs its secret key, and a service is milliseconds away.
public final class Vault implements Kms {
    private static final byte[] HEADER = "vault:v".getBytes(StandardCharsets.US_ASCII);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration CACHED = Duration.ofMinutes(1);
    private static final int MOST_CACHED = 10_000;
    private static final int MOST_BYTES = 1 << 20;

    private final KmsSettings settings;
    private final InstantSource clock;
    private final HttpClient http;
    private final JsonMapper json = JsonMapper.builder().build();
    private final Map<Sealed, Opened> cache = new ConcurrentHashMap<>();
    private volatile Newest newest = new Newest(0, Instant.MIN);

    private Vault(KmsSettings settings, InstantSource clock, HttpClient http) {
        this.settings = settings;
        this.clock = clock;
        this.http = http;
    }

    /// Connects, and looks whether the key is there.
    ///
    /// @throws IOException    when the CA or token file cannot be read
    /// @throws KmsUnreachable when the service does not answer, or does not let us use the key
    public static Vault open(KmsSettings settings, InstantSource clock) throws IOException {
        HttpClient.Builder http = HttpClient.newBuilder().connectTimeout(PATIENCE).followRedirects(HttpClient.Redirect.NEVER);
        if (settings.caFile() != null) {
            http.sslContext(CaFile.trusting(settings.caFile()));
        }
        Vault vault = new Vault(settings, clock, http.build());
        vault.newest = vault.askNewest();
        return vault;
    }

    @Override
    public byte[] seal(byte[] secret, String purpose) {
        String sealed = text(call("POST", "encrypt", "", Map.of("plaintext", base64(secret), "associated_data", purpose(purpose))),
                "ciphertext");
        return sealed.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public byte[] open(byte[] sealed, String purpose) {
        Instant now = clock.instant();
        Sealed asked = new Sealed(new String(sealed, StandardCharsets.US_ASCII), purpose);
        Opened known = cache.get(asked);
        if (known != null && now.isBefore(known.until())) {
            return known.secret().clone();
        }
        JsonNode answer;
        try {
            answer = call("POST", "decrypt", "", Map.of("ciphertext", asked.text(), "associated_data", purpose(purpose)));
        } catch (Refused refused) {
            throw new IllegalStateException("cannot open what was sealed for " + purpose + ": " + refused.getMessage()
                    + "; that version of the key was retired, another key sealed it, or the bytes were altered", refused);
        }
        byte[] secret = Base64.getDecoder().decode(text(answer, "plaintext"));
        cache.values().removeIf(old -> !now.isBefore(old.until()));
        if (cache.size() >= MOST_CACHED) {
            cache.clear();
        }
        cache.put(asked, new Opened(secret.clone(), now.plus(CACHED)));
        return secret;
    }

    @Override
    public boolean recognises(byte[] sealed) {
        return marked(sealed);
    }

    @Override
    public boolean isCurrent(byte[] sealed) {
        return marked(sealed) && version(sealed) == newestVersion();
    }

    @Override
    public int rotate() {
        call("POST", "keys", "/rotate", Map.of());
        newest = askNewest();
        return newest.version();
    }

    @Override
    public int retire() {
        newest = askNewest();
        call("POST", "keys", "/config", Map.of("min_decryption_version", newest.version(), "min_encryption_version", newest.version()));
        cache.clear();
        return newest.version();
    }

    @Override
    public String describe() {
        return "transit key " + settings.key() + " at " + settings.address() + ", sealing with version " + newestVersion();
    }

    static boolean marked(byte[] sealed) {
        return sealed.length > HEADER.length && java.util.Arrays.mismatch(sealed, HEADER) == HEADER.length;
    }

    private static int version(byte[] sealed) {
        String text = new String(sealed, StandardCharsets.US_ASCII);
        return Integer.parseInt(text.substring(HEADER.length, text.indexOf(':', HEADER.length)));
    }

    private int newestVersion() {
        Newest known = newest;
        if (!clock.instant().isBefore(known.until())) {
            known = askNewest();
            newest = known;
        }
        return known.version();
    }

    private Newest askNewest() {
        int version = call("GET", "keys", "", Map.of()).path("latest_version").asInt(0);
        if (version < 1) {
            throw new KmsUnreachable(settings.address() + " does not say which version the key " + settings.key() + " has", null);
        }
        return new Newest(version, clock.instant().plus(CACHED));
    }

    /// The member `data` of the answer.
    private JsonNode call(String method, String verb, String rest, Map<String, Object> body) {
        URI uri = URI.create(settings.address() + "/v1/" + settings.mount() + "/" + verb + "/" + settings.key() + rest);
        try {
            // Read each time: whoever renews the token replaces the file.
            HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(PATIENCE)
                    .header("X-Vault-Token", Files.readString(settings.tokenFile()).strip())
                    .header("Content-Type", "application/json")
                    .method(method, method.equals("GET") ? HttpRequest.BodyPublishers.noBody()
                            : HttpRequest.BodyPublishers.ofByteArray(json.writeValueAsBytes(body)));
            HttpResponse<byte[]> answer = http.send(request.build(),
                    HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), MOST_BYTES));
            JsonNode read = answer.body().length == 0 ? json.createObjectNode() : json.readTree(answer.body());
            if (answer.statusCode() / 100 == 2) {
                return read.path("data");
            }
            String why = uri + " answered " + answer.statusCode() + " " + read.path("errors");
            if (answer.statusCode() == 400) {
                throw new Refused(why);
            }
            throw new KmsUnreachable(why + (answer.statusCode() == 403
                    ? "; look whether the token in " + settings.tokenFile() + " is good and may use this key" : ""), null);
        } catch (IOException | JacksonException failed) {
            throw new KmsUnreachable("the key service at " + settings.address() + " does not answer as it should: " + failed, failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new KmsUnreachable("interrupted while asking the key service", stopped);
        }
    }

    private String text(JsonNode data, String member) {
        String text = data.path(member).asString("");
        if (text.isEmpty()) {
            throw new KmsUnreachable(settings.address() + " answered without " + member, null);
        }
        return text;
    }

    private static String purpose(String purpose) {
        return base64(purpose.getBytes(StandardCharsets.UTF_8));
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /// The service understood us and said no.
    private static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message);
        }
    }

    private record Sealed(String text, String purpose) {}

    @SuppressWarnings("ArrayRecordComponent") // held, never compared
    private record Opened(byte[] secret, Instant until) {}

    private record Newest(int version, Instant until) {}
}
