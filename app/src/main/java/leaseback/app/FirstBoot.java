package leaseback.app;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// What the factory leaves in an agent's folder for the first boot: `host.json`, `ca.pem` and `claim-code` (mode 0600); in
/// `units` a systemd timer for each user, which backs up nightly from when that user has set a backup up.
///
/// @param managers enrolment services, `https://host:port`
/// @param lines    line addresses, `host:port`
record FirstBoot(List<URI> managers, List<String> lines) {
    private static final JsonMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final String FILE = "host.json";

    static Path ca(Path folder) {
        return folder.resolve("ca.pem");
    }

    static Path claimCode(Path folder) {
        return folder.resolve("claim-code");
    }

    /// Null when the factory left nothing.
    static @Nullable FirstBoot read(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            return null;
        }
        try {
            return JSON.readValue(Files.readAllBytes(file), FirstBoot.class);
        } catch (JacksonException broken) {
            throw new IOException(file + " is not readable; give --manager, --line and --ca instead", broken);
        }
    }

    void write(Path folder, String caPem, String code) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(ca(folder), caPem);
        Path claim = claimCode(folder);
        Files.deleteIfExists(claim);
        Files.createFile(claim, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(claim, code + "\n", StandardOpenOption.SYNC);
        Files.write(folder.resolve(FILE), JSON.writeValueAsBytes(this));
        BackupTimer.into(folder.resolve("units")).image();
    }
}
