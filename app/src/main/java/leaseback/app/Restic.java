package leaseback.app;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The program restic, told where the repository is. Secrets go by files: neither arguments nor variables hold any.
final class Restic {
    private final Path home;
    private final BackupPlan plan;

    /// @throws IOException when restic is not installed, saying how to install it
    Restic(Path home, BackupPlan plan) throws IOException {
        this.home = home;
        this.plan = plan;
        boolean installed = Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "restic")));
        if (!installed) {
            throw new IOException("the program restic is not on the PATH; on Debian and Ubuntu install it with: sudo apt-get install restic");
        }
    }

    /// Runs with its output on this program's own; the exit status.
    int run(String... arguments) throws IOException {
        return finish(process(arguments).inheritIO().start());
    }

    /// @throws IOException when it does not end well
    void mustRun(String what, String... arguments) throws IOException {
        int status = run(arguments);
        if (status != 0) {
            throw new IOException(what + " failed: restic ended with status " + status + "; what it says above tells why");
        }
    }

    /// What it prints on standard output; empty when it does not end well.
    String ask(String... arguments) throws IOException {
        Process process = process(arguments).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return finish(process) == 0 ? text : "";
    }

    private ProcessBuilder process(String... arguments) {
        List<String> command = new ArrayList<>(List.of("restic"));
        if (plan.ca() != null) {
            command.addAll(List.of("--cacert", plan.ca()));
        }
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        // What the caller's shell says for other buckets must not win over the files.
        builder.environment().keySet().removeIf(name -> name.startsWith("AWS_") || name.startsWith("RESTIC_"));
        builder.environment().put("RESTIC_REPOSITORY", "s3:" + plan.endpoint() + "/" + plan.bucket());
        builder.environment().put("RESTIC_PASSWORD_FILE", home.resolve("password").toString());
        builder.environment().put("RESTIC_CACHE_DIR", home.resolve("cache").toString());
        builder.environment().put("AWS_SHARED_CREDENTIALS_FILE", home.resolve("credentials").toString());
        builder.environment().put("AWS_DEFAULT_REGION", plan.region());
        return builder;
    }

    private static int finish(Process process) throws IOException {
        try {
            return process.waitFor();
        } catch (InterruptedException stopped) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while restic ran", stopped);
        }
    }
}
