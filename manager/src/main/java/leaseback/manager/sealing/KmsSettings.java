package leaseback.manager.sealing;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Where a transit key is. Read from a properties file:
///
///     address = https://vault.example.net:8200
///     key = leaseback
///     mount = transit
///     token-file = vault.token
///     ca-file = vault-ca.pem
///
/// `mount` is `transit` when left out; without `ca-file` the JDK's own authorities count. Files lie beside this one when not
/// absolute; that of the token has mode 0600, and is read anew for each call.
///
/// @param address scheme, host and port; plain http only to this very machine
public record KmsSettings(String address, String mount, String key, Path tokenFile, @Nullable Path caFile) {
    public KmsSettings {
        if (!address.matches("https://[^/]+|http://(127\\.0\\.0\\.1|localhost|\\[::1])(:[0-9]+)?")) {
            throw new IllegalArgumentException("the address of a key service is https://HOST:PORT (http only on this machine), not "
                    + address);
        }
        if (!key.matches("[A-Za-z0-9_.-]+") || !mount.matches("[A-Za-z0-9_./-]+")) {
            throw new IllegalArgumentException("key and mount have letters, digits, and . _ -, not " + mount + " " + key);
        }
    }

    /// @throws IOException when the file cannot be read, or says something else than the above
    public static KmsSettings read(Path file) throws IOException {
        Properties said = new Properties();
        try (Reader text = Files.newBufferedReader(file)) {
            said.load(text);
        }
        TreeSet<String> unknown = new TreeSet<>(said.stringPropertyNames());
        unknown.removeAll(java.util.Set.of("address", "key", "mount", "token-file", "ca-file"));
        for (String needed : java.util.List.of("address", "key", "token-file")) {
            if (said.getProperty(needed, "").isBlank()) {
                throw new IOException(file + " does not say " + needed);
            }
        }
        if (!unknown.isEmpty()) {
            throw new IOException(file + " says " + unknown + ", which nobody knows; it may say address, key, mount, token-file, ca-file");
        }
        String ca = said.getProperty("ca-file");
        try {
            return new KmsSettings(said.getProperty("address").strip(), said.getProperty("mount", "transit").strip(),
                    said.getProperty("key").strip(), file.resolveSibling(said.getProperty("token-file").strip()),
                    ca == null ? null : file.resolveSibling(ca.strip()));
        } catch (IllegalArgumentException unfit) {
            throw new IOException(file + ": " + unfit.getMessage(), unfit);
        }
    }
}
