package leaseback.manager.compliance;

import java.math.BigDecimal;
import java.math.RoundingMode;

/// So much was kept of so much that was asked.
///
/// @param good at most `asked`
public record Tally(long good, long asked) {
    static final Tally NOTHING = new Tally(0, 0);

    Tally plus(Tally other) {
        return new Tally(Math.addExact(good, other.good), Math.addExact(asked, other.asked));
    }

    /// Exactly; where nothing was asked, nothing is missing.
    boolean below(int percent) {
        return Math.multiplyExact(good, 100L) < Math.multiplyExact(asked, (long) percent);
    }

    /// 0 to 1 with eight decimals; 1 when nothing was asked.
    public BigDecimal score() {
        return asked == 0 ? BigDecimal.ONE : BigDecimal.valueOf(good).divide(BigDecimal.valueOf(asked), 8, RoundingMode.HALF_EVEN);
    }

    /// Such as `57 %`, rounded down so that it never looks like enough when it is not.
    String percent() {
        return (asked == 0 ? 100 : Math.floorDiv(Math.multiplyExact(good, 100L), asked)) + " %";
    }
}
