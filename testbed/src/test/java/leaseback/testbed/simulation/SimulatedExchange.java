package leaseback.testbed.simulation;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.zip.CRC32C;
import leaseback.manager.fleet.LineFault;
import leaseback.protocol.PieceReceipt;
import leaseback.protocol.PieceRefusal;
import leaseback.testbed.direct.DirectExchange;
import tools.jackson.databind.json.JsonMapper;

/// One exchange with a simulated host. Time-outs cost no time: who would wait in vain is told so at once.
final class SimulatedExchange extends DirectExchange {
    private static final Duration SLOWNESS = Duration.ofMillis(60);
    private static final int WINDOW = 256 * 1024;
    private final SimulatedHost host;
    private final Mood mood;
    private long passed;

    SimulatedExchange(SimulatedHost host, Mood mood, String method, String path, Map<String, String> headers) {
        super(host.serial(), method, path, headers, WINDOW);
        this.host = host;
        this.mood = mood;
    }

    boolean late() {
        return mood.kind() == Mood.Kind.LATE;
    }

    @Override
    public void write(ByteBuffer bytes, Duration deadline) throws LineFault {
        pass(bytes.remaining());
        super.write(bytes, deadline);
    }

    @Override
    public int status(Duration deadline) throws LineFault {
        try {
            switch (mood.kind()) {
                case SILENT, LATE -> throw new LineFault(host.serial() + " did not answer in time");
                case MUTE -> {
                    awaitEnd(deadline);
                    throw new LineFault(host.serial() + "'s answer was lost");
                }
                case SLOW -> Thread.sleep(SLOWNESS);
                case WELL, GONE, STALE, CUT, FULL, FAILING, SHORT, FORGETS, FLIPS, OTHER -> { }
            }
        } catch (InterruptedException interrupted) {
            throw fault(interrupted);
        }
        return super.status(deadline);
    }

    @Override
    public int read(ByteBuffer into, Duration deadline) throws LineFault {
        int count = super.read(into, deadline);
        pass(Math.max(0, count));
        return count;
    }

    @Override
    public void close() {
        drain();
        if (!(late() && sent())) {
            cut();
        }
    }

    @Override
    protected void answered() {
        host.ended(this);
    }

    @Override
    protected void answer() throws IOException {
        Side side = new Side();
        boolean piece = method.equals("PUT");
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

    private void refuse(Side side, int status, int after) throws IOException {
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

    private void pretend(Side side) throws IOException {
        CRC32C crc = new CRC32C();
        long bytes = 0;
        ByteBuffer buffer = ByteBuffer.allocate(8192);
        while (side.read(buffer.clear(), Duration.ofMinutes(1)) >= 0) {
            bytes += buffer.flip().remaining();
            crc.update(buffer);
        }
        side.answer(201, new PieceReceipt(bytes, crc.getValue()));
    }

    private final class Side extends HostSide {
        private long given;

        void answer(int status, Object body) throws IOException {
            reply(status, Map.of());
            write(ByteBuffer.wrap(JsonMapper.shared().writeValueAsBytes(body)), Duration.ofMinutes(1));
        }

        @Override
        public int read(ByteBuffer into, Duration deadline) throws IOException {
            int count = super.read(into, deadline);
            if (count < 0 && late()) {
                host.awaitRelease();
            }
            return count;
        }

        @Override
        public void write(ByteBuffer bytes, Duration deadline) throws IOException {
            ByteBuffer sent = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
            if (method.equals("GET")) {
                distort(sent);
            }
            given += sent.remaining();
            super.write(sent, deadline);
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
