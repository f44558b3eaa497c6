package leaseback.testbed.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `kill -9` in the middle of `rclone sync`: of the manager, of its PostgreSQL, of hosts. What rclone was told is stored is.
class KilledTest {
    private static final int FILES = 60;

    @TempDir
    private Path folder = Path.of("");

    @Test
    void whateverIsKilledDuringASyncTheNextOneCompletesIt() throws Exception {
        Path data = folder.resolve("world");
        Path tree = Files.createDirectory(folder.resolve("tree"));
        try (Program up = Program.up(data, folder.resolve("up.log"), "--hosts", "6", "--any-ports", "--leased", "1GB")) {
            Map<String, String> environment = Program.environment(data);
            Client rclone = Client.require("rclone", "rclone", environment, folder);
            List<Long> started = processes(data);

            fill(tree, 1);
            Process first = sync(rclone, environment, tree, "first.log");
            awaitCopies("first.log", first);
            kill(started.getFirst());
            up.await("the manager is back", Duration.ofMinutes(2));
            ended(first);

            fill(tree, 2);
            Process second = sync(rclone, environment, tree, "second.log");
            awaitCopies("second.log", second);
            kill(Long.parseLong(Files.readAllLines(data.resolve("manager/postgres/cluster/postmaster.pid")).getFirst()));
            ended(second);

            fill(tree, 3);
            Process third = sync(rclone, environment, tree, "third.log");
            awaitCopies("third.log", third);
            kill(started.get(1));
            ended(third);
            rclone.run("sync", tree.toString(), "leaseback:killed/tree", "--retries", "10", "--retries-sleep", "1s");
            kill(started.get(2));
            kill(started.get(3));
            rclone.run("check", "--download", tree.toString(), "leaseback:killed/tree");
        }
        try (Program again = Program.up(data, folder.resolve("again.log"))) {
            assertThat(again.log()).contains("Carrying on");
            Client rclone = Client.require("rclone", "rclone", Program.environment(data), folder);
            rclone.run("sync", tree.toString(), "leaseback:killed/tree", "--retries", "10", "--retries-sleep", "1s");
            rclone.run("check", "--download", tree.toString(), "leaseback:killed/tree");
        }
    }

    /// New files, other bytes in some of the old ones, and some of them gone.
    private static void fill(Path tree, int round) throws IOException {
        Random random = new Random(round);
        for (int i = 0; i < FILES; i++) {
            byte[] bytes = new byte[i % 3 == 0 ? random.nextInt(8_000) : 50_000 + random.nextInt(250_000)];
            random.nextBytes(bytes);
            Files.write(tree.resolve("f" + (round * 40 + i)), bytes);
        }
        for (int i = 0; i < 5; i++) {
            Files.deleteIfExists(tree.resolve("f" + (round * 40 - i)));
        }
    }

    /// Slow enough to be met in the middle.
    private Process sync(Client rclone, Map<String, String> environment, Path tree, String log) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(rclone.path().toString(), "sync", tree.toString(), "leaseback:killed/tree", "-v",
                "--bwlimit", "3M", "--transfers", "4", "--retries", "20", "--retries-sleep", "1s", "--low-level-retries", "20")
                .directory(folder.toFile()).redirectErrorStream(true).redirectOutput(folder.resolve(log).toFile());
        builder.environment().remove("AWS_CA_BUNDLE");
        builder.environment().put("HOME", folder.toString());
        builder.environment().putAll(environment);
        return builder.start();
    }

    private void awaitCopies(String log, Process process) throws IOException, InterruptedException {
        World.await("some files are copied", () -> copies(log) >= 8 || !process.isAlive());
        assertThat(process.isAlive()).as("the sync is under way:\n" + Files.readString(folder.resolve(log))).isTrue();
    }

    private long copies(String log) {
        try (var lines = Files.lines(folder.resolve(log))) {
            return lines.filter(line -> line.contains("Copied (")).count();
        } catch (IOException unreadable) {
            return 0;
        }
    }

    /// However it ends: it may have run out of patience.
    private static void ended(Process process) throws InterruptedException {
        if (!process.waitFor(3, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new AssertionError("rclone sync did not end");
        }
    }

    private static List<Long> processes(Path data) throws IOException {
        return Files.readAllLines(data.resolve("processes")).stream().map(line -> Long.parseLong(line.split(" ")[0])).toList();
    }

    private static void kill(long pid) {
        assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();
    }
}
