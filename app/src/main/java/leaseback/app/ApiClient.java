package leaseback.app;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Speaks the manager's public JSON API, as any other client would.
public final class ApiClient implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Pattern NEXT = Pattern.compile("<([^>]+)>; *rel=\"next\"");
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final URI base;
    private final String token;

    /// @param base such as `http://127.0.0.1:8080/api`
    public ApiClient(URI base, String token) {
        this.base = base;
        this.token = token;
    }

    /// @throws IOException when the manager does not answer or refuses; says what it said
    public JsonNode get(String path) throws IOException {
        return json(send(request(path).GET().build()));
    }

    /// Empty where there is none.
    public Optional<JsonNode> find(String path) throws IOException {
        HttpResponse<byte[]> response = sent(request(path).GET().build(), BodyHandlers.ofByteArray());
        return response.statusCode() == 404 ? Optional.empty() : Optional.of(json(passed(response)));
    }

    /// Every item of a list, page after page.
    public List<JsonNode> list(String path) throws IOException {
        List<JsonNode> items = new ArrayList<>();
        String next = path;
        while (next != null) {
            HttpResponse<byte[]> response = send(request(next).GET().build());
            json(response).forEach(items::add);
            next = response.headers().firstValue("link").map(NEXT::matcher).filter(Matcher::find)
                    .map(found -> found.group(1).substring("/api".length())).orElse(null);
        }
        return items;
    }

    /// Posts `body` as JSON; null for an empty body.
    public JsonNode post(String path, @Nullable Object body) throws IOException {
        return send("POST", path, body);
    }

    /// Puts `body` as JSON.
    public JsonNode put(String path, Object body) throws IOException {
        return send("PUT", path, body);
    }

    /// The raw bytes of a document.
    public byte[] bytes(String path) throws IOException {
        return send(request(path).GET().build()).body();
    }

    /// The bytes of a long document as they come; the manager may take ten minutes until the first.
    public InputStream stream(String path) throws IOException {
        HttpResponse<InputStream> response = sent(request(path).timeout(Duration.ofMinutes(10)).GET().build(), BodyHandlers.ofInputStream());
        if (response.statusCode() / 100 != 2) {
            throw refused(response.request(), response.statusCode(), response.body().readAllBytes());
        }
        return response.body();
    }

    @Override
    public void close() {
        http.close();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path))
                .header("authorization", "Bearer " + token)
                .timeout(Duration.ofSeconds(30));
    }

    private JsonNode send(String method, String path, @Nullable Object body) throws IOException {
        HttpRequest.Builder request = request(path);
        if (body == null) {
            request.method(method, BodyPublishers.noBody());
        } else {
            request.header("content-type", "application/json").method(method, BodyPublishers.ofString(JSON.writeValueAsString(body)));
        }
        return json(send(request.build()));
    }

    private HttpResponse<byte[]> send(HttpRequest request) throws IOException {
        return passed(sent(request, BodyHandlers.ofByteArray()));
    }

    private static HttpResponse<byte[]> passed(HttpResponse<byte[]> response) throws IOException {
        if (response.statusCode() / 100 != 2) {
            throw refused(response.request(), response.statusCode(), response.body());
        }
        return response;
    }

    private <T> HttpResponse<T> sent(HttpRequest request, BodyHandler<T> body) throws IOException {
        try {
            return http.send(request, body);
        } catch (ConnectException refused) {
            throw new IOException("no manager answers at " + base + "; is it running?", refused);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + request.uri(), interrupted);
        }
    }

    private static IOException refused(HttpRequest request, int status, byte[] body) {
        return new IOException(request.method() + " " + request.uri().getPath() + " was refused with " + status + ": " + detail(body));
    }

    private static String detail(byte[] body) {
        try {
            JsonNode problem = JSON.readTree(body);
            String detail = problem.path("detail").asString("");
            return detail.isEmpty() ? problem.path("title").asString("no reason given") : detail;
        } catch (JacksonException notJson) {
            return "no reason given";
        }
    }

    private static JsonNode json(HttpResponse<byte[]> response) throws IOException {
        try {
            return response.body().length == 0 ? JSON.createObjectNode() : JSON.readTree(response.body());
        } catch (JacksonException notJson) {
            throw new IOException(response.uri() + " did not answer with JSON", notJson);
        }
    }
}
