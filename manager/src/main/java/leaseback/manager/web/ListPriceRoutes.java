package leaseback.manager.web;

import java.time.YearMonth;
import java.util.List;
import leaseback.manager.billing.ListPrices;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.database.Database;

/// What users' use would have cost elsewhere, beside what we earned with it.
public final class ListPriceRoutes implements Routes {
    private static final int MOST_MONTHS = 120;
    private final Database database;
    private final ListPrices prices;

    public ListPriceRoutes(Database database, ListPrices prices) {
        this.database = database;
        this.prices = prices;
    }

    @Override
    public List<Route> all() {
        return List.of(
                Route.of("GET", "/api/listPrice", this::shown).says("The price list of another cloud that ours is compared with")
                        .gives(ListPrices.ListPrice.class).asks("currency", String.class, "EUR when left out").refuses(404, "None was given in it"),
                Route.of("PUT", "/api/listPrice", this::put).says("Gives a price list to compare with; rates are minor units for one unit")
                        .takes(ListPrices.ListPrice.class).gives(ListPrices.ListPrice.class).refuses(409, "Somebody else changed it at the same time"),
                Route.of("GET", "/api/margin/comparison", this::compared)
                        .says("What all that users used would have cost at those prices, for months of UTC").gives(ListPrices.Comparison.class)
                        .needs("month", YearMonth.class, "Such as 2027-03").asks("months", Integer.class, "How many, from that one on; 1 when left out")
                        .asks("currency", String.class, "EUR when left out").refuses(404, "No price list was given in that currency"));
    }

    private Answer shown(Call call) {
        return Pages.one(call, found(call));
    }

    private Answer put(Call call) {
        ListPrices.ListPrice wanted = call.body(ListPrices.ListPrice.class);
        return Pages.one(call, database.<ListPrices.ListPrice>transact(handle -> prices.put(handle, wanted, call.actor())));
    }

    private Answer compared(Call call) {
        YearMonth month = call.askedMonth("month");
        int months = call.count("months", MOST_MONTHS);
        ListPrices.ListPrice list = found(call);
        return Pages.one(call, database.read(handle -> prices.compare(handle, list, month, months)));
    }

    private ListPrices.ListPrice found(Call call) {
        String currency = call.query().getOrDefault("currency", "EUR");
        return database.<ListPrices.ListPrice>read(handle -> prices.find(handle, currency).orElseThrow(() -> Refusal.unknown("price list in", currency)));
    }
}
