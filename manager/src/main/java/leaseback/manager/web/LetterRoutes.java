package leaseback.manager.web;

import java.util.List;
import java.util.UUID;
import leaseback.manager.database.Database;
import leaseback.manager.letter.Letter;
import leaseback.manager.letter.Letters;
import org.jspecify.annotations.Nullable;

/// What customers were told: to each their own, to the operator all.
public final class LetterRoutes implements Routes {
    private final Database database;
    private final Letters letters;

    public LetterRoutes(Database database, Letters letters) {
        this.database = database;
        this.letters = letters;
    }

    @Override
    public List<Route> all() {
        return List.of(Route.of("GET", "/api/letter", this::list, TokenRole.CUSTOMER).says("What customers were told")
                .pages(Letter.class).asks("customer", UUID.class, "To whom; for the operator"));
    }

    private Answer list(Call call) {
        @Nullable UUID customer = call.caller() instanceof Caller.Buyer buyer ? buyer.customerId() : call.customer().orElse(null);
        List<Letter> found = database.read(handle -> letters.page(handle, customer, call.after(), call.limit() + 1));
        return Pages.of(call, found, Letter::id, letter -> letter);
    }
}
