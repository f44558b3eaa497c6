package leaseback.manager.web;

import java.util.List;
import leaseback.manager.database.Database;
import leaseback.manager.document.Tax;
import leaseback.manager.document.TaxBook;

/// The table by which documents are taxed, for the operator.
public final class TaxRoutes implements Routes {
    private final Database database;
    private final TaxBook book;

    public TaxRoutes(Database database, TaxBook book) {
        this.database = database;
        this.book = book;
    }

    @Override
    public List<Route> all() {
        return List.of(
                Route.of("GET", "/api/tax", call -> Pages.one(call, database.<Tax>read(book::read)))
                        .says("The table by which documents are taxed").gives(Tax.class),
                Route.of("PUT", "/api/tax", this::put).says("Replaces the table of taxes").takes(Tax.class).gives(Tax.class));
    }

    private Answer put(Call call) {
        Tax tax = call.body(Tax.class);
        return Pages.one(call, database.<Tax>transact(handle -> {
            book.put(handle, tax, call.actor());
            return tax;
        }));
    }
}
