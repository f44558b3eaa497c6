package leaseback.manager.database;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A finished command of the operating system: its exit code, and the last it said.
record Command(int code, String said) {
    private static final int KEPT = 4_000;

    /// Runs `command` to its end, in English.
    ///
    /// @throws IOException when it cannot be started, or had to be ended at the deadline
    static Command run(List<String> command, Duration deadline) throws IOException {
        // A file, not a pipe: what the command leaves running in the background may keep its output open.
        Path output = Files.createTempFile("leaseback-", ".out");
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
            builder.environment().keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("LC_"));
            builder.environment().put("LC_ALL", "C");
            Process process = builder.start();
            process.getOutputStream().close();
            if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new IOException(command.getLast() + " of " + command.getFirst() + " was not done after "
                        + deadline.toSeconds()
                        + " s and was ended; it said: " + tail(output));
            }
            return new Command(process.exitValue(), tail(output));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for " + command.getFirst());
        } finally {
            Files.deleteIfExists(output);
        }
    }

    boolean succeeded() {
        return code == 0;
    }

    /// The end of a file that programs wrote, at most 4,000 bytes.
    static String tail(Path file) throws IOException {
        if (!Files.exists(file)) {
            return "";
        }
        byte[] all = Files.readAllBytes(file);
        int from = Math.max(0, all.length - KEPT);
        return new String(all, from, all.length - from, StandardCharsets.UTF_8).strip();
    }
}
