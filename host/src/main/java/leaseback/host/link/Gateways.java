package leaseback.host.link;

import io.netty.channel.Channel;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import leaseback.protocol.Dial;
import leaseback.protocol.LineHello;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Bulk connections to the gateways that asked for one; the gateway closes what it no longer needs.
@SuppressWarnings("FutureReturnValueIgnored") // Netty: what goes wrong ends the channel, and that is watched
public final class Gateways implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Gateways.class);

    /// Sixteen streams of 256 KiB on each, if no handler reads at all: 24 MiB of a heap of 64 at the very worst.
    private static final int MOST = 6;

    private final Dialer dialer;
    private final LineHandler handler;
    private final Semaphore free = new Semaphore(MOST);
    private final Set<Channel> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    public Gateways(Dialer dialer, LineHandler handler) {
        this.dialer = dialer;
        this.handler = handler;
    }

    /// Dials in the background.
    ///
    /// @throws IllegalArgumentException when there are enough connections already
    public void dial(Dial wanted) {
        if (wanted.port() < 1 || wanted.port() > 65_535 || wanted.ticket().length() > 200) {
            throw new IllegalArgumentException("nobody can dial " + wanted.address() + ":" + wanted.port());
        }
        if (!free.tryAcquire()) {
            throw new IllegalArgumentException("this agent keeps at most " + MOST + " bulk connections");
        }
        dialer.run(() -> {
            try {
                Channel channel = dialer.dial(wanted.address() + ":" + wanted.port(), LineHello.BULK, wanted.ticket(), handler);
                open.add(channel);
                channel.closeFuture().addListener(gone -> {
                    open.remove(channel);
                    free.release();
                });
                if (closed) {
                    channel.close();
                }
            } catch (IOException | RuntimeException failed) {
                free.release();
                LOG.info("no bulk connection to {}:{}: {}", wanted.address(), wanted.port(), failed.getMessage());
            }
        });
    }

    public int connections() {
        return open.size();
    }

    @Override
    public void close() {
        closed = true;
        open.forEach(Channel::close);
    }
}
