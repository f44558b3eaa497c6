package leaseback.manager.billing;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.YearMonth;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import leaseback.manager.catalog.Clause;
import leaseback.manager.catalog.Incentive;
import leaseback.manager.catalog.Money;
import leaseback.manager.compensation.Month;
import leaseback.manager.compensation.Quality;
import leaseback.manager.compensation.Scale;
import leaseback.manager.compliance.Compliance;
import leaseback.manager.compliance.Score;
import leaseback.manager.lease.Ending;
import leaseback.manager.lease.Lease;
import leaseback.manager.lease.LeaseState;
import leaseback.manager.lease.LeaseStep;
import leaseback.manager.lease.Leases;
import leaseback.manager.lease.Terms;
import leaseback.manager.lease.Transition;
import leaseback.manager.ledger.DocumentLine;
import leaseback.manager.metering.Meter;
import leaseback.manager.metering.Readings;
import leaseback.manager.metering.Sum;
import leaseback.manager.order.Acquisition;
import leaseback.manager.order.Order;
import leaseback.manager.order.OrderLine;
import leaseback.manager.order.Orders;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Reads what a month of an account rests on.
final class AccountFacts {
    private static final int MOST_LEASES = 1_000;
    private final Leases leases;
    private final Orders orders;
    private final Readings readings;
    private final Compliance compliance;
    private final Products products;

    AccountFacts(Leases leases, Orders orders, Readings readings, Compliance compliance, Products products) {
        this.leases = leases;
        this.orders = orders;
        this.readings = readings;
        this.compliance = compliance;
        this.products = products;
    }

    /// Everything of the month by currency; nothing where nothing happened. Who uses a standard product has it from then on.
    List<Facts> of(Handle handle, UUID customerId, Month month, Instant known) {
        Map<Meter, Sum> usage = readings.sums(handle, customerId, month.from(), month.to(), known);
        if (!usage.isEmpty()) {
            standard(handle, customerId, month, usage);
        }
        return facts(handle, customerId, month, known, usage);
    }

    /// The same of a month that is closed; nobody gets a product by that.
    List<Facts> again(Handle handle, UUID customerId, Month month, Instant known) {
        return facts(handle, customerId, month, known, readings.sums(handle, customerId, month.from(), month.to(), known));
    }

    /// Closed months of which something became known since, at most so many back: a reading that came late, or was corrected; an outage.
    SortedSet<YearMonth> changed(Handle handle, UUID customerId, Month month, int back, Instant since) {
        Instant first = month.month().minusMonths(back).atDay(1).atStartOfDay(month.zone()).toInstant();
        SortedSet<YearMonth> months = new TreeSet<>();
        handle.createQuery("""
                select begins from reading
                where subject = any(array(select cast(:customer as uuid) union all select id from lease where customer_id = :customer))
                  and begins >= :first and begins < :from and received_at >= :since and received_at - ends > interval '3 hours'""")
                .bind("customer", customerId).bind("first", first).bind("from", month.from()).bind("since", since)
                .mapTo(Instant.class).forEach(begins -> months.add(YearMonth.from(begins.atZone(month.zone()))));
        handle.createQuery("select from_at, to_at from outage where recorded_at >= :since and to_at > :first and from_at < :from")
                .bind("since", since).bind("first", first).bind("from", month.from())
                .map((row, context) -> List.of(row.getTimestamp(1).toInstant(), row.getTimestamp(2).toInstant())).forEach(outage -> {
                    YearMonth last = YearMonth.from(outage.getLast().atZone(month.zone()));
                    for (YearMonth each = YearMonth.from(outage.getFirst().atZone(month.zone())); !each.isAfter(last); each = each.plusMonths(1)) {
                        if (each.isBefore(month.month()) && !each.isBefore(month.month().minusMonths(back))) {
                            months.add(each);
                        }
                    }
                });
        return months;
    }

    private List<Facts> facts(Handle handle, UUID customerId, Month month, Instant known, Map<Meter, Sum> usage) {
        List<Facts.Leased> leased = leased(handle, customerId, month, known);
        List<Subscription> subscriptions = products.of(handle, customerId, month.from(), month.to());
        Set<String> currencies = new TreeSet<>();
        leased.forEach(each -> currencies.add(each.lease().plan().currency()));
        subscriptions.forEach(each -> currencies.add(each.product().monthly().currency()));
        List<Facts> facts = new ArrayList<>();
        for (String currency : currencies) {
            List<Facts.Leased> here = leased.stream().filter(each -> each.lease().plan().currency().equals(currency)).toList();
            Scale scale = products.scale(handle, currency, month.from())
                    .orElseGet(() -> new Scale(1, currency, Map.of(), Quality.NORMAL, BigDecimal.ONE));
            facts.add(new Facts(customerId, month, currency, known, here,
                    subscriptions.stream().filter(each -> each.product().monthly().currency().equals(currency)).toList(), usage,
                    tenure(here, month), here.stream().anyMatch(each -> amortising(each, month)), scale,
                    held(handle, customerId, currency, month, here)));
        }
        return facts;
    }

    private void standard(Handle handle, UUID customerId, Month month, Map<Meter, Sum> usage) {
        List<Subscription> has = products.of(handle, customerId, month.from(), month.to());
        for (Product product : products.all(handle)) {
            boolean used = product.metered().stream().anyMatch(each -> usage.containsKey(each.meter()));
            if (product.standard() && used && has.stream().noneMatch(each -> each.product().id().equals(product.id()))) {
                products.subscribe(handle, customerId, null, "standard:" + customerId + "/" + product.id(), product, month.from(), "manager");
            }
        }
    }

    /// A lease that ran at some time of the month.
    private record Ran(Lease lease, List<Transition> history, Instant since, @Nullable Instant end) {}

    private List<Facts.Leased> leased(Handle handle, UUID customerId, Month month, Instant known) {
        List<Ran> ran = new ArrayList<>();
        for (Lease lease : leases.page(handle, customerId, null, MOST_LEASES)) {
            if (!(lease.state() instanceof LeaseState.Running) && !(lease.state() instanceof LeaseState.StandingDown)
                    && !(lease.state() instanceof LeaseState.Released)) {
                continue;
            }
            List<Transition> history = leases.history(handle, lease.id());
            Optional<Instant> since = history.stream().filter(each -> each.to() == LeaseStep.ACTIVE).map(Transition::at).findFirst();
            Optional<Instant> end = history.stream().filter(each -> each.to() == LeaseStep.STANDING_DOWN).map(Transition::at).findFirst();
            if (since.isPresent() && since.get().isBefore(month.to()) && (end.isEmpty() || !end.get().isBefore(month.from()))) {
                ran.add(new Ran(lease, history, since.get(), end.filter(at -> at.isBefore(month.to())).orElse(null)));
            }
        }
        // Without our outages and their pauses, which excuse.
        Map<UUID, Score> scores = compliance.scores(handle, ran.stream().map(each -> each.lease().id()).toList(), month.from(), month.to(), known);
        return ran.stream().map(each -> leased(handle, each, month, known, Optional.ofNullable(scores.get(each.lease().id())))).toList();
    }

    private Facts.Leased leased(Handle handle, Ran ran, Month month, Instant known, Optional<Score> score) {
        UUID id = ran.lease().id();
        List<Terms> agreed = leases.agreed(handle, id);
        return new Facts.Leased(ran.lease(), Span.of(ran.history(), agreed, leases.pauses(handle, id), month.from(), month.to()), ran.since(),
                readings.sums(handle, id, month.from(), month.to(), known), score.map(Score::value).orElse(BigDecimal.ONE),
                orders.ofLease(handle, id).map(order -> discount(order, agreed.getFirst().plan().incentives())).orElse(null),
                ran.end() == null ? null : new Facts.Ended(ran.end(), ending(ran.lease())));
    }

    private static Ending ending(Lease lease) {
        return switch (lease.state()) {
            case LeaseState.StandingDown down -> down.ending();
            case LeaseState.Released released -> released.ending();
            default -> throw new IllegalStateException("lease " + lease.number() + " stood down and is " + lease.state().step());
        };
    }

    /// What an order takes off the price, and over how many months it is earned. With rates or a gift nothing was paid that could be
    /// earned: the rates are smaller by it.
    static Facts.@Nullable Discount discount(Order order, List<Incentive> incentives) {
        if (!sold(order)) {
            return null;
        }
        Money given = Money.zero(order.total().currency());
        for (OrderLine line : order.lines()) {
            given = line.price().minor() < 0 ? given.minus(line.price()) : given;
        }
        int months = 0;
        boolean back = false;
        for (Incentive incentive : incentives) {
            if (incentive instanceof Incentive.DiscountPurchase || incentive instanceof Incentive.NthSystem) {
                months = Math.max(months, incentive.clause().amortiseMonths());
                back |= incentive.clause().onBreach() == Clause.OnBreach.CLAWBACK;
            }
        }
        return given.minor() == 0 ? null : new Facts.Discount(given, months, back);
    }

    /// Whether the machine was paid at once.
    static boolean sold(Order order) {
        return order.acquisition() == null || order.acquisition().kind() == Acquisition.Kind.SALE;
    }

    private static boolean amortising(Facts.Leased leased, Month month) {
        Facts.Discount discount = leased.discount();
        return discount != null && discount.amortiseMonths() > ChronoUnit.MONTHS.between(leased.since().atZone(month.zone()),
                month.from().atZone(month.zone()));
    }

    private static int tenure(List<Facts.Leased> leased, Month month) {
        return leased.stream().map(Facts.Leased::since).min(Instant::compareTo)
                .map(first -> (int) ChronoUnit.MONTHS.between(YearMonth.from(first.atZone(month.zone())), month.month()) + 1).orElse(1);
    }

    /// What was held a year ago, and all that was held once no lease runs any more.
    private static List<Facts.HeldBack> held(Handle handle, UUID customerId, String currency, Month month, List<Facts.Leased> leased) {
        boolean over = !leased.isEmpty() && leased.stream().allMatch(each -> each.ended() != null);
        Instant before = over ? month.from() : month.month().minusMonths(11).atDay(1).atStartOfDay(month.zone()).toInstant();
        return handle.createQuery("""
                select number, held_minor, period_from from bill
                where customer_id = :customer and currency = :currency and held_minor > 0 and held_released_in is null and period_from < :before
                order by period_from""")
                .bind("customer", customerId).bind("currency", currency).bind("before", before)
                .map((row, context) -> new Facts.HeldBack(DocumentLine.whole(Bills.KIND, row.getString("number")),
                        "Held back in " + YearMonth.from(row.getTimestamp("period_from").toInstant().atZone(month.zone())) + " ("
                                + row.getString("number") + "), paid now", new Money(row.getLong("held_minor"), currency))).list();
    }
}
