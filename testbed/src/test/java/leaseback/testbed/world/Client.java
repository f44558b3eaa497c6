package leaseback.testbed.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A real client program, driven as a person would; installed from Debian's packages where it is missing.
public final class Client {
    private static final long LONGEST_SECONDS = 300;
    private final String program;
    private final Map<String, String> environment;
    private final Path folder;

    private Client(String program, Map<String, String> environment, Path folder) {
        this.program = program;
        this.environment = environment;
        this.folder = folder;
    }

    /// The program; the calling test fails where it is not there and cannot be installed.
    public static Client require(String program, String debianPackage, Map<String, String> environment, Path folder) {
        if (onPath(program).isEmpty()) {
            install(debianPackage);
        }
        Optional<Path> found = onPath(program);
        assertThat(found).as(program + " is not on this machine, and testbed/install-clients could not install the Debian package "
                + debianPackage + "; install it with: sudo apt-get install " + debianPackage).isPresent();
        return new Client(found.map(Path::toString).orElseThrow(), environment, folder);
    }

    /// Where it lies, for those who start it themselves.
    public Path path() {
        return Path.of(program);
    }

    /// What it printed, both streams; the test fails when it does not end well.
    public String run(String... arguments) throws IOException, InterruptedException {
        Outcome outcome = attempt(arguments);
        assertThat(outcome.status()).as(program + " " + String.join(" ", arguments) + "\n" + outcome.output()).isZero();
        return outcome.output();
    }

    /// As `run`, whatever the exit status.
    public Outcome attempt(String... arguments) throws IOException, InterruptedException {
        List<String> command = new java.util.ArrayList<>(List.of(program));
        command.addAll(Arrays.asList(arguments));
        Path log = Files.createTempFile(folder, "client", ".log");
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().remove("AWS_CA_BUNDLE");
        builder.environment().put("HOME", folder.toString());
        builder.environment().put("AWS_EC2_METADATA_DISABLED", "true");
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(program + " took longer than " + LONGEST_SECONDS + " s: " + Files.readString(log));
        }
        return new Outcome(process.exitValue(), Files.readString(log));
    }

    /// How it ended.
    public record Outcome(int status, String output) {}

    private static Optional<Path> onPath(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static synchronized void install(String debianPackage) {
        Path script = Path.of("").toAbsolutePath().resolve("install-clients");
        if (!Files.isExecutable(script)) {
            return;
        }
        try {
            Process process = new ProcessBuilder(script.toString(), debianPackage).inheritIO().start();
            process.waitFor(10, TimeUnit.MINUTES);
        } catch (IOException cannot) {
            System.err.println("could not install " + debianPackage + ": " + cannot.getMessage());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
