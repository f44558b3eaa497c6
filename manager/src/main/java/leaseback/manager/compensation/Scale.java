package leaseback.manager.compensation;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import leaseback.manager.catalog.MayBeMissing;
import leaseback.manager.catalog.Money;

/// The sliding scale: what a month's quantities of one account are worth, before and after quality.
///
/// It is applied to an account's sum over all its machines, never to a machine: so nothing is gained by splitting a disk over two
/// machines or by merging two. Nothing is rounded here but the last step, half even to the minor unit.
///
/// @param tiers   by resource, ascending from 0; a resource without any is not paid for
/// @param demand  published for a month, 0.8 to 1.5: what others buy is worth more when it is scarce
public record Scale(@MayBeMissing int version, String currency, Map<Resource, List<Tier>> tiers, Quality quality, BigDecimal demand) {
    private static final BigDecimal LEAST_DEMAND = new BigDecimal("0.8");
    private static final BigDecimal MOST_DEMAND = new BigDecimal("1.5");

    public Scale {
        Money.zero(currency);
        EnumMap<Resource, List<Tier>> copy = new EnumMap<>(Resource.class);
        tiers.forEach((resource, steps) -> copy.put(resource, Tier.ascending(resource.words(), steps)));
        tiers = java.util.Collections.unmodifiableMap(copy);
        if (demand.compareTo(LEAST_DEMAND) < 0 || demand.compareTo(MOST_DEMAND) > 0) {
            throw new IllegalArgumentException("demand is " + LEAST_DEMAND + " to " + MOST_DEMAND + ", not " + demand);
        }
    }

    /// One line of a statement: so much of a resource in one tier.
    ///
    /// @param worth exact, in minor units
    public record Line(Resource resource, BigDecimal quantity, BigDecimal rate, BigDecimal worth) {}

    /// What a month was worth.
    ///
    /// @param gross   exact, in minor units
    /// @param factor  of quality and demand
    /// @param earned  gross times factor, rounded once
    public record Worth(List<Line> lines, BigDecimal gross, BigDecimal factor, Money earned) {}

    /// @param quantities of the account in this month, all machines together; what is missing is nothing
    /// @param score      how well the promise was kept, 0 to 1
    public Worth worth(Map<Resource, BigDecimal> quantities, BigDecimal score) {
        List<Line> lines = new ArrayList<>();
        BigDecimal gross = BigDecimal.ZERO;
        for (Resource resource : Resource.values()) {
            BigDecimal quantity = quantities.getOrDefault(resource, BigDecimal.ZERO);
            if (quantity.signum() < 0) {
                throw new IllegalArgumentException(resource + " cannot be " + quantity);
            }
            for (Tier.Part part : Tier.parts(tiers.getOrDefault(resource, List.of()), quantity)) {
                lines.add(new Line(resource, part.quantity(), part.rate(), part.worth()));
                gross = gross.add(part.worth());
            }
        }
        BigDecimal factor = quality.factor(score).multiply(demand);
        return new Worth(List.copyOf(lines), gross, factor, Money.rounded(gross.multiply(factor), currency));
    }
}
