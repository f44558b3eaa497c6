package leaseback.manager;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import leaseback.manager.web.Operators;
import leaseback.manager.web.TokenRole;
import leaseback.manager.web.Tokens;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets the operator in for the first time: a token for the API and a password for the console, in files of mode 0600 that the
/// operator may delete once others have been made.
final class FirstOperator {
    private static final Logger LOG = LoggerFactory.getLogger(FirstOperator.class);
    private final Path folder;
    private final Operators operators;
    private final Tokens tokens;
    private final SecureRandom random;

    FirstOperator(Path folder, Operators operators, Tokens tokens, SecureRandom random) {
        this.folder = folder;
        this.operators = operators;
        this.tokens = tokens;
        this.random = random;
    }

    /// Once: what is there already is left alone.
    void welcome() throws IOException {
        Path token = folder.resolve("operator.token");
        if (!Files.exists(token) && !tokens.any(TokenRole.OPERATOR)) {
            keep(token, tokens.issue(TokenRole.OPERATOR, "operator of " + folder.getFileName(), null, "first start"));
            LOG.info("made a first token for the API: {}", token);
        }
        Path password = folder.resolve("operator.password");
        if (!operators.any()) {
            byte[] bytes = new byte[15];
            random.nextBytes(bytes);
            String fresh = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
            keep(password, fresh);
            operators.add("operator", fresh, "first start");
            LOG.info("made the first operator of the console, \"operator\"; the password is in {}", password);
        }
    }

    private static void keep(Path file, String secret) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(fresh, secret + "\n", StandardOpenOption.SYNC);
        Files.move(fresh, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE,
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }
}
