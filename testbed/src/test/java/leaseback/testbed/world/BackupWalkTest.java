package leaseback.testbed.world;

import static leaseback.testbed.world.World.hosts;
import static leaseback.testbed.world.World.users;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import leaseback.app.Sale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.ObjectVersion;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

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
                world.manager().caFile().toString(), "--units", units.toString());
        assertThat(setUp).contains("Keep a copy of this file", "units written", "nothing can be destroyed for 30 days");
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

    @Test
    void whoHasTheMachinesCredentialsCannotDestroyWhatWasBackedUp() throws Exception {
        Client.require("restic", "restic", Map.of(), folder);
        Path tree = folder.resolve("tree");
        copy(Path.of("../manager/src/main/java/leaseback/manager/lease"), tree.resolve("sources"));
        byte[] noise = new byte[300_000];
        new SecureRandom().nextBytes(noise);
        Files.write(tree.resolve("noise"), noise);
        Path home = folder.resolve("home");
        backup(tree.toString(), "--home", home.toString(), "--endpoint", world.manager().s3Tls().toString(), "--ca",
                world.manager().caFile().toString(), "--no-timer");
        Map<String, String> before = contents(tree);
        Instant then = Instant.now();
        Thread.sleep(1100);
        Files.delete(tree.resolve("noise"));
        backup("run", "--home", home.toString());

        rob(home);
        assertThatThrownBy(() -> backup("restore", "--home", home.toString(), "--to", folder.resolve("robbed").toString()))
                .isInstanceOf(AssertionError.class);

        Path restored = folder.resolve("restored");
        String said = backup("restore", "--home", home.toString(), "--to", restored.toString(), "--as-of", then.toString());
        assertThat(said).contains("put back to " + then).contains("brought back");
        assertThat(contents(restored.resolve(tree.toRealPath().toString().substring(1)))).isEqualTo(before);
        assertThat(backup("check", "--home", home.toString())).contains("no errors were found");
        assertThat(backup("status", "--home", home.toString())).contains("1 snapshots");
        backup("run", "--home", home.toString());
        assertThat(backup("status", "--home", home.toString())).contains("2 snapshots");
    }

    /// All that a key can do: overwrites half of the objects, deletes all, deletes each version, and takes the guards off the bucket.
    private static void rob(Path home) throws IOException {
        Properties stolen = new Properties();
        try (Reader text = Files.newBufferedReader(home.resolve("credentials"))) {
            stolen.load(text);
        }
        assertThat(stolen.getProperty("aws_access_key_id")).isEqualTo(world.user().accessKey());
        Matcher bucketName = Pattern.compile("backup-[a-z0-9]{16}").matcher(Files.readString(home.resolve("backup.json")));
        assertThat(bucketName.find()).isTrue();
        String bucket = bucketName.group();
        try (S3Client s3 = PutWalk.patientClient(world.manager().s3(), world.user())) {
            List<String> keys = s3.listObjectsV2Paginator(request -> request.bucket(bucket)).contents().stream().map(S3Object::key).toList();
            assertThat(keys).hasSizeGreaterThan(5);
            for (int i = 0; i < keys.size(); i++) {
                String key = keys.get(i);
                if (i % 2 == 0) {
                    s3.putObject(request -> request.bucket(bucket).key(key), RequestBody.fromString("pay us"));
                }
                s3.deleteObject(request -> request.bucket(bucket).key(key));
            }
            int refused = 0;
            for (ObjectVersion version : s3.listObjectVersionsPaginator(request -> request.bucket(bucket)).versions()) {
                try {
                    s3.deleteObject(request -> request.bucket(bucket).key(version.key()).versionId(version.versionId())
                            .bypassGovernanceRetention(true));
                } catch (S3Exception denied) {
                    assertThat(denied.statusCode()).isEqualTo(403);
                    refused++;
                }
            }
            assertThat(refused).as("every version withstood").isGreaterThanOrEqualTo(keys.size());
            assertThatThrownBy(() -> s3.putBucketVersioning(request -> request.bucket(bucket)
                    .versioningConfiguration(status -> status.status(BucketVersioningStatus.SUSPENDED)))).isInstanceOf(S3Exception.class);
            assertThatThrownBy(() -> s3.deleteBucket(request -> request.bucket(bucket))).isInstanceOf(S3Exception.class);
            s3.putObject(request -> request.bucket(bucket).key("snapshots/" + "0".repeat(64)), RequestBody.fromString("no snapshot"));
            assertThat(s3.listObjectsV2(request -> request.bucket(bucket)).contents()).hasSize(1);
        }
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
