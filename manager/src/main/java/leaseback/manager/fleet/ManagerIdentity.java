package leaseback.manager.fleet;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import leaseback.protocol.Party;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What one manager process shows of itself, and how it looks at others' certificates. Its key lives in memory only.
///
/// A new certificate is made when two thirds of the life of the last have passed, at the next handshake; nothing restarts.
public final class ManagerIdentity {
    private static final Logger LOG = LoggerFactory.getLogger(ManagerIdentity.class);

    /// A machine that slept past its certificate's end may still ask for a new one (`simplereenroll`), and nothing else.
    static final Duration RENEWAL_GRACE = Duration.ofDays(180);

    private final Authority authority;
    private final Party.Manager manager;
    private final List<String> names;
    private final InstantSource clock;
    private volatile Issued current;

    ManagerIdentity(Authority authority, Party.Manager manager, List<String> names, InstantSource clock) {
        this.authority = authority;
        this.manager = manager;
        this.names = names;
        this.clock = clock;
        this.current = issue(1);
    }

    public UUID managerId() {
        return manager.id();
    }

    /// For servers that need no client certificate or judge it themselves (EST): takes our own certificates up to 180 days
    /// after they expired, so that a machine long asleep can renew. Also right for clients of other managers.
    public SSLContext forFaces() {
        return context(RENEWAL_GRACE);
    }

    /// For the line port: an expired, unknown or revoked certificate ends the handshake.
    SSLContext forLines() {
        return context(Duration.ZERO);
    }

    private SSLContext context(Duration grace) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {new Keys()}, new TrustManager[] {new Trust(grace)}, null);
            return context;
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("this JVM cannot make a TLS context", broken);
        }
    }

    private Issued issue(int number) {
        try {
            KeyPair pair = Authority.newKey();
            X509Certificate certificate = authority.issueManager(manager, names, pair.getPublic());
            Instant renewAt = clock.instant().plus(authority.life().multipliedBy(2).dividedBy(3));
            return new Issued("manager-" + number, number, certificate, pair.getPrivate(), renewAt, null);
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("this JVM cannot make an EC key", broken);
        }
    }

    private Issued current() {
        if (clock.instant().isAfter(current.renewAt())) {
            synchronized (this) {
                Issued old = current;
                if (clock.instant().isAfter(old.renewAt())) {
                    Issued next = issue(old.number() + 1);
                    // A handshake under way may still ask for the old one by its alias.
                    current = new Issued(next.alias(), next.number(), next.certificate(), next.key(), next.renewAt(),
                            old.alone());
                    LOG.info("renewed the certificate of manager {}", manager.id());
                }
            }
        }
        return current;
    }

    private @Nullable Issued named(@Nullable String alias) {
        for (Issued issued = current; issued != null; issued = issued.previous()) {
            if (issued.alias().equals(alias)) {
                return issued;
            }
        }
        return null;
    }

    private record Issued(String alias, int number, X509Certificate certificate, PrivateKey key, Instant renewAt,
            @Nullable Issued previous) {
        Issued alone() {
            return new Issued(alias, number, certificate, key, renewAt, null);
        }
    }

    private final class Keys extends X509ExtendedKeyManager {
        @Override
        public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
            return current().alias();
        }

        @Override
        public String chooseEngineClientAlias(String[] keyType, Principal[] issuers, SSLEngine engine) {
            return current().alias();
        }

        @Override
        public String chooseClientAlias(String[] keyType, Principal[] issuers, Socket socket) {
            return current().alias();
        }

        @Override
        public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
            return current().alias();
        }

        @Override
        public String[] getClientAliases(String keyType, Principal[] issuers) {
            return new String[] {current().alias()};
        }

        @Override
        public String[] getServerAliases(String keyType, Principal[] issuers) {
            return new String[] {current().alias()};
        }

        @Override
        public X509Certificate @Nullable [] getCertificateChain(String alias) {
            Issued issued = named(alias);
            return issued == null ? null : new X509Certificate[] {issued.certificate()};
        }

        @Override
        public @Nullable PrivateKey getPrivateKey(String alias) {
            Issued issued = named(alias);
            return issued == null ? null : issued.key();
        }
    }

    private final class Trust extends X509ExtendedTrustManager {
        private final Duration grace;

        Trust(Duration grace) {
            this.grace = grace;
        }

        private void check(X509Certificate[] chain, String usage, @Nullable String from) throws CertificateException {
            try {
                authority.verify(chain[0], usage, grace);
            } catch (CertificateException refused) {
                LOG.warn("refused a connection{}: {}", from == null ? "" : " from " + from, refused.getMessage());
                throw refused;
            }
        }

        /// Servers of other managers: one of ours, meant to serve, and a manager; its address proves nothing more.
        private void checkServer(X509Certificate[] chain) throws CertificateException {
            check(chain, KeyPurposeId.id_kp_serverAuth.getId(), null);
            if (!(Party.of(chain[0]).orElse(null) instanceof Party.Manager)) {
                throw new CertificateException("the other end is no manager");
            }
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) throws CertificateException {
            check(chain, Authority.CLIENT_AUTH, engine.getPeerHost());
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) throws CertificateException {
            check(chain, Authority.CLIENT_AUTH, String.valueOf(socket.getRemoteSocketAddress()));
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            check(chain, Authority.CLIENT_AUTH, null);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) throws CertificateException {
            checkServer(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) throws CertificateException {
            checkServer(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            checkServer(chain);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[] {authority.root()};
        }
    }
}
