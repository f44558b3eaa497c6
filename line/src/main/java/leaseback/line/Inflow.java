package leaseback.line;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.util.ReferenceCountUtil;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/// What came by one stream and waits for its reader.
///
/// The stream's window is what bounds it: only bytes that were read, or dropped, are given back to the sender. The channel
/// therefore reads by itself (asking it for each frame from the reader's thread loses one now and then, with Netty 4.2.20),
/// and its `AUTO_STREAM_FLOW_CONTROL` must be off. Not safe for several threads: whoever has it, locks.
@SuppressWarnings("FutureReturnValueIgnored") // a window that cannot be re-opened belongs to a stream that has ended
public final class Inflow {
    /// Smaller frames are gathered, or a sender of single bytes could fill the memory with their wrapping.
    private static final int SMALL = 4 << 10;
    private static final int GATHERED = 16 << 10;
    /// The window is re-opened by no less: a quarter of the smallest.
    private static final int CREDIT = 64 << 10;

    private final Channel stream;
    private final Deque<ByteBuf> waiting = new ArrayDeque<>();
    private int owed;

    public Inflow(Channel stream) {
        this.stream = stream;
    }

    public boolean isEmpty() {
        return waiting.isEmpty();
    }

    /// Keeps what a frame carries, and releases the frame.
    public void keep(Http2DataFrame frame) {
        ByteBuf content = frame.content();
        int bytes = content.readableBytes();
        owed += frame.initialFlowControlledBytes() - bytes;
        if (bytes >= SMALL) {
            waiting.add(content.retain());
        } else if (bytes > 0) {
            ByteBuf last = waiting.peekLast();
            if (last == null || last.writableBytes() < bytes) {
                last = stream.alloc().buffer(GATHERED, GATHERED);
                waiting.add(last);
            }
            last.writeBytes(content);
        }
        frame.release();
        settle();
    }

    /// Releases the frame and gives its window back: nobody will read it. Its bytes.
    public int drop(Http2DataFrame frame) {
        int bytes = frame.content().readableBytes();
        owed += frame.initialFlowControlledBytes();
        frame.release();
        settle();
        return bytes;
    }

    /// Hands on what waits, as much as there is room for; how much.
    public int read(ByteBuffer into) {
        int before = into.remaining();
        for (ByteBuf first = waiting.peek(); first != null && into.hasRemaining(); first = waiting.peek()) {
            int count = Math.min(first.readableBytes(), into.remaining());
            first.readBytes(into.slice(into.position(), count));
            into.position(into.position() + count);
            if (!first.isReadable()) {
                waiting.remove().release();
            }
        }
        int read = before - into.remaining();
        owed += read;
        settle();
        return read;
    }

    /// Forgets what waits and gives its window back; how many bytes.
    public int clear() {
        int bytes = waiting.stream().mapToInt(ByteBuf::readableBytes).sum();
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
        owed += bytes;
        settle();
        return bytes;
    }

    private void settle() {
        if (owed >= CREDIT) {
            stream.writeAndFlush(new DefaultHttp2WindowUpdateFrame(owed));
            owed = 0;
        }
    }
}
