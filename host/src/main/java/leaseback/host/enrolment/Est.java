package leaseback.host.enrolment;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/// Enrolment over Secure Transport (RFC 7030), the client's side: a fresh key, a signing request, a certificate.
final class Est {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int MOST = 64 << 10;

    private Est() {}

    /// With the one-time claim code.
    ///
    /// @param manager `https://host:port`
    /// @throws EnrolmentRefused when the code is wrong, used or expired
    static Credentials enrol(URI manager, SSLContext tls, String claimCode) throws IOException, EnrolmentRefused {
        String claim = Base64.getEncoder().encodeToString((":" + claimCode).getBytes(StandardCharsets.UTF_8));
        return ask(manager.resolve("/.well-known/est/simpleenroll"), tls, "leaseback host", "Basic " + claim);
    }

    /// With the certificate that `tls` shows.
    static Credentials renew(URI manager, SSLContext tls, String commonName) throws IOException, EnrolmentRefused {
        return ask(manager.resolve("/.well-known/est/simplereenroll"), tls, commonName, "");
    }

    private static Credentials ask(URI uri, SSLContext tls, String commonName, String authorization)
            throws IOException, EnrolmentRefused {
        try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).sslContext(tls)
                .connectTimeout(PATIENCE).build()) {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            byte[] request = new JcaPKCS10CertificationRequestBuilder(
                    new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, commonName).build(), pair.getPublic())
                    .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())).getEncoded();
            HttpRequest.Builder post = HttpRequest.newBuilder(uri).timeout(PATIENCE)
                    .header("content-type", "application/pkcs10").header("content-transfer-encoding", "base64")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(Base64.getMimeEncoder().encode(request)));
            if (!authorization.isEmpty()) {
                post.header("authorization", authorization);
            }
            HttpResponse<byte[]> response = client.send(post.build(), HttpResponse.BodyHandlers.limiting(
                    HttpResponse.BodyHandlers.ofByteArray(), MOST));
            if (response.statusCode() != 200) {
                String why = "manager at " + uri.getAuthority() + " answered " + response.statusCode() + ": "
                        + new String(response.body(), StandardCharsets.UTF_8).strip();
                if (response.statusCode() >= 500 || response.statusCode() == 429 || response.statusCode() == 202) {
                    throw new IOException(why);
                }
                throw new EnrolmentRefused(why);
            }
            byte[] pkcs7 = Base64.getMimeDecoder().decode(response.body());
            for (Certificate certificate : CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pkcs7))) {
                if (certificate.getPublicKey().equals(pair.getPublic())) {
                    return new Credentials(pair.getPrivate(), (X509Certificate) certificate);
                }
            }
            throw new IOException("manager at " + uri.getAuthority() + " sent no certificate for our key");
        } catch (GeneralSecurityException | OperatorCreationException | IllegalArgumentException broken) {
            throw new IOException("enrolment with " + uri.getAuthority() + " failed: " + broken.getMessage(), broken);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while enrolling", interrupted);
        }
    }
}
