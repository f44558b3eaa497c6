package leaseback.testbed.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import leaseback.manager.fleet.LineFault;
import leaseback.testbed.direct.DirectExchange;

/// One exchange with a racked host.
final class MemoryExchange extends DirectExchange {
    private static final int WINDOW = 64 * 1024;
    private final RackedHost host;

    MemoryExchange(RackedHost host, String method, String path, Map<String, String> headers) {
        super(host.serial(), method, path, headers, WINDOW);
        this.host = host;
    }

    @Override
    protected void answer() throws IOException {
        host.handler().handle(new Side());
    }

    @Override
    public void write(ByteBuffer bytes, Duration deadline) throws LineFault {
        host.receiving(bytes.remaining());
        super.write(bytes, deadline);
    }

    @Override
    public void close() {
        cut();
        host.ended(this);
    }

    private final class Side extends HostSide {
        @Override
        public int read(ByteBuffer into, Duration deadline) throws IOException {
            host.waitWhileStuck();
            return super.read(into, deadline);
        }

        @Override
        public void write(ByteBuffer bytes, Duration deadline) throws IOException {
            host.waitWhileStuck();
            host.sentBytes.addAndGet(bytes.remaining());
            super.write(bytes, deadline);
        }
    }
}
