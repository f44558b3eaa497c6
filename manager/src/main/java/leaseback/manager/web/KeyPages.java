package leaseback.manager.web;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import leaseback.manager.database.Database;
import leaseback.manager.order.SigningKeys;

/// The provider's public keys, open to anybody: whoever holds a manifest or a decision can check it.
final class KeyPages implements Routes {
    private static final String PEM = "application/x-pem-file";
    private final Database database;
    private final SigningKeys keys;

    KeyPages(Database database, SigningKeys keys) {
        this.database = database;
        this.keys = keys;
    }

    @Override
    public List<Route> all() {
        return List.of(
                Route.open("GET", "/api/signingKey", call -> pem(database.transact(keys::publicPem)))
                        .says("The public key that decisions and manifests are signed with now").givesFile(PEM),
                Route.open("GET", "/api/signingKey/{number}", this::numbered)
                        .says("One of our public keys, by its number").givesFile(PEM));
    }

    private Answer numbered(Call call) {
        String number = call.variable("number");
        return pem(Optional.of(number).filter(each -> each.matches("[1-9][0-9]{0,8}"))
                .flatMap(each -> database.read(handle -> keys.publicPem(handle, Integer.parseInt(each))))
                .orElseThrow(() -> new Problem(404, "there is no signing key " + number)));
    }

    private static Answer pem(String key) {
        return Answer.of(PEM, key.getBytes(StandardCharsets.US_ASCII));
    }
}
