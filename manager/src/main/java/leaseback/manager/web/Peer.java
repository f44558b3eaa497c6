package leaseback.manager.web;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import leaseback.manager.fleet.Authority;
import leaseback.manager.fleet.LineFault;
import leaseback.manager.fleet.LineServer;
import leaseback.manager.fleet.Lines;
import leaseback.manager.fleet.PeerCall;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// What managers ask of each other: `POST /peer/v1/hosts/{id}/call` hands one small request to a host whose line is held here.
/// Needs a manager's client certificate; never passed on to a third.
public final class Peer extends Handler.Abstract {
    private static final Pattern CALL = Pattern.compile("/peer/v1/hosts/([0-9a-f-]{36})/call");
    private static final int MOST_BYTES = 2 << 20;

    private final Authority authority;
    private final LineServer lines;
    private final JsonMapper json = JsonMapper.builder().build();

    public Peer(Authority authority, LineServer lines) {
        this.authority = authority;
        this.lines = lines;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String path = Request.getPathInContext(request);
        if (!path.startsWith("/peer/")) {
            return false;
        }
        X509Certificate shown = ClientCertificate.of(request);
        if (shown == null) {
            text(response, callback, 401, "Managers show their certificate.");
            return true;
        }
        try {
            authority.requireManager(shown);
        } catch (CertificateException refused) {
            text(response, callback, 403, "Not allowed: " + refused.getMessage());
            return true;
        }
        Matcher call = CALL.matcher(path);
        if (!call.matches() || !request.getMethod().equals("POST")) {
            text(response, callback, 404, "There is only POST /peer/v1/hosts/{id}/call.");
            return true;
        }
        byte[] body = Content.Source.asInputStream(request).readNBytes(MOST_BYTES);
        try {
            Lines.Reply reply = lines.callHere(UUID.fromString(call.group(1)), json.readValue(body, PeerCall.class));
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
            Content.Sink.write(response, true, json.writeValueAsString(reply), callback);
        } catch (LineFault fault) {
            text(response, callback, 502, String.valueOf(fault.getMessage()));
        } catch (JacksonException | IllegalArgumentException wrong) {
            text(response, callback, 400, String.valueOf(wrong.getMessage()));
        }
        return true;
    }

    private static void text(Response response, Callback callback, int status, String words) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");
        Content.Sink.write(response, true, words + "\n", callback);
    }
}
