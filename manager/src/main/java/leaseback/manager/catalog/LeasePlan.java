package leaseback.manager.catalog;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
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
/// @param negotiation  how far it may be bargained over; null for not at all
/// @param eligibility  who may have it; empty for everybody
/// @param renewal      what is offered when its term comes to an end; empty for more of the same
/// @param holidays     whether days that the owner names, such as public holidays, are promised whole, from midnight to midnight; not when missing
public record LeasePlan(
        String id,
        @MayBeMissing int version,
        String name,
        DiskShare share,
        long leastBytes,
        long mostBytes,
        List<Window> serving,
        List<Window> processor,
        int termMonths,
        int noticeDays,
        Money kilowattHour,
        List<Incentive> incentives,
        @Nullable Negotiation negotiation,
        @MayBeMissing List<Eligibility> eligibility,
        @MayBeMissing List<RenewalStep> renewal,
        @MayBeMissing boolean holidays) {
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
            String currency = incentive.currency();
            if (currency != null && !currency.equals(kilowattHour.currency())) {
                throw new IllegalArgumentException("lease plan " + id + " mixes " + currency + " and " + kilowattHour.currency()
                        + "; use one currency");
            }
        }
        if (incentives.stream().mapToInt(each -> each instanceof Incentive.DiscountPurchase discount ? discount.percent() : 0)
                .sum() > 100) {
            throw new IllegalArgumentException("lease plan " + id + " gives discounts of more than 100 percent");
        }
        eligibility = List.copyOf(Clause.or(eligibility, List.of()));
        if (eligibility.size() > 20) {
            throw new IllegalArgumentException("lease plan " + id + " may have at most 20 rules of eligibility");
        }
        renewal = List.copyOf(Clause.or(renewal, List.of()));
        if (renewal.stream().map(RenewalStep::daysBefore).distinct().count() < renewal.size()) {
            throw new IllegalArgumentException("lease plan " + id + " has two steps of its renewal on one day; give each day one");
        }
        for (RenewalStep step : renewal) {
            for (Incentive incentive : step.incentives() == null ? List.<Incentive>of() : step.incentives()) {
                String currency = incentive.currency();
                if (currency != null && !currency.equals(kilowattHour.currency())) {
                    throw new IllegalArgumentException("lease plan " + id + " reckons in " + kilowattHour.currency()
                            + "; give what its renewal brings in it, not in " + currency);
                }
            }
        }
        if (negotiation != null) {
            if (!negotiation.mostMonthlyPay().currency().equals(kilowattHour.currency())) {
                throw new IllegalArgumentException("lease plan " + id + " reckons in " + kilowattHour.currency()
                        + "; give mostMonthlyPay of its negotiation in it");
            }
            if (incentives.stream().filter(Incentive.PayoutMonthly.class::isInstance).count() > 1) {
                throw new IllegalArgumentException("lease plan " + id
                        + " may be bargained over, so it needs one PAYOUT_MONTHLY at most: the one that follows what is lent");
            }
        }
    }

    /// One that nobody bargains over and everybody may have.
    public LeasePlan(String id, int version, String name, DiskShare share, long leastBytes, long mostBytes, List<Window> serving,
            List<Window> processor, int termMonths, int noticeDays, Money kilowattHour, List<Incentive> incentives) {
        this(id, version, name, share, leastBytes, mostBytes, serving, processor, termMonths, noticeDays, kilowattHour, incentives, null,
                List.of(), List.of());
    }

    /// One that is renewed as it is.
    public LeasePlan(String id, int version, String name, DiskShare share, long leastBytes, long mostBytes, List<Window> serving,
            List<Window> processor, int termMonths, int noticeDays, Money kilowattHour, List<Incentive> incentives,
            @Nullable Negotiation negotiation, List<Eligibility> eligibility) {
        this(id, version, name, share, leastBytes, mostBytes, serving, processor, termMonths, noticeDays, kilowattHour, incentives,
                negotiation, eligibility, List.of());
    }

    /// One without holidays.
    public LeasePlan(String id, int version, String name, DiskShare share, long leastBytes, long mostBytes, List<Window> serving,
            List<Window> processor, int termMonths, int noticeDays, Money kilowattHour, List<Incentive> incentives,
            @Nullable Negotiation negotiation, List<Eligibility> eligibility, List<RenewalStep> renewal) {
        this(id, version, name, share, leastBytes, mostBytes, serving, processor, termMonths, noticeDays, kilowattHour, incentives,
                negotiation, eligibility, renewal, false);
    }

    /// The same with another version.
    public LeasePlan at(int newVersion) {
        return new LeasePlan(id, newVersion, name, share, leastBytes, mostBytes, serving, processor, termMonths, noticeDays, kilowattHour,
                incentives, negotiation, eligibility, renewal, holidays);
    }

    /// The same with other hours and incentives.
    public LeasePlan with(List<Window> otherServing, List<Window> otherProcessor, List<Incentive> otherIncentives) {
        return new LeasePlan(id, version, name, share, leastBytes, mostBytes, otherServing, otherProcessor, termMonths, noticeDays,
                kilowattHour, otherIncentives, negotiation, eligibility, renewal, holidays);
    }

    /// What is offered so many days before the end of a term that was agreed upon as this: as before, but for what `listed`, the plan as
    /// it is sold today, says of its renewal. What is given once was given. Empty when nothing would be given for it any more.
    public Optional<LeasePlan> renewed(LeasePlan listed, int daysBefore) {
        RenewalStep step = listed.renewal.stream().filter(each -> each.daysBefore() >= daysBefore)
                .min(Comparator.comparingInt(RenewalStep::daysBefore)).orElse(RenewalStep.SAME);
        List<Incentive> given = step.incentives() == null
                ? incentives.stream().filter(each -> each.schedule() != Incentive.Schedule.ONCE
                        || each instanceof Incentive.HardwareUpgrade upgrade && !upgrade.atSale()).toList() : step.incentives();
        return given.isEmpty() ? Optional.empty() : Optional.of(new LeasePlan(id, listed.version, name, Clause.or(step.share(), share),
                leastBytes, mostBytes, Clause.or(step.serving(), serving), Clause.or(step.processor(), processor),
                Clause.or(step.termMonths(), termMonths), noticeDays, kilowattHour, given, negotiation, eligibility, listed.renewal,
                holidays));
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
}
