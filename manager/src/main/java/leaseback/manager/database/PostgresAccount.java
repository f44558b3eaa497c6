package leaseback.manager.database;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// As whom PostgreSQL runs. It refuses to be root, so a manager that is root starts it with less.
///
/// `prefix` stands before each command; `owner` is who must own what PostgreSQL reads and writes, null for whoever we are.
record PostgresAccount(List<String> prefix, @Nullable UserPrincipal owner) {
    private static final Path OURSELVES = Path.of("/proc/self");
    private static final Duration TRIAL = Duration.ofSeconds(20);

    /// The account for PostgreSQL's own `folder`, which exists: its owner, and where that is root, root without its powers.
    static PostgresAccount of(Path folder) throws IOException {
        if (!Files.exists(OURSELVES) || !isRoots(OURSELVES)) {
            return new PostgresAccount(List.of(), null);
        }
        if (!isRoots(folder)) {
            return other(Files.getOwner(folder));
        }
        // A user namespace in which nobody is mapped: the files stay root's, the process has no privilege and no name.
        PostgresAccount powerless = new PostgresAccount(List.of("unshare", "-U", "--"), null);
        if (powerless.reaches(folder)) {
            return powerless;
        }
        FileSystem files = folder.getFileSystem();
        for (String name : List.of("postgres", "nobody")) {
            try {
                PostgresAccount account = other(files.getUserPrincipalLookupService().lookupPrincipalByName(name));
                account.own(folder);
                if (account.reaches(folder)) {
                    return account;
                }
            } catch (UserPrincipalNotFoundException absent) {
                // The next name.
            }
        }
        Files.setOwner(folder, Files.getOwner(OURSELVES));
        throw new IOException("PostgreSQL does not run as root, and neither `unshare -U` nor `runuser -u postgres` or `-u nobody`"
                + " can work in " + folder + " here. Start the manager as an ordinary user, choose a data folder that such a user can reach,"
                + " or name a database of your own with --database");
    }

    /// Gives `path`, and all below it, to the account, unless it is ours.
    void own(Path path) throws IOException {
        if (owner == null) {
            return;
        }
        try (Stream<Path> all = Files.walk(path)) {
            for (Path each : (Iterable<Path>) all::iterator) {
                Files.setOwner(each, owner);
            }
        }
    }

    /// Runs `command` as this account, to its end.
    Command run(List<String> command, Duration deadline) throws IOException {
        return Command.run(Stream.concat(prefix.stream(), command.stream()).toList(), deadline);
    }

    private boolean reaches(Path folder) {
        try {
            return run(List.of("test", "-w", folder.toString()), TRIAL).succeeded();
        } catch (IOException noSuchProgram) {
            return false;
        }
    }

    private static PostgresAccount other(UserPrincipal owner) {
        return new PostgresAccount(List.of("runuser", "-u", owner.getName(), "--"), owner);
    }

    private static boolean isRoots(Path path) throws IOException {
        return Integer.valueOf(0).equals(Files.getAttribute(path, "unix:uid"));
    }
}
