package leaseback.manager.web;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import leaseback.manager.billing.Supplies;
import leaseback.manager.billing.Supply;
import leaseback.manager.catalog.Money;
import leaseback.manager.catalog.Text;
import leaseback.manager.customer.BillingBook;
import leaseback.manager.customer.BillingDetails;
import leaseback.manager.database.Database;
import leaseback.manager.ledger.Balance;
import leaseback.manager.ledger.Chart;
import leaseback.manager.ledger.Ledger;
import org.jspecify.annotations.Nullable;

/// Those who supply what we bill, or sell for us, and what they are owed.
public final class PartnerRoutes implements Routes {
    private final Database database;
    private final BillingBook book;
    private final Supplies supplies;
    private final Ledger ledger;
    private final InstantSource clock;

    public PartnerRoutes(Database database, BillingBook book, Supplies supplies, Ledger ledger, InstantSource clock) {
        this.database = database;
        this.book = book;
        this.supplies = supplies;
        this.ledger = ledger;
        this.clock = clock;
    }

    @Override
    public List<Route> all() {
        return List.of(
                Route.of("GET", "/api/partner", this::partners).says("Suppliers and sales channels, and what they are owed").givesMany(Partner.class),
                Route.of("GET", "/api/supply", this::supplies).says("Which partner supplies what, and for how much a month").givesMany(Supply.class),
                Route.of("POST", "/api/supply", this::supply).says("From an instant on, a partner supplies a product at a price a month")
                        .takes(Wanted.class).gives(201, Supply.class).refuses(409, "Something was agreed that begins later"));
    }

    /// @param item    of its account in the ledger
    /// @param name    null while its details are not given
    /// @param payable whether a payout run can pay it: its bank account is given
    /// @param owed    by currency; less than nothing where it owes us, as a channel does that took in the customers' money
    record Partner(String item, @Nullable String name, boolean payable, List<Money> owed) {
        public Partner {
            owed = List.copyOf(owed);
        }
    }

    /// @param product an item of the catalogue or a product, such as `internet-100`
    /// @param from    now where it is missing
    record Wanted(String product, String partner, Money monthly, @Nullable Instant from) {
        @SuppressWarnings("NullAway") // comes from JSON, where anything may be missing
        Wanted {
            if (product == null || partner == null || monthly == null) {
                throw new IllegalArgumentException("say what is supplied, by whom and for how much, such as {\"product\":\"internet-100\","
                        + "\"partner\":\"isp-north\",\"monthly\":{\"minor\":1800,\"currency\":\"EUR\"}}");
            }
            Text.line("the product that is supplied", product);
            Text.line("the partner that supplies", partner);
            if (monthly.minor() < 0) {
                throw new IllegalArgumentException("a partner gets nothing or more for what it supplies, not " + monthly);
            }
        }
    }

    private Answer partners(Call call) {
        return Pages.one(call, database.read(handle -> {
            SortedMap<String, BillingDetails> details = book.partners(handle, false);
            SortedMap<String, List<Money>> owed = new TreeMap<>();
            details.keySet().forEach(item -> owed.put(item, new ArrayList<>()));
            for (Balance balance : ledger.balances(handle, Chart.PARTNER, clock.instant().plus(1, ChronoUnit.DAYS))) {
                String path = balance.account().path();
                owed.computeIfAbsent(path.substring(path.lastIndexOf(':') + 1), item -> new ArrayList<>()).add(balance.money());
            }
            List<Partner> partners = new ArrayList<>();
            owed.forEach((item, amounts) -> {
                BillingDetails known = details.get(item);
                partners.add(new Partner(item, known == null ? null : known.name(), known != null && known.iban() != null, amounts));
            });
            return partners;
        }));
    }

    private Answer supplies(Call call) {
        return Pages.one(call, database.read(supplies::all));
    }

    private Answer supply(Call call) {
        Wanted wanted = call.body(Wanted.class);
        Supply agreed = database.transact(handle -> supplies.put(handle, wanted.product(), wanted.partner(), wanted.monthly(), wanted.from(), call.actor()));
        return Pages.created(call, "/api/supply", agreed);
    }
}
