package leaseback.manager.web;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import leaseback.manager.billing.Bill;
import leaseback.manager.billing.Billing;
import leaseback.manager.billing.Bills;
import leaseback.manager.billing.Credits;
import leaseback.manager.billing.Invoices;
import leaseback.manager.billing.Product;
import leaseback.manager.billing.Products;
import leaseback.manager.billing.Settlement;
import leaseback.manager.billing.Settlements;
import leaseback.manager.billing.StatementText;
import leaseback.manager.billing.Subscription;
import leaseback.manager.catalog.Money;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.catalog.Text;
import leaseback.manager.compensation.Month;
import leaseback.manager.compensation.Scale;
import leaseback.manager.customer.Customer;
import leaseback.manager.customer.Customers;
import leaseback.manager.customer.Role;
import leaseback.manager.database.Database;
import leaseback.manager.document.Invoice;
import leaseback.manager.document.InvoicePdf;
import leaseback.manager.document.InvoiceXml;
import org.jspecify.annotations.Nullable;

/// Bills, payouts and settlements, to each customer their own; products, subscriptions and the published scale.
public final class BillRoutes implements Routes {
    private static final String UNNAMED = "It is not known from or to whom it is";
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String WHOSE = "Of whom; for the operator";
    private static final String NOBODY = "There is no such customer";
    private final Database database;
    private final Bills bills;
    private final Credits credits;
    private final Billing billing;
    private final Settlements settlements;
    private final Invoices invoices;
    private final Products products;
    private final InstantSource clock;

    public BillRoutes(Database database, Bills bills, Credits credits, Billing billing, Settlements settlements, Invoices invoices, Products products,
            InstantSource clock) {
        this.database = database;
        this.bills = bills;
        this.credits = credits;
        this.billing = billing;
        this.settlements = settlements;
        this.invoices = invoices;
        this.products = products;
        this.clock = clock;
    }

    @Override
    public List<Route> all() {
        return List.of(
                Route.of("GET", "/api/bill", this::list, TokenRole.CUSTOMER).says("Bills and payouts").pages(Shown.class)
                        .asks("customer", UUID.class, WHOSE).asks("kind", String.class, "BILL or PAYOUT"),
                Route.of("GET", "/api/bill/{id}", this::one, TokenRole.CUSTOMER).says("One of them, by id or number").gives(Shown.class),
                Route.of("GET", "/api/bill/{id}/text", this::text, TokenRole.CUSTOMER).says("As a person reads it").givesFile(TEXT),
                Route.of("GET", "/api/bill/{id}/pdf", this::pdf, TokenRole.CUSTOMER)
                        .says("The document as pages; an invoice has its XML inside").givesFile("application/pdf").refuses(409, UNNAMED),
                Route.of("GET", "/api/bill/{id}/xml", this::xml, TokenRole.CUSTOMER).says("The invoice as XML of EN 16931")
                        .givesFile("application/xml").refuses(409, "It is no invoice, or it is not known from or to whom it is"),
                Route.of("POST", "/api/bill/{id}/credit", this::credit)
                        .says("Takes back some or all of a bill, by a credit note; the same id again changes nothing").takes(WantedCredit.class)
                        .creates(Shown.class).refuses(409, "Nothing is left to credit, or the id was used for another bill"),
                Route.of("POST", "/api/billPreview", this::preview, TokenRole.CUSTOMER)
                        .says("What a month comes to so far; nothing is written").takes(WantedPreview.class).gives(Billing.Closed.class)
                        .refuses(404, NOBODY),
                Route.of("GET", "/api/settlement", this::settlements, TokenRole.CUSTOMER)
                        .says("What was owed both ways, set off, and what is left to pay").pages(Settlement.class)
                        .asks("customer", UUID.class, WHOSE),
                Route.of("GET", "/api/statement", this::statement, TokenRole.CUSTOMER).says("A whole month as a person reads it")
                        .givesFile(TEXT).asks("customer", UUID.class, WHOSE).needs("month", YearMonth.class, "Such as 2027-03")
                        .refuses(404, "Nothing was billed or paid for it"),
                Route.of("GET", "/api/product", this::products, TokenRole.CUSTOMER).says("The services we bill").givesMany(Product.class),
                Route.of("PUT", "/api/product", this::putProduct).says("Adds a service, or changes one for later months")
                        .takes(Product.class).gives(Product.class).refuses(409, "It is at another version; read it again"),
                Route.of("GET", "/api/subscription", this::subscriptions, TokenRole.CUSTOMER).says("Which services somebody has")
                        .givesMany(Subscription.class).asks("customer", UUID.class, WHOSE),
                Route.of("POST", "/api/subscription", this::subscribe, TokenRole.CUSTOMER).says("Takes a service from now on")
                        .takes(WantedSubscription.class).creates(Subscription.class).refuses(404, "There is no such product or customer"),
                Route.of("POST", "/api/subscription/{id}/end", this::end, TokenRole.CUSTOMER).says("Ends a service")
                        .mayTake(Until.class).gives(Subscription.class).refuses(409, "It has ended"),
                Route.of("GET", "/api/scale", this::scale, TokenRole.CUSTOMER).says("The published scale that hosts are paid by")
                        .gives(Scale.class).asks("currency", String.class, "EUR when left out")
                        .asks("at", Instant.class, "As it holds then; now when left out").refuses(404, "None is published in it"),
                Route.of("POST", "/api/scale", this::publish).says("Publishes a scale for the months to come")
                        .takes(WantedScale.class).gives(Scale.class).refuses(409, "Those months are reckoned already"));
    }

    /// @param customerId of whom; a customer's own where it is missing
    record WantedPreview(@Nullable UUID customerId, YearMonth month) {
        @SuppressWarnings("NullAway") // comes from JSON, where anything may be missing
        WantedPreview {
            if (month == null) {
                throw new IllegalArgumentException("say of which month, such as {\"month\":\"2027-03\"}");
            }
        }
    }

    /// @param id    of your own (a UUID), so that it is credited once
    /// @param parts all that is left of the bill where it is missing
    record WantedCredit(UUID id, @Nullable List<Credits.Part> parts, String reason) {
        @SuppressWarnings("NullAway") // comes from JSON, where anything may be missing
        WantedCredit {
            if (id == null || reason == null) {
                throw new IllegalArgumentException("a credit note needs an id of your own (a UUID) and a reason that the customer reads");
            }
            Text.line("the reason of a credit note", reason);
            if (parts != null && (parts.size() > 1_000 || parts.stream().anyMatch(each -> each == null || each.amount() == null))) {
                throw new IllegalArgumentException("each part names a line and an amount, such as "
                        + "{\"line\":1,\"amount\":{\"minor\":500,\"currency\":\"EUR\"}}");
            }
            parts = parts == null ? List.of() : List.copyOf(parts);
        }
    }

    record WantedSubscription(@Nullable UUID customerId, String product, @Nullable UUID leaseId) {
        @SuppressWarnings("NullAway") // comes from JSON, where anything may be missing
        WantedSubscription {
            if (product == null) {
                throw new IllegalArgumentException("say what, such as {\"product\":\"WEB_HOSTING\"}; GET /api/product lists what there is");
            }
        }
    }

    record Until(@Nullable Instant at) {}

    record WantedScale(Scale scale, Instant from) {
        @SuppressWarnings("NullAway") // comes from JSON, where anything may be missing
        WantedScale {
            if (scale == null || from == null) {
                throw new IllegalArgumentException("a scale is published with {\"scale\":{...},\"from\":\"2027-04-01T00:00:00Z\"}");
            }
        }
    }

    private Answer list(Call call) {
        UUID customer = whose(call);
        Bill.Kind kind = call.query().containsKey("kind") ? kind(call.asked("kind", "BILL")) : null;
        return database.read(handle -> {
            List<Bill> found = bills.page(handle, customer, kind, call.after(), call.limit() + 1);
            return Pages.of(call, found, Bill::id, bill -> new Shown(bill, bills.open(handle, bill)));
        });
    }

    private Answer one(Call call) {
        Bill bill = own(call);
        return Pages.one(call, new Shown(bill, database.read(handle -> bills.open(handle, bill))));
    }

    private Answer text(Call call) {
        Bill bill = own(call);
        return database.read(handle -> plain(StatementText.of(bill, zone(call, bill.customerId()))));
    }

    private Answer pdf(Call call) {
        return Answer.of("application/pdf", InvoicePdf.write(invoice(call)));
    }

    private Answer xml(Call call) {
        Invoice invoice = invoice(call);
        if (!invoice.electronic()) {
            throw new Problem(409, invoice.number() + " is a statement for people, and no invoice: its seller has no VAT id; ask for /pdf");
        }
        return Answer.of("application/xml", InvoiceXml.write(invoice));
    }

    private Invoice invoice(Call call) {
        Bill bill = own(call);
        ZoneId zone = zone(call, bill.customerId());
        return database.read(handle -> invoices.of(handle, bill, zone));
    }

    private Answer credit(Call call) {
        WantedCredit wanted = call.body(WantedCredit.class);
        Bill bill = own(call);
        Shown shown = database.transact(handle -> {
            Bill note = credits.credit(handle, wanted.id(), bill.number(), wanted.parts() == null ? List.of() : wanted.parts(), wanted.reason(), call.actor());
            return new Shown(note, bills.open(handle, note));
        });
        return Pages.created(call, "/api/bill/" + shown.bill().id(), shown);
    }

    private Answer preview(Call call) {
        WantedPreview wanted = call.body(WantedPreview.class);
        return Pages.one(call, billing.preview(customer(call, wanted.customerId()), wanted.month()));
    }

    private Answer settlements(Call call) {
        UUID customer = whose(call);
        List<Settlement> found = database.read(handle -> settlements.page(handle, customer, call.after(), call.limit() + 1));
        return Pages.of(call, found, Settlement::id, each -> each);
    }

    /// All of a customer's month as a person reads it.
    private Answer statement(Call call) {
        UUID customer = customer(call, call.customer().orElse(null));
        YearMonth month = call.askedMonth("month");
        Month period = new Month(month, zone(call, customer));
        List<String> parts = new ArrayList<>();
        database.read(handle -> {
            List<Bill> documents = bills.of(handle, customer, period.from(), period.to());
            documents.stream().filter(bill -> bill.orderId() != null || bill.credits() != null).forEach(bill ->
                    parts.add(StatementText.of(bill, period.zone())));
            settlements.of(handle, customer, period).forEach(each -> parts.add(StatementText.of(
                    documents.stream().filter(bill -> each.documents().contains(bill.number())).toList(), each, period.zone())));
            return parts;
        });
        if (parts.isEmpty()) {
            throw new Problem(404, "nothing was billed or paid for " + month + "; POST /api/billPreview shows what it comes to so far");
        }
        return plain(String.join("\n", parts));
    }

    private Answer products(Call call) {
        return Pages.one(call, database.read(products::all));
    }

    private Answer putProduct(Call call) {
        Product wanted = call.body(Product.class);
        return Pages.one(call, database.transact(handle -> products.put(handle, wanted, call.actor())));
    }

    private Answer subscriptions(Call call) {
        UUID customer = customer(call, call.customer().orElse(null));
        return Pages.one(call, database.read(handle -> products.of(handle, customer, Instant.EPOCH, clock.instant().plusMillis(1))));
    }

    private Answer subscribe(Call call) {
        WantedSubscription wanted = call.body(WantedSubscription.class);
        UUID customer = customer(call, wanted.customerId());
        // The client's own key makes a repeated request the same subscription.
        String origin = "api:" + customer + "/" + (call.idempotencyKey() == null ? UUID.randomUUID() : call.idempotencyKey());
        Subscription subscription = database.transact(handle -> {
            Customer found = Customers.find(handle, customer).orElseThrow(() -> Refusal.unknown("customer", customer));
            if (!found.is(Role.USER)) {
                throw new Problem(403, "customer " + customer + " has the roles " + found.roles() + "; services are for a USER");
            }
            Product product = products.find(handle, wanted.product()).orElseThrow(() -> Refusal.unknown("product", wanted.product()));
            return products.subscribe(handle, customer, wanted.leaseId(), origin, product, clock.instant(), call.actor());
        });
        return Pages.created(call, "/api/subscription/" + subscription.id(), subscription);
    }

    private Answer end(Call call) {
        UUID id = call.id("subscription");
        if (database.read(handle -> products.subscription(handle, id)).filter(found -> call.caller().actsFor(found.customerId())).isEmpty()) {
            throw Refusal.unknown("subscription", id);
        }
        Instant at = call.bodyIfAny(Until.class).map(Until::at).orElse(null);
        return Pages.one(call, database.transact(handle -> products.end(handle, id, at, call.actor())));
    }

    private Answer scale(Call call) {
        String currency = call.query().getOrDefault("currency", "EUR");
        Instant at = call.instant("at").orElse(clock.instant());
        return Pages.one(call, database.read(handle -> products.scale(handle, currency, at))
                .orElseThrow(() -> new Problem(404, "no scale is published in " + currency)));
    }

    private Answer publish(Call call) {
        WantedScale wanted = call.body(WantedScale.class);
        return Pages.one(call, database.transact(handle -> products.publish(handle, wanted.scale(), wanted.from(), call.actor())));
    }

    /// A bill as it is shown.
    ///
    /// @param open what is still to be paid of it
    record Shown(@JsonUnwrapped Bill bill, String href, Money open, Paid state) {
        Shown(Bill bill, Money open) {
            this(bill, "/api/bill/" + bill.number(), open,
                    open.minor() == 0 ? Paid.SETTLED : open.compareTo(bill.gross()) < 0 ? Paid.PARTIALLY_PAID : Paid.SENT);
        }
    }

    enum Paid {
        SENT,
        PARTIALLY_PAID,
        SETTLED
    }

    private Bill own(Call call) {
        String id = call.variable("id");
        return database.read(handle -> bills.find(handle, id).or(() -> byId(call, id).flatMap(uuid -> bills.find(handle, uuid))))
                .filter(found -> call.caller().actsFor(found.customerId())).orElseThrow(() -> Refusal.unknown("bill", id));
    }

    private static Optional<UUID> byId(Call call, String id) {
        return id.length() == 36 ? Optional.of(call.id("bill")) : Optional.empty();
    }

    /// Everybody's for the operator who names nobody.
    private static @Nullable UUID whose(Call call) {
        return call.caller() instanceof Caller.Buyer buyer ? buyer.customerId() : call.customer().orElse(null);
    }

    private static UUID customer(Call call, @Nullable UUID named) {
        if (call.caller() instanceof Caller.Buyer buyer) {
            if (named != null && !named.equals(buyer.customerId())) {
                throw Refusal.unknown("customer", named);
            }
            return buyer.customerId();
        }
        if (named == null) {
            throw new Problem(400, "say of which customer, by id");
        }
        return named;
    }

    private ZoneId zone(Call call, UUID customer) {
        return database.read(handle -> Customers.find(handle, customer)).filter(found -> call.caller().actsFor(found.id()))
                .orElseThrow(() -> Refusal.unknown("customer", customer)).zone();
    }

    private static Bill.Kind kind(String kind) {
        try {
            return Bill.Kind.valueOf(kind.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            throw new Problem(400, "kind is BILL or PAYOUT, not \"" + kind + "\"");
        }
    }

    private static Answer plain(String text) {
        return new Answer(200, TEXT, text.getBytes(StandardCharsets.UTF_8), Map.of());
    }
}
