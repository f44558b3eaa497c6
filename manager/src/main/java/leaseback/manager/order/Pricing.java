package leaseback.manager.order;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import leaseback.manager.catalog.BuildRule;
import leaseback.manager.catalog.DiskShare;
import leaseback.manager.catalog.Incentive;
import leaseback.manager.catalog.Item;
import leaseback.manager.catalog.LeasePlan;
import leaseback.manager.catalog.Money;
import leaseback.manager.catalog.Offering;
import leaseback.manager.catalog.Option;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.catalog.Sizes;
import org.jspecify.annotations.Nullable;

/// What a system costs and is built of, by either answer. Reckons only; asks neither clock nor database.
record Pricing(DiskShare share, List<Incentive> incentives, Quote.Answer accepted, Quote.Answer declined) {
    static Pricing of(Offering offering, List<String> optionIds, LeasePlan plan, @Nullable Long leasedBytes) {
        return of(offering, optionIds, List.of(), plan, leasedBytes, 1);
    }

    /// @param ordinal which of the customer's machines it is, from 1 on
    static Pricing of(Offering offering, List<String> optionIds, List<Item> items, LeasePlan plan, @Nullable Long leasedBytes,
            int ordinal) {
        if (!plan.currency().equals(offering.price().currency())) {
            throw Refusal.unfit("plan " + plan.id() + " reckons in " + plan.currency() + ", system " + offering.id() + " in "
                    + offering.price().currency() + "; choose a plan in the system's currency");
        }
        List<Option> ordered = chosen(offering, optionIds);
        List<OrderLine> lines = new ArrayList<>();
        lines.add(new OrderLine(offering.name(), offering.price()));
        ordered.forEach(option -> lines.add(new OrderLine(option.name(), option.price())));
        // Discounts are on machine and options, not on what is bought beside them.
        Money machine = total(lines);
        for (Item item : items) {
            if (!item.price().currency().equals(plan.currency())) {
                throw Refusal.unfit("item " + item.id() + " is priced in " + item.price().currency() + "; choose one in " + plan.currency());
            }
            if (!item.recurs()) {
                lines.add(new OrderLine(item.name(), item.price()));
            }
        }
        List<OrderLine> monthly = items.stream().filter(Item::recurs).map(item -> new OrderLine(item.name(), item.price())).toList();
        Quote.Answer declined = declined(offering, ordered, lines, monthly);

        List<Option> built = new ArrayList<>(ordered);
        List<Incentive> effective = new ArrayList<>();
        for (Incentive incentive : plan.incentives()) {
            switch (incentive) {
                case Incentive.HardwareUpgrade upgrade -> {
                    Optional<OrderLine> line = upgrade.atSale() ? upgrade(offering, built, upgrade) : Optional.empty();
                    line.ifPresent(lines::add);
                    if (line.isPresent() || !upgrade.atSale()) {
                        effective.add(upgrade);
                    }
                }
                case Incentive.DiscountPurchase discount -> {
                    lines.add(new OrderLine(discount.percent() + " % off, for the lease",
                            Money.zero(plan.currency()).minus(machine.percent(discount.percent()))));
                    effective.add(discount);
                }
                case Incentive.NthSystem nth -> {
                    if (nth.hits(ordinal)) {
                        lines.add(new OrderLine(nth.percent() + " % off, for machine number " + ordinal,
                                Money.zero(plan.currency()).minus(machine.percent(nth.percent()))));
                        effective.add(nth);
                    }
                }
                case Incentive.SoftwareUpgrade software -> {
                    lines.add(new OrderLine(software.product() + ", for the lease", Money.zero(plan.currency())));
                    effective.add(software);
                }
                case Incentive.DiscountRate rate -> effective.add(rate);
                case Incentive.InternetCredit credit -> effective.add(credit);
                case Incentive.Support support -> effective.add(support);
                case Incentive.ServiceContract contract -> effective.add(contract);
                case Incentive.PayoutMonthly payout -> effective.add(payout);
                case Incentive.PayoutUsage usage -> effective.add(usage);
                case Incentive.PayoutScale scale -> effective.add(scale);
                case Incentive.BarterService barter -> effective.add(barter);
                case Incentive.RenewalBonus bonus -> effective.add(bonus);
                case Incentive.EventBonus bonus -> effective.add(bonus);
            }
        }
        long driveBytes = driveBytes(built);
        DiskShare share = leasedBytes == null ? plan.share() : explicit(plan, leasedBytes);
        long most = new DiskShare.Percent(DiskShare.MOST_PERCENT).of(driveBytes);
        if (share.of(driveBytes) > most) {
            throw Refusal.unfit("a lease may take at most " + most + " bytes (" + DiskShare.MOST_PERCENT + " %) of a drive of "
                    + Sizes.words(driveBytes) + ", not " + share.of(driveBytes) + "; lease less or choose a larger drive");
        }
        if (total(lines).minor() < 0) {
            throw Refusal.unfit("the discounts of plan " + plan.id() + " come to more than the machine costs; choose another plan");
        }
        Quote.Answer accepted =
                new Quote.Answer(List.copyOf(lines), total(lines), BuildConfiguration.leasedBack(offering, built, share),
                        monthly(items, plan));
        return new Pricing(share, List.copyOf(effective), accepted, declined);
    }

    /// The same for a machine that is come by like this.
    Pricing acquired(Acquisition acquisition) {
        return new Pricing(share, incentives, acquisition.of(accepted), acquisition.of(declined));
    }

    /// The same for a machine that is there: what is lent becomes a container file on its drive, and no part of it moves.
    Pricing inPlace() {
        return accepted.build() instanceof BuildConfiguration.LeasedBack build ? new Pricing(share, incentives,
                new Quote.Answer(accepted.lines(), accepted.total(), build.inPlace(), accepted.monthly()), declined) : this;
    }

    /// The machine without lease, with the smaller parts that its rules build in then.
    private static Quote.Answer declined(Offering offering, List<Option> ordered, List<OrderLine> withOrdered, List<OrderLine> monthly) {
        List<Option> built = new ArrayList<>(ordered);
        List<OrderLine> lines = new ArrayList<>(withOrdered);
        for (BuildRule rule : offering.rules(BuildRule.When.DECLINED)) {
            for (int i = 0; i < built.size(); i++) {
                Option from = built.get(i);
                Option smaller = rule.smaller().contains(from.kind()) ? offering.smaller(from).orElse(null) : null;
                if (smaller != null) {
                    built.set(i, smaller);
                    lines.add(new OrderLine("Without the lease: " + smaller.name() + " instead of " + from.name(),
                            smaller.price().minus(from.price())));
                }
            }
        }
        return new Quote.Answer(List.copyOf(lines), total(lines), BuildConfiguration.plain(offering, built), monthly);
    }

    /// What recurs with the lease: the items' prices, and what the plan takes off them; no item costs less than nothing.
    private static List<OrderLine> monthly(List<Item> items, LeasePlan plan) {
        List<OrderLine> lines = new ArrayList<>();
        Money credit = Money.zero(plan.currency());
        for (Incentive incentive : plan.incentives()) {
            if (incentive instanceof Incentive.InternetCredit internet) {
                credit = credit.plus(internet.monthly());
            }
        }
        for (Item item : items) {
            if (!item.recurs()) {
                continue;
            }
            lines.add(new OrderLine(item.name(), item.price()));
            Money left = item.price();
            for (Incentive incentive : plan.incentives()) {
                if (incentive instanceof Incentive.DiscountRate rate && rate.product().equals(item.id())) {
                    Money off = least(left, item.price().percent(rate.percent()));
                    lines.add(new OrderLine(rate.percent() + " % off, for the lease: " + item.name(), Money.zero(plan.currency()).minus(off)));
                    left = left.minus(off);
                }
            }
            Money off = item.kind() == Item.Kind.INTERNET ? least(left, credit) : Money.zero(plan.currency());
            if (off.minor() > 0) {
                lines.add(new OrderLine("Credit for the lease: " + item.name(), Money.zero(plan.currency()).minus(off)));
                credit = credit.minus(off);
            }
        }
        return List.copyOf(lines);
    }

    private static Money least(Money one, Money other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    /// The drive that a yes to this plan would build in.
    static long driveBytes(Offering offering, List<String> optionIds, LeasePlan plan) {
        List<Option> built = new ArrayList<>(chosen(offering, optionIds));
        List<OrderLine> paid = new ArrayList<>();
        for (Incentive incentive : plan.incentives()) {
            if (incentive instanceof Incentive.HardwareUpgrade hardware && hardware.atSale()) {
                upgrade(offering, built, hardware).ifPresent(paid::add);
            }
        }
        return driveBytes(built);
    }

    private static long driveBytes(List<Option> built) {
        return built.stream().filter(option -> option.kind() == Option.Kind.DRIVE).mapToLong(Option::bytes).sum();
    }

    private static List<Option> chosen(Offering offering, List<String> optionIds) {
        Map<Option.Kind, Option> chosen = new EnumMap<>(Option.Kind.class);
        for (String id : optionIds) {
            Option option = offering.option(id)
                    .orElseThrow(() -> Refusal.unfit("system " + offering.id() + " has no option " + id + "; it has "
                    + String.join(", ", offering.options().stream().map(Option::id).toList())));
            Option before = chosen.put(option.kind(), option);
            if (before != null) {
                throw Refusal.unfit(before.id() + " and " + id + " are both a choice of " + option.kind() + "; choose one of them");
            }
        }
        for (Option.Kind kind : Option.Kind.values()) {
            offering.options(kind).stream().findFirst().ifPresent(smallest -> chosen.putIfAbsent(kind, smallest));
        }
        return List.copyOf(chosen.values());
    }

    /// Exchanges the part in `built` for the next larger one; empty when it is the largest already, or the system has no such
    /// part.
    private static Optional<OrderLine> upgrade(Offering offering, List<Option> built, Incentive.HardwareUpgrade upgrade) {
        for (int i = 0; i < built.size(); i++) {
            Option from = built.get(i);
            Option larger = from.kind() == upgrade.part() ? offering.larger(from).orElse(null) : null;
            if (larger != null) {
                built.set(i, larger);
                Money difference = larger.price().minus(from.price());
                Money pays = upgrade.pays(difference.minor() < 0 ? Money.zero(difference.currency()) : difference);
                return Optional.of(new OrderLine((pays.minor() == 0 ? "Free upgrade" : "Upgrade") + ", for the lease: " + larger.name()
                        + " instead of " + (from.kind().countsBytes() ? Sizes.words(from.bytes()) : from.name()), pays));
            }
        }
        return Optional.empty();
    }

    private static DiskShare explicit(LeasePlan plan, long leasedBytes) {
        if (leasedBytes < plan.leastBytes() || leasedBytes > plan.mostBytes()) {
            throw Refusal.unfit("plan " + plan.id() + " takes from " + plan.leastBytes() + " to " + plan.mostBytes() + " bytes, not "
                    + leasedBytes);
        }
        return new DiskShare.Bytes(leasedBytes);
    }

    private static Money total(List<OrderLine> lines) {
        Money sum = Money.zero(lines.getFirst().price().currency());
        for (OrderLine line : lines) {
            sum = sum.plus(line.price());
        }
        return sum;
    }
}
