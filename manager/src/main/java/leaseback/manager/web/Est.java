package leaseback.manager.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import leaseback.manager.fleet.Authority;
import leaseback.manager.fleet.Enrolment;
import leaseback.manager.fleet.Enrolment.Outcome;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.CMSAbsentContent;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/// Enrolment over Secure Transport (RFC 7030): `cacerts`, `csrattrs`, `simpleenroll` with a claim code as HTTP Basic password,
/// and `simplereenroll` with the client certificate in use. TLS only.
public final class Est extends Handler.Abstract {
    private static final String PREFIX = "/.well-known/est/";
    private static final int MOST_BYTES = 64 << 10;

    private final Authority authority;
    private final Enrolment enrolment;
    private final Guesses guesses;

    public Est(Authority authority, Enrolment enrolment, InstantSource clock) {
        this.authority = authority;
        this.enrolment = enrolment;
        this.guesses = new Guesses(clock, 10, Duration.ofMinutes(10));
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String path = Request.getPathInContext(request);
        if (!path.startsWith(PREFIX)) {
            return false;
        }
        if (request.getAttribute(EndPoint.SslSessionData.ATTRIBUTE) == null) {
            text(response, callback, 403, "Enrolment is for HTTPS only.");
            return true;
        }
        String act = path.substring(PREFIX.length());
        String method = switch (act) {
            case "cacerts", "csrattrs" -> "GET";
            case "simpleenroll", "simplereenroll" -> "POST";
            default -> "";
        };
        if (method.isEmpty()) {
            text(response, callback, 404, "This server knows cacerts, csrattrs, simpleenroll and simplereenroll.");
        } else if (!request.getMethod().equals(method)) {
            response.getHeaders().put(HttpHeader.ALLOW, method);
            text(response, callback, 405, act + " takes " + method + " only.");
        } else {
            switch (act) {
                case "cacerts" -> certificates(response, callback, authority.root());
                case "csrattrs" -> {
                    response.setStatus(204);
                    callback.succeeded();
                }
                case "simpleenroll" -> enrol(request, response, callback);
                default -> reenrol(request, response, callback);
            }
        }
        return true;
    }

    private void enrol(Request request, Response response, Callback callback) throws Exception {
        String code = claimCode(request.getHeaders().get(HttpHeader.AUTHORIZATION));
        if (code == null) {
            response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Basic realm=\"claim code\", charset=\"UTF-8\"");
            text(response, callback, 401, "Give the machine's claim code as the password (HTTP Basic; any user name).");
            return;
        }
        String address = Request.getRemoteAddr(request);
        long wait = guesses.waitSeconds(address);
        if (wait > 0) {
            response.getHeaders().put(HttpHeader.RETRY_AFTER, Long.toString(wait));
            text(response, callback, 429, "Too many wrong claim codes from " + address + "; try again in " + wait + " s.");
            return;
        }
        byte[] csr = body(request, response, callback);
        if (csr != null) {
            Outcome outcome = enrolment.enrol(code, csr);
            if (outcome instanceof Outcome.UnknownCode) {
                guesses.wrong(address);
            }
            answer(response, callback, outcome);
        }
    }

    private void reenrol(Request request, Response response, Callback callback) throws Exception {
        X509Certificate shown = ClientCertificate.of(request);
        if (shown == null) {
            text(response, callback, 401, "Show the certificate to be renewed in the TLS handshake.");
            return;
        }
        byte[] csr = body(request, response, callback);
        if (csr != null) {
            answer(response, callback, enrolment.renew(shown, csr));
        }
    }

    private static void answer(Response response, Callback callback, Outcome outcome) throws IOException {
        switch (outcome) {
            case Outcome.Issued issued -> certificates(response, callback, issued.certificate());
            case Outcome.BadRequest bad -> text(response, callback, 400, "Bad signing request: " + bad.why() + ".");
            case Outcome.UnknownCode unknown ->
                text(response, callback, 403, "Unknown claim code: it was never issued, or it was mistyped.");
            case Outcome.UsedCode used ->
                text(response, callback, 403, "Claim code already used at " + used.at()
                        + ": it is good once. Ask for a new one.");
            case Outcome.ExpiredCode expired ->
                text(response, callback, 403, "Claim code expired at " + expired.at() + ". Ask for a new one.");
            case Outcome.Undelivered early -> {
                // RFC 7030, 4.2.3: accepted, ask again later.
                response.getHeaders().put(HttpHeader.RETRY_AFTER, "60");
                text(response, callback, 202, "Machine " + early.serial() + " is not recorded as delivered yet (its lease is "
                        + early.step() + "). The claim code stays good; ask again.");
            }
            case Outcome.NotAllowed no -> text(response, callback, 403, "Not allowed: " + no.why() + ".");
        }
    }

    /// The signing request as DER; null when it was answered already.
    private static byte @Nullable [] body(Request request, Response response, Callback callback) throws IOException {
        String type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
        if (type == null || !type.split(";", 2)[0].strip().equalsIgnoreCase("application/pkcs10")) {
            text(response, callback, 415, "Send a PKCS#10 request in Base64 as application/pkcs10.");
            return null;
        }
        byte[] bytes = Content.Source.asInputStream(request).readNBytes(MOST_BYTES + 1);
        if (bytes.length > MOST_BYTES) {
            text(response, callback, 413, "A signing request has at most " + MOST_BYTES + " bytes.");
            return null;
        }
        try {
            // Also as `openssl req` writes it: PEM is Base64 between two lines.
            String base64 = new String(bytes, StandardCharsets.US_ASCII).replaceAll("-----(BEGIN|END) [A-Z ]+-----", "");
            byte[] der = Base64.getDecoder().decode(base64.replaceAll("\\s", ""));
            if (der.length > 0) {
                return der;
            }
        } catch (IllegalArgumentException notBase64) {
            // Answered below, as an empty body is.
        }
        text(response, callback, 400, "Bad signing request: the body is not Base64 of a PKCS#10 request.");
        return null;
    }

    private static @Nullable String claimCode(@Nullable String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, "Basic ", 0, 6)) {
            return null;
        }
        String pair;
        try {
            pair = new String(Base64.getDecoder().decode(authorization.substring(6).strip()), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
        int colon = pair.indexOf(':');
        String password = colon < 0 ? "" : pair.substring(colon + 1);
        String code = password.isEmpty() && colon > 0 ? pair.substring(0, colon) : password;
        return code.isEmpty() || code.length() > 200 ? null : code;
    }

    private static void certificates(Response response, Callback callback, X509Certificate certificate) throws IOException {
        byte[] der;
        try {
            CMSSignedDataGenerator bag = new CMSSignedDataGenerator();
            bag.addCertificates(new JcaCertStore(List.of(certificate)));
            der = bag.generate(new CMSAbsentContent()).getEncoded("DER");
        } catch (CMSException | CertificateEncodingException broken) {
            throw new IOException("cannot wrap a certificate", broken);
        }
        response.setStatus(200);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/pkcs7-mime; smime-type=certs-only");
        response.getHeaders().put("Content-Transfer-Encoding", "base64");
        // Lines end in LF alone: every EST client reads that, and so does `base64 -d`.
        Content.Sink.write(response, true, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n", callback);
    }

    private static void text(Response response, Callback callback, int status, String words) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        Content.Sink.write(response, true, words + "\n", callback);
    }
}
