package leaseback.manager.sealing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What both of them keep, the file and the service; and moving from one to the other.
class KmsTest {
    private static final byte[] SECRET = "a tenant's key".getBytes(UTF_8);
    private TransitServer server;
    private Instant now = Instant.parse("2026-11-22T12:00:00Z");

    @TempDir
    private Path folder;

    @BeforeEach
    void serve() throws Exception {
        server = new TransitServer();
    }

    @AfterEach
    void close() {
        server.close();
    }

    private Vault vault() throws Exception {
        return Vault.open(KmsSettings.read(server.settings(folder)), () -> now);
    }

    private List<Kms> both() throws Exception {
        return List.of(vault(), MasterKey.at(folder.resolve("master.key")));
    }

    @Test
    void whatIsSealedOpensForItsPurposeOnly() throws Exception {
        for (Kms kms : both()) {
            byte[] sealed = kms.seal(SECRET, "one");
            assertThat(kms.open(sealed, "one")).isEqualTo(SECRET);
            assertThat(kms.recognises(sealed)).isTrue();
            assertThatThrownBy(() -> kms.open(sealed, "two")).isInstanceOf(IllegalStateException.class).hasMessageContaining("two");
            assertThat(new String(sealed, UTF_8)).doesNotContain("tenant's");
        }
    }

    @Test
    void oldVersionsOpenUntilTheyAreRetired() throws Exception {
        for (Kms kms : both()) {
            byte[] old = kms.seal(SECRET, "one");
            assertThat(kms.isCurrent(old)).isTrue();
            assertThat(kms.rotate()).isEqualTo(2);
            assertThat(kms.isCurrent(old)).isFalse();
            assertThat(kms.open(old, "one")).isEqualTo(SECRET);
            byte[] young = kms.seal(SECRET, "one");
            assertThat(kms.isCurrent(young)).isTrue();
            assertThat(kms.retire()).isEqualTo(2);
            assertThat(kms.open(young, "one")).isEqualTo(SECRET);
            assertThatThrownBy(() -> kms.open(old, "one")).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void aRotatedFileIsStillOurOwnAndAnotherManagerTakesTheNewVersionUp() throws Exception {
        Path file = folder.resolve("master.key");
        MasterKey one = MasterKey.at(file);
        MasterKey other = MasterKey.at(file);
        assertThat(MasterKey.prepare(file)).isEqualTo(2);
        // Copied everywhere first, in use only when somebody says so.
        assertThat(one.isCurrent(one.seal(SECRET, "one"))).isTrue();
        assertThat(one.rotate()).isEqualTo(2);
        assertThat(other.open(one.seal(SECRET, "one"), "one")).isEqualTo(SECRET);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        assertThat(other.rotate()).isEqualTo(3);
        assertThat(one.open(other.seal(SECRET, "one"), "one")).isEqualTo(SECRET);
    }

    @Test
    void aRetiredVersionOpensNothingThatWasSealedAgain() throws Exception {
        Path file = folder.resolve("master.key");
        MasterKey kms = MasterKey.at(file);
        Path stolen = Files.copy(file, folder.resolve("stolen.key"));
        kms.rotate();
        byte[] again = kms.seal(SECRET, "one");
        kms.retire();
        MasterKey thief = MasterKey.at(stolen);
        assertThatThrownBy(() -> thief.open(again, "one")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aFileThatEverybodyCanReadIsRefused() throws Exception {
        Path file = folder.resolve("master.key");
        MasterKey.at(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> MasterKey.at(file)).hasMessageContaining("chmod 600");
    }

    @Test
    void whatTheFileSealedOpensAfterMovingToTheService() throws Exception {
        MasterKey file = MasterKey.at(folder.resolve("master.key"));
        byte[] old = file.seal(SECRET, "one");
        KmsSuccession kms = new KmsSuccession(vault(), file);
        assertThat(kms.open(old, "one")).isEqualTo(SECRET);
        assertThat(kms.isCurrent(old)).isFalse();
        byte[] moved = kms.seal(kms.open(old, "one"), "one");
        assertThat(kms.isCurrent(moved)).isTrue();
        assertThat(vault().open(moved, "one")).isEqualTo(SECRET);
    }

    @Test
    void theServiceIsAskedOnceAMinuteForTheSameSecret() throws Exception {
        Vault vault = vault();
        byte[] sealed = vault.seal(SECRET, "one");
        int before = server.calls();
        for (int i = 0; i < 10; i++) {
            vault.open(sealed, "one");
        }
        assertThat(server.calls()).isEqualTo(before + 1);
        now = now.plus(Duration.ofSeconds(61));
        vault.open(sealed, "one");
        assertThat(server.calls()).isEqualTo(before + 2);
    }

    @Test
    void aServiceThatRefusesOrIsGoneIsSaidToBeSo() throws Exception {
        Vault vault = vault();
        byte[] sealed = vault.seal(SECRET, "one");
        Files.writeString(folder.resolve("vault.token"), "wrong");
        assertThatThrownBy(() -> vault.open(sealed, "one")).isInstanceOf(KmsUnreachable.class).hasMessageContaining("403")
                .hasMessageContaining("vault.token");
        server.close();
        assertThatThrownBy(() -> vault.open(sealed, "one")).isInstanceOf(KmsUnreachable.class).hasMessageContaining("does not answer");
    }

    @Test
    void plainHttpGoesToThisMachineOnly() throws Exception {
        Path file = Files.writeString(folder.resolve("kms"), "address=http://vault.example.net:8200\nkey=a\ntoken-file=t\n");
        assertThatThrownBy(() -> KmsSettings.read(file)).hasMessageContaining("https");
        Files.writeString(file, "address=https://vault.example.net:8200\nkey=a\ntoken-file=t\ntoken=oops\n");
        assertThatThrownBy(() -> KmsSettings.read(file)).hasMessageContaining("[token]");
    }
}
