package leaseback.app;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// What is backed up and to where: `backup.json` in a folder of its own, beside the files `credentials` and `password`.
///
/// @param folders  absolute
/// @param endpoint of S3
/// @param ca       absolute; null for the system's own authorities
/// @param lockDays for which no version can be destroyed, by nobody; 0 without object lock
record BackupPlan(List<String> folders, String endpoint, String region, String bucket, @Nullable String ca, int lockDays) {
    private static final JsonMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final String NAME = "backup.json";

    BackupPlan {
        folders = List.copyOf(folders);
    }

    URI address() {
        return URI.create(endpoint);
    }

    static boolean exists(Path home) {
        return Files.exists(home.resolve(NAME));
    }

    /// @throws IOException when there is none, saying how to make one
    static BackupPlan read(Path home) throws IOException {
        try {
            return JSON.readValue(Files.readAllBytes(home.resolve(NAME)), BackupPlan.class);
        } catch (NoSuchFileException none) {
            throw new IOException("no backup is set up in " + home + "; set one up with: leaseback backup FOLDER", none);
        } catch (JacksonException broken) {
            throw new IOException(home.resolve(NAME) + " is not readable; set the backup up again", broken);
        }
    }

    void write(Path home) throws IOException {
        keep(home.resolve(NAME), JSON.writeValueAsString(this));
    }

    /// Writes a file that only its owner reads, in one step.
    static void keep(Path file, String text) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(fresh, text, StandardOpenOption.SYNC);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
