package leaseback.testbed.world;

import static leaseback.testbed.world.World.hosts;
import static leaseback.testbed.world.World.users;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import leaseback.app.Sale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `leaseback backup` with the real restic, from setting it up to restoring after hosts were lost and others lied.
class BackupWalkTest {
    private static World world;

    @TempDir
    private Path folder;

    @BeforeAll
    static void open() throws IOException {
        world = World.with(hosts(6), users(1));
    }

    @AfterAll
    static void close() throws IOException {
        world.close();
    }

    @Test
    void aTreeComesBackByteForByteAfterHostsAreLostAndAnotherAlteredWhatItHeld() throws Exception {
        Client.require("restic", "restic", Map.of(), folder);
        Path tree = folder.resolve("tree");
        copy(Path.of("../manager/src"), tree.resolve("sources"));
        byte[] noise = new byte[9_000_000];
        new SecureRandom().nextBytes(noise);
        Files.write(tree.resolve("noise"), noise);
        Files.writeString(tree.resolve("ünïcode & spaces"), "äöü");
        Files.createDirectory(tree.resolve("empty"));
        Path home = folder.resolve("home");
        Path units = folder.resolve("units");

        String setUp = backup(tree.toString(), "--home", home.toString(), "--endpoint", world.manager().s3Tls().toString(), "--ca",
                world.manager().caFile().toString(), "--units", units.toString(), "--lock-days", "0");
        assertThat(setUp).contains("Keep a copy of this file", "units written");
        for (String secret : List.of("credentials", "password", "backup.json")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve(secret)))).isEqualTo("rw-------");
        }
        assertThat(Files.readString(units.resolve("leaseback-backup.timer"))).contains("OnCalendar=*-*-* 02:00:00", "Persistent=true");
        assertThat(Files.readString(units.resolve("leaseback-backup.service"))).contains("backup run --home " + home)
                .doesNotContain(world.user().secret());

        world.hosts().get(0).stop();
        world.hosts().get(1).stop();
        alter(world.hosts().get(2).folder());
        assertThat(backup("check", "--home", home.toString())).contains("no errors were found");
        Path restored = folder.resolve("restored");
        backup("restore", "--home", home.toString(), "--to", restored.toString());
        assertThat(contents(restored.resolve(tree.toRealPath().toString().substring(1)))).isEqualTo(contents(tree));

        world.start(world.hosts().get(0));
        world.start(world.hosts().get(1));
        Files.writeString(tree.resolve("new file"), "since yesterday");
        World.await("hosts are back", () -> world.reachable() == 6);
        backup("run", "--home", home.toString());
        assertThat(backup("status", "--home", home.toString())).contains("went well", "2 snapshots");
    }

    private static String backup(String... arguments) throws IOException, InterruptedException {
        Sale.User user = world.user();
        String[] all = Stream.concat(Stream.of("backup"), Stream.of(arguments)).toArray(String[]::new);
        return Program.said(Map.of("AWS_ACCESS_KEY_ID", user.accessKey(), "AWS_SECRET_ACCESS_KEY", user.secret()), all);
    }

    /// One bit of every piece there.
    private static void alter(Path host) throws IOException {
        int altered = 0;
        for (Path file : files(host.resolve("pieces"))) {
            try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
                if (bytes.length() > 4096) {
                    bytes.seek(bytes.length() / 2);
                    int old = bytes.read();
                    bytes.seek(bytes.length() / 2);
                    bytes.write(old ^ 1);
                    altered++;
                }
            }
        }
        assertThat(altered).as("pieces altered in " + host).isPositive();
    }

    private static Map<String, String> contents(Path root) throws IOException {
        Map<String, String> all = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(root)) {
            for (Path path : walk.toList()) {
                all.put(root.relativize(path).toString(), Files.isDirectory(path) ? "folder"
                        : java.util.HexFormat.of().formatHex(sha256(Files.readAllBytes(path))));
            }
        }
        return all;
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return java.security.MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (java.security.NoSuchAlgorithmException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private static List<Path> files(Path root) throws IOException {
        try (Stream<Path> walk = Files.walk(root)) {
            return walk.filter(Files::isRegularFile).toList();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> walk = Files.walk(from)) {
            for (Path path : walk.toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(path, target);
                }
            }
        }
    }
}
