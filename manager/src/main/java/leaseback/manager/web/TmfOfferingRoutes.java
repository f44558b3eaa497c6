package leaseback.manager.web;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.math.BigDecimal;
import java.util.List;
import leaseback.manager.catalog.Catalog;
import leaseback.manager.catalog.Item;
import leaseback.manager.catalog.Money;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.database.Database;
import org.jspecify.annotations.Nullable;

/// New accessories and services in the shape of TM Forum's TMF620. Systems, which have drives to choose from and rules of their build, are
/// added through `/api/productOffering`.
public final class TmfOfferingRoutes implements Routes {
    private final Database database;
    private final Catalog catalog;

    public TmfOfferingRoutes(Database database, Catalog catalog) {
        this.database = database;
        this.catalog = catalog;
    }

    @Override
    public List<Route> all() {
        return List.of(Route.of("POST", Tmf.CATALOG + "productOffering", this::add)
                .says("TMF620: another accessory, Internet access or service").takes(NewOffering.class).creates(Tmf.Offering.class)
                .refuses(409, "There is one of this id"));
    }

    /// @param description          what it is, as in what is listed
    /// @param productOfferingPrice exactly one, with its price: once for an accessory, of a month for the others
    @JsonIgnoreProperties(ignoreUnknown = true)
    record NewOffering(String id, String name, Item.Kind description, List<NewPrice> productOfferingPrice) {
        @SuppressWarnings("NullAway") // comes from JSON, where anything may be missing
        NewOffering {
            if (productOfferingPrice == null || productOfferingPrice.size() != 1 || productOfferingPrice.getFirst() == null) {
                throw new IllegalArgumentException("a productOffering needs one productOfferingPrice with its price, such as"
                        + " {\"price\":{\"unit\":\"EUR\",\"value\":19.90}}");
            }
        }

        Item item() {
            return new Item(id, 0, description, name, productOfferingPrice.getFirst().money());
        }
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record NewPrice(Tmf.Money price) {
        @SuppressWarnings("NullAway") // comes from JSON, where anything may be missing
        Money money() {
            if (price == null || price.unit() == null || price.value() == null) {
                throw new IllegalArgumentException("a price is a unit and a value, such as {\"unit\":\"EUR\",\"value\":19.90}");
            }
            BigDecimal value = price.value();
            if (value.precision() > 18 || value.scale() < -18 || value.scale() > 18) {
                throw new IllegalArgumentException("a price is at most 18 digits long");
            }
            Money one = new Money(1, price.unit());
            BigDecimal minor = value.divide(one.amount());
            try {
                return new Money(minor.longValueExact(), price.unit());
            } catch (ArithmeticException broken) {
                throw new IllegalArgumentException("a price is a whole number of cents, not " + value.toPlainString(), broken);
            }
        }
    }

    private Answer add(Call call) {
        NewOffering wanted = call.body(NewOffering.class);
        Item item = TmfRoutes.fit(wanted::item);
        Item made = database.transact(handle -> {
            if (catalog.offering(handle, item.id()).isPresent() || catalog.item(handle, item.id()).isPresent()) {
                throw Refusal.conflict("there is a productOffering " + item.id() + "; PATCH it, or choose another id");
            }
            return catalog.put(handle, item, call.actor());
        });
        return Pages.created(call, Tmf.CATALOG + "productOffering/" + made.id(), TmfRoutes.shown(made));
    }
}
