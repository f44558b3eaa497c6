package leaseback.manager.catalog;

import java.util.List;
import leaseback.protocol.Window;
import org.jspecify.annotations.Nullable;

/// What we ask for, and what we give for it, when a machine is leased back in part.
///
/// @param version      grows with every change; quotes and leases keep the version they were made from
/// @param leastBytes   an explicit share may not be smaller
/// @param mostBytes    an explicit share may not be larger
/// @param serving      when the machine is to be on, on the owner's wall clock
/// @param processor    when the processor may work for others, on the owner's wall clock
/// @param noticeDays   how long before its end the owner says so
/// @param kilowattHour price of electricity for the estimate when the customer names none
public record LeasePlan(
        String id,
        int version,
        String name,
        DiskShare share,
        long leastBytes,
        long mostBytes,
        List<Window> serving,
        List<Window> processor,
        int termMonths,
        int noticeDays,
        Money kilowattHour,
        List<Incentive> incentives) {
    public LeasePlan {
        Text.id("a lease plan's id", id);
        Text.line("a lease plan's name", name);
        Text.given("a lease plan's share", share);
        serving = List.copyOf(Text.given("a lease plan's serving windows", serving));
        processor = List.copyOf(Text.given("a lease plan's processor windows", processor));
        incentives = List.copyOf(Text.given("a lease plan's incentives", incentives));
        Text.given("a lease plan's price of a kilowatt hour", kilowattHour);
        if (serving.isEmpty() || serving.size() > 70 || processor.size() > 70) {
            throw new IllegalArgumentException("lease plan " + id
                    + " needs 1 to 70 serving windows and at most 70 processor windows");
        }
        if (leastBytes < 1 || mostBytes < leastBytes) {
            throw new IllegalArgumentException("lease plan " + id + " needs 1 <= leastBytes <= mostBytes, not "
                    + leastBytes + " and " + mostBytes);
        }
        if (termMonths < 1 || termMonths > 120 || noticeDays < 0 || noticeDays > 366) {
            throw new IllegalArgumentException("lease plan " + id
                    + " needs a term of 1 to 120 months and 0 to 366 days of notice, not "
                    + termMonths + " and " + noticeDays);
        }
        if (kilowattHour.minor() < 0) {
            throw new IllegalArgumentException("lease plan " + id + ": a kilowatt hour cannot cost " + kilowattHour);
        }
        if (incentives.isEmpty() || incentives.size() > 20) {
            throw new IllegalArgumentException("lease plan " + id + " needs 1 to 20 incentives");
        }
        for (Incentive incentive : incentives) {
            String currency = currencyOf(incentive);
            if (currency != null && !currency.equals(kilowattHour.currency())) {
                throw new IllegalArgumentException("lease plan " + id + " mixes " + currency + " and " + kilowattHour.currency()
                        + "; use one currency");
            }
        }
        if (incentives.stream().mapToInt(each -> each instanceof Incentive.DiscountPurchase discount ? discount.percent() : 0)
                .sum() > 100) {
            throw new IllegalArgumentException("lease plan " + id + " gives discounts of more than 100 percent");
        }
    }

    /// What the owner is paid for a month kept in full.
    public Money monthlyPay() {
        Money sum = Money.zero(currency());
        for (Incentive incentive : incentives) {
            if (incentive instanceof Incentive.PayoutMonthly payout) {
                sum = sum.plus(payout.amount());
            }
        }
        return sum;
    }

    /// The one currency of its amounts.
    public String currency() {
        return kilowattHour.currency();
    }

    private static @Nullable String currencyOf(Incentive incentive) {
        return switch (incentive) {
            case Incentive.PayoutMonthly payout -> payout.amount().currency();
            case Incentive.InternetCredit credit -> credit.monthly().currency();
            case Incentive.DiscountPurchase discount -> null;
            case Incentive.HardwareUpgrade upgrade -> null;
            case Incentive.Support support -> null;
        };
    }
}
