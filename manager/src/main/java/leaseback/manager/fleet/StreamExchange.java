package leaseback.manager.fleet;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.codec.http2.Http2StreamChannelOption;
import io.netty.util.ReferenceCountUtil;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import leaseback.line.Inflow;
import org.jspecify.annotations.Nullable;

/// One HTTP/2 stream, waited on plainly.
///
/// Bounded both ways: only bytes that were read re-open the host's window; a writer waits while `UNSENT` bytes of it have not
/// left through our window there.
@SuppressWarnings("FutureReturnValueIgnored") // Netty: what goes wrong ends the channel, and that is watched
final class StreamExchange extends ChannelInboundHandlerAdapter implements Exchange {
    private static final int CHUNK = 128 << 10;
    private static final int UNSENT = 256 << 10;

    private final String what;
    private final Channel channel;
    private final Runnable onClose;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Inflow inflow;
    private int unsent;
    private boolean ended;
    private @Nullable Http2Headers head;
    private @Nullable String fault;
    private volatile @Nullable String reset;

    private StreamExchange(String what, Channel channel, Runnable onClose) {
        this.what = what;
        this.channel = channel;
        this.inflow = new Inflow(channel);
        this.onClose = onClose;
    }

    /// Opens a stream on `connection` and sends the head.
    ///
    /// @param what    host and request, for messages
    /// @param onClose run once, when the exchange is closed
    static StreamExchange open(Channel connection, String what, String method, String path, Map<String, String> headers,
            Duration deadline, Runnable onClose) throws LineFault {
        var opening = new Http2StreamChannelBootstrap(connection).option(Http2StreamChannelOption.AUTO_STREAM_FLOW_CONTROL, false)
                .option(ChannelOption.ALLOCATOR, connection.alloc())
                .handler(new ChannelInboundHandlerAdapter()).open();
        try {
            if (!opening.await(deadline.toMillis())) {
                opening.addListener(late -> {
                    if (late.isSuccess()) {
                        opening.getNow().close();
                    }
                });
                throw new LineFault(what + ": no stream could be opened within " + deadline);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new LineFault(what + ": interrupted", interrupted);
        }
        if (!opening.isSuccess()) {
            throw new LineFault(what + ": no stream could be opened: " + opening.cause(), opening.cause());
        }
        Channel stream = opening.getNow();
        StreamExchange exchange = new StreamExchange(what, stream, onClose);
        stream.pipeline().addLast(exchange);
        if (!stream.isActive()) {
            exchange.fail("the line broke");
        }
        Http2Headers request = new DefaultHttp2Headers().method(method).scheme("https").authority("host").path(path);
        headers.forEach((name, value) -> request.set(name, value));
        stream.writeAndFlush(new DefaultHttp2HeadersFrame(request, false)).addListener(sent -> {
            if (!sent.isSuccess()) {
                exchange.fail("the head could not be sent: " + sent.cause());
            }
        });
        return exchange;
    }

    @Override
    public void write(ByteBuffer bytes, Duration deadline) throws LineFault {
        while (bytes.hasRemaining()) {
            int count = Math.min(CHUNK, bytes.remaining());
            lock.lock();
            try {
                await(() -> fault != null || unsent <= UNSENT / 2, deadline, "the host takes no more bytes");
                if (fault != null) {
                    throw new LineFault(what + ": " + fault);
                }
                unsent += count;
            } finally {
                lock.unlock();
            }
            ByteBuf chunk = Unpooled.wrappedBuffer(bytes.slice(bytes.position(), count));
            bytes.position(bytes.position() + count);
            channel.writeAndFlush(new DefaultHttp2DataFrame(chunk)).addListener(sent -> {
                lock.lock();
                try {
                    unsent -= count;
                    if (!sent.isSuccess() && fault == null) {
                        fault = "the body could not be sent: " + sent.cause();
                    }
                    // Woken when half has left, a writer sends the next half in one go.
                    if (unsent <= UNSENT / 2 || fault != null) {
                        changed.signalAll();
                    }
                } finally {
                    lock.unlock();
                }
            });
        }
    }

    @Override
    public void endBody() throws LineFault {
        lock.lock();
        try {
            if (fault != null) {
                throw new LineFault(what + ": " + fault);
            }
        } finally {
            lock.unlock();
        }
        channel.writeAndFlush(new DefaultHttp2DataFrame(true));
    }

    @Override
    public int status(Duration deadline) throws LineFault {
        lock.lock();
        try {
            await(() -> head != null || fault != null, deadline, "no answer");
            if (head == null) {
                throw new LineFault(what + ": " + fault);
            }
            return Integer.parseInt(head.status().toString());
        } catch (NumberFormatException notHttp) {
            throw new LineFault(what + ": the answer has no status", notHttp);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public @Nullable String header(String name) {
        lock.lock();
        try {
            CharSequence value = head == null ? null : head.get(name);
            return value == null ? null : value.toString();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read(ByteBuffer into, Duration deadline) throws LineFault {
        lock.lock();
        try {
            if (!into.hasRemaining()) {
                return 0;
            }
            await(() -> !inflow.isEmpty() || ended || fault != null, deadline, "nothing more came");
            int read = inflow.read(into);
            if (read > 0) {
                return read;
            }
            if (ended) {
                return -1;
            }
            throw new LineFault(what + ": " + fault);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        lock.lock();
        try {
            inflow.clear();
            if (fault == null) {
                fault = "already closed";
            }
        } finally {
            lock.unlock();
        }
        // Netty sends RST_STREAM(CANCEL) here unless both sides have ended the stream.
        channel.close();
        onClose.run();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object frame) {
        lock.lock();
        try {
            switch (frame) {
                case Http2HeadersFrame headers -> {
                    boolean interim = head == null && headers.headers().status() != null
                            && headers.headers().status().toString().startsWith("1");
                    if (head == null && !interim) {
                        head = headers.headers();
                    }
                    ended |= headers.isEndStream();
                }
                case Http2DataFrame data -> {
                    ended |= data.isEndStream();
                    if (closed.get()) {
                        inflow.drop(data);
                    } else {
                        inflow.keep(data);
                    }
                }
                default -> ReferenceCountUtil.release(frame);
            }
            if (ended) {
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /// A reader is woken for all that came together, not for each frame of it.
    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof Http2ResetFrame frame) {
            // Told at once, while what came before it is still being handed on: only the end of the channel makes it a fault.
            reset = "the host reset the stream (error " + frame.errorCode() + ")";
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        fail(reset == null ? "the line broke" : reset);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        fail("the stream failed: " + cause);
    }

    private void fail(String why) {
        lock.lock();
        try {
            if (fault == null) {
                fault = why;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Lock held.
    private void await(java.util.function.BooleanSupplier met, Duration deadline, String why) throws LineFault {
        long left = deadline.toNanos();
        try {
            while (!met.getAsBoolean()) {
                if (left <= 0) {
                    throw new LineFault(what + ": " + why + " for " + deadline.toMillis() + " ms");
                }
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new LineFault(what + ": interrupted", interrupted);
        }
    }
}
