package leaseback.host.link;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// What this host answers, by path: the longest path given that is the request's own or a folder above it.
public final class Routes implements LineHandler {
    private static final int MOST_JSON = 256 << 10;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Map<String, LineHandler> handlers = new LinkedHashMap<>();
    private final JsonMapper json;

    public Routes(JsonMapper json) {
        this.json = json;
    }

    /// Sends everything under `path` to `handler`.
    public Routes put(String path, LineHandler handler) {
        handlers.put(path, handler);
        return this;
    }

    /// Answers `GET path` with what `value` gives, as JSON.
    public Routes get(String path, Supplier<?> value) {
        return put(path, exchange -> {
            if (!exchange.method().equals("GET")) {
                refuse(exchange, 405, "only GET of " + path);
                return;
            }
            exchange.reply(200, Map.of("content-type", "application/json"));
            exchange.write(ByteBuffer.wrap(json.writeValueAsBytes(value.get())), PATIENCE);
        });
    }

    /// Takes JSON by `method path`; answers 204, or 202 when the work goes on, or 400 with the reason.
    public <T> Routes take(String method, String path, int status, Class<T> shape, Taker<T> taker) {
        return put(path, exchange -> {
            if (!exchange.method().equals(method)) {
                refuse(exchange, 405, "only " + method + " of " + path);
                return;
            }
            try {
                taker.take(json.readValue(body(exchange), shape));
                exchange.reply(status, Map.of());
            } catch (JacksonException | IllegalArgumentException wrong) {
                refuse(exchange, 400, String.valueOf(wrong.getMessage()));
            }
        });
    }

    /// Takes JSON by `POST path` and answers 200 with JSON, or 400 with the reason.
    public <T> Routes answer(String path, Class<T> shape, Answerer<T> answerer) {
        return put(path, exchange -> {
            if (!exchange.method().equals("POST")) {
                refuse(exchange, 405, "only POST of " + path);
                return;
            }
            Object answer;
            try {
                answer = answerer.answer(json.readValue(body(exchange), shape));
            } catch (JacksonException | IllegalArgumentException wrong) {
                refuse(exchange, 400, String.valueOf(wrong.getMessage()));
                return;
            }
            exchange.reply(200, Map.of("content-type", "application/json"));
            exchange.write(ByteBuffer.wrap(json.writeValueAsBytes(answer)), PATIENCE);
        });
    }

    /// Answers one value. An `IllegalArgumentException` says that it is none we can act on; its message reaches the manager.
    @FunctionalInterface
    public interface Answerer<T> {
        Object answer(T value) throws IOException;
    }

    /// Acts on one value. An `IllegalArgumentException` says that it is none we can act on; its message reaches the manager.
    @FunctionalInterface
    public interface Taker<T> {
        void take(T value) throws IOException;
    }

    @Override
    public void handle(LineExchange exchange) throws IOException {
        String path = exchange.path();
        LineHandler best = null;
        int length = -1;
        for (Map.Entry<String, LineHandler> route : handlers.entrySet()) {
            String under = route.getKey();
            if (under.length() > length && (path.equals(under) || path.startsWith(under + "/"))) {
                best = route.getValue();
                length = under.length();
            }
        }
        if (best == null) {
            refuse(exchange, 404, "this agent knows no " + path);
        } else {
            best.handle(exchange);
        }
    }

    /// Answers with one line of plain words.
    public static void refuse(LineExchange exchange, int status, String why) throws IOException {
        exchange.reply(status, Map.of("content-type", "text/plain; charset=utf-8"));
        exchange.write(ByteBuffer.wrap((why + "\n").getBytes(StandardCharsets.UTF_8)), PATIENCE);
    }

    static byte[] body(LineExchange exchange) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(MOST_JSON + 1);
        while (exchange.read(buffer, PATIENCE) >= 0) {
            if (!buffer.hasRemaining()) {
                throw new IllegalArgumentException("more than " + MOST_JSON + " bytes of JSON");
            }
        }
        return Arrays.copyOf(buffer.array(), buffer.position());
    }
}
