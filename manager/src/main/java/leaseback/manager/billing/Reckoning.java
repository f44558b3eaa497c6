package leaseback.manager.billing;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import leaseback.manager.catalog.Clause;
import leaseback.manager.catalog.Incentive;
import leaseback.manager.catalog.Money;
import leaseback.manager.compensation.Held;
import leaseback.manager.compensation.Resource;
import leaseback.manager.compensation.Scale;
import leaseback.manager.compensation.Tier;
import leaseback.manager.lease.Ending;
import leaseback.manager.lease.LeaseStep;
import leaseback.manager.lease.Party;
import leaseback.manager.lease.Terms;
import leaseback.manager.ledger.Account;
import leaseback.manager.ledger.Chart;
import leaseback.manager.ledger.DocumentLine;
import leaseback.manager.metering.Meter;
import leaseback.manager.metering.Sum;

/// What a month of one account comes to: the lines of its bill and those of its payout. Reckons only; the same facts give the same lines.
final class Reckoning {
    private static final BigDecimal HALF = new BigDecimal("0.5");
    private final Facts facts;
    private final List<Line> bill = new ArrayList<>();
    private final List<Line> payout = new ArrayList<>();
    /// What the month's lines of a product come to, which is what may be had in exchange.
    private final Map<String, Money> byProduct = new HashMap<>();

    private Reckoning(Facts facts) {
        this.facts = facts;
    }

    /// @param bill   in the order in which they are printed; empty for no bill
    /// @param payout the same of what is owed to the account
    record Lines(List<Line> bill, List<Line> payout) {
        Lines {
            bill = List.copyOf(bill);
            payout = List.copyOf(payout);
        }

        Lines plus(Lines more) {
            return new Lines(Stream.concat(bill.stream(), more.bill.stream()).toList(), Stream.concat(payout.stream(), more.payout.stream()).toList());
        }
    }

    static Lines of(Facts facts) {
        Reckoning reckoning = new Reckoning(facts);
        reckoning.subscriptions();
        reckoning.clawbacks();
        reckoning.payouts();
        return new Lines(reckoning.bill, reckoning.payout);
    }

    private void subscriptions() {
        Set<Meter> rated = EnumSet.noneOf(Meter.class);
        for (Subscription subscription : facts.subscriptions()) {
            Product product = subscription.product();
            Instant end = subscription.to() == null ? facts.month().to() : subscription.to();
            BigDecimal share = facts.month().share(subscription.from(), end);
            if (share.signum() == 0) {
                continue;
            }
            Money sum = zero();
            List<DocumentLine> because = List.of(DocumentLine.whole("subscription", subscription.id()));
            if (product.monthly().minor() > 0) {
                Money price = product.monthly().times(share);
                bill.add(new Line(product.name() + days(subscription.from(), end), share, Unit.MONTH.words(),
                        BigDecimal.valueOf(product.monthly().minor()), price, Chart.REVENUE.of(product.revenue()),
                        product.monthly() + " a month x " + shown(share), because));
                sum = sum.plus(price).plus(credits(subscription, price, end));
            }
            for (Product.Metered metered : product.metered()) {
                if (rated.add(metered.meter())) {
                    sum = sum.plus(metered(product, metered, share, because));
                }
            }
            Money least = product.minimum() == null ? zero() : product.minimum().times(share);
            if (sum.compareTo(least) < 0) {
                Money missing = least.minus(sum);
                bill.add(new Line(product.name() + ": up to the minimum", BigDecimal.ONE, Unit.PIECE.words(), BigDecimal.valueOf(missing.minor()),
                        missing, Chart.REVENUE.of(product.revenue()), "the minimum of " + least + " less " + sum, because));
                sum = least;
            }
            byProduct.merge(product.id(), sum, Money::plus);
        }
    }

    private Money metered(Product product, Product.Metered metered, BigDecimal share, List<DocumentLine> because) {
        Sum used = facts.usage().get(metered.meter());
        if (used == null || used.quantity() == 0) {
            return zero();
        }
        BigDecimal quantity = metered.unit().of(used.quantity(), facts.month());
        BigDecimal free = metered.included().multiply(share);
        BigDecimal paid = quantity.subtract(free).max(BigDecimal.ZERO);
        BigDecimal worth = BigDecimal.ZERO;
        StringBuilder words = new StringBuilder(used.quantity() + " " + used.meter().unit() + " = " + shown(quantity) + " "
                + metered.unit().words() + (free.signum() == 0 ? "" : ", of them " + shown(free) + " free"));
        for (Tier.Part part : Tier.parts(metered.tiers(), paid)) {
            worth = worth.add(part.worth());
            words.append("; ").append(shown(part.quantity())).append(" x ").append(cents(part.rate()));
        }
        Money amount = Money.rounded(worth, facts.currency());
        List<DocumentLine> rests = new ArrayList<>(because);
        rests.add(facts.measured(facts.customerId(), metered.meter()));
        bill.add(new Line(product.name() + ": " + metered.meter().word(), quantity, metered.unit().words(),
                quantity.signum() == 0 ? BigDecimal.ZERO : worth.divide(quantity, 8, RoundingMode.HALF_EVEN), amount,
                Chart.REVENUE.of(product.revenue()), words.toString(), rests));
        return amount;
    }

    /// What the lease takes off a subscription; never more than it costs.
    ///
    /// @return nothing or less
    private Money credits(Subscription subscription, Money price, Instant end) {
        Money left = price;
        for (Facts.Leased leased : facts.leases()) {
            if (!leased.lease().id().equals(subscription.leaseId())) {
                continue;
            }
            for (List<Span> spans : byTerms(leased.spans()).values()) {
                Terms terms = spans.getFirst().terms();
                for (Incentive incentive : terms.plan().incentives()) {
                    BigDecimal share = inForce(leased, spans, incentive.clause(), false, subscription.from(), end);
                    Money off = least(left, off(subscription, incentive).times(share));
                    if (off.minor() > 0) {
                        left = left.minus(off);
                        bill.add(new Line("Credit for lease " + leased.lease().number() + ": " + subscription.product().name(), share,
                                Unit.MONTH.words(), BigDecimal.valueOf(-off(subscription, incentive).minor()), zero().minus(off),
                                Chart.INCENTIVE.of(incentive instanceof Incentive.ServiceContract ? "service" : "internet"),
                                incentive.words() + " In force for " + shown(share) + " of the month.", List.of(terms(leased, terms))));
                    }
                }
            }
        }
        return left.minus(price);
    }

    /// What an incentive takes off a full month of that subscription.
    private Money off(Subscription subscription, Incentive incentive) {
        Product product = subscription.product();
        return switch (incentive) {
            case Incentive.InternetCredit credit -> product.revenue().equals("internet") ? credit.monthly() : zero();
            case Incentive.DiscountRate rate -> named(rate.product(), product) ? product.monthly().percent(rate.percent()) : zero();
            case Incentive.ServiceContract contract -> named(contract.name(), product) ? product.monthly() : zero();
            case Incentive.DiscountPurchase discount -> zero();
            case Incentive.HardwareUpgrade upgrade -> zero();
            case Incentive.SoftwareUpgrade upgrade -> zero();
            case Incentive.Support support -> zero();
            case Incentive.PayoutMonthly payout -> zero();
            case Incentive.PayoutUsage payout -> zero();
            case Incentive.PayoutScale payout -> zero();
            case Incentive.BarterService barter -> zero();
            case Incentive.NthSystem nth -> zero();
            case Incentive.RenewalBonus bonus -> zero();
            case Incentive.EventBonus bonus -> zero();
        };
    }

    private static boolean named(String name, Product product) {
        return Products.id(name).equals(product.id()) || name.equalsIgnoreCase(product.name());
    }

    /// What of a discount on the machine was not earned when the lease ended early, by breach or withdrawal.
    private void clawbacks() {
        for (Facts.Leased leased : facts.leases()) {
            Facts.Ended ended = leased.ended();
            Facts.Discount discount = leased.discount();
            if (ended == null || discount == null || discount.amortiseMonths() == 0) {
                continue;
            }
            boolean owed = ended.ending() == Ending.WITHDRAWN || ended.ending() == Ending.BREACH && discount.clawedBack();
            int kept = monthsBetween(leased.since(), ended.at());
            Money unearned = Amortisation.left(discount.given(), discount.amortiseMonths(), kept);
            if (owed && unearned.minor() > 0) {
                bill.add(new Line("Discount not earned: lease " + leased.lease().number() + " ended " + date(ended.at()), BigDecimal.ONE,
                        Unit.PIECE.words(), BigDecimal.valueOf(unearned.minor()), unearned, deferred(leased),
                        "of " + discount.given() + ", earned in " + discount.amortiseMonths() + " equal months, " + kept + " were kept; the lease ended: "
                                + ended.ending(), List.of(terms(leased, leased.spans().isEmpty() ? 1 : leased.spans().getLast().terms().version()))));
            }
        }
    }

    private void payouts() {
        int first = payout.size();
        Money heldBase = zero();
        for (Facts.Leased leased : facts.leases()) {
            for (List<Span> spans : byTerms(leased.spans()).values()) {
                Terms terms = spans.getFirst().terms();
                monthly(leased, spans, terms);
                for (Incentive incentive : terms.plan().incentives()) {
                    switch (incentive) {
                        case Incentive.PayoutUsage usage -> heldBase = heldBase.plus(usage(leased, spans, terms, usage));
                        case Incentive.BarterService barter -> barter(leased, spans, terms, barter);
                        case Incentive.RenewalBonus bonus -> bonus(leased, spans, terms, bonus);
                        case Incentive.EventBonus bonus -> events(leased, spans, terms, bonus);
                        case Incentive.PayoutScale scale -> { } // of all machines together, below
                        case Incentive.PayoutMonthly monthly -> { } // as bargained, above
                        case Incentive.DiscountPurchase discount -> { }
                        case Incentive.DiscountRate rate -> { }
                        case Incentive.HardwareUpgrade upgrade -> { }
                        case Incentive.SoftwareUpgrade upgrade -> { }
                        case Incentive.InternetCredit credit -> { }
                        case Incentive.Support support -> { }
                        case Incentive.ServiceContract contract -> { }
                        case Incentive.NthSystem nth -> { }
                    }
                }
            }
        }
        heldBase = heldBase.plus(scale());
        Money held = Held.NORMAL.of(heldBase, facts.tenureMonth(), facts.amortising());
        Account heldAccount = Chart.HELD.of(facts.customerId());
        if (held.minor() > 0) {
            payout.add(new Line("Held back in month " + facts.tenureMonth() + ", paid a year later or when the lease ends", BigDecimal.ONE,
                    Unit.PIECE.words(), BigDecimal.valueOf(-held.minor()), zero().minus(held), heldAccount,
                    "of " + heldBase + " earned by use and by the scale", List.of()));
        }
        if (payout.size() > first || !facts.heldBefore().isEmpty()) {
            for (Facts.HeldBack back : facts.heldBefore()) {
                payout.add(new Line(back.words(), BigDecimal.ONE, Unit.PIECE.words(), BigDecimal.valueOf(back.amount().minor()), back.amount(),
                        heldAccount, back.words(), List.of(back.payout())));
            }
        }
    }

    private void monthly(Facts.Leased leased, List<Span> spans, Terms terms) {
        BigDecimal share = inForce(leased, spans, clauseOfPay(terms), true, facts.month().from(), facts.month().to());
        if (terms.monthlyPay().minor() == 0 || share.signum() == 0 || !terms.monthlyPay().currency().equals(facts.currency())) {
            return;
        }
        // All of it from 90 percent on: more than kept is not paid twice.
        BigDecimal factor = facts.scale().quality().factor(leased.score()).min(BigDecimal.ONE);
        Money amount = terms.monthlyPay().times(share.multiply(factor));
        payout.add(new Line("Lease " + leased.lease().number() + ": monthly payment" + days(spans), share, Unit.MONTH.words(),
                BigDecimal.valueOf(terms.monthlyPay().minor()).multiply(factor), amount, Chart.HOST_COMPENSATION.of("monthly"),
                terms.monthlyPay() + " a month x " + shown(share) + " of the month; the promise was kept to " + percent(leased.score())
                        + ", so " + percent(factor) + " of it is paid", kept(leased, terms)));
    }

    private static Clause clauseOfPay(Terms terms) {
        for (Incentive incentive : terms.plan().incentives()) {
            if (incentive instanceof Incentive.PayoutMonthly payout) {
                return payout.clause();
            }
        }
        return Clause.PLAIN;
    }

    private Money usage(Facts.Leased leased, List<Span> spans, Terms terms, Incentive.PayoutUsage usage) {
        Meter meter = switch (usage.resource()) {
            case GIB_MONTHS_KEPT -> Meter.DISK_USED;
            case CORE_HOURS_WORKED -> Meter.CPU_DELIVERED;
            case GIB_SENT -> Meter.EGRESS;
        };
        Unit unit = switch (usage.resource()) {
            case GIB_MONTHS_KEPT -> Unit.GIB_MONTH;
            case CORE_HOURS_WORKED -> Unit.CORE_HOUR;
            case GIB_SENT -> Unit.GIB;
        };
        BigDecimal weight = weight(leased, spans, usage.clause());
        BigDecimal used = unit.of(quantity(leased, meter), facts.month());
        Money amount = usage.pays(used.multiply(weight));
        if (amount.minor() == 0) {
            return zero();
        }
        List<DocumentLine> because = new ArrayList<>(List.of(terms(leased, terms)));
        because.add(facts.measured(leased.lease().id(), meter));
        payout.add(new Line("Lease " + leased.lease().number() + ": " + unit.words() + " by use", used.multiply(weight), unit.words(),
                BigDecimal.valueOf(usage.amount().minor()).divide(BigDecimal.valueOf(usage.units()), MathContext.DECIMAL64), amount,
                Chart.HOST_COMPENSATION.of(meter.word()), shown(used) + " " + unit.words() + " x " + usage.amount() + " for " + usage.units()
                        + ", at most " + usage.most(), because));
        return amount;
    }

    /// A service of ours in exchange: it is paid for, and billed in full on the other side; the settlement sets one against the other.
    private void barter(Facts.Leased leased, List<Span> spans, Terms terms, Incentive.BarterService barter) {
        Instant until = barter.months() == 0 ? facts.month().to()
                : leased.since().atZone(facts.month().zone()).plusMonths(barter.months()).toInstant();
        Money most = barter.monthly().times(inForce(leased, spans, barter.clause(), false, facts.month().from(), until));
        Money used = byProduct.getOrDefault(barter.product(), zero());
        Money amount = least(most, used);
        if (amount.minor() <= 0) {
            return;
        }
        byProduct.put(barter.product(), used.minus(amount));
        payout.add(new Line("Lease " + leased.lease().number() + ": " + barter.product() + " in exchange", BigDecimal.ONE, Unit.PIECE.words(),
                BigDecimal.valueOf(amount.minor()), amount, Chart.HOST_COMPENSATION.of("barter"), "used of " + barter.product() + ": " + used
                        + ", of this month's " + most + " in exchange", List.of(terms(leased, terms))));
    }

    private void bonus(Facts.Leased leased, List<Span> spans, Terms terms, Incentive.RenewalBonus bonus) {
        boolean begins = !terms.effectiveAt().isBefore(facts.month().from()) && terms.effectiveAt().isBefore(facts.month().to());
        if (begins && terms.why().equals(Terms.RENEWED) && spans.stream().anyMatch(span -> span.from().equals(terms.effectiveAt()))) {
            payout.add(new Line("Lease " + leased.lease().number() + ": bonus for renewing", BigDecimal.ONE, Unit.PIECE.words(),
                    BigDecimal.valueOf(bonus.amount().minor()), bonus.amount(), Chart.INCENTIVE.of("renewal"),
                    "renewed from " + date(terms.effectiveAt()), List.of(terms(leased, terms))));
        }
    }

    /// For each thing of that sort that happened in the month while these terms held; once, where several machines' terms say so.
    private void events(Facts.Leased leased, List<Span> spans, Terms terms, Incentive.EventBonus bonus) {
        Map<String, Instant> happened = new LinkedHashMap<>();
        switch (bonus.event()) {
            case UPGRADE -> leased.spans().stream().map(Span::terms).filter(each -> each.why().startsWith(Terms.UPGRADED)).distinct()
                    .forEach(each -> happened.put(each.why() + " (version " + each.version() + " of the terms)", each.effectiveAt()));
            case MACHINE -> facts.leases().stream().filter(other -> gives(leased, bonus.event(), other.since()))
                    .forEach(other -> happened.put("lease " + other.lease().number(), other.since()));
            case SERVICE -> facts.subscriptions().stream().filter(each -> each.product().monthly().minor() > 0
                    && !each.product().revenue().equals("hardware") && gives(leased, bonus.event(), each.from()))
                    .forEach(each -> happened.put(each.product().name() + " (" + each.id() + ")", each.from()));
        }
        happened.forEach((what, at) -> in(spans, at).ifPresent(span -> {
            Money amount = bonus.amount().times(weight(leased, span, bonus.clause(), false));
            if (amount.minor() > 0) {
                payout.add(new Line("Lease " + leased.lease().number() + ": bonus, because " + bonus.event().words(), BigDecimal.ONE, Unit.PIECE.words(),
                        BigDecimal.valueOf(amount.minor()), amount, Chart.INCENTIVE.of("event"), what + ", " + date(at) + ": " + bonus.words(),
                        List.of(terms(leased, terms))));
            }
        }));
    }

    /// Whether it ran first of the leases whose terms gave a bonus for such an event at that instant, and ran before it.
    private boolean gives(Facts.Leased leased, Incentive.EventBonus.Event event, Instant at) {
        return facts.leases().stream().filter(each -> each.since().isBefore(at) && in(each.spans(), at).stream()
                .flatMap(span -> span.terms().plan().incentives().stream())
                .anyMatch(incentive -> incentive instanceof Incentive.EventBonus bonus && bonus.event() == event))
                .min(Comparator.comparing(Facts.Leased::since).thenComparing(each -> each.lease().id()))
                .filter(first -> first.lease().id().equals(leased.lease().id())).isPresent();
    }

    private static Optional<Span> in(List<Span> spans, Instant at) {
        return spans.stream().filter(span -> !at.isBefore(span.from()) && at.isBefore(span.to())).findFirst();
    }

    /// By the published scale, of all the account's machines together.
    private Money scale() {
        Map<Resource, BigDecimal> quantities = new EnumMap<>(Resource.class);
        Map<Resource, List<DocumentLine>> because = new EnumMap<>(Resource.class);
        BigDecimal asked = BigDecimal.ZERO;
        BigDecimal kept = BigDecimal.ZERO;
        for (Facts.Leased leased : facts.leases()) {
            for (List<Span> spans : byTerms(leased.spans()).values()) {
                for (Incentive incentive : spans.getFirst().terms().plan().incentives()) {
                    if (!(incentive instanceof Incentive.PayoutScale scale) || !scale.typical().currency().equals(facts.scale().currency())) {
                        continue;
                    }
                    BigDecimal share = inForce(leased, spans, scale.clause(), true, facts.month().from(), facts.month().to());
                    asked = asked.add(share);
                    kept = kept.add(share.multiply(leased.score()));
                    BigDecimal weight = weight(leased, spans, scale.clause());
                    for (Resource resource : Resource.values()) {
                        Meter meter = meter(resource);
                        BigDecimal quantity = unit(resource).of(quantity(leased, meter), facts.month()).multiply(weight);
                        if (quantity.signum() > 0) {
                            quantities.merge(resource, quantity, BigDecimal::add);
                            because.computeIfAbsent(resource, first -> new ArrayList<>()).add(facts.measured(leased.lease().id(), meter));
                        }
                    }
                }
            }
        }
        if (quantities.isEmpty() || !facts.scale().currency().equals(facts.currency())) {
            return zero();
        }
        BigDecimal score = asked.signum() == 0 ? BigDecimal.ZERO : kept.divide(asked, MathContext.DECIMAL128).min(BigDecimal.ONE);
        Scale.Worth worth = facts.scale().worth(quantities, score);
        Money sum = zero();
        BigDecimal exact = BigDecimal.ZERO;
        for (Scale.Line line : worth.lines()) {
            // Each line is what rounding the running sum adds, so that the lines come to what the scale says in all.
            exact = exact.add(line.worth().multiply(worth.factor()));
            Money amount = Money.rounded(exact, facts.currency()).minus(sum);
            sum = sum.plus(amount);
            List<DocumentLine> rests = new ArrayList<>(List.of(DocumentLine.whole("scale", facts.scale().currency() + "@" + facts.scale().version())));
            rests.addAll(because.getOrDefault(line.resource(), List.of()));
            payout.add(new Line("Scale: " + line.resource().words(), line.quantity(), line.resource().unit(), line.rate().multiply(worth.factor()),
                    amount, Chart.HOST_COMPENSATION.of(item(line.resource())), shown(line.quantity()) + " " + line.resource().unit() + " x "
                            + cents(line.rate()) + " x " + shown(worth.factor()) + " (kept to " + percent(score) + ", demand "
                            + shown(facts.scale().demand()) + ")", rests));
        }
        return sum;
    }

    static Meter meter(Resource resource) {
        return switch (resource) {
            case DISK_RESERVED -> Meter.DISK_RESERVED;
            case DISK_USED -> Meter.DISK_USED;
            case PROCESSOR_AVAILABLE -> Meter.CPU_AVAILABLE;
            case PROCESSOR_DELIVERED -> Meter.CPU_DELIVERED;
            case EGRESS -> Meter.EGRESS;
        };
    }

    private static Unit unit(Resource resource) {
        return switch (resource) {
            case DISK_RESERVED, DISK_USED -> Unit.GIB_MONTH;
            case PROCESSOR_AVAILABLE, PROCESSOR_DELIVERED -> Unit.CORE_HOUR;
            case EGRESS -> Unit.GIB;
        };
    }

    private static String item(Resource resource) {
        return switch (resource) {
            case DISK_RESERVED, DISK_USED -> "disk";
            case PROCESSOR_AVAILABLE, PROCESSOR_DELIVERED -> "cpu";
            case EGRESS -> "egress";
        };
    }

    private static long quantity(Facts.Leased leased, Meter meter) {
        Sum sum = leased.readings().get(meter);
        return sum == null ? 0 : sum.quantity();
    }

    /// How much of the month an incentive was in force between two instants.
    ///
    /// @param serving whether it is for serving, so that a pause of the customer's own counts for nothing
    private BigDecimal inForce(Facts.Leased leased, List<Span> spans, Clause clause, boolean serving, Instant from, Instant to) {
        BigDecimal sum = BigDecimal.ZERO;
        for (Span span : spans) {
            Instant start = span.from().isBefore(from) ? from : span.from();
            Instant end = span.to().isAfter(to) ? to : span.to();
            if (start.isBefore(end)) {
                sum = sum.add(facts.month().share(start, end).multiply(weight(leased, span, clause, serving)));
            }
        }
        return sum;
    }

    /// What part of what was measured counts: nothing measured while suspended does.
    private BigDecimal weight(Facts.Leased leased, List<Span> spans, Clause clause) {
        BigDecimal whole = BigDecimal.ZERO;
        BigDecimal counts = BigDecimal.ZERO;
        for (Span span : leased.spans()) {
            BigDecimal share = facts.month().share(span.from(), span.to());
            whole = whole.add(span.step() == LeaseStep.PAUSED ? BigDecimal.ZERO : share);
            if (spans.contains(span) && span.step() != LeaseStep.PAUSED) {
                counts = counts.add(share.multiply(weight(leased, span, clause, true)));
            }
        }
        return whole.signum() == 0 ? BigDecimal.ZERO : counts.divide(whole, MathContext.DECIMAL128);
    }

    private static BigDecimal weight(Facts.Leased leased, Span span, Clause clause, boolean serving) {
        if (clause.onBreach() == Clause.OnBreach.END && span.lost()) {
            return BigDecimal.ZERO;
        }
        return switch (span.step()) {
            case ACTIVE, WARNED -> BigDecimal.ONE;
            case PAUSED -> serving && span.pausedBy() == Party.CUSTOMER ? BigDecimal.ZERO : BigDecimal.ONE;
            case SUSPENDED -> clause.onBreach() == Clause.OnBreach.REDUCE ? leased.score().min(HALF) : BigDecimal.ZERO;
            case OFFERED, LAPSED, DECLINED, ACCEPTED, OWNED, CONFIGURED, DELIVERED, STANDING_DOWN, RELEASED, WITHDRAWN -> BigDecimal.ZERO;
        };
    }

    private static Map<Integer, List<Span>> byTerms(List<Span> spans) {
        Map<Integer, List<Span>> groups = new LinkedHashMap<>();
        spans.forEach(span -> groups.computeIfAbsent(span.terms().version(), version -> new ArrayList<>()).add(span));
        return groups;
    }

    private List<DocumentLine> kept(Facts.Leased leased, Terms terms) {
        UUID lease = leased.lease().id();
        return List.of(terms(leased, terms), facts.measured(lease, Meter.PRESENCE), facts.measured(lease, Meter.WINDOW));
    }

    private static DocumentLine terms(Facts.Leased leased, Terms terms) {
        return terms(leased, terms.version());
    }

    private static DocumentLine terms(Facts.Leased leased, int version) {
        return new DocumentLine("terms", leased.lease().id().toString(), version);
    }

    private static Account deferred(Facts.Leased leased) {
        return Chart.DEFERRED_INCENTIVE_OF.of(leased.lease().id());
    }

    private int monthsBetween(Instant from, Instant to) {
        return (int) Math.max(0, ChronoUnit.MONTHS.between(from.atZone(facts.month().zone()), to.atZone(facts.month().zone())));
    }

    private LocalDate date(Instant at) {
        return at.atZone(facts.month().zone()).toLocalDate();
    }

    private String days(List<Span> spans) {
        return days(spans.getFirst().from(), spans.getLast().to());
    }

    /// Nothing for the whole month, otherwise from which day to which.
    private String days(Instant from, Instant to) {
        boolean whole = !from.isAfter(facts.month().from()) && !to.isBefore(facts.month().to());
        Instant start = from.isBefore(facts.month().from()) ? facts.month().from() : from;
        Instant end = to.isAfter(facts.month().to()) ? facts.month().to() : to;
        return whole ? "" : ", " + date(start) + " to " + date(end.minusMillis(1));
    }

    private Money zero() {
        return Money.zero(facts.currency());
    }

    private static Money least(Money one, Money other) {
        return one.compareTo(other) <= 0 ? one : other;
    }


    private static String shown(BigDecimal number) {
        BigDecimal rounded = number.setScale(4, RoundingMode.HALF_EVEN).stripTrailingZeros();
        return (rounded.scale() < 0 ? rounded.setScale(0) : rounded).toPlainString();
    }

    private static String shown(BigDecimal minor, int most, int digits) {
        BigDecimal rounded = minor.movePointLeft(digits).setScale(most, RoundingMode.HALF_EVEN).stripTrailingZeros();
        return (rounded.scale() < digits ? rounded.setScale(digits) : rounded).toPlainString();
    }

    private static String percent(BigDecimal share) {
        return share.movePointRight(2).setScale(1, RoundingMode.HALF_EVEN).toPlainString() + " %";
    }

    private String cents(BigDecimal minor) {
        int digits = Money.digits(facts.currency());
        return facts.currency() + " " + shown(minor, digits + 6, digits);
    }
}
