package leaseback.manager.database;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/// PostgreSQL's programs: `bin/initdb`, `bin/pg_ctl` and `bin/postgres` under `folder`, of one major version.
public record PostgresBinaries(Path folder, int major) {
    private static final Pattern VERSION = Pattern.compile("postgres \\(PostgreSQL\\) (\\d+)");
    private static final String STEM = "binaries-";

    /// The programs that stand in `folder`, such as `/usr/lib/postgresql/15`.
    ///
    /// @throws IOException when there are none, or they do not run on this machine
    public static PostgresBinaries in(Path folder) throws IOException {
        Path postgres = folder.resolve("bin/postgres");
        if (!Files.isExecutable(postgres)) {
            throw new IOException(postgres + " is not there or cannot be run; name the folder that"
                    + " holds PostgreSQL's bin folder");
        }
        Command version = Command.run(List.of(postgres.toString(), "--version"), Duration.ofSeconds(20));
        Matcher matcher = VERSION.matcher(version.said());
        if (!version.succeeded() || !matcher.find()) {
            throw new IOException(postgres + " does not run on this machine: it ended with " + version.code() + " and said: "
                    + version.said());
        }
        return new PostgresBinaries(folder, Integer.parseInt(matcher.group(1)));
    }

    /// The programs that came with Leaseback, unpacked under `folder` the first time: 60 MB, in about two seconds.
    static PostgresBinaries bundled(Path folder) throws IOException {
        URL archive = archive();
        Path home = folder.resolve(STEM + stamp(archive));
        if (!Files.exists(home)) {
            Path partial = folder.resolve(STEM + "partial");
            Folders.delete(partial);
            try (InputStream packed = new BufferedInputStream(archive.openStream(), 1 << 16)) {
                unpack(packed, Files.createDirectories(partial));
            }
            Files.move(partial, home, StandardCopyOption.ATOMIC_MOVE);
        }
        return in(home);
    }

    /// Removes what earlier releases unpacked beside these.
    void deleteEarlier() throws IOException {
        Path parent = folder.toAbsolutePath().getParent();
        if (parent == null || !folder.getFileName().toString().startsWith(STEM)) {
            return;
        }
        try (var siblings = Files.newDirectoryStream(parent, STEM + "*")) {
            for (Path sibling : siblings) {
                if (!sibling.getFileName().equals(folder.getFileName())) {
                    Folders.delete(sibling);
                }
            }
        }
    }

    String program(String name) {
        return folder.resolve("bin").resolve(name).toString();
    }

    private static URL archive() throws IOException {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac") ? "darwin" : "linux";
        String processor = switch (System.getProperty("os.arch")) {
            case "aarch64" -> "arm_64";
            case "amd64", "x86_64" -> "x86_64";
            case String other -> other;
        };
        String name = "postgres-" + system + "-" + processor + ".txz";
        URL archive = PostgresBinaries.class.getClassLoader().getResource(name);
        if (archive == null) {
            throw new IOException("this build carries no PostgreSQL for this machine (" + name
                    + " is not on the class path); build it here, or name a database of your own with --database");
        }
        return archive;
    }

    /// Another archive, another folder; from the jar's own directory, so that 15 MB need not be read at each start.
    private static String stamp(URL archive) throws IOException {
        URLConnection connection = archive.openConnection();
        connection.setUseCaches(false);
        if (connection instanceof JarURLConnection jar) {
            try (var open = jar.getJarFile()) {
                return Long.toHexString(open.getEntry(jar.getEntryName()).getCrc());
            }
        }
        return Long.toString(connection.getContentLengthLong());
    }

    private static void unpack(InputStream packed, Path folder) throws IOException {
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new XZInputStream(packed))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path target = folder.resolve(entry.getName()).normalize();
                if (!target.startsWith(folder)) {
                    throw new IOException("the packed PostgreSQL names " + entry.getName() + ", which lies outside its folder");
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
                } else if (!entry.getName().endsWith(".a")) {
                    Files.createDirectories(target.resolveSibling("."));
                    Files.copy(tar, target);
                    boolean program = (entry.getMode() & 0100) != 0;
                    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
                }
            }
        }
    }
}
