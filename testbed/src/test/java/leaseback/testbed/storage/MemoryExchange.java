package leaseback.testbed.storage;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import leaseback.host.link.LineExchange;
import leaseback.manager.fleet.Exchange;
import leaseback.manager.fleet.LineFault;
import org.jspecify.annotations.Nullable;

/// An exchange between manager and host without a network between them.
final class MemoryExchange implements Exchange {
    private final Pipe up = new Pipe();
    private final Pipe down = new Pipe();
    private final CompletableFuture<Head> head = new CompletableFuture<>();
    private final RackedHost host;
    private final String method;
    private final String path;
    private final Map<String, String> headers;

    MemoryExchange(RackedHost host, String method, String path, Map<String, String> headers) {
        this.host = host;
        this.method = method;
        this.path = path;
        this.headers = headers;
        Thread.ofVirtual().name(host.serial() + " " + method).start(this::serve);
    }

    private void serve() {
        try {
            host.handler().handle(new HostSide());
            up.drain();
            down.end();
        } catch (IOException | RuntimeException broken) {
            cut();
        }
    }

    void cut() {
        up.cut();
        down.cut();
        head.completeExceptionally(new IOException("the line broke"));
    }

    @Override
    public void write(ByteBuffer bytes, Duration deadline) throws LineFault {
        try {
            host.receiving(bytes.remaining());
            up.write(bytes, deadline);
        } catch (IOException broken) {
            throw fault(broken);
        }
    }

    @Override
    public void endBody() throws LineFault {
        try {
            up.end();
        } catch (IOException broken) {
            throw fault(broken);
        }
    }

    @Override
    public int status(Duration deadline) throws LineFault {
        try {
            return head.get(deadline.toMillis(), TimeUnit.MILLISECONDS).status();
        } catch (ExecutionException | TimeoutException | InterruptedException failed) {
            throw fault(failed);
        }
    }

    @Override
    public @Nullable String header(String name) {
        return head.join().headers().get(name);
    }

    @Override
    public int read(ByteBuffer into, Duration deadline) throws LineFault {
        try {
            return down.read(into, deadline);
        } catch (IOException broken) {
            throw fault(broken);
        }
    }

    @Override
    public void close() {
        cut();
        host.ended(this);
    }

    private LineFault fault(Exception cause) {
        return new LineFault("host " + host.serial() + ", " + method + ": " + cause.getMessage(), cause);
    }

    private record Head(int status, Map<String, String> headers) {}

    private final class HostSide implements LineExchange {
        @Override
        public String method() {
            return method;
        }

        @Override
        public String path() {
            return path.split("\\?")[0];
        }

        @Override
        public @Nullable String parameter(String name) {
            Map<String, String> parameters = new TreeMap<>();
            if (path.contains("?")) {
                for (String pair : path.substring(path.indexOf('?') + 1).split("&")) {
                    parameters.put(pair.split("=")[0], URLDecoder.decode(pair.split("=")[1], StandardCharsets.UTF_8));
                }
            }
            return parameters.get(name);
        }

        @Override
        public @Nullable String header(String name) {
            return headers.get(name);
        }

        @Override
        public int read(ByteBuffer into, Duration deadline) throws IOException {
            host.waitWhileStuck();
            return up.read(into, deadline);
        }

        @Override
        public void reply(int status, Map<String, String> with) {
            head.complete(new Head(status, with));
        }

        @Override
        public void write(ByteBuffer bytes, Duration deadline) throws IOException {
            host.waitWhileStuck();
            host.sentBytes.addAndGet(bytes.remaining());
            down.write(bytes, deadline);
        }
    }
}
