package leaseback.testbed.simulation;

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
import leaseback.protocol.PieceReceipt;
import leaseback.protocol.PieceRefusal;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// One exchange with a simulated host. Time-outs cost no time: who would wait in vain is told so at once.
final class SimulatedExchange implements Exchange {
    private static final Duration SLOWNESS = Duration.ofMillis(60);
    private final Flow up = new Flow();
    private final Flow down = new Flow();
    private final CompletableFuture<Head> head = new CompletableFuture<>();
    private final SimulatedHost host;
    private final Mood mood;
    private final String method;
    private final String path;
    private final Map<String, String> headers;
    private final Thread serving;
    private long passed;

    SimulatedExchange(SimulatedHost host, Mood mood, String method, String path, Map<String, String> headers) {
        this.host = host;
        this.mood = mood;
        this.method = method;
        this.path = path;
        this.headers = headers;
        this.serving = Thread.ofVirtual().name(host.serial() + " " + method).unstarted(this::serve);
    }

    void start() {
        serving.start();
    }

    /// Whether the host has done with it.
    boolean awaitEnd(Duration atMost) throws InterruptedException {
        return serving.join(atMost);
    }

    boolean late() {
        return mood.kind() == Mood.Kind.LATE;
    }

    void cut() {
        up.cut();
        down.cut();
        head.completeExceptionally(new IOException("the line broke"));
    }

    @Override
    public void write(ByteBuffer bytes, Duration deadline) throws LineFault {
        pass(bytes.remaining());
        try {
            up.write(bytes, deadline);
        } catch (IOException broken) {
            throw fault(broken);
        }
    }

    @Override
    public void endBody() {
        up.end();
    }

    @Override
    public int status(Duration deadline) throws LineFault {
        try {
            switch (mood.kind()) {
                case SILENT, LATE -> throw new LineFault(host.serial() + " did not answer in time");
                case MUTE -> {
                    serving.join(deadline);
                    throw new LineFault(host.serial() + "'s answer was lost");
                }
                case SLOW -> Thread.sleep(SLOWNESS);
                case WELL, GONE, STALE, CUT, FULL, FAILING, SHORT, FORGETS, FLIPS, OTHER -> { }
            }
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
            int count = down.read(into, deadline);
            pass(Math.max(0, count));
            return count;
        } catch (IOException broken) {
            throw fault(broken);
        }
    }

    @Override
    public void close() {
        down.drain();
        if (!(mood.kind() == Mood.Kind.LATE && up.ended())) {
            cut();
        }
    }

    private void pass(int bytes) throws LineFault {
        if (mood.kind() == Mood.Kind.SILENT) {
            throw new LineFault(host.serial() + " took no bytes in time");
        }
        passed += bytes;
        if (mood.kind() == Mood.Kind.CUT && passed > mood.after()) {
            cut();
            throw new LineFault(host.serial() + "'s line broke");
        }
    }

    private void serve() {
        HostSide side = new HostSide();
        boolean piece = method.equals("PUT");
        try {
            switch (mood.kind()) {
                case FAILING -> refuse(side, 500, 0);
                case FULL -> {
                    if (piece) {
                        refuse(side, 507, mood.after());
                    } else {
                        host.handler().handle(side);
                    }
                }
                case FORGETS -> {
                    if (piece) {
                        pretend(side);
                    } else {
                        host.handler().handle(side);
                    }
                }
                case WELL, SLOW, SILENT, GONE, STALE, CUT, MUTE, LATE, SHORT, FLIPS, OTHER -> host.handler().handle(side);
            }
            up.drain();
            down.end();
        } catch (IOException | RuntimeException broken) {
            cut();
        } finally {
            host.ended(this);
        }
    }

    private void refuse(HostSide side, int status, int after) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(8192);
        for (int taken = 0; taken < after;) {
            int count = side.read(buffer.clear(), Duration.ofMinutes(1));
            if (count < 0) {
                break;
            }
            taken += count;
        }
        side.answer(status, new PieceRefusal("trouble", 0, 0));
    }

    private void pretend(HostSide side) throws IOException {
        CRC32C crc = new CRC32C();
        long bytes = 0;
        ByteBuffer buffer = ByteBuffer.allocate(8192);
        while (side.read(buffer.clear(), Duration.ofMinutes(1)) >= 0) {
            bytes += buffer.flip().remaining();
            crc.update(buffer);
        }
        side.answer(201, new PieceReceipt(bytes, crc.getValue()));
    }

    private LineFault fault(Exception cause) {
        return new LineFault("host " + host.serial() + ", " + method + ": " + cause.getMessage(), cause);
    }

    private record Head(int status, Map<String, String> headers) {}

    private final class HostSide implements LineExchange {
        private long given;

        void answer(int status, Object body) throws IOException {
            reply(status, Map.of());
            write(ByteBuffer.wrap(JsonMapper.shared().writeValueAsBytes(body)), Duration.ofMinutes(1));
        }

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
            int at = path.indexOf('?');
            for (String pair : at < 0 ? new String[0] : path.substring(at + 1).split("&")) {
                if (pair.startsWith(name + "=")) {
                    return URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8);
                }
            }
            return null;
        }

        @Override
        public @Nullable String header(String name) {
            return headers.get(name);
        }

        @Override
        public int read(ByteBuffer into, Duration deadline) throws IOException {
            int count = up.read(into, deadline);
            if (count < 0 && mood.kind() == Mood.Kind.LATE) {
                host.awaitRelease();
            }
            return count;
        }

        @Override
        public void reply(int status, Map<String, String> with) {
            head.complete(new Head(status, with));
        }

        @Override
        public void write(ByteBuffer bytes, Duration deadline) throws IOException {
            ByteBuffer sent = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
            if (method.equals("GET")) {
                distort(sent);
            }
            given += sent.remaining();
            down.write(sent, deadline);
        }

        private void distort(ByteBuffer sent) {
            switch (mood.kind()) {
                case FLIPS -> {
                    int at = sent.remaining() / 2;
                    sent.put(at, (byte) (sent.get(at) ^ 0x10));
                }
                case OTHER -> {
                    for (int i = 0; i < sent.limit(); i++) {
                        sent.put(i, (byte) (i * 31 + host.alias()));
                    }
                }
                case SHORT -> sent.limit(Math.clamp(mood.after() - given, 0, sent.limit()));
                case WELL, SLOW, SILENT, GONE, STALE, CUT, MUTE, LATE, FULL, FAILING, FORGETS -> { }
            }
        }
    }
}
