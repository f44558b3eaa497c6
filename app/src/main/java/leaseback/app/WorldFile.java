package leaseback.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// What `up` remembers of a world between runs, and what `env` and `status` read: `world.json`, mode 0600, for it holds keys.
///
/// @param apiToken the operator's token for the JSON API
/// @param user     whom the printed S3 key belongs to; null until that step is done
record WorldFile(Ports ports, @Nullable String apiToken, Sale.@Nullable User user, List<Member> hosts) {
    private static final JsonMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final String NAME = "world.json";

    WorldFile {
        hosts = List.copyOf(hosts);
    }

    /// The manager's ports, kept so that addresses stay the same.
    record Ports(int web, int webTls, int s3, int s3Tls, int line) {}

    /// A host of this world; `page` is the port of its local page.
    record Member(String serial, String folder, int page) {}

    WorldFile with(Ports newPorts) {
        return new WorldFile(newPorts, apiToken, user, hosts);
    }

    WorldFile with(String newToken) {
        return new WorldFile(ports, newToken, user, hosts);
    }

    WorldFile with(Sale.User newUser) {
        return new WorldFile(ports, apiToken, newUser, hosts);
    }

    WorldFile with(List<Member> newHosts) {
        return new WorldFile(ports, apiToken, user, newHosts);
    }

    /// Null when no world has been made in `folder`.
    static @Nullable WorldFile read(Path folder) throws IOException {
        Path file = folder.resolve(NAME);
        if (!Files.exists(file)) {
            return null;
        }
        try {
            return JSON.readValue(Files.readAllBytes(file), WorldFile.class);
        } catch (JacksonException broken) {
            throw new IOException(file + " is not readable as a world; start over with `up --reset`", broken);
        }
    }

    /// @throws IOException when there is no world in `folder`, saying how to make one
    static WorldFile existing(Path folder) throws IOException {
        WorldFile world = read(folder);
        if (world == null) {
            throw new IOException("there is no world in " + folder + "; start one with `./leaseback up --data " + folder
                    + "`, or name its folder with --data");
        }
        return world;
    }

    /// Replaces the file in one step: a reader sees the old one or the new one.
    void write(Path folder) throws IOException {
        Path fresh = folder.resolve(NAME + ".new");
        Files.deleteIfExists(fresh);
        Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(fresh, JSON.writeValueAsBytes(this), StandardOpenOption.SYNC);
        Files.move(fresh, folder.resolve(NAME), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
