package leaseback.manager.billing;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import leaseback.manager.catalog.Item;
import leaseback.manager.catalog.Money;
import leaseback.manager.clock.Due;
import leaseback.manager.customer.Customers;
import leaseback.manager.database.Database;
import leaseback.manager.lease.Leases;
import leaseback.manager.ledger.Account;
import leaseback.manager.ledger.Chart;
import leaseback.manager.ledger.DocumentLine;
import leaseback.manager.ledger.Ledger;
import leaseback.manager.letter.Letters;
import leaseback.manager.order.Order;
import leaseback.manager.order.OrderLine;
import leaseback.manager.order.OrderState;
import leaseback.manager.order.Orders;
import leaseback.manager.order.Quotes;
import org.jdbi.v3.core.Handle;

/// Bills an order when its machine has been delivered, and begins what it brings every month from that day on.
public final class OrderBills implements Due {
    private static final int PAGE = 200;
    private final Database database;
    private final Orders orders;
    private final Quotes quotes;
    private final Leases leases;
    private final Products products;
    private final Bills bills;
    private final Letters letters;
    private final PartnerDues partners;
    private final InstantSource clock;

    public OrderBills(Database database, Orders orders, Quotes quotes, Leases leases, Products products, Bills bills, Ledger ledger, Letters letters,
            InstantSource clock) {
        this.database = database;
        this.orders = orders;
        this.quotes = quotes;
        this.leases = leases;
        this.products = products;
        this.bills = bills;
        this.letters = letters;
        this.partners = new PartnerDues(ledger);
        this.clock = clock;
    }

    @Override
    public Optional<Instant> next() {
        return database.read(handle -> handle.createQuery("""
                select min(delivered_at) from customer_order where delivered_at is not null and billed_at is null""")
                .mapTo(Instant.class).findOne());
    }

    @Override
    public void run() {
        for (UUID order : database.read(handle -> handle.createQuery("""
                select id from customer_order where delivered_at is not null and billed_at is null order by delivered_at, id limit :limit""")
                .bind("limit", PAGE).mapTo(UUID.class).list())) {
            database.transact(handle -> bill(handle, order));
        }
    }

    private boolean bill(Handle handle, UUID orderId) {
        boolean mine = handle.createUpdate("update customer_order set billed_at = :at where id = :id and billed_at is null")
                .bind("at", clock.instant().truncatedTo(ChronoUnit.MILLIS)).bind("id", orderId).execute() > 0;
        Order order = orders.find(handle, orderId).orElseThrow();
        if (!mine || !(order.state() instanceof OrderState.Delivered delivered)) {
            return false;
        }
        ZoneId zone = Customers.find(handle, order.customerId()).orElseThrow().zone();
        LocalDate day = delivered.at().atZone(zone).toLocalDate();
        List<Line> lines = lines(handle, order);
        Bill bill = null;
        if (order.total().minor() > 0) {
            bill = bills.issue(handle, new Bills.Subject(Bill.Kind.BILL, order.customerId(), order.id(), day.atStartOfDay(zone).toInstant(),
                    day.plusDays(1).atStartOfDay(zone).toInstant(), zone, order.total().currency()), lines);
            letters.write(handle, order.customerId(), "bill:" + bill.number(), "Bill " + bill.number() + " for " + order.system(),
                    StatementText.of(bill, zone) + (PartnerDues.tookIn(order) ? "\nYou pay it where you bought, and nothing of it to us.\n" : ""));
        }
        partners.order(handle, order, bill, day);
        int number = 0;
        for (OrderLine line : order.monthly()) {
            number++;
            if (line.price().minor() > 0) {
                Optional<Item> item = item(handle, order, line);
                Integer rates = order.acquisition() == null || item.isPresent() ? null : order.acquisition().months();
                // A rate is of a whole month, whichever day the machine came, so that all of them come to what was agreed.
                Instant from = rates == null ? delivered.at() : day.withDayOfMonth(1).atStartOfDay(zone).toInstant();
                Subscription subscription = products.subscribe(handle, order.customerId(), order.leaseId(), "order:" + order.id() + "/" + number,
                        product(item, line), from, "manager");
                if (rates != null) {
                    products.end(handle, subscription.id(), from.atZone(zone).plusMonths(rates).toInstant(), "manager");
                }
            }
        }
        return true;
    }

    private List<Line> lines(Handle handle, Order order) {
        UUID lease = order.leaseId();
        Facts.Discount discount = lease == null ? null
                : AccountFacts.discount(order, leases.agreed(handle, lease).getFirst().plan().incentives());
        Account off = !AccountFacts.sold(order) ? Chart.REVENUE.of("hardware")
                : lease != null && discount != null && discount.amortiseMonths() > 0 ? Chart.DEFERRED_INCENTIVE_OF.of(lease)
                : Chart.INCENTIVE.of("discount");
        List<Line> lines = new ArrayList<>();
        for (OrderLine line : order.lines()) {
            Money price = line.price();
            lines.add(new Line(line.text(), BigDecimal.ONE, Unit.PIECE.words(), BigDecimal.valueOf(price.minor()), price,
                    price.minor() < 0 ? off : Chart.REVENUE.of("hardware"), "as ordered with " + order.number(),
                    List.of(DocumentLine.whole("order", order.id()))));
        }
        return lines;
    }

    private Optional<Item> item(Handle handle, Order order, OrderLine line) {
        return quotes.find(handle, order.quoteId()).stream().flatMap(standing -> standing.quote().items().stream())
                .filter(each -> each.name().equals(line.text())).findFirst();
    }

    /// What recurs, as a product: by the item it was ordered as, or by its name where it is not one.
    private static Product product(Optional<Item> item, OrderLine line) {
        String revenue = item.map(each -> switch (each.kind()) {
            case INTERNET -> "internet";
            case SERVICE -> "service";
            case ACCESSORY -> "hardware";
        }).orElse("hardware");
        return new Product(id(item.map(Item::id).orElse(line.text())), 1, line.text(), revenue, line.price(), List.of(), null, false);
    }

    private static String id(String name) {
        String id = Products.id(name);
        return id.substring(0, Math.min(40, id.length()));
    }
}
