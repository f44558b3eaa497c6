package leaseback.testbed.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A host leaves, in a world of real processes: `./leaseback drain` sends it away, `./leaseback storage` shows how it empties, and
/// when it is empty it is killed, and another one with it, and nothing is missing.
class LeavingWalkTest {
    private static final int FILES = 24;
    private static final Pattern PIECE = Pattern.compile("/[0-9a-f]{2}/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$");

    @TempDir
    private Path folder = Path.of("");

    /// Nightly: most of its two minutes are waiting for the walk over all segments to come round.
    @Test
    @Tag("nightly")
    void aHostIsDrainedUntilNothingIsLeftOnItAndThenMayVanish() throws Exception {
        Path data = folder.resolve("world");
        Path tree = Files.createDirectory(folder.resolve("tree"));
        Random random = new Random(8);
        for (int i = 0; i < FILES; i++) {
            byte[] bytes = new byte[i % 4 == 0 ? 9_000 : 100_000 + random.nextInt(900_000)];
            random.nextBytes(bytes);
            Files.write(tree.resolve("f" + i), bytes);
        }
        try (Program up = Program.up(data, folder.resolve("up.log"), "--hosts", "8", "--any-ports", "--leased", "1GB")) {
            Map<String, String> environment = Program.environment(data);
            Client rclone = Client.require("rclone", "rclone", environment, folder);
            rclone.run("copy", tree.toString(), "leaseback:leaving/tree");

            String host = fullest(data);
            assertThat(empty(data)).isZero();
            assertThat(Program.said("drain", host, "--data", data.toString())).contains(host).contains("leaves");
            String shown = "";
            long deadline = System.nanoTime() + Duration.ofMinutes(6).toNanos();
            while (!shown.contains("leaving    " + host + ": empty since")) {
                assertThat(System.nanoTime()).as("it is not empty yet:\n" + shown).isLessThan(deadline);
                Thread.sleep(1000);
                shown = Program.said("storage", "--data", data.toString());
            }
            assertThat(shown).contains("repair     nothing waits").doesNotContain("LOST");
            assertThat(empty(data)).isEqualTo(1);

            kill(data, host);
            kill(data, fullest(data));
            rclone.run("check", "--download", tree.toString(), "leaseback:leaving/tree");
            assertThat(up.log()).doesNotContain("ERROR");
        }
    }

    /// Nightly too.
    @Test
    @Tag("nightly")
    void anOwnerWithdrawsAndHasTheMachineBackWithAReceiptAndNothingIsMissing() throws Exception {
        Path data = folder.resolve("world");
        Path file = folder.resolve("file");
        byte[] bytes = new byte[3_000_000];
        new Random(9).nextBytes(bytes);
        Files.write(file, bytes);
        try (Program up = Program.up(data, folder.resolve("up.log"), "--hosts", "8", "--any-ports", "--leased", "1GB")) {
            Client rclone = Client.require("rclone", "rclone", Program.environment(data), folder);
            rclone.run("copyto", file.toString(), "leaseback:withdrawn/file");
            String host = fullest(data);
            assertThat(Program.said("lease", host, "withdraw", "--data", data.toString())).contains("STANDING_DOWN (withdrawn)");
            String shown = "";
            long deadline = System.nanoTime() + Duration.ofMinutes(6).toNanos();
            while (!shown.contains("RELEASED (withdrawn)")) {
                assertThat(System.nanoTime()).as("it is not released yet:\n" + shown).isLessThan(deadline);
                Thread.sleep(1000);
                shown = Program.said("lease", host, "--data", data.toString());
            }
            assertThat(shown).contains("the host signed that it holds nothing of others any more");
            assertThat(empty(data)).isEqualTo(1);
            try (Stream<Path> all = Files.walk(data)) {
                assertThat(all.filter(path -> path.endsWith("receipt.json")).toList()).singleElement()
                        .satisfies(receipt -> assertThat(receipt.resolveSibling("identity.pem")).doesNotExist());
            }
            Path back = folder.resolve("back");
            rclone.run("copyto", "leaseback:withdrawn/file", back.toString());
            assertThat(back).hasSameBinaryContentAs(file);
            assertThat(up.log()).doesNotContain("ERROR");
        }
    }

    /// The serial number of the host that runs and holds most.
    private static String fullest(Path data) throws IOException, InterruptedException {
        String most = "";
        long bytes = -1;
        for (JsonNode host : status(data)) {
            if (ProcessHandle.of(host.path("processId").asLong()).isPresent() && host.path("usedBytes").asLong() > bytes) {
                most = host.path("serial").asString("");
                bytes = host.path("usedBytes").asLong();
            }
        }
        return most;
    }

    /// Hosts in whose folder lies no piece.
    private static long empty(Path data) throws IOException {
        long empty = 0;
        try (DirectoryStream<Path> hosts = Files.newDirectoryStream(data.resolve("hosts"), Files::isDirectory)) {
            for (Path host : hosts) {
                try (Stream<Path> files = Files.walk(host)) {
                    empty += files.anyMatch(file -> PIECE.matcher(file.toString()).find()) ? 0 : 1;
                }
            }
        }
        return empty;
    }

    private static void kill(Path data, String serial) throws IOException, InterruptedException {
        assertThat(process(data, serial).destroyForcibly()).isTrue();
    }

    private static ProcessHandle process(Path data, String serial) throws IOException, InterruptedException {
        for (JsonNode host : status(data)) {
            if (host.path("serial").asString("").equals(serial)) {
                return ProcessHandle.of(host.path("processId").asLong()).orElseThrow();
            }
        }
        throw new AssertionError("no host is called " + serial);
    }

    private static JsonNode status(Path data) throws IOException, InterruptedException {
        return JsonMapper.shared().readTree(Program.said("status", "--json", "--data", data.toString())).path("hosts");
    }
}
