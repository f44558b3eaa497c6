package leaseback.testbed.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The program as a person starts it: a process of its own with the class path of the tests.
public final class Program implements AutoCloseable {
    private static final Pattern EXPORT = Pattern.compile("export ([A-Z0-9_]+)='(.*)'");
    private final Process process;
    private final Path log;

    private Program(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /// `leaseback up` in `data`, ready to be used.
    static Program up(Path data, Path log, String... options) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("up", "--data", data.toString()));
        arguments.addAll(List.of(options));
        return started(arguments, log, "Ready after", Duration.ofMinutes(4));
    }

    /// Any of its commands that goes on until it is stopped, once it has said `ready`.
    public static Program started(List<String> arguments, Path log, String ready, Duration patience) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command(arguments)).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        Program program = new Program(process, log);
        program.await(ready, patience);
        return program;
    }

    /// What a command prints; the test fails when it does not end well.
    static String said(String... arguments) throws IOException, InterruptedException {
        return said(Map.of(), arguments);
    }

    /// The same with variables set.
    static String said(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command(List.of(arguments))).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(String.join(" ", arguments) + "\n" + text).isZero();
        return text;
    }

    /// What `leaseback env` sets.
    static Map<String, String> environment(Path data) throws IOException, InterruptedException {
        Map<String, String> variables = new LinkedHashMap<>();
        said("env", "--data", data.toString()).lines().filter(line -> !line.startsWith("unset ")).forEach(line -> {
            Matcher export = EXPORT.matcher(line);
            assertThat(export.matches()).as(line).isTrue();
            variables.put(export.group(1), export.group(2));
        });
        return variables;
    }

    /// What it has said so far.
    public String log() throws IOException {
        return Files.readString(log);
    }

    long pid() {
        return process.pid();
    }

    /// As Ctrl-C or a service manager would.
    public int stop() throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(150, TimeUnit.SECONDS)).as("the program ends when asked to").isTrue();
        return process.exitValue();
    }

    @Override
    public void close() throws InterruptedException {
        if (process.isAlive()) {
            stop();
        }
    }

    /// Waits until it has said so.
    void await(String text, Duration patience) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!log().contains(text)) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                String said = log();
                process.destroy();
                throw new AssertionError("`up` did not get to '" + text + "':\n" + said);
            }
            Thread.sleep(100);
        }
    }

    private static List<String> command(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                arguments.getFirst().equals("story") ? "-Xmx320m" : "-Xmx128m", "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
                "-cp", System.getProperty("java.class.path"), "leaseback.app.Main"));
        if (!List.of("story", "up").contains(arguments.getFirst())) {
            // Over in a second or two: what the second compiler would make faster is not worth its own time.
            command.add(1, "-XX:TieredStopAtLevel=1");
        }
        command.addAll(arguments);
        return command;
    }
}
