package leaseback.manager.billing;

import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import leaseback.manager.catalog.MayBeMissing;
import leaseback.manager.catalog.Money;
import leaseback.manager.compensation.Tier;
import leaseback.manager.metering.Meter;
import org.jspecify.annotations.Nullable;

/// A service of ours with its price plan.
///
/// @param id       what barter and discounts name: `WEB_HOSTING`
/// @param revenue  where it is booked, `revenue:{revenue}`
/// @param monthly  of a month, whether it is used or not; zero for none
/// @param metered  what is paid for by use
/// @param minimum  of a month with all its lines; null for none
/// @param standard whether who uses any of it has it without ordering it
public record Product(String id, @MayBeMissing int version, String name, String revenue, Money monthly,
        @MayBeMissing List<Metered> metered, @Nullable Money minimum, @MayBeMissing boolean standard) {
    /// One thing that is paid for by use.
    ///
    /// @param included of a month, in the unit; free
    /// @param tiers    of what is beyond, marginal
    public record Metered(Meter meter, Unit unit, @MayBeMissing BigDecimal included, List<Tier> tiers) {
        @SuppressWarnings("NullAway") // comes from JSON too, where anything may be missing
        public Metered {
            if (meter == null || unit == null) {
                throw new IllegalArgumentException("what is metered needs a meter, such as STORED, and a unit, such as GIB_MONTH");
            }
            included = included == null ? BigDecimal.ZERO : included;
            if (included.signum() < 0) {
                throw new IllegalArgumentException("what is included is nothing or more, not " + included);
            }
            tiers = Tier.ascending(meter.word(), tiers == null ? List.of() : tiers);
        }
    }

    @SuppressWarnings("NullAway") // comes from JSON too, where anything may be missing
    public Product {
        if (id == null || !id.matches("[A-Z][A-Z0-9_]{0,39}")) {
            throw new IllegalArgumentException("the id of a product is 1 to 40 of A-Z, 0-9 and _, such as WEB_HOSTING; not \"" + id + "\"");
        }
        if (name == null || name.isBlank() || name.length() > 200 || name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("product " + id + " needs a name, one line of 1 to 200 characters");
        }
        if (revenue == null || !revenue.matches("[a-z][a-z0-9-]{0,39}")) {
            throw new IllegalArgumentException("product " + id + " needs revenue, where it is booked: 1 to 40 of a-z, 0-9 and -, such as storage");
        }
        if (monthly == null || monthly.minor() < 0 || minimum != null && (minimum.minor() < 0 || !minimum.currency().equals(monthly.currency()))) {
            throw new IllegalArgumentException("product " + id + " needs a monthly price of nothing or more, and its minimum in the same currency");
        }
        metered = metered == null ? List.of() : List.copyOf(metered);
        Set<Meter> meters = new HashSet<>();
        for (Metered each : metered) {
            if (!meters.add(each.meter())) {
                throw new IllegalArgumentException("product " + id + " has two prices for " + each.meter().word());
            }
        }
    }

    /// The same with another version.
    Product at(int newVersion) {
        return new Product(id, newVersion, name, revenue, monthly, metered, minimum, standard);
    }
}
