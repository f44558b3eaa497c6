package leaseback.host.enrolment;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// This machine's identity: made once with a claim code, kept in one file, renewed before it ends.
public final class Identity {
    private static final Logger LOG = LoggerFactory.getLogger(Identity.class);

    private final Path file;
    private final ManagerTrust trust;
    private final InstantSource clock;
    private final List<URI> managers;
    private volatile @Nullable Credentials credentials;

    private Identity(Path file, ManagerTrust trust, InstantSource clock, List<URI> managers, @Nullable Credentials credentials) {
        this.file = file;
        this.trust = trust;
        this.clock = clock;
        this.managers = managers;
        this.credentials = credentials;
    }

    /// @param file     where key and certificate are, or will be
    /// @param managers `https://host:port` of the managers' enrolment services, tried in turn
    public static Identity in(Path file, ManagerTrust trust, InstantSource clock, List<URI> managers) throws IOException {
        if (managers.isEmpty()) {
            throw new IllegalArgumentException("no manager's enrolment address is known: give one, as https://host:port");
        }
        return new Identity(file, trust, clock, List.copyOf(managers), Credentials.load(file).orElse(null));
    }

    /// Empty until this machine has enrolled.
    public Optional<Credentials> credentials() {
        return Optional.ofNullable(credentials);
    }

    /// For connections to managers: shows our certificate when there is one.
    public SSLContext tls() {
        Credentials shown = credentials;
        try {
            KeyManager[] keys = {};
            if (shown != null) {
                KeyStore store = KeyStore.getInstance("PKCS12");
                store.load(null, null);
                store.setKeyEntry("host", shown.key(), new char[0], new Certificate[] {shown.certificate()});
                KeyManagerFactory factory = KeyManagerFactory.getInstance("SunX509");
                factory.init(store, new char[0]);
                keys = factory.getKeyManagers();
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, new TrustManager[] {trust}, null);
            return context;
        } catch (GeneralSecurityException | IOException broken) {
            throw new IllegalStateException("this JVM cannot use this machine's key", broken);
        }
    }

    /// Turns the claim code into a key and a certificate, at the first manager that answers.
    ///
    /// @throws IOException when none can be reached; worth trying again
    public Credentials enrol(String claimCode) throws IOException, EnrolmentRefused {
        return keep(atAny(manager -> Est.enrol(manager, tls(), claimCode)));
    }

    /// Whether it is time.
    public boolean renewalDue() {
        Credentials now = credentials;
        return now != null && !clock.instant().isBefore(now.renewAt());
    }

    /// A new key and certificate in place of the present ones.
    public Credentials renew() throws IOException, EnrolmentRefused {
        Credentials now = credentials().orElseThrow(() -> new IllegalStateException("this machine has not enrolled yet"));
        return keep(atAny(manager -> Est.renew(manager, tls(), commonName(now.certificate()))));
    }

    /// Deletes key and certificate; this machine is nobody's host any more.
    public void forget() throws IOException {
        credentials = null;
        Files.deleteIfExists(file);
    }

    private Credentials keep(Credentials fresh) throws IOException {
        fresh.save(file);
        credentials = fresh;
        LOG.info("this machine is host {}; its certificate is good until {}", fresh.host().id(),
                fresh.certificate().getNotAfter().toInstant());
        return fresh;
    }

    private Credentials atAny(Asking asking) throws IOException, EnrolmentRefused {
        IOException last = new IOException("no manager was asked");
        for (URI manager : managers) {
            try {
                return asking.ask(manager);
            } catch (IOException unreachable) {
                last = unreachable.getMessage() == null
                        ? new IOException("manager at " + manager + ": " + unreachable, unreachable)
                        : unreachable;
            }
        }
        throw last;
    }

    private static String commonName(X509Certificate certificate) {
        String name = certificate.getSubjectX500Principal().getName();
        return name.startsWith("CN=") ? name.substring(3) : "leaseback host";
    }

    private interface Asking {
        Credentials ask(URI manager) throws IOException, EnrolmentRefused;
    }
}
