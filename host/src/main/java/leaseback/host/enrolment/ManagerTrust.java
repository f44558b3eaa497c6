package leaseback.host.enrolment;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import leaseback.protocol.Party;

/// Whom this machine obeys: managers whose certificates come from the one authority it was given, and nobody else.
///
/// The address dialled proves nothing and is not compared; the certificate must name a manager and be meant for servers, so
/// that another host cannot pass for one.
public final class ManagerTrust extends X509ExtendedTrustManager {
    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";

    private final X509Certificate root;
    private final InstantSource clock;

    private ManagerTrust(X509Certificate root, InstantSource clock) {
        this.root = root;
        this.clock = clock;
    }

    /// @param caFile the authority's certificate, PEM or DER
    public static ManagerTrust in(Path caFile, InstantSource clock) throws IOException {
        try (var in = Files.newInputStream(caFile)) {
            return new ManagerTrust((X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in), clock);
        } catch (CertificateException broken) {
            throw new IOException(caFile + " holds no certificate: it must be the manager's CA certificate as PEM", broken);
        }
    }

    private void check(X509Certificate[] chain) throws CertificateException {
        X509Certificate leaf = chain[0];
        try {
            PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(root, null)));
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(clock.instant()));
            CertPathValidator.getInstance("PKIX")
                    .validate(CertificateFactory.getInstance("X.509").generateCertPath(List.of(leaf)), parameters);
        } catch (GeneralSecurityException wrong) {
            throw new CertificateException("the other end's certificate (" + leaf.getSubjectX500Principal()
                    + ") is not a good one of our authority: " + wrong.getMessage()
                    + "; this machine's clock says " + clock.instant(), wrong);
        }
        List<String> usages = leaf.getExtendedKeyUsage();
        if (usages == null || !usages.contains(SERVER_AUTH) || !(Party.of(leaf).orElse(null) instanceof Party.Manager)) {
            throw new CertificateException("the other end is no manager: " + leaf.getSubjectX500Principal());
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) throws CertificateException {
        throw new CertificateException("an agent has no clients");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) throws CertificateException {
        throw new CertificateException("an agent has no clients");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("an agent has no clients");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[] {root};
    }
}
