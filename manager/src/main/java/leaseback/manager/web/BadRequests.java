package leaseback.manager.web;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/// Requests that are none before anybody looks at them, such as paths with `%00`: a problem as any other, but for browsers.
/// The path may be what could not be read, so that it does not tell who is asking.
public final class BadRequests extends ErrorHandler {
    private final Wire wire = new Wire();

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String accept = request.getHeaders().get(HttpHeader.ACCEPT);
        if (accept != null && accept.contains("text/html")) {
            return super.handle(request, response, callback);
        }
        String path = String.valueOf(request.getHttpURI().getPath());
        int status = response.getStatus() < 400 ? 500 : response.getStatus();
        String detail = status < 500 ? "this is no path of ours; write ids as they were given to you, without encoded slashes, dots or NULs"
                : "this is our mistake, not yours";
        Answer answer = new Problem(status, detail).answer(wire, path);
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, answer.type());
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.write(true, ByteBuffer.wrap(answer.body()), callback);
        return true;
    }
}
