package leaseback.manager.compensation;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import leaseback.manager.catalog.Money;

/// The part of what is earned that is held back while a host is new: it shrinks with tenure, and is paid out in full when the lease ends as
/// agreed, or a year after it was earned. Nothing is held of an account whose purchase discount is still being amortised: the discount plays that part.
///
/// @param percents by month of tenure, the first one first; none after the last
public record Held(List<Integer> percents) {
    /// A third of the first quarter, half of that of the second.
    public static final Held NORMAL = new Held(List.of(30, 30, 30, 15, 15, 15));

    public Held {
        percents = List.copyOf(percents);
        for (int i = 0; i < percents.size(); i++) {
            if (percents.get(i) < 0 || percents.get(i) > 75 || i > 0 && percents.get(i) > percents.get(i - 1)) {
                throw new IllegalArgumentException("the held share is 0 to 75 percent and never grows with tenure: " + percents);
            }
        }
    }

    /// @param tenureMonth   of the account, 1 for the first
    /// @param amortising    whether a purchase discount is still being amortised
    public Money of(Money earned, int tenureMonth, boolean amortising) {
        if (tenureMonth < 1) {
            throw new IllegalArgumentException("the first month of tenure is 1, not " + tenureMonth);
        }
        int percent = amortising || tenureMonth > percents.size() ? 0 : percents.get(tenureMonth - 1);
        // Down, so that in doubt the owner has it now.
        return new Money(BigDecimal.valueOf(earned.minor()).multiply(BigDecimal.valueOf(percent, 2)).setScale(0, RoundingMode.DOWN)
                .longValueExact(), earned.currency());
    }
}
