package leaseback.manager.billing;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import leaseback.manager.catalog.Money;
import leaseback.manager.catalog.SalesChannel;
import leaseback.manager.ledger.Account;
import leaseback.manager.ledger.Chart;
import leaseback.manager.ledger.DocumentLine;
import leaseback.manager.ledger.Leg;
import leaseback.manager.ledger.Ledger;
import leaseback.manager.ledger.Transfer;
import leaseback.manager.order.Commission;
import leaseback.manager.order.Order;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// What others get of what we bill, posted as owed to them: who supplies a product, by the month; a sales channel, with each order.
final class PartnerDues {
    private final Ledger ledger;

    PartnerDues(Ledger ledger) {
        this.ledger = ledger;
    }

    /// Of one month of one account, once.
    void month(Handle handle, Facts facts) {
        List<Supply> supplies = Supplies.of(handle, facts.subscriptions().stream().map(each -> each.product().id()).distinct().toList(),
                facts.month().from(), facts.month().to());
        List<Transfer> transfers = new ArrayList<>();
        for (Subscription subscription : facts.subscriptions()) {
            for (Supply supply : supplies) {
                Money due = supply.product().equals(subscription.product().id()) ? due(facts, subscription, supply) : Money.zero(facts.currency());
                if (due.minor() > 0) {
                    UUID id = UUID.nameUUIDFromBytes(("supply " + supply.id() + " " + subscription.id() + " " + facts.month().month())
                            .getBytes(StandardCharsets.UTF_8));
                    transfers.add(new Transfer(id, "supply", supply.partner() + " supplied " + supply.product() + " in " + facts.month().month(),
                            facts.month().month().atEndOfMonth(), List.of(new Leg(Chart.PARTNER_COST.of(subscription.product().revenue()),
                                    Chart.PARTNER.of(supply.partner()), due, DocumentLine.whole(Supplies.KIND, supply.id())))));
                }
            }
        }
        if (!transfers.isEmpty()) {
            ledger.post(handle, transfers);
        }
    }

    private static Money due(Facts facts, Subscription subscription, Supply supply) {
        Instant from = later(subscription.from(), supply.from());
        Instant to = earlier(earlier(facts.month().to(), subscription.to()), supply.to());
        return !supply.monthly().currency().equals(facts.currency()) || !from.isBefore(to) ? Money.zero(facts.currency())
                : supply.monthly().times(facts.month().share(from, to));
    }

    /// A channel's part of an order. One that keeps a margin has taken the customer's money at its own till: it owes us what it took in
    /// less its part, and the customer owes nothing any more.
    ///
    /// @param bill of the order; null where nothing was due at once
    void order(Handle handle, Order order, @Nullable Bill bill, LocalDate on) {
        Commission.Cut cut = order.channel();
        if (cut == null) {
            return;
        }
        Account channel = Chart.PARTNER.of(cut.channelId());
        DocumentLine source = DocumentLine.whole("order", order.id());
        List<Leg> legs = new ArrayList<>();
        if (tookIn(order) && bill != null) {
            legs.add(new Leg(channel, Chart.RECEIVABLE.of(order.customerId()), bill.gross(), source));
        }
        if (cut.amount().minor() > 0) {
            legs.add(new Leg(Chart.PARTNER_COST.of("hardware"), channel, cut.amount(), source));
        }
        if (!legs.isEmpty()) {
            ledger.post(handle, new Transfer(UUID.nameUUIDFromBytes(("channel " + order.id()).getBytes(StandardCharsets.UTF_8)), "channel",
                    "Order " + order.number() + " through " + cut.channelId(), on, legs));
        }
    }

    /// Whether the channel takes in what the customer owes for the order.
    static boolean tookIn(Order order) {
        return order.channel() != null && order.channel().terms() == SalesChannel.Terms.MARGIN;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private static Instant earlier(Instant one, @Nullable Instant other) {
        return other == null || one.isBefore(other) ? one : other;
    }
}
