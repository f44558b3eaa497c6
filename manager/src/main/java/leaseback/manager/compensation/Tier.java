package leaseback.manager.compensation;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/// From this quantity on, up to the next tier's, a unit is paid so much: marginal, so that no step of the scale is a jump of the pay.
///
/// @param from in the resource's unit
/// @param rate minor units of the scale's currency for one unit; may be a fraction of one
public record Tier(BigDecimal from, BigDecimal rate) {
    public Tier {
        if (from.signum() < 0 || rate.signum() < 0) {
            throw new IllegalArgumentException("a tier begins at nothing or more and pays nothing or more, not " + from + " and " + rate);
        }
    }

    /// What falls into one tier, and what it comes to.
    ///
    /// @param worth exact, in minor units
    public record Part(BigDecimal quantity, BigDecimal rate, BigDecimal worth) {}

    /// A quantity cut at the tiers' edges.
    public static List<Part> parts(List<Tier> tiers, BigDecimal quantity) {
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < tiers.size() && quantity.compareTo(tiers.get(i).from()) > 0; i++) {
            BigDecimal to = i + 1 < tiers.size() ? quantity.min(tiers.get(i + 1).from()) : quantity;
            BigDecimal part = to.subtract(tiers.get(i).from());
            parts.add(new Part(part, tiers.get(i).rate(), part.multiply(tiers.get(i).rate())));
        }
        return parts;
    }

    /// @throws IllegalArgumentException unless they begin at 0 and ascend
    public static List<Tier> ascending(String what, List<Tier> tiers) {
        if (tiers.isEmpty() || tiers.getFirst().from().signum() != 0) {
            throw new IllegalArgumentException("the tiers of " + what + " begin at 0");
        }
        for (int i = 1; i < tiers.size(); i++) {
            if (tiers.get(i).from().compareTo(tiers.get(i - 1).from()) <= 0) {
                throw new IllegalArgumentException("the tiers of " + what + " ascend; " + tiers.get(i).from() + " does not follow "
                        + tiers.get(i - 1).from());
            }
        }
        return List.copyOf(tiers);
    }
}
