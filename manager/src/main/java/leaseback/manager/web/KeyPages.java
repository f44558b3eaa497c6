package leaseback.manager.web;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import leaseback.manager.database.Database;
import leaseback.manager.order.SigningKeys;

/// The provider's public keys, open to anybody: whoever holds a manifest or a decision can check it.
final class KeyPages {
    private static final Pattern PATH = Pattern.compile("/api/signingKey(?:/([1-9][0-9]{0,8}))?");
    private final Database database;
    private final SigningKeys keys;

    KeyPages(Database database, SigningKeys keys) {
        this.database = database;
        this.keys = keys;
    }

    boolean answers(String path) {
        return PATH.matcher(path).matches();
    }

    Answer answer(String path) {
        Matcher matcher = PATH.matcher(path);
        String number = matcher.matches() ? matcher.group(1) : null;
        String pem = number == null ? database.transact(keys::publicPem)
                : database.read(handle -> keys.publicPem(handle, Integer.parseInt(number)))
                        .orElseThrow(() -> new Problem(404, "there is no signing key " + number));
        return Answer.of("application/x-pem-file", pem.getBytes(StandardCharsets.US_ASCII));
    }
}
