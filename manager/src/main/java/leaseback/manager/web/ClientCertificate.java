package leaseback.manager.web;

import java.security.cert.X509Certificate;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/// The certificate a client showed in its TLS handshake.
final class ClientCertificate {
    private ClientCertificate() {}

    /// Null on plain HTTP, and when the client showed none.
    static @Nullable X509Certificate of(Request request) {
        if (!(request.getAttribute(EndPoint.SslSessionData.ATTRIBUTE) instanceof EndPoint.SslSessionData session)) {
            return null;
        }
        X509Certificate[] chain = session.peerCertificates();
        return chain == null || chain.length == 0 ? null : chain[0];
    }
}
