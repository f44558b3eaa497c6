package leaseback.manager.web;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import leaseback.manager.order.Order;
import leaseback.manager.order.OrderBook;
import leaseback.manager.order.Quotes;

/// Offers and what was ordered, newest first.
///
/// @param customers names by id
public record OrdersPage(
        OrderBook.Counts counts, List<Quotes.Standing> quotes, List<Order> orders, Map<UUID, String> customers, int most, Instant now) {
    public List<QuoteLine> offers() {
        return quotes.stream().map(standing -> new QuoteLine(standing, now)).toList();
    }

    public List<PlacedOrder> placed() {
        return orders.stream().map(order -> new PlacedOrder(order, customers.getOrDefault(order.customerId(), "–"))).toList();
    }

    public boolean empty() {
        return quotes.isEmpty() && orders.isEmpty();
    }
}
