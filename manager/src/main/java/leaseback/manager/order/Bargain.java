package leaseback.manager.order;

import java.util.ArrayList;
import java.util.List;
import leaseback.manager.catalog.Clause;
import leaseback.manager.catalog.DiskShare;
import leaseback.manager.catalog.Incentive;
import leaseback.manager.catalog.LeasePlan;
import leaseback.manager.catalog.Money;
import leaseback.manager.catalog.Negotiation;
import leaseback.manager.catalog.Refusal;
import leaseback.protocol.Window;

/// A plan with a proposal worked in, and priced within the limits that the plan itself names. Reckons only.
///
/// What is paid by the month follows what is lent; what is given otherwise stays, which is why the plan has least amounts.
final class Bargain {
    private Bargain() {}

    /// @param driveBytes of the drive that would be built in
    /// @throws Refusal when the plan is not bargained over, or the proposal is outside its limits; says what would be allowed
    static LeasePlan strike(LeasePlan listed, Proposal proposal, long driveBytes) {
        return strike(listed, listed.share().of(driveBytes), proposal, driveBytes);
    }

    /// @param listedBytes for which the plan pays what it does
    /// @param driveBytes  of the drive that is or would be built in
    /// @throws Refusal as above
    static LeasePlan strike(LeasePlan listed, long listedBytes, Proposal proposal, long driveBytes) {
        Negotiation limits = listed.negotiation();
        if (limits == null) {
            throw Refusal.unfit("plan " + listed.id() + " is not bargained over; accept or decline it, or ask for a quote on another plan");
        }
        long bytes = proposal.leasedBytes() == null ? listedBytes : proposal.leasedBytes();
        long most = Math.min(listed.mostBytes(), new DiskShare.Percent(DiskShare.MOST_PERCENT).of(driveBytes));
        if (bytes < listed.leastBytes() || bytes > most) {
            throw Refusal.unfit("plan " + listed.id() + " takes from " + listed.leastBytes() + " to " + most + " bytes of this drive, not " + bytes);
        }
        List<Window> serving = proposal.serving() == null ? listed.serving() : proposal.serving();
        List<Window> processor = proposal.processor() == null ? listed.processor() : proposal.processor();
        long minutes = Electricity.minutesAWeek(serving);
        within(listed, "the machine on for", limits.leastHoursAWeek(), minutes);
        within(listed, "the processor for", limits.leastProcessorHoursAWeek(), Electricity.minutesAWeek(processor));
        Money pay = limits.pay(listed.monthlyPay(), listedBytes, bytes, Electricity.minutesAWeek(listed.serving()), minutes);
        return listed.with(serving, processor, paying(listed.incentives(), pay));
    }

    /// The same with another monthly pay.
    static LeasePlan paid(LeasePlan plan, Money pay) {
        List<Incentive> incentives = new ArrayList<>(plan.incentives());
        incentives.removeIf(Incentive.PayoutMonthly.class::isInstance);
        if (pay.minor() > 0) {
            incentives.add(new Incentive.PayoutMonthly(pay, plan.incentives().stream().filter(Incentive.PayoutMonthly.class::isInstance)
                    .map(Incentive::clause).findFirst().orElse(Clause.PLAIN)));
        }
        return plan.with(plan.serving(), plan.processor(), incentives);
    }

    private static void within(LeasePlan listed, String what, int leastHours, long minutes) {
        if (minutes < leastHours * 60L) {
            throw Refusal.unfit("plan " + listed.id() + " needs " + what + " " + leastHours + " hours a week at least, not " + minutes / 60
                    + " hours and " + minutes % 60 + " minutes");
        }
    }

    private static List<Incentive> paying(List<Incentive> listed, Money pay) {
        List<Incentive> incentives = new ArrayList<>();
        for (Incentive incentive : listed) {
            if (!(incentive instanceof Incentive.PayoutMonthly payout)) {
                incentives.add(incentive);
            } else if (pay.minor() > 0) {
                incentives.add(new Incentive.PayoutMonthly(pay, payout.clause()));
            }
        }
        if (incentives.isEmpty()) {
            throw Refusal.unfit("so little would be lent that nothing is left to pay; lend more, or decline");
        }
        return incentives;
    }
}
