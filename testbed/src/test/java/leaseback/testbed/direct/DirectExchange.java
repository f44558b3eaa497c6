package leaseback.testbed.direct;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import leaseback.host.link.LineExchange;
import leaseback.manager.fleet.Exchange;
import leaseback.manager.fleet.LineFault;
import leaseback.manager.fleet.Lines;
import org.jspecify.annotations.Nullable;

/// An exchange between manager and host in one process. What goes wrong in it, who extends it decides.
public abstract class DirectExchange implements Exchange {
    protected final String method;
    private final String serial;
    private final String path;
    private final Map<String, String> headers;
    private final Flow up;
    private final Flow down;
    private final CompletableFuture<Head> head = new CompletableFuture<>();
    private volatile @Nullable Thread serving;

    /// @param window bytes that may be under way in each direction
    protected DirectExchange(String serial, String method, String path, Map<String, String> headers, int window) {
        this.serial = serial;
        this.method = method;
        this.path = path;
        this.headers = headers;
        this.up = new Flow(window);
        this.down = new Flow(window);
    }

    /// What the host does with it; afterwards its answer is whole.
    protected abstract void answer() throws IOException;

    /// The host has done with it, or broken off.
    protected void answered() {}

    /// Lets the host begin.
    public final void start() {
        serving = Thread.ofVirtual().name(serial + " " + method).start(this::serve);
    }

    /// Whether the host has done with it.
    public final boolean awaitEnd(Duration atMost) throws InterruptedException {
        Thread begun = serving;
        return begun == null || begun.join(atMost);
    }

    private void serve() {
        try {
            answer();
            up.drain();
            down.end();
        } catch (IOException | RuntimeException broken) {
            cut();
        } finally {
            answered();
        }
    }

    public final void cut() {
        up.cut();
        down.cut();
        head.completeExceptionally(new IOException("the line broke"));
    }

    /// The manager reads no more of the answer.
    protected final void drain() {
        down.drain();
    }

    /// Whether the manager has sent all of its request.
    protected final boolean sent() {
        return up.ended();
    }

    @Override
    public void write(ByteBuffer bytes, Duration deadline) throws LineFault {
        try {
            up.write(bytes, deadline);
        } catch (IOException broken) {
            throw fault(broken);
        }
    }

    @Override
    public final void endBody() {
        up.end();
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
    public final @Nullable String header(String name) {
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

    /// Sends `body` and reads the whole answer, then closes, as {@link Lines#call} does.
    public final Lines.Reply call(byte[] body, Duration deadline) throws LineFault {
        try (this) {
            write(ByteBuffer.wrap(body), deadline);
            endBody();
            int status = status(deadline);
            ByteBuffer answer = ByteBuffer.allocate(1 << 20);
            while (read(answer, deadline) >= 0) {
                // To the end.
            }
            byte[] bytes = new byte[answer.flip().remaining()];
            answer.get(bytes);
            return new Lines.Reply(status, bytes);
        }
    }

    protected final LineFault fault(Exception cause) {
        return new LineFault("host " + serial + ", " + method + ": " + cause.getMessage(), cause);
    }

    private record Head(int status, Map<String, String> headers) {}

    /// What the host sees of it.
    protected class HostSide implements LineExchange {
        protected HostSide() {}

        @Override
        public final String method() {
            return method;
        }

        @Override
        public final String path() {
            return path.split("\\?")[0];
        }

        @Override
        public final @Nullable String parameter(String name) {
            int at = path.indexOf('?');
            for (String pair : at < 0 ? new String[0] : path.substring(at + 1).split("&")) {
                if (pair.startsWith(name + "=")) {
                    return URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8);
                }
            }
            return null;
        }

        @Override
        public final @Nullable String header(String name) {
            return headers.get(name);
        }

        @Override
        public int read(ByteBuffer into, Duration deadline) throws IOException {
            return up.read(into, deadline);
        }

        @Override
        public final void reply(int status, Map<String, String> with) {
            head.complete(new Head(status, with));
        }

        @Override
        public void write(ByteBuffer bytes, Duration deadline) throws IOException {
            down.write(bytes, deadline);
        }
    }
}
