package leaseback.app;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The folder of a world: held by one `up` at a time, and cleared of processes that a killed `up` left behind.
final class Folder implements AutoCloseable {
    private static final String LOCK = "up.lock";
    private static final String PROCESSES = "processes";
    private static final String WORLD = "world.json";
    /// All that a world is made of; `world.json` last, so that a reset cut short can be repeated.
    private static final List<String> PARTS = List.of("hosts", "factory", "logs", "manager", "ca.pem", "world.json.new", WORLD);
    private final Path path;
    private final FileChannel channel;

    private Folder(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /// @throws IOException when another `up` holds it
    static Folder hold(Path path) throws IOException {
        Files.createDirectories(path);
        FileChannel channel = FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = lock(channel);
        if (lock == null) {
            channel.close();
            throw new IOException("a world is running in " + path + " already; stop it first (Ctrl-C there), or give another --data");
        }
        Folder folder = new Folder(path, channel);
        folder.endLeftovers();
        return folder;
    }

    /// Whether some `up` holds the folder now.
    static boolean isHeld(Path path) throws IOException {
        if (!Files.exists(path.resolve(LOCK))) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(path.resolve(LOCK), StandardOpenOption.WRITE)) {
            return lock(channel) == null;
        }
    }

    /// Deletes the world in it and nothing else; refuses a folder that no `up` has made.
    void reset() throws IOException {
        if (!Files.exists(path.resolve(WORLD))) {
            try (Stream<Path> entries = Files.list(path)) {
                if (entries.anyMatch(entry -> !entry.endsWith(LOCK) && !entry.endsWith(PROCESSES))) {
                    throw new IOException("there is no world in " + path + ", and what is there --reset will not delete;"
                            + " give another --data");
                }
            }
            return;
        }
        endEmbeddedDatabase();
        for (String part : PARTS) {
            if (Files.exists(path.resolve(part), LinkOption.NOFOLLOW_LINKS)) {
                delete(path.resolve(part));
            }
        }
    }

    /// Refuses a folder that holds other people's things, so that a world never mixes with them.
    void requireOwn() throws IOException {
        if (Files.exists(path.resolve(WORLD))) {
            return;
        }
        try (Stream<Path> entries = Files.list(path)) {
            if (entries.anyMatch(entry -> !entry.endsWith(LOCK) && !entry.endsWith(PROCESSES))) {
                throw new IOException(path + " holds other things than a world; give an empty or new folder with --data");
            }
        }
    }

    private static void delete(Path part) throws IOException {
        Files.walkFileTree(part, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failed) throws IOException {
                if (failed != null) {
                    throw failed;
                }
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /// Notes a process of this world, so that the next `up` can end it should this one be killed.
    void note(Process process) throws IOException {
        Instant started = process.info().startInstant().orElse(Instant.EPOCH);
        Files.writeString(path.resolve(PROCESSES), process.pid() + " " + started + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(path.resolve(PROCESSES));
        channel.close();
    }

    private void endLeftovers() throws IOException {
        Path noted = path.resolve(PROCESSES);
        if (!Files.exists(noted)) {
            return;
        }
        List<ProcessHandle> left = new ArrayList<>();
        for (String line : Files.readAllLines(noted)) {
            String[] words = line.split(" ");
            if (words.length != 2 || !words[0].matches("[0-9]{1,18}")) {
                continue;
            }
            // Same number and same start: the process itself, not a later one that was given its number.
            Optional<ProcessHandle> handle = ProcessHandle.of(Long.parseLong(words[0]))
                    .filter(found -> found.info().startInstant().orElse(Instant.MIN).equals(Instant.parse(words[1])));
            handle.ifPresent(left::add);
        }
        left.forEach(ProcessHandle::destroy);
        left.forEach(process -> waitFor(process, Duration.ofSeconds(30)));
        Files.delete(noted);
    }

    /// The embedded PostgreSQL outlives a killed manager on purpose; before its files are deleted it must be gone.
    private void endEmbeddedDatabase() throws IOException {
        if (!Files.isDirectory(path.resolve("manager"))) {
            return;
        }
        try (Stream<Path> files = Files.find(path.resolve("manager"), 4, (file, attributes) -> file.endsWith("postmaster.pid"))) {
            for (Path file : files.toList()) {
                long pid = Long.parseLong(Files.readAllLines(file).getFirst().strip());
                ProcessHandle.of(pid)
                        .filter(process -> process.info().command().orElse("").contains("postgres"))
                        .ifPresent(process -> {
                            process.destroy();
                            waitFor(process, Duration.ofSeconds(30));
                        });
            }
        }
    }

    private static void waitFor(ProcessHandle process, Duration patience) {
        try {
            process.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException stubborn) {
            process.destroyForcibly();
        } catch (ExecutionException gone) {
            // Its end could not be watched; then there is nothing to wait for.
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException ours) {
            return null;
        }
    }
}
