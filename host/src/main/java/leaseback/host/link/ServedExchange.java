package leaseback.host.link;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import leaseback.line.Inflow;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One stream that the manager opened, answered on a virtual thread.
///
/// Bounded both ways: only bytes that the handler has read re-open the manager's window; a writer waits while `UNSENT` bytes
/// have not left through the manager's window.
@SuppressWarnings("FutureReturnValueIgnored") // Netty: what goes wrong ends the channel, and that is watched
final class ServedExchange extends ChannelInboundHandlerAdapter implements LineExchange {
    private static final Logger LOG = LoggerFactory.getLogger(ServedExchange.class);
    private static final int CHUNK = 32 << 10;
    private static final int UNSENT = 128 << 10;
    private static final int MOST_UNWANTED = 256 << 10;

    private final Channel channel;
    private final Executor threads;
    private final LineHandler handler;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Inflow inflow;
    private int unsent;
    private boolean ended;
    private boolean finished;
    private long unwanted;
    private boolean replied;
    private @Nullable String fault;
    private @Nullable Http2Headers request;

    ServedExchange(Channel channel, Executor threads, LineHandler handler) {
        this.channel = channel;
        this.inflow = new Inflow(channel);
        this.threads = threads;
        this.handler = handler;
    }

    @Override
    public String method() {
        return String.valueOf(head().method());
    }

    @Override
    public String path() {
        String target = String.valueOf(head().path());
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    @Override
    public @Nullable String parameter(String name) {
        String target = String.valueOf(head().path());
        int query = target.indexOf('?');
        if (query < 0) {
            return null;
        }
        for (String pair : target.substring(query + 1).split("&")) {
            int equals = pair.indexOf('=');
            String key = equals < 0 ? pair : pair.substring(0, equals);
            if (URLDecoder.decode(key, StandardCharsets.UTF_8).equals(name)) {
                return equals < 0 ? "" : URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8);
            }
        }
        return null;
    }

    @Override
    public @Nullable String header(String name) {
        CharSequence value = head().get(name);
        return value == null ? null : value.toString();
    }

    @Override
    public int read(ByteBuffer into, Duration deadline) throws IOException {
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
            throw new IOException(this + ": " + fault);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void reply(int status, Map<String, String> headers) throws IOException {
        if (replied) {
            throw new IllegalStateException(this + " was answered already");
        }
        replied = true;
        refuseWhenBroken();
        Http2Headers head = new DefaultHttp2Headers().status(Integer.toString(status));
        headers.forEach((name, value) -> head.set(name, value));
        channel.writeAndFlush(new DefaultHttp2HeadersFrame(head, false));
    }

    @Override
    public void write(ByteBuffer bytes, Duration deadline) throws IOException {
        while (bytes.hasRemaining()) {
            int count = Math.min(CHUNK, bytes.remaining());
            lock.lock();
            try {
                await(() -> fault != null || unsent <= UNSENT / 2, deadline, "the manager takes no more bytes");
                if (fault != null) {
                    throw new IOException(this + ": " + fault);
                }
                unsent += count;
            } finally {
                lock.unlock();
            }
            ByteBuf copy = channel.alloc().buffer(count);
            copy.writeBytes(bytes.slice(bytes.position(), count));
            bytes.position(bytes.position() + count);
            channel.writeAndFlush(new DefaultHttp2DataFrame(copy)).addListener(sent -> {
                lock.lock();
                try {
                    unsent -= count;
                    if (!sent.isSuccess() && fault == null) {
                        fault = "the answer could not be sent: " + sent.cause();
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
    public String toString() {
        return request == null ? "a request" : method() + " " + path();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object frame) {
        boolean begins = false;
        lock.lock();
        try {
            switch (frame) {
                case Http2HeadersFrame headers -> {
                    begins = request == null;
                    if (begins) {
                        request = headers.headers();
                    }
                    ended |= headers.isEndStream();
                }
                case Http2DataFrame data -> {
                    ended |= data.isEndStream();
                    if (finished) {
                        unwanted += inflow.drop(data);
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
        if (unwanted > MOST_UNWANTED && !ended) {
            // The answer is out; the manager should hear that the rest of its request is in vain.
            channel.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR)).addListener(ChannelFutureListener.CLOSE);
        }
        if (begins) {
            try {
                threads.execute(this::answer);
            } catch (RejectedExecutionException closing) {
                context.close();
            }
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
        if (event instanceof Http2ResetFrame reset) {
            fail("the manager reset the stream (error " + reset.errorCode() + ")");
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        fail("the line broke");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        fail("the stream failed: " + cause);
    }

    private void answer() {
        try {
            handler.handle(this);
            if (!replied) {
                throw new IllegalStateException("nobody answered " + this);
            }
            channel.writeAndFlush(new DefaultHttp2DataFrame(true));
        } catch (IOException broken) {
            LOG.debug("{} ended early: {}", this, broken.getMessage());
            reset();
        } catch (RuntimeException failed) {
            LOG.warn("{} failed", this, failed);
            reset();
        } finally {
            lock.lock();
            try {
                finished = true;
                unwanted = inflow.clear();
            } finally {
                lock.unlock();
            }
        }
    }

    private void reset() {
        channel.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR)).addListener(ChannelFutureListener.CLOSE);
    }

    private Http2Headers head() {
        if (request == null) {
            throw new IllegalStateException("the request has not begun");
        }
        return request;
    }

    private void refuseWhenBroken() throws IOException {
        lock.lock();
        try {
            if (fault != null) {
                throw new IOException(this + ": " + fault);
            }
        } finally {
            lock.unlock();
        }
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
    private void await(BooleanSupplier met, Duration deadline, String why) throws IOException {
        long left = deadline.toNanos();
        try {
            while (!met.getAsBoolean()) {
                if (left <= 0) {
                    throw new IOException(this + ": " + why + " for " + deadline.toMillis() + " ms");
                }
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(this + ": interrupted", interrupted);
        }
    }
}
