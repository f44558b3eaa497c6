package leaseback.manager.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import leaseback.manager.database.TestDatabase;
import leaseback.manager.order.MovableClock;
import leaseback.manager.sealing.MasterKey;
import leaseback.protocol.Party;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuthorityTest {
    private static final Duration LIFE = Duration.ofDays(30);

    @TempDir
    private Path folder;

    private final MovableClock clock = new MovableClock(Instant.parse("2026-11-22T12:00:00Z"));
    private TestDatabase testDatabase;
    private MasterKey masterKey;

    @BeforeEach
    void open() throws Exception {
        testDatabase = TestDatabase.fresh();
        masterKey = MasterKey.at(folder.resolve("master.key"));
    }

    @AfterEach
    void close() {
        testDatabase.close();
    }

    @Test
    void managersThatRaceForTheFirstRootAgree() throws Exception {
        Callable<byte[]> opening = () -> authority().root().getEncoded();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            byte[] root = opening.call();
            for (var other : threads.invokeAll(List.of(opening, opening, opening, opening))) {
                assertThat(other.get()).isEqualTo(root);
            }
        }
        int roots = testDatabase.database().read(handle -> handle.createQuery("select count(*) from authority")
                .mapTo(Integer.class).one());
        assertThat(roots).isEqualTo(1);
    }

    @Test
    void anotherMasterKeyDoesNotOpenTheRootKey() throws Exception {
        authority();
        MasterKey other = MasterKey.at(folder.resolve("other.key"));
        assertThatThrownBy(() -> Authority.open(testDatabase.database(), other, clock, LIFE))
                .hasMessageContaining("another master key");
    }

    @Test
    void aHostsCertificateSpeaksForItAndForNothingElse() throws Exception {
        Authority authority = authority();
        UUID host = UUID.randomUUID();
        X509Certificate certificate = issue(authority, host);
        assertThat(authority.verify(certificate, Authority.CLIENT_AUTH, Duration.ZERO)).isEqualTo(new Party.Host(host));
        assertThat(certificate.getNotAfter().toInstant()).isEqualTo(clock.instant().plus(LIFE));
        assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
        assertThatThrownBy(() -> authority.verify(certificate, "1.3.6.1.5.5.7.3.1", Duration.ZERO))
                .hasMessageContaining("not meant for this use");
        assertThatThrownBy(() -> authority.requireManager(certificate)).hasMessageContaining("is no manager");
    }

    @Test
    void anExpiredCertificateIsRefusedButMayRenewForAWhile() throws Exception {
        Authority authority = authority();
        X509Certificate certificate = issue(authority, UUID.randomUUID());
        clock.move(LIFE.plusSeconds(1));
        assertThatThrownBy(() -> authority.verify(certificate, Authority.CLIENT_AUTH, Duration.ZERO))
                .hasMessageContaining("expired");
        authority.verify(certificate, Authority.CLIENT_AUTH, Duration.ofDays(1));
    }

    @Test
    void aRevokedCertificateIsRefused() throws Exception {
        Authority authority = authority();
        UUID host = UUID.randomUUID();
        X509Certificate certificate = issue(authority, host);
        testDatabase.database()
                .transact(handle -> handle.createUpdate("update certificate set revoked_at = :now where subject_id = :id")
                .bind("now", clock.instant()).bind("id", host).execute());
        assertThatThrownBy(() -> authority.verify(certificate, Authority.CLIENT_AUTH, Duration.ZERO))
                .hasMessageContaining("was revoked");
    }

    @Test
    void aCertificateThatIsNotInTheTableIsRefusedThoughTheRootSignedIt() throws Exception {
        Authority authority = authority();
        X509Certificate certificate = issue(authority, UUID.randomUUID());
        testDatabase.database().transact(handle -> handle.createUpdate("delete from certificate").execute());
        assertThatThrownBy(() -> authority.verify(certificate, Authority.CLIENT_AUTH, Duration.ZERO))
                .hasMessageContaining("unknown");
    }

    @Test
    void aCertificateOfAnotherRootIsRefused() throws Exception {
        try (TestDatabase elsewhere = TestDatabase.fresh()) {
            Authority stranger = Authority.open(elsewhere.database(), masterKey, clock, LIFE);
            X509Certificate certificate = elsewhere.database().transact(handle ->
                    stranger.issueHost(handle, UUID.randomUUID(), "SN-1", newKey()));
            assertThatThrownBy(() -> authority().verify(certificate, Authority.CLIENT_AUTH, Duration.ZERO))
                    .hasMessageContaining("not issued by this authority");
        }
    }

    @Test
    void managersRenewTheirOwnCertificates() throws Exception {
        Authority authority = authority();
        ManagerIdentity identity = authority.identity(UUID.randomUUID(), List.of("localhost", "127.0.0.1", "::1"));
        assertThat(certificates()).isEqualTo(1);
        clock.move(Duration.ofDays(21));
        handshake(identity);
        assertThat(certificates()).isEqualTo(2);
    }

    private int certificates() {
        return testDatabase.database().read(handle -> handle.createQuery("select count(*) from certificate").mapTo(Integer.class)
                .one());
    }

    /// Both ends in memory: a manager calls a manager.
    private static void handshake(ManagerIdentity identity) throws Exception {
        var context = identity.forFaces();
        try (var port = context.getServerSocketFactory().createServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress());
                ExecutorService threads = Executors.newSingleThreadExecutor()) {
            ((javax.net.ssl.SSLServerSocket) port).setNeedClientAuth(true);
            var served = threads.submit(() -> {
                try (var socket = port.accept()) {
                    return socket.getInputStream().read();
                }
            });
            try (var socket = context.getSocketFactory().createSocket("127.0.0.1", port.getLocalPort())) {
                socket.getOutputStream().write(7);
            }
            assertThat(served.get()).isEqualTo(7);
        }
    }

    private Authority authority() {
        return Authority.open(testDatabase.database(), masterKey, clock, LIFE);
    }

    private X509Certificate issue(Authority authority, UUID host) {
        return testDatabase.database().transact(handle -> authority.issueHost(handle, host, "SN-1", newKey()));
    }

    private static java.security.PublicKey newKey() {
        try {
            return Authority.newKey().getPublic();
        } catch (java.security.GeneralSecurityException broken) {
            throw new IllegalStateException(broken);
        }
    }
}
