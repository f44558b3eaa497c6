package leaseback.manager.billing;

import java.math.BigDecimal;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import leaseback.manager.audit.Audit;
import leaseback.manager.catalog.Documents;
import leaseback.manager.catalog.MayBeMissing;
import leaseback.manager.catalog.Money;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.catalog.Text;
import leaseback.manager.compensation.Month;
import leaseback.manager.compensation.Tier;
import leaseback.manager.metering.Meter;
import leaseback.manager.metering.Readings;
import leaseback.manager.metering.Subject;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.json.JsonMapper;

/// What users' use would have cost at another cloud's list prices. Everything in the caller's transaction.
public final class ListPrices {
    private final Readings readings;
    private final Products products;
    private final InstantSource clock;
    private final JsonMapper json = Documents.mapper();

    public ListPrices(Readings readings, Products products, InstantSource clock) {
        this.readings = readings;
        this.products = products;
        this.clock = clock;
    }

    /// Another cloud's price list.
    ///
    /// @param name    as its owner knows it
    /// @param version grows with every change
    /// @param metered what is paid for by use, of each customer and month
    public record ListPrice(String name, String currency, @MayBeMissing int version, List<Product.Metered> metered) {
        @SuppressWarnings("NullAway") // comes from JSON too, where anything may be missing
        public ListPrice {
            Text.line("the name of a price list", name);
            Text.line("the currency of a price list", currency);
            currency = Money.zero(currency).currency();
            if (metered == null || metered.isEmpty() || metered.stream().anyMatch(each -> each == null)
                    || new HashSet<>(metered.stream().map(Product.Metered::meter).toList()).size() < metered.size()) {
                throw new IllegalArgumentException("a price list has metered, one price for each meter, such as "
                        + "{\"meter\":\"STORED\",\"unit\":\"GIB_MONTH\",\"tiers\":[{\"from\":0,\"rate\":2.3}]}");
            }
            metered = List.copyOf(metered);
        }
    }

    /// What one service would have cost.
    ///
    /// @param service as in the margin
    public record Cost(String service, Money amount) {}

    /// @param costs by service; without those that the list has no price for
    public record Comparison(String name, int version, YearMonth from, YearMonth to, List<Cost> costs, Money total) {
        public Comparison {
            costs = List.copyOf(costs);
        }
    }

    public ListPrice put(Handle handle, ListPrice wanted, String actor) {
        int version = 1 + handle.createQuery("select coalesce(max(version), 0) from list_price where currency = :currency")
                .bind("currency", wanted.currency()).mapTo(Integer.class).one();
        ListPrice kept = new ListPrice(wanted.name(), wanted.currency(), version, wanted.metered());
        int added = handle.createUpdate("""
                insert into list_price (currency, version, body, created_at) values (:currency, :version, cast(:body as jsonb), :at)
                on conflict do nothing""")
                .bind("currency", kept.currency()).bind("version", version).bind("body", json.writeValueAsString(kept))
                .bind("at", clock.instant().truncatedTo(ChronoUnit.MILLIS)).execute();
        if (added == 0) {
            throw Refusal.conflict("somebody else changed the price list in " + kept.currency() + " at the same time; try again");
        }
        Audit.write(handle, clock.instant().truncatedTo(ChronoUnit.MILLIS), actor, "change list prices", kept.currency() + "@" + version, kept.name());
        return kept;
    }

    public Optional<ListPrice> find(Handle handle, String currency) {
        return handle.createQuery("select body from list_price where currency = :currency order by version desc limit 1").bind("currency", currency)
                .map((row, context) -> json.readValue(row.getString(1), ListPrice.class)).findOne();
    }

    /// All that users used in so many months, UTC, each customer's month at the list's tiers.
    public Comparison compare(Handle handle, ListPrice list, YearMonth month, int months) {
        Map<Meter, String> services = new EnumMap<>(Meter.class);
        products.all(handle).forEach(product -> product.metered().forEach(each -> services.putIfAbsent(each.meter(), product.revenue())));
        Map<String, BigDecimal> worth = new TreeMap<>();
        for (int i = 0; i < months; i++) {
            Month each = new Month(month.plusMonths(i), ZoneOffset.UTC);
            for (Map<Meter, Long> used : readings.totals(handle, Subject.Kind.CUSTOMER, each.from(), each.to()).values()) {
                for (Product.Metered metered : list.metered()) {
                    BigDecimal paid = metered.unit().of(used.getOrDefault(metered.meter(), 0L), each).subtract(metered.included()).max(BigDecimal.ZERO);
                    Tier.parts(metered.tiers(), paid).forEach(part ->
                            worth.merge(services.getOrDefault(metered.meter(), metered.meter().word()), part.worth(), BigDecimal::add));
                }
            }
        }
        List<Cost> costs = new ArrayList<>();
        Money total = Money.zero(list.currency());
        for (Map.Entry<String, BigDecimal> each : worth.entrySet()) {
            Cost cost = new Cost(each.getKey(), Money.rounded(each.getValue(), list.currency()));
            costs.add(cost);
            total = total.plus(cost.amount());
        }
        return new Comparison(list.name(), list.version(), month, month.plusMonths(months - 1L), costs, total);
    }
}
