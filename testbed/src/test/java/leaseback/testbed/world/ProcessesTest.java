package leaseback.testbed.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a newcomer does, with real processes and real clients: `up`, aws-cli, rclone, curl, and `kill -9`.
class ProcessesTest {
    private static final String MARKER = "leaseback-marker-7f3a91c2d4e8-never-in-the-clear";

    @TempDir
    private Path folder = Path.of("");

    @Test
    void realClientsStoreAndFetchWhileHostsAreKilled() throws Exception {
        Path data = folder.resolve("world");
        Path big = file("big.bin", 20 << 20);
        Path empty = file("empty", 0);
        Path marked = folder.resolve("marked.txt");
        Files.writeString(marked, (MARKER + "\n").repeat(2000));
        Path tree = Files.createDirectory(folder.resolve("tree"));
        for (int i = 0; i < 12; i++) {
            Files.copy(file("f" + i, 1000 * i * i + i), tree.resolve("name with space %25 " + i + ".bin"));
        }

        try (Program up = Program.up(data, folder.resolve("up.log"), "--hosts", "6", "--any-ports", "--leased", "1GB")) {
            assertThat(up.log()).contains("the offer, as the first buyer reads it", "declined");
            Map<String, String> environment = Program.environment(data);
            assertThat(environment).containsKeys("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_DEFAULT_REGION",
                    "AWS_ENDPOINT_URL", "LEASEBACK_API", "LEASEBACK_TOKEN");
            Client aws = Client.require("aws", "awscli", environment, folder);
            Client rclone = Client.require("rclone", "rclone", environment, folder);
            Client curl = Client.require("curl", "curl", environment, folder);
            String endpoint = String.valueOf(environment.get("AWS_ENDPOINT_URL"));

            aws.run("--endpoint-url", endpoint, "s3", "mb", "s3://first");
            aws.run("--endpoint-url", endpoint, "s3", "cp", big.toString(), "s3://first/big.bin");
            aws.run("--endpoint-url", endpoint, "s3", "cp", empty.toString(), "s3://first/empty");
            aws.run("--endpoint-url", endpoint, "s3", "cp", marked.toString(), "s3://first/marked.txt");
            aws.run("--endpoint-url", endpoint, "s3", "sync", tree.toString(), "s3://first/tree");
            rclone.run("copy", tree.toString(), "leaseback:first/copy");
            rclone.run("check", tree.toString(), "leaseback:first/copy");
            String presigned = aws.run("--endpoint-url", endpoint, "s3", "presign", "s3://first/marked.txt").strip();
            assertThat(curl.run("-sf", presigned)).contains(MARKER);

            // A killed manager comes back, takes its PostgreSQL over, and has lost nothing.
            killAtOnce(started(data).getFirst());
            up.await("the manager is back", Duration.ofMinutes(2));
            World.await("all hosts are back on the line", () -> reachable(data) == 6);
            rclone.run("check", "--download", tree.toString(), "leaseback:first/copy");

            JsonNode status = status(data);
            List<Long> processes = new ArrayList<>();
            status.path("hosts").forEach(host -> processes.add(host.path("processId").asLong()));
            assertThat(processes).hasSize(6).doesNotContain(0L).doesNotHaveDuplicates();
            assertThat(filesHolding(MARKER, data.resolve("hosts"))).isEmpty();

            processes.subList(0, 3).forEach(ProcessesTest::killAtOnce);
            Path back = folder.resolve("back.bin");
            aws.run("--endpoint-url", endpoint, "s3", "cp", "s3://first/big.bin", back.toString());
            assertThat(Files.mismatch(big, back)).isEqualTo(-1);
            rclone.run("check", "--download", tree.toString(), "leaseback:first/copy");

            Client.Outcome refused = aws.attempt("--endpoint-url", endpoint, "--cli-read-timeout", "120", "s3api", "put-object",
                    "--bucket", "first", "--key", "late", "--body", big.toString());
            assertThat(refused.status()).isNotZero();
            assertThat(refused.output()).contains("needs 5").contains("3 ");
            assertThat(aws.attempt("--endpoint-url", endpoint, "s3api", "head-object", "--bucket", "first", "--key", "late").status()).isNotZero();

            processes.subList(3, 6).forEach(ProcessesTest::killAtOnce);
            assertThat(filesHolding(MARKER, data.resolve("manager"))).isEmpty();
            List<Long> all = started(data);
            assertThat(all).hasSize(8);
            assertThat(up.stop()).isIn(0, 130, 143);
            assertThat(all).noneMatch(ProcessesTest::isRunning);
        }

        try (Program again = Program.up(data, folder.resolve("again.log"))) {
            assertThat(again.log()).contains("Carrying on");
            Map<String, String> environment = Program.environment(data);
            Client rclone = Client.require("rclone", "rclone", environment, folder);
            rclone.run("check", "--download", tree.toString(), "leaseback:first/copy");
        }
        // PostgreSQL is a process of its own: its file is gone when it has stopped.
        assertThat(data.resolve("manager/postgres/cluster/postmaster.pid")).doesNotExist();
    }

    private static JsonNode status(Path data) throws IOException, InterruptedException {
        return JsonMapper.builder().build().readTree(Program.said("status", "--data", data.toString(), "--json"));
    }

    private static long reachable(Path data) {
        try {
            return status(data).path("hosts").valueStream().filter(host -> host.path("reachable").asBoolean(false)).count();
        } catch (IOException unanswered) {
            return -1;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    /// Every process that this run of `up` has started: the manager first, then hosts, then managers started again.
    private static List<Long> started(Path data) throws IOException {
        return Files.readAllLines(data.resolve("processes")).stream().map(line -> Long.parseLong(line.split(" ")[0])).toList();
    }

    private static void killAtOnce(long pid) {
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    }

    private Path file(String name, int bytes) throws IOException {
        byte[] content = new byte[bytes];
        new Random(bytes).nextBytes(content);
        return Files.write(folder.resolve(name), content);
    }

    private static List<Path> filesHolding(String marker, Path folder) throws IOException {
        byte[] wanted = marker.getBytes(StandardCharsets.UTF_8);
        List<Path> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(new String(wanted, StandardCharsets.ISO_8859_1))) {
                    found.add(file);
                }
            }
        }
        return found;
    }

    private static boolean isRunning(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }
}
