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
            named = new Postmaster(cluster, Math.abs(Long.parseLong(lines.get(0).strip())), Integer.parseInt(lines.get(3).strip()));
        } catch (NumberFormatException | IndexOutOfBoundsException torn) {
            named = new Postmaster(cluster, lines.isEmpty() ? 0 : leadingNumber(lines.getFirst()), 0);
        }
        if (named.lives()) {
            return Optional.of(named);
        }
        Files.deleteIfExists(file);
        return Optional.empty();
    }

    /// A zombie, which some containers keep for ever, has no program any more; nor has another program our folder as its own.
    boolean lives() {
        Optional<ProcessHandle> process = pid > 0 ? ProcessHandle.of(pid).filter(ProcessHandle::isAlive) : Optional.empty();
        if (process.isEmpty() || !process.get().info().command().map(path -> path.contains("postgres")).orElse(false)) {
            return false;
        }
        Path workingFolder = Path.of("/proc", Long.toString(pid), "cwd");
        try {
            return !Files.exists(workingFolder) || Files.isSameFile(workingFolder, cluster);
        } catch (IOException hidden) {
            return true;
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
