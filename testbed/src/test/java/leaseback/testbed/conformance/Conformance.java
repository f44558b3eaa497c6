package leaseback.testbed.conformance;

import static leaseback.testbed.world.World.hosts;
import static leaseback.testbed.world.World.users;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import leaseback.testbed.world.World;
import tools.jackson.databind.JsonNode;

/// Runs the suite against a new world and compares with `conformance.expected`.
///
///     testbed/conformance CHECKOUT [--jobs N] [--keep FOLDER] [pytest's own options, such as -k NAME or -m MARKER]
final class Conformance {
    private static final int HOSTS = 6;
    /// As the suite takes it to be where it is not told (`lc_debug_interval`).
    private static final Duration LIFECYCLE_DAY = Duration.ofSeconds(10);

    private Conformance() {}

    /// @param arguments the checkout, the file of expected failures, then options
    public static void main(String... arguments) throws IOException, InterruptedException {
        List<String> rest = new ArrayList<>(List.of(arguments));
        Path checkout = Path.of(rest.removeFirst()).toAbsolutePath();
        Expected expected = Expected.read(Path.of(rest.removeFirst()));
        int jobs = Integer.parseInt(option(rest, "--jobs", "1"));
        Path keep = Path.of(option(rest, "--keep", ""));
        Path folder = Files.createTempDirectory("leaseback-conformance");
        Report report;
        try (World world = World.withLifecycleDays(LIFECYCLE_DAY, hosts(HOSTS), users(0))) {
            List<Suite.User> accounts = new ArrayList<>();
            for (String name : Suite.names()) {
                JsonNode customer = world.api().post("/customer", Map.of("name", name, "email", name.replaceAll("\\W", "") + "@example.org",
                        "zone", "Etc/UTC", "roles", List.of("USER")));
                String id = customer.path("id").asString();
                JsonNode key = world.api().post("/customer/" + id + "/accessKey", null);
                for (String named : Suite.KEYS) {
                    world.api().post("/customer/" + id + "/namedKey", Map.of("name", named));
                }
                accounts.add(new Suite.User(id, name, customer.path("email").asString(), key.path("id").asString(),
                        key.path("secret").asString()));
            }
            Path junit = new Suite(checkout, folder).run(world.manager().s3(), accounts, jobs, rest);
            report = Report.read(junit);
        }
        if (!keep.toString().isEmpty()) {
            Files.createDirectories(keep);
            for (String name : new String[] {"report.xml", "suite.log"}) {
                Files.copy(folder.resolve(name), keep.resolve(name), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        for (String name : new String[] {"report.xml", "suite.log", "suite.conf", "leaseback_markers.py",
            Suite.MODEL + "/service-2.sdk-extras.json", Suite.MODEL, "s3"}) {
            Files.deleteIfExists(folder.resolve(name));
        }
        Files.deleteIfExists(folder);
        List<String> differences = expected.differences(report);
        differences.forEach(System.out::println);
        System.out.print(report.counts());
        System.out.println(differences.isEmpty() ? "As expected." : differences.size() + " not as expected.");
        System.exit(differences.isEmpty() ? 0 : 1);
    }

    private static String option(List<String> arguments, String name, String otherwise) {
        int at = arguments.indexOf(name);
        if (at < 0) {
            return otherwise;
        }
        if (at + 1 == arguments.size()) {
            throw new IllegalArgumentException(name + " needs a value");
        }
        arguments.remove(at);
        return arguments.remove(at);
    }
}
