package leaseback.manager.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// PostgreSQL's first process, as its file `postmaster.pid` in the cluster's folder names it.
record Postmaster(Path cluster, long pid, int port) {
    private static final String FILE = "postmaster.pid";

    /// The one that is named and lives. What a dead one left behind is removed: its number may already be another program's,
    /// and PostgreSQL would then refuse to start.
    static Optional<Postmaster> livingIn(Path cluster) throws IOException {
        Path file = cluster.resolve(FILE);
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (NoSuchFileException stopped) {
            return Optional.empty();
        }
        Postmaster named;
        try {
            // Lines: process id, cluster, start time, port, socket folder, address, shared memory, state.
            named = new Postmaster(cluster, Math.abs(Long.parseLong(lines.get(0).strip())), Integer.parseInt(lines.get(3)
                    .strip()));
        } catch (NumberFormatException | IndexOutOfBoundsException torn) {
            named = new Postmaster(cluster, lines.isEmpty() ? 0 : leadingNumber(lines.getFirst()), 0);
        }
        if (named.lives()) {
            return Optional.of(named);
        }
        Files.deleteIfExists(file);
        return Optional.empty();
    }

    /// Whether the process lives, is a PostgreSQL and not one with another folder. What the system hides from us counts as ours:
    /// a live server must never be taken for a dead one.
    boolean lives() {
        Optional<ProcessHandle> process = pid > 0 ? ProcessHandle.of(pid).filter(ProcessHandle::isAlive) : Optional.empty();
        if (process.isEmpty()) {
            return false;
        }
        Path known = Path.of("/proc", Long.toString(pid));
        try {
            if (!Files.exists(known)) {
                return process.get().info().command().map(path -> path.contains("postgres")).orElse(true);
            }
            // "1234 (postgres) S ...". Z is a zombie: dead, but some containers never bury it.
            String state = Files.readString(known.resolve("stat"));
            if (!state.contains(" (postgres) ") || state.contains(") Z ")) {
                return false;
            }
            Path workingFolder = known.resolve("cwd");
            return !Files.exists(workingFolder) || Files.isSameFile(workingFolder, cluster);
        } catch (IOException hiddenOrGone) {
            return process.get().isAlive();
        }
    }

    private static long leadingNumber(String line) {
        try {
            return Long.parseLong(line.strip());
        } catch (NumberFormatException none) {
            return 0;
        }
    }
}
