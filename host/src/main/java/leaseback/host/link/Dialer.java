package leaseback.host.link;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamChannelOption;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import leaseback.protocol.LineHello;
import leaseback.line.LineCodec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/// Dials managers: TLS 1.3 with both certificates, one line of greeting, and then this end is HTTP/2's server.
///
/// Sized for a heap of 64 MiB: one event loop, small arenas, windows of 256 KiB a stream. The connection's window is twice
/// what 16 streams may hold, so that one that is not read does not hold up the others (half of it is used before it re-opens).
@SuppressWarnings("FutureReturnValueIgnored") // Netty: what goes wrong ends the channel, and that is watched
public final class Dialer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Dialer.class);
    private static final int STREAM_WINDOW = 256 << 10;
    private static final int CONNECTION_WINDOW = 8 << 20;
    private static final int DEFAULT_WINDOW = 65_535;
    private static final int MOST_STREAMS = 32;
    private static final Duration CONNECT = Duration.ofSeconds(5);

    /// The manager pings every five seconds; silence for three of them means that it is gone.
    private static final Duration DEAD = Duration.ofSeconds(15);

    private final String agentVersion;
    private final Supplier<SSLContext> tls;
    private final JsonMapper json;
    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final PooledByteBufAllocator buffers = new PooledByteBufAllocator(false, 1, 1, 8192, 6, 0, 0, false);

    /// @param tls asked anew for every connection, so that a renewed certificate is used at once
    public Dialer(String agentVersion, Supplier<SSLContext> tls, JsonMapper json) {
        this.agentVersion = agentVersion;
        this.tls = tls;
        this.json = json;
    }

    /// Dials `address` (`host:port`) and serves what comes with `handler`, until the channel closes.
    ///
    /// @param alpn `LineHello.CONTROL` or `LineHello.BULK`
    /// @throws IOException when nobody answers there in time, or who answers is no manager of ours, or refuses us
    Channel dial(String address, String alpn, @Nullable String ticket, LineHandler handler) throws IOException {
        int colon = address.lastIndexOf(':');
        String host = address.substring(0, colon);
        int port = Integer.parseInt(address.substring(colon + 1));
        SSLEngine engine = tls.get().createSSLEngine(host, port);
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.3"});
        parameters.setApplicationProtocols(new String[] {alpn});
        engine.setSSLParameters(parameters);
        SslHandler ssl = new SslHandler(engine, threads);
        ssl.setHandshakeTimeout(10, TimeUnit.SECONDS);
        // Looked up here, on a thread that may wait: the event loop carries every other line.
        InetAddress resolved = InetAddress.getByName(host);
        var connecting = new Bootstrap().group(loop).channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.ALLOCATOR, buffers)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) CONNECT.toMillis())
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new IdleStateHandler(DEAD.toSeconds(), 0, 0, TimeUnit.SECONDS), ssl);
                        channel.pipeline().addLast("watch", new Watch(address));
                    }
                })
                .connect(new InetSocketAddress(resolved, port));
        await(connecting, CONNECT.plusSeconds(1), address);
        Channel channel = connecting.channel();
        try {
            await(ssl.handshakeFuture(), Duration.ofSeconds(11), address);
            if (!alpn.equals(engine.getApplicationProtocol())) {
                throw new IOException("what answers at " + address + " does not speak " + alpn);
            }
            byte[] hello = json.writeValueAsString(new LineHello(agentVersion, ticket)).concat("\n")
                    .getBytes(StandardCharsets.UTF_8);
            await(channel.eventLoop().submit(() -> becomeServer(channel, hello, handler)), CONNECT, address);
            return channel;
        } catch (IOException | RuntimeException failed) {
            channel.close();
            throw failed;
        }
    }

    /// Runs `task` on a virtual thread that ends with this dialer.
    void run(Runnable task) {
        threads.execute(task);
    }

    @Override
    public void close() {
        threads.shutdownNow();
        loop.shutdownGracefully(100, 2000, TimeUnit.MILLISECONDS).awaitUninterruptibly();
    }

    private void becomeServer(Channel channel, byte[] hello, LineHandler handler) {
        channel.writeAndFlush(Unpooled.wrappedBuffer(hello));
        channel.pipeline().addBefore("watch", "http2", LineCodec.answering(MOST_STREAMS, STREAM_WINDOW));
        channel.pipeline().addBefore("watch", "streams", new Http2MultiplexHandler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel stream) {
                stream.config().setOption(Http2StreamChannelOption.AUTO_STREAM_FLOW_CONTROL, false);
                stream.config().setAllocator(buffers);
                stream.pipeline().addLast(new ServedExchange(stream, threads, handler));
            }
        }));
        channel.writeAndFlush(new DefaultHttp2WindowUpdateFrame(CONNECTION_WINDOW - DEFAULT_WINDOW));
    }

    private static void await(io.netty.util.concurrent.Future<?> future, Duration deadline, String address) throws IOException {
        try {
            if (!future.await(deadline.toMillis())) {
                throw new IOException("manager at " + address + ": no answer within " + deadline.toSeconds() + " s");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("manager at " + address + ": interrupted", interrupted);
        }
        if (!future.isSuccess()) {
            throw new IOException("manager at " + address + ": " + rootOf(future.cause()), future.cause());
        }
    }

    private static String rootOf(Throwable cause) {
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.toString() : root.getMessage();
    }

    private static final class Watch extends ChannelInboundHandlerAdapter {
        private final String address;

        Watch(String address) {
            this.address = address;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object frame) {
            ReferenceCountUtil.release(frame);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof IdleStateEvent) {
                LOG.info("closed the connection to the manager at {}: silent for {} s", address, DEAD.toSeconds());
                context.close();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            LOG.info("connection to the manager at {} failed: {}", address, rootOf(cause));
            context.close();
        }
    }
}
