package leaseback.manager.catalog;

import java.util.List;
import leaseback.protocol.Window;
import org.jspecify.annotations.Nullable;

/// What is offered for another term from so many days before the end of the present one on; null leaves it as it was agreed. A later
/// step takes the place of an earlier one, so that a reminder may bring more than the first letter.
///
/// @param daysBefore the end of the term: 90, 30 or 7
/// @param incentives instead of those that go on, however different
public record RenewalStep(
        int daysBefore,
        @Nullable Integer termMonths,
        @Nullable DiskShare share,
        @Nullable List<Window> serving,
        @Nullable List<Window> processor,
        @Nullable List<Incentive> incentives) {
    /// On how many days before its end a renewal is spoken of.
    public static final List<Integer> DAYS = List.of(90, 30, 7);
    /// Another term of what is agreed.
    static final RenewalStep SAME = new RenewalStep(90, null, null, null, null, null);

    public RenewalStep {
        if (!DAYS.contains(daysBefore)) {
            throw new IllegalArgumentException("a step of a renewal comes 90, 30 or 7 days before the end of the term, not " + daysBefore);
        }
        if (termMonths != null && (termMonths < 1 || termMonths > 120)) {
            throw new IllegalArgumentException("a renewal is for 1 to 120 months, not " + termMonths);
        }
        serving = copy("serving", serving);
        processor = copy("processor", processor);
        if (serving != null && serving.isEmpty()) {
            throw new IllegalArgumentException("a renewal needs a serving window at least; leave serving out to keep the hours");
        }
        if (incentives != null) {
            incentives = List.copyOf(incentives);
            if (incentives.isEmpty() || incentives.size() > 20) {
                throw new IllegalArgumentException("a renewal gives 1 to 20 incentives; leave incentives out to go on with the present ones");
            }
            if (incentives.stream().anyMatch(RenewalStep::needsSale)) {
                throw new IllegalArgumentException("a renewal sells no machine, so that nothing can be taken off its price; give a RENEWAL_BONUS");
            }
            if (incentives.stream().filter(Incentive.PayoutMonthly.class::isInstance).count() > 1) {
                throw new IllegalArgumentException("a renewal needs one PAYOUT_MONTHLY at most");
            }
        }
    }

    private static boolean needsSale(Incentive incentive) {
        return incentive instanceof Incentive.DiscountPurchase || incentive instanceof Incentive.HardwareUpgrade upgrade && upgrade.atSale()
                || incentive instanceof Incentive.NthSystem;
    }

    private static @Nullable List<Window> copy(String what, @Nullable List<Window> windows) {
        if (windows != null && windows.size() > 70) {
            throw new IllegalArgumentException("a renewal's " + what + " has at most 70 windows, not " + windows.size());
        }
        return windows == null ? null : List.copyOf(windows);
    }
}
