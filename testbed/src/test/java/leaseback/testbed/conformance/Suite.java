package leaseback.testbed.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A checkout of the suite, and one run of it.
///
/// `checkout`: where the suite lies; nothing is written there
/// `folder`: its configuration and its report
final class Suite {
    private static final List<String> FILES = List.of("s3tests/functional/test_s3.py", "s3tests/functional/test_headers.py");
    private static final List<String> USERS = List.of("s3 main", "s3 alt", "s3 tenant", "iam", "iam root", "iam alt root");
    /// Named keys that the suite encrypts under.
    static final List<String> KEYS = List.of("testkey-1", "testkey-2");
    private static final long LONGEST_HOURS = 2;
    static final String MODEL = "s3/2006-03-01";
    private final Path checkout;
    private final Path folder;

    Suite(Path checkout, Path folder) {
        this.checkout = checkout;
        this.folder = folder;
    }

    /// An account of the world, as the suite wants to know it. Accounts are all in one name space: the suite's `tenant` is empty.
    record User(String id, String name, String email, String accessKey, String secret) {}

    /// What the users are called that it needs.
    static List<String> names() {
        return USERS;
    }

    /// The report of a run.
    ///
    /// @param jobs      processes beside each other
    /// @param selection further arguments for pytest, such as `-k name`
    Path run(URI endpoint, List<User> users, int jobs, List<String> selection) throws IOException, InterruptedException {
        Path configuration = folder.resolve("suite.conf");
        Files.writeString(configuration, configuration(endpoint, users));
        lay("leaseback_markers.py", folder.resolve("leaseback_markers.py"));
        // Ceph's additions to bucket logging, which boto3 does not know of itself: without them the suite skips what is about them.
        lay("ceph-extensions.json", Files.createDirectories(folder.resolve(MODEL)).resolve("service-2.sdk-extras.json"));
        Path report = folder.resolve("report.xml");
        List<String> command = new ArrayList<>(List.of("python3", "-m", "pytest", "-p", "leaseback_markers", "-p", "no:cacheprovider",
                "--junitxml=" + report, "-q", "--tb=short", "-rN"));
        if (jobs > 1 && has("xdist")) {
            command.addAll(List.of("-n", Integer.toString(jobs)));
        }
        if (has("pytest_timeout")) {
            command.add("--timeout=300");
        }
        command.addAll(selection);
        if (selection.stream().noneMatch(argument -> argument.contains(".py"))) {
            command.addAll(FILES);
        }
        Path log = folder.resolve("suite.log");
        ProcessBuilder builder = new ProcessBuilder(command).directory(checkout.toFile()).redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
        builder.environment().put("AWS_EC2_METADATA_DISABLED", "true");
        builder.environment().put("AWS_DATA_PATH", folder.toString());
        builder.environment().put("S3TEST_CONF", configuration.toString());
        builder.environment().put("PYTHONPATH", folder.toString());
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        Process process = builder.start();
        process.getOutputStream().close();
        if (!process.waitFor(LONGEST_HOURS, TimeUnit.HOURS)) {
            process.destroyForcibly();
            throw new IOException("the suite took longer than " + LONGEST_HOURS + " hours; its log is " + log);
        }
        if (!Files.exists(report)) {
            throw new IOException("the suite wrote no report:\n" + Files.readString(log));
        }
        return report;
    }

    private static void lay(String resource, Path file) throws IOException {
        try (InputStream in = Suite.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is not among the test resources");
            }
            Files.copy(in, file);
        }
    }

    private static boolean has(String module) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("python3", "-c", "import " + module)
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        return process.waitFor() == 0;
    }

    private static String configuration(URI endpoint, List<User> users) {
        StringBuilder text = new StringBuilder("""
                [DEFAULT]
                host = localhost
                port = %d
                is_secure = False
                ssl_verify = False
                [fixtures]
                bucket prefix = lb-{random}-
                """.formatted(endpoint.getPort()));
        for (int i = 0; i < USERS.size(); i++) {
            User user = users.get(i);
            text.append("""
                    [%s]
                    display_name = %s
                    user_id = %s
                    email = %s
                    api_name = leaseback-1
                    access_key = %s
                    secret_key = %s
                    tenant =
                    kms_keyid = %s
                    kms_keyid2 = %s
                    """.formatted(USERS.get(i), user.name(), user.id(), user.email(), user.accessKey(), user.secret(),
                    KEYS.getFirst(), KEYS.getLast()));
        }
        return text.toString();
    }
}
