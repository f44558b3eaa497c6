package leaseback.manager.fleet;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.List;
import leaseback.protocol.LineHello;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Takes the one line a host says before HTTP/2 begins, then stops reading until the server has made up its mind.
@SuppressWarnings("FutureReturnValueIgnored") // Netty: what goes wrong ends the channel, and that is watched
final class Greeting extends ByteToMessageDecoder {
    private static final Logger LOG = LoggerFactory.getLogger(Greeting.class);

    private final JsonMapper json;
    private final Admission admission;
    private boolean greeted;

    Greeting(JsonMapper json, Admission admission) {
        this.json = json;
        this.admission = admission;
    }

    /// Called on the event loop, once. The greeting stays in the pipeline, keeping what comes early, until it is removed.
    @FunctionalInterface
    interface Admission {
        void admit(ChannelHandlerContext context, LineHello hello);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (greeted) {
            return;
        }
        int length = in.bytesBefore((byte) '\n');
        if (length < 0 && in.readableBytes() < LineHello.MAX_BYTES) {
            return;
        }
        if (length < 0 || length >= LineHello.MAX_BYTES) {
            LOG.warn("refused {}: its greeting is longer than {} bytes", context.channel().remoteAddress(), LineHello.MAX_BYTES);
            in.skipBytes(in.readableBytes());
            context.close();
            return;
        }
        byte[] line = new byte[length];
        in.readBytes(line).skipBytes(1);
        greeted = true;
        try {
            LineHello hello = json.readValue(line, LineHello.class);
            context.channel().config().setAutoRead(false);
            admission.admit(context, hello);
        } catch (JacksonException notJson) {
            LOG.warn("refused {}: its greeting is not one we know: {}", context.channel().remoteAddress(),
                    notJson.getOriginalMessage());
            context.close();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (event instanceof SslHandshakeCompletionEvent done && !done.isSuccess()) {
            LOG.info("handshake with {} failed: {}", context.channel().remoteAddress(), rootOf(done.cause()));
            context.close();
        }
        super.userEventTriggered(context, event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("connection from {} failed before its greeting: {}", context.channel().remoteAddress(), rootOf(cause));
        context.close();
    }

    private static String rootOf(Throwable cause) {
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.toString() : root.getMessage();
    }
}
