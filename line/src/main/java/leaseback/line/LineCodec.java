package leaseback.line;

import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;

/// HTTP/2 as a line speaks it, at either end.
///
/// Streams that have something to send take turns by whole frames. Left alone, Netty lets them take turns by the kilobyte, and
/// a dozen pieces at once then travel in frames of 1 KiB: each its own header, buffer and wake-up.
public final class LineCodec extends Http2FrameCodecBuilder {
    /// The largest frame, in bytes, and the turn of a stream.
    public static final int FRAME = 32 << 10;

    private LineCodec(boolean server) {
        DefaultHttp2Connection connection = new DefaultHttp2Connection(server);
        UniformStreamByteDistributor turns = new UniformStreamByteDistributor(connection);
        turns.minAllocationChunk(FRAME);
        connection.remote().flowController(new DefaultHttp2RemoteFlowController(connection, turns));
        connection(connection);
        // Streams that are still open must not hold up the end of a connection.
        gracefulShutdownTimeoutMillis(0);
    }

    /// The end that answers: a host.
    ///
    /// @param streams that may be open at once
    /// @param window  bytes that may be on their way to one stream
    public static Http2FrameCodec answering(int streams, int window) {
        // The manager is the one we trust, and a reader that has had enough resets its stream.
        return new LineCodec(true).initialSettings(settings(window).maxConcurrentStreams(streams)).decoderEnforceMaxRstFramesPerWindow(0, 0).build();
    }

    /// The end that asks: a manager.
    ///
    /// @param window bytes that may be on their way to one stream
    public static Http2FrameCodec asking(int window) {
        return new LineCodec(false).initialSettings(settings(window).pushEnabled(false)).encoderEnforceMaxRstFramesPerWindow(0, 0).build();
    }

    private static Http2Settings settings(int window) {
        return Http2Settings.defaultSettings().initialWindowSize(window).maxFrameSize(FRAME).maxHeaderListSize(8 << 10);
    }
}
