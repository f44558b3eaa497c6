package leaseback.manager.sealing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MasterKeyTest {
    private static final byte[] SECRET = "a segment's key".getBytes(UTF_8);

    @TempDir
    private Path folder;

    @Test
    void whatOneManagerSealedAnotherWithTheSameFileOpens() throws Exception {
        byte[] sealed = key("a").seal(SECRET, "segment");

        assertThat(key("a").open(sealed, "segment")).isEqualTo(SECRET);
        assertThat(sealed).hasSize(SECRET.length + 36);
        assertThat(new String(sealed, UTF_8)).doesNotContain("segment's");
    }

    @Test
    void theSameSecretSealedTwiceLooksDifferent() throws Exception {
        assertThat(key("a").seal(SECRET, "segment")).isNotEqualTo(key("a").seal(SECRET, "segment"));
    }

    @Test
    void anotherKeyDoesNotOpenIt() throws Exception {
        byte[] sealed = key("a").seal(SECRET, "segment");

        assertThatThrownBy(() -> key("b").open(sealed, "segment")).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("another master key");
    }

    @Test
    void whatWasSealedForOnePurposeOpensForNoOther() throws Exception {
        byte[] sealed = key("a").seal(SECRET, "segment");

        assertThatThrownBy(() -> key("a").open(sealed, "access key")).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("access key");
    }

    @Test
    void noAlteredOrMissingByteGoesUnnoticed() throws Exception {
        byte[] sealed = key("a").seal(SECRET, "segment");
        for (int n = 0; n < sealed.length; n++) {
            byte[] altered = sealed.clone();
            altered[n] ^= 1;
            byte[] cut = Arrays.copyOf(sealed, n);
            assertThatThrownBy(() -> key("a").open(altered, "segment")).as("byte %d altered", n)
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> key("a").open(cut, "segment")).as("cut to %d bytes", n)
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void onlyItsOwnerReadsTheFile() throws Exception {
        key("a");

        assertThat(Files.getPosixFilePermissions(folder.resolve("a"))).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(folder.resolve("a"));
        }
    }

    @Test
    void managersThatStartAtOnceAgreeOnOneKey() throws Exception {
        List<Future<MasterKey>> made = new ArrayList<>();
        try (var starters = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int n = 0; n < 8; n++) {
                made.add(starters.submit(() -> key("a")));
            }
        }
        byte[] sealed = key("a").seal(SECRET, "segment");
        for (Future<MasterKey> each : made) {
            assertThat(each.get().open(sealed, "segment")).isEqualTo(SECRET);
        }
    }

    @Test
    void aFileThatIsNoKeyIsRefusedAndKept() throws Exception {
        Files.writeString(folder.resolve("text"), "not a key");
        Files.writeString(folder.resolve("short"), Base64.getEncoder().encodeToString(new byte[16]));

        assertThatThrownBy(() -> key("text")).isInstanceOf(IOException.class).hasMessageContaining("restore it from your backup");
        assertThatThrownBy(() -> key("short")).isInstanceOf(IOException.class).hasMessageContaining("16 bytes");
        assertThat(folder.resolve("text")).hasContent("not a key");
    }

    private MasterKey key(String name) throws IOException {
        return MasterKey.at(folder.resolve(name));
    }
}
