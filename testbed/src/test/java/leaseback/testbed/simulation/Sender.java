package leaseback.testbed.simulation;

import java.io.IOException;
import java.util.Map;
import leaseback.manager.storage.Content;
import leaseback.manager.storage.Digests;

/// A client that sends a value, whole or not, and what happens while it does.
final class Sender implements Content {
    private static final int MOST = 30_000;
    private final Value value;
    private final boolean silent;
    private final int eventAt;
    private final Event event;
    private long at;
    private boolean happened;

    /// @param silent  does not say how long it is
    /// @param eventAt bytes after which `event` happens; behind the end it happens as the digests are asked for
    Sender(Value value, boolean silent, int eventAt, Event event) {
        this.value = value;
        this.silent = silent;
        this.eventAt = eventAt;
        this.event = event;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (at >= eventAt) {
            happen();
        }
        int count = (int) Math.min(Math.min(length, MOST), value.length() - at);
        for (int i = 0; i < count; i++) {
            buffer[offset + i] = value.at(at + i);
        }
        at += count;
        return count == 0 ? -1 : count;
    }

    @Override
    public long length() {
        return silent ? -1 : value.length();
    }

    @Override
    public Digests digests() throws IOException {
        happen();
        return new Digests(value.etag(), Map.of());
    }

    private void happen() throws IOException {
        if (!happened) {
            happened = true;
            event.happen();
        }
    }

    /// Something in the middle of a PUT.
    interface Event {
        Event NONE = () -> {};

        void happen() throws IOException;
    }

    /// The client went away, or sent something else than it claimed.
    static final class Gone extends IOException {
        private static final long serialVersionUID = 1;

        Gone() {
            super("the sender broke off");
        }
    }
}
