package leaseback.manager.fleet;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import leaseback.protocol.LineHello;
import leaseback.line.LineCodec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/// The bytes' side of `LineServer`: listens, shakes hands (TLS 1.3, both certificates), takes the greeting, and then, where the
/// connection is admitted, speaks HTTP/2 as the client.
@SuppressWarnings("FutureReturnValueIgnored") // Netty: what goes wrong ends the channel, and that is watched
final class LinePort implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LinePort.class);
    private static final int STREAM_WINDOW = 512 << 10;

    /// Sixteen exchanges may all be stalled by their readers without holding up a seventeenth: twice their windows, since the
    /// connection's is re-opened only when half of it was used. What is held is bounded by the streams' windows, 8 MiB.
    private static final int CONNECTION_WINDOW = 2 * (BulkPool.MOST_EXCHANGES + 1) * STREAM_WINDOW;

    private static final int DEFAULT_WINDOW = 65_535;
    private static final int MOST_UNGREETED = 1000;
    private static final Duration PING = Duration.ofSeconds(5);
    private static final Duration BEGIN = Duration.ofSeconds(5);
    private static final Duration DEAD = Duration.ofSeconds(15);

    private final SSLContext tls;
    private final JsonMapper json;
    private final Executor threads;
    private final Greeted greeted;
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    private final AtomicInteger ungreeted = new AtomicInteger();
    private final Channel port;

    /// @param threads virtual threads: certificates are looked up in the database while shaking hands
    LinePort(InetSocketAddress bind, SSLContext tls, JsonMapper json, Executor threads, Greeted greeted) throws IOException {
        this.tls = tls;
        this.json = json;
        this.threads = threads;
        this.greeted = greeted;
        var binding = new ServerBootstrap().group(loops).channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 1024)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                // Arenas of our own: virtual threads must not each keep a cache, and 4 MiB chunks bound what is held back.
                .childOption(ChannelOption.ALLOCATOR, new PooledByteBufAllocator(true, 2, 2, 8192, 9, 0, 0, false))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(channel);
                    }
                })
                .bind(bind).awaitUninterruptibly();
        if (!binding.isSuccess()) {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            throw new IOException("cannot listen for hosts on " + bind + ": " + binding.cause().getMessage(), binding.cause());
        }
        this.port = binding.channel();
    }

    /// One connection that shook hands and greeted, waiting to be admitted or closed. Called on a thread that may wait.
    @FunctionalInterface
    interface Greeted {
        void decide(Candidate candidate);
    }

    int number() {
        return ((InetSocketAddress) port.localAddress()).getPort();
    }

    @Override
    public void close() {
        port.close().awaitUninterruptibly();
        loops.shutdownGracefully(100, 2000, TimeUnit.MILLISECONDS).awaitUninterruptibly();
    }

    private void accept(Channel channel) {
        AtomicInteger counted = new AtomicInteger(1);
        channel.closeFuture().addListener(done -> ungreeted.addAndGet(-counted.getAndSet(0)));
        if (ungreeted.incrementAndGet() > MOST_UNGREETED) {
            LOG.warn("refused {}: {} connections have not greeted yet", channel.remoteAddress(), MOST_UNGREETED);
            channel.close();
            return;
        }
        InetSocketAddress remote = (InetSocketAddress) channel.remoteAddress();
        SSLEngine engine = tls.createSSLEngine(remote.getAddress().getHostAddress(), remote.getPort());
        engine.setUseClientMode(false);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.3"});
        parameters.setApplicationProtocols(new String[] {LineHello.CONTROL, LineHello.BULK});
        parameters.setNeedClientAuth(true);
        engine.setSSLParameters(parameters);
        SslHandler handshake = new SslHandler(engine, threads);
        handshake.setHandshakeTimeout(10, TimeUnit.SECONDS);
        channel.pipeline().addLast(new IdleStateHandler(DEAD.toSeconds(), 0, 0, TimeUnit.SECONDS), handshake,
                new Greeting(json, (greeting, hello) -> {
                    ungreeted.addAndGet(-counted.getAndSet(0));
                    try {
                        threads.execute(() -> greeted.decide(new Candidate(greeting, engine, hello)));
                    } catch (RejectedExecutionException closing) {
                        channel.close();
                    }
                }),
                new Watch());
    }

    /// @param hello what it said of itself, which proves nothing
    record Candidate(ChannelHandlerContext greeting, SSLEngine engine, LineHello hello) {
        Channel channel() {
            return greeting.channel();
        }

        SSLSession session() {
            return engine.getSession();
        }

        boolean bulk() {
            return LineHello.BULK.equals(engine.getApplicationProtocol());
        }

        /// Lets HTTP/2 begin, with us as its client; what the host sent early is handed on. Returns when it has begun.
        void admit() throws LineFault {
            var begun = channel().eventLoop().submit(this::becomeClient);
            if (!begun.awaitUninterruptibly(BEGIN.toMillis()) || !begun.isSuccess()) {
                throw new LineFault("HTTP/2 could not begin with " + channel().remoteAddress(), begun.cause());
            }
        }

        private void becomeClient() {
            Watch watch = channel().pipeline().get(Watch.class);
            channel().pipeline().addAfter(greeting.name(), "http2", LineCodec.asking(STREAM_WINDOW));
            channel().pipeline().addAfter("http2", "streams", new Http2MultiplexHandler(new ChannelInboundHandlerAdapter() {
                @Override
                public void channelActive(ChannelHandlerContext pushed) {
                    pushed.close();
                }
            }));
            channel().write(new DefaultHttp2WindowUpdateFrame(CONNECTION_WINDOW - DEFAULT_WINDOW));
            channel().pipeline().remove(greeting.handler());
            watch.startPinging(channel());
            channel().config().setAutoRead(true);
            channel().flush();
        }
    }

    /// The connection's own events: silence, GOAWAY, and the frames that belong to no stream.
    private static final class Watch extends ChannelInboundHandlerAdapter {
        void startPinging(Channel channel) {
            var pinging = channel.eventLoop().scheduleAtFixedRate(
                    () -> channel.writeAndFlush(new DefaultHttp2PingFrame(System.nanoTime())),
                    PING.toMillis(), PING.toMillis(), TimeUnit.MILLISECONDS);
            channel.closeFuture().addListener(closed -> pinging.cancel(false));
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object frame) {
            if (frame instanceof Http2GoAwayFrame) {
                context.channel().attr(Connection.DRAINING).set(true);
            }
            ReferenceCountUtil.release(frame);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof IdleStateEvent) {
                LOG.info("closed the connection from {}: silent for {} s", context.channel().remoteAddress(), DEAD.toSeconds());
                context.close();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            LOG.debug("connection from {} failed: {}", context.channel().remoteAddress(), cause.toString());
            context.close();
        }
    }
}
