package leaseback.manager.web;

import java.io.IOException;
import java.io.InputStream;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;

/// The body of a request that is answered without it: a refused form, a call without a token.
final class UnreadBody {

    private static final int SHORT_BYTES = 64 * 1024;

    private UnreadBody() {
    }

    /// To be called before the answer is written. What is left of a short body is read and dropped, so that the client's next
    /// request may come on the same connection; a client who has more to send is told that the connection ends here, and so
    /// does not find that out by losing its next request.
    static void settle(Request request, Response response) {
        if (!isRead(request)) {
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
        }
    }

    private static boolean isRead(Request request) {
        long rest = request.getLength() - Request.getContentBytesRead(request);
        boolean dropped = request.getLength() > 0 && rest > 0 && rest <= SHORT_BYTES && !request.getHeaders().contains(HttpHeader.EXPECT);
        if (!dropped) {
            return request.consumeAvailable();
        }
        try (InputStream body = Content.Source.asInputStream(request)) {
            return body.readNBytes(SHORT_BYTES).length < SHORT_BYTES || request.consumeAvailable();
        } catch (IOException gone) {
            return false;
        }
    }
}
