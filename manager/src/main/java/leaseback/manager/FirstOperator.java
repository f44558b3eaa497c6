package leaseback.manager;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import leaseback.manager.web.TokenRole;
import leaseback.manager.web.Tokens;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets the operator in for the first time: a token for the API and a password for the console, in files of mode 0600 that the
/// operator may delete once others have been made.
final class FirstOperator {
    private static final Logger LOG = LoggerFactory.getLogger(FirstOperator.class);
    private final Path folder;
    private final Tokens tokens;

    FirstOperator(Path folder, Tokens tokens) {
        this.folder = folder;
        this.tokens = tokens;
    }

    /// Only in a manager's first start in this folder.
    void welcome() throws IOException {
        Path token = folder.resolve("operator.token");
        if (!Files.exists(token)) {
            keep(token, tokens.issue(TokenRole.OPERATOR, "operator of " + folder.getFileName(), null, "first start"));
            LOG.info("made a first token for the API: {}", token);
        }
    }

    private static void keep(Path file, String secret) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(fresh, secret + "\n", StandardOpenOption.SYNC);
        Files.move(fresh, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }
}
