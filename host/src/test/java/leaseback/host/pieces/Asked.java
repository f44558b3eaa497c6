package leaseback.host.pieces;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import leaseback.host.link.LineExchange;
import org.jspecify.annotations.Nullable;

/// A request made by a test, and the answer it got.
final class Asked implements LineExchange {
    private final String method;
    private final String path;
    private final Map<String, String> parameters = new TreeMap<>();
    private final Map<String, String> headers = new TreeMap<>();
    private final ByteBuffer body;
    private final ByteArrayOutputStream answer = new ByteArrayOutputStream();
    private Map<String, String> answerHeaders = Map.of();
    private int status;
    private int breaksAt = Integer.MAX_VALUE;
    private Runnable atEnd = () -> {};

    private Asked(String method, String path, byte[] body) {
        this.method = method;
        this.path = path;
        this.body = ByteBuffer.wrap(body);
    }

    static Asked of(String method, String path, byte... body) {
        return new Asked(method, path, body);
    }

    Asked with(String name, Object value) {
        parameters.put(name, value.toString());
        return this;
    }

    Asked header(String name, Object value) {
        headers.put(name, value.toString());
        return this;
    }

    /// The line breaks once so many bytes of the body have passed.
    Asked breaking(int at) {
        breaksAt = at;
        return this;
    }

    /// Something happens when the body has passed and before the end is seen.
    Asked before(Runnable end) {
        atEnd = end;
        return this;
    }

    Asked at(Pieces pieces) throws IOException {
        pieces.handle(this);
        return this;
    }

    int status() {
        return status;
    }

    byte[] answer() {
        return answer.toByteArray();
    }

    String text() {
        return answer.toString(StandardCharsets.UTF_8);
    }

    @Nullable String answerHeader(String name) {
        return answerHeaders.get(name);
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public @Nullable String parameter(String name) {
        return parameters.get(name);
    }

    @Override
    public @Nullable String header(String name) {
        return headers.get(name);
    }

    @Override
    public int read(ByteBuffer into, Duration deadline) throws IOException {
        if (body.position() >= breaksAt) {
            throw new IOException("the line broke");
        }
        if (!body.hasRemaining()) {
            atEnd.run();
            return -1;
        }
        int count = Math.min(Math.min(into.remaining(), body.remaining()), 1000);
        into.put(body.slice().limit(count));
        body.position(body.position() + count);
        return count;
    }

    @Override
    public void reply(int code, Map<String, String> with) {
        status = code;
        answerHeaders = with;
    }

    @Override
    public void write(ByteBuffer bytes, Duration deadline) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        answer.writeBytes(copy);
    }
}
