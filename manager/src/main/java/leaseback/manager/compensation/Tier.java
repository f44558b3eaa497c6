package leaseback.manager.compensation;

import java.math.BigDecimal;

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
}
