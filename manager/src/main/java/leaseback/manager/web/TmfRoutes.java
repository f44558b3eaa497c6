package leaseback.manager.web;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import leaseback.manager.catalog.Catalog;
import leaseback.manager.catalog.Incentive;
import leaseback.manager.catalog.Item;
import leaseback.manager.catalog.LeasePlan;
import leaseback.manager.catalog.Offering;
import leaseback.manager.catalog.Option;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.database.Database;
import leaseback.manager.lease.Lease;
import leaseback.manager.lease.LeaseState;
import leaseback.manager.lease.Leases;
import leaseback.manager.lease.Party;
import leaseback.manager.lease.Term;
import leaseback.manager.order.Channel;
import leaseback.manager.order.Order;
import leaseback.manager.order.OrderLine;
import leaseback.manager.order.OrderState;
import leaseback.manager.order.Orders;
import leaseback.manager.order.Quote;
import leaseback.manager.order.QuoteRequest;
import leaseback.manager.order.QuoteState;
import leaseback.manager.order.Quotes;
import leaseback.manager.order.Verdict;
import org.jspecify.annotations.Nullable;

/// Catalogue, quotes, orders and agreements in the shapes of TM Forum's Open APIs, for the buyers' own systems. Translates, and calls what
/// `/api` calls.
public final class TmfRoutes implements Routes {
    private final Database database;
    private final Catalog catalog;
    private final Quotes quotes;
    private final Orders orders;
    private final Leases leases;

    public TmfRoutes(Database database, Catalog catalog, Quotes quotes, Orders orders, Leases leases) {
        this.database = database;
        this.catalog = catalog;
        this.quotes = quotes;
        this.orders = orders;
        this.leases = leases;
    }

    @Override
    public List<Route> all() {
        return List.of(
                Route.of("GET", Tmf.CATALOG + "productOffering", this::offerings, TokenRole.CUSTOMER).says("TMF620: systems and items")
                        .slices(Tmf.Offering.class),
                Route.of("GET", Tmf.CATALOG + "productOffering/{id}", this::offering, TokenRole.CUSTOMER).says("TMF620: one of them")
                        .chosen(Tmf.Offering.class),
                Route.of("PATCH", Tmf.CATALOG + "productOffering/{id}", this::rename).says("TMF620: another name or description of a system")
                        .takes(OfferingChange.class).gives(Tmf.Offering.class).refuses(409, "Somebody changed it just now"),
                Route.of("GET", Tmf.CATALOG + "productOfferingPrice", this::prices, TokenRole.CUSTOMER)
                        .says("TMF620: prices of systems, options and items").slices(Tmf.OfferingPrice.class),
                Route.of("GET", Tmf.CATALOG + "productOfferingPrice/{id}", this::price, TokenRole.CUSTOMER).says("TMF620: one of them")
                        .chosen(Tmf.OfferingPrice.class),
                Route.of("GET", Tmf.QUOTES + "quote", this::quotes, TokenRole.CUSTOMER).says("TMF648: quotes").slices(Tmf.Quote.class)
                        .asks("relatedParty.id", UUID.class, "Whose; for the operator"),
                Route.of("GET", Tmf.QUOTES + "quote/{id}", this::quote, TokenRole.CUSTOMER).says("TMF648: one of them").chosen(Tmf.Quote.class),
                Route.of("POST", Tmf.QUOTES + "quote", this::ask, TokenRole.CUSTOMER)
                        .says("TMF648: a price for one machine; its product has the characteristics planId, option, item, leasedBytes")
                        .takes(NewQuote.class).creates(Tmf.Quote.class),
                Route.of("PATCH", Tmf.QUOTES + "quote/{id}", this::answer, TokenRole.CUSTOMER)
                        .says("TMF648: the customer's answer to one exact version: accepted or rejected").takes(QuoteChange.class)
                        .gives(Tmf.Quote.class).refuses(409, "It was answered already, or another version stands")
                        .refuses(410, "It has expired"),
                Route.of("GET", Tmf.ORDERS + "productOrder", this::orders, TokenRole.CUSTOMER, TokenRole.FACTORY).says("TMF622: orders")
                        .slices(Tmf.Order.class).asks("relatedParty.id", UUID.class, "Whose; for the operator"),
                Route.of("GET", Tmf.ORDERS + "productOrder/{id}", this::order, TokenRole.CUSTOMER, TokenRole.FACTORY)
                        .says("TMF622: one of them").chosen(Tmf.Order.class),
                Route.of("POST", Tmf.ORDERS + "productOrder", this::buy, TokenRole.CUSTOMER)
                        .says("TMF622: orders what a quote says, with the lease: the yes to the quote's version").takes(NewOrder.class)
                        .creates(Tmf.Order.class).refuses(404, "There is no such quote")
                        .refuses(409, "It was answered already, or another version stands").refuses(410, "It has expired"),
                Route.of("PATCH", Tmf.ORDERS + "productOrder/{id}", this::complete, TokenRole.FACTORY)
                        .says("TMF622: completed, when the machine was handed over").takes(OrderChange.class).gives(Tmf.Order.class)
                        .refuses(409, "It is not built yet"),
                Route.of("GET", Tmf.AGREEMENTS + "agreement", this::agreements, TokenRole.CUSTOMER).says("TMF651: lease-back agreements")
                        .slices(Tmf.Agreement.class).asks("relatedParty.id", UUID.class, "Whose; for the operator"),
                Route.of("GET", Tmf.AGREEMENTS + "agreement/{id}", this::agreement, TokenRole.CUSTOMER).says("TMF651: one of them")
                        .chosen(Tmf.Agreement.class),
                Route.of("PATCH", Tmf.AGREEMENTS + "agreement/{id}", this::end, TokenRole.CUSTOMER).says("TMF651: terminated, which is notice")
                        .takes(AgreementChange.class).gives(Tmf.Agreement.class)
                        .refuses(409, "The agreement stands where this cannot be; the allowed steps are named"),
                Route.of("GET", Tmf.AGREEMENTS + "agreementSpecification", this::plans, TokenRole.CUSTOMER).says("TMF651: lease plans")
                        .slices(Tmf.AgreementSpecification.class),
                Route.of("GET", Tmf.AGREEMENTS + "agreementSpecification/{id}", this::plan, TokenRole.CUSTOMER).says("TMF651: one of them")
                        .chosen(Tmf.AgreementSpecification.class));
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record OfferingChange(@Nullable String name, @Nullable String description) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record NewItem(Tmf.@Nullable Ref productOffering, Tmf.@Nullable Product product) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record NewQuote(List<NewItem> quoteItem, @Nullable List<Tmf.Ref> relatedParty) {
        @SuppressWarnings("NullAway") // comes from JSON, where anything may be missing
        NewQuote {
            if (quoteItem == null || quoteItem.size() != 1 || quoteItem.getFirst() == null) {
                throw new IllegalArgumentException("a quote is for one machine: give one quoteItem with productOffering and product");
            }
        }
    }

    /// @param state accepted or rejected
    @JsonIgnoreProperties(ignoreUnknown = true)
    record QuoteChange(@Nullable String state, @Nullable String version) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record NewOrder(List<Tmf.Ref> quote) {
        @SuppressWarnings("NullAway") // comes from JSON, where anything may be missing
        NewOrder {
            if (quote == null || quote.size() != 1 || quote.getFirst() == null) {
                throw new IllegalArgumentException("an order says which quote it accepts, such as {\"quote\":[{\"id\":\"...\",\"version\":\"1\"}]}");
            }
        }
    }

    /// @param state completed
    @JsonIgnoreProperties(ignoreUnknown = true)
    record OrderChange(@Nullable String state) {}

    /// @param status            terminated
    /// @param statementOfIntent why
    @JsonIgnoreProperties(ignoreUnknown = true)
    record AgreementChange(@Nullable String status, @Nullable String statementOfIntent) {}

    private Answer offerings(Call call) {
        List<Object> all = new ArrayList<>();
        database.read(handle -> {
            catalog.offerings(handle, null, 500).forEach(each -> all.add(shown(each)));
            catalog.items(handle, null, 500).forEach(each -> all.add(shown(each)));
            return all;
        });
        return TmfPages.of(call, all, each -> each);
    }

    private Answer offering(Call call) {
        String id = call.variable("id");
        return TmfPages.one(call, database.read(handle -> catalog.offering(handle, id).map(TmfRoutes::shown)
                .or(() -> catalog.item(handle, id).map(TmfRoutes::shown))).orElseThrow(() -> Refusal.unknown("offering", id)));
    }

    private Answer rename(Call call) {
        String id = call.variable("id");
        OfferingChange change = call.body(OfferingChange.class);
        return TmfPages.one(call, shown(database.<Offering>transact(handle -> {
            Offering now = catalog.offering(handle, id).orElseThrow(() -> Refusal.unknown("system", id));
            return catalog.put(handle, fit(() -> new Offering(now.id(), now.version(), change.name() == null ? now.name() : change.name(),
                    change.description() == null ? now.description() : change.description(), now.price(), now.parts(), now.options(),
                    now.idleWatts(), now.preconfigure(), now.rules())), call.actor());
        })));
    }

    private List<Tmf.OfferingPrice> allPrices() {
        List<Tmf.OfferingPrice> all = new ArrayList<>();
        database.read(handle -> {
            for (Offering offering : catalog.offerings(handle, null, 500)) {
                all.add(price(offering.id(), offering.name(), offering.version(), false, offering.price()));
                for (Option option : offering.options()) {
                    all.add(price(offering.id() + "." + option.id(), option.name(), offering.version(), false, option.price()));
                }
            }
            for (Item item : catalog.items(handle, null, 500)) {
                all.add(price(item.id(), item.name(), item.version(), item.recurs(), item.price()));
            }
            return all;
        });
        return all;
    }

    private Answer prices(Call call) {
        return TmfPages.of(call, allPrices(), each -> each);
    }

    private Answer price(Call call) {
        String id = call.variable("id");
        return TmfPages.one(call, allPrices().stream().filter(each -> each.id().equals(id)).findFirst()
                .orElseThrow(() -> Refusal.unknown("price", id)));
    }

    private static Tmf.OfferingPrice price(String id, String name, int version, boolean recurs, leaseback.manager.catalog.Money price) {
        return new Tmf.OfferingPrice(id, Tmf.CATALOG + "productOfferingPrice/" + id, name, String.valueOf(version), "Active",
                recurs ? "recurring" : "oneTime", recurs ? 1 : null, recurs ? "month" : null, Tmf.Money.of(price));
    }

    static Tmf.Offering shown(Offering offering) {
        List<Tmf.Ref> prices = new ArrayList<>(List.of(priceRef(offering.id(), offering.name())));
        offering.options().forEach(option -> prices.add(priceRef(offering.id() + "." + option.id(), option.name())));
        return new Tmf.Offering(offering.id(), Tmf.CATALOG + "productOffering/" + offering.id(), offering.name(), offering.description(),
                String.valueOf(offering.version()), "Active", false, true, prices);
    }

    static Tmf.Offering shown(Item item) {
        return new Tmf.Offering(item.id(), Tmf.CATALOG + "productOffering/" + item.id(), item.name(), item.kind().name(),
                String.valueOf(item.version()), "Active", false, true, List.of(priceRef(item.id(), item.name())));
    }

    private static Tmf.Ref priceRef(String id, String name) {
        return Tmf.Ref.to(id, Tmf.CATALOG + "productOfferingPrice/" + id, name, "ProductOfferingPrice");
    }

    private Answer quotes(Call call) {
        UUID whose = TmfPages.whose(call);
        return TmfPages.<Quotes.Standing, UUID>of(call, (after, limit) -> database.read(handle -> quotes.page(handle, whose, after, limit)),
                each -> each.quote().id(), () -> count("quote", whose), TmfRoutes::shown);
    }

    private Answer quote(Call call) {
        return TmfPages.one(call, shown(ownQuote(call, call.id("quote"))));
    }

    private Answer ask(Call call) {
        NewQuote wanted = call.body(NewQuote.class);
        NewItem item = wanted.quoteItem().getFirst();
        UUID customer = whom(call, wanted.relatedParty());
        List<Tmf.Characteristic> product = item.product() == null || item.product().productCharacteristic() == null ? List.of()
                : item.product().productCharacteristic();
        if (item.productOffering() == null || product.stream().anyMatch(each -> each == null)) {
            throw new Problem(422, "a quoteItem needs its productOffering, and characteristics with names and values");
        }
        String offering = item.productOffering().id();
        QuoteRequest request = fit(() -> new QuoteRequest(customer, offering, texts(product, "option"),
                texts(product, "planId").stream().findFirst().orElseThrow(() ->
                        new IllegalArgumentException("the product needs the characteristic planId, an agreementSpecification")),
                null, texts(product, "leasedBytes").stream().findFirst().map(TmfRoutes::whole).orElse(null), null, null,
                texts(product, "item")));
        Quotes.Standing made = database.transact(handle -> quotes.create(handle, UUID.randomUUID(), request, call.actor()));
        return Pages.created(call, Tmf.QUOTES + "quote/" + made.quote().id(), shown(made));
    }

    private Answer answer(Call call) {
        UUID id = ownQuote(call, call.id("quote")).quote().id();
        QuoteChange change = call.body(QuoteChange.class);
        Verdict verdict = switch (change.state()) {
            case "accepted" -> Verdict.ACCEPTED;
            case "rejected" -> Verdict.DECLINED;
            case null, default -> throw new Problem(422, "state is accepted or rejected, not " + change.state());
        };
        decide(call, id, verdict, change.version());
        return TmfPages.one(call, shown(ownQuote(call, id)));
    }

    private Order decide(Call call, UUID quote, Verdict verdict, @Nullable String version) {
        if (version == null || !version.matches("[1-9][0-9]{0,5}")) {
            throw new Problem(422, "say which version of the quote is answered, such as \"version\":\"1\"");
        }
        return database.transact(handle -> orders.decide(handle, quote,
                new Orders.Answer(verdict, Integer.parseInt(version), null, Channel.API), call.actor()));
    }

    static Tmf.Quote shown(Quotes.Standing standing) {
        Quote quote = standing.quote();
        String state = switch (standing.state()) {
            case QuoteState.Open open -> "approved";
            case QuoteState.Accepted accepted -> "accepted";
            case QuoteState.Declined declined -> "rejected";
            case QuoteState.Expired expired -> "cancelled";
        };
        Quote.Answer said = standing.state() instanceof QuoteState.Declined ? quote.declined() : quote.accepted();
        Tmf.Product product = new Tmf.Product(null, quote.offering().name(), null, List.of(
                new Tmf.Characteristic("planId", quote.plan().id(), "string"),
                new Tmf.Characteristic("share", quote.share().words(), "string"),
                new Tmf.Characteristic("documentSha256", standing.documentSha256(), "string")));
        return new Tmf.Quote(quote.id().toString(), Tmf.QUOTES + "quote/" + quote.id(), String.valueOf(quote.version()), quote.createdAt(),
                state, quote.offering().name(), new Tmf.Period(quote.createdAt(), quote.expiresAt()),
                List.of(new Tmf.QuoteItem("1", "add", 1, state, Tmf.Ref.to(quote.offering().id(),
                        Tmf.CATALOG + "productOffering/" + quote.offering().id(), quote.offering().name(), "ProductOffering"), product,
                        prices(said.lines(), said.monthly()))),
                List.of(Tmf.ItemPrice.once("total", said.total())),
                List.of(Tmf.Ref.customer(quote.request().customerId(), quote.customerName())),
                List.of(agreementRef(quote.leaseId(), quote.leaseNumber())));
    }

    private static List<Tmf.ItemPrice> prices(List<OrderLine> once, List<OrderLine> monthly) {
        List<Tmf.ItemPrice> prices = new ArrayList<>();
        once.forEach(line -> prices.add(Tmf.ItemPrice.once(line.text(), line.price())));
        monthly.forEach(line -> prices.add(Tmf.ItemPrice.monthly(line.text(), line.price())));
        return prices;
    }

    private Answer orders(Call call) {
        UUID whose = TmfPages.whose(call);
        return TmfPages.<Order, UUID>of(call, (after, limit) -> database.read(handle -> orders.page(handle, whose, after, limit)), Order::id,
                () -> count("customer_order", whose), TmfRoutes::shown);
    }

    private Answer order(Call call) {
        return TmfPages.one(call, shown(ownOrder(call)));
    }

    private Answer buy(Call call) {
        Tmf.Ref quote = call.body(NewOrder.class).quote().getFirst();
        UUID id = Call.uuid(quote.id()).orElseThrow(() -> Refusal.unknown("quote", quote.id()));
        Order order = decide(call, ownQuote(call, id).quote().id(), Verdict.ACCEPTED, quote.version());
        return Pages.created(call, Tmf.ORDERS + "productOrder/" + order.id(), shown(order));
    }

    private Answer complete(Call call) {
        UUID id = ownOrder(call).id();
        if (!"completed".equals(call.body(OrderChange.class).state())) {
            throw new Problem(422, "an order's state is set to completed only, when the machine was handed over");
        }
        return TmfPages.one(call, shown(database.<Order>transact(handle -> orders.deliver(handle, id, call.actor()))));
    }

    static Tmf.Order shown(Order order) {
        String state = switch (order.state()) {
            case OrderState.Acknowledged acknowledged -> "acknowledged";
            case OrderState.Configured configured -> "inProgress";
            case OrderState.Delivered delivered -> "completed";
        };
        String serial = switch (order.state()) {
            case OrderState.Acknowledged acknowledged -> null;
            case OrderState.Configured configured -> configured.machine().serial();
            case OrderState.Delivered delivered -> delivered.machine().serial();
        };
        return new Tmf.Order(order.id().toString(), Tmf.ORDERS + "productOrder/" + order.id(), order.number(), order.placedAt(),
                order.state() instanceof OrderState.Delivered delivered ? delivered.at() : null, state,
                List.of(new Tmf.OrderItem("1", "add", 1, state, new Tmf.Product(null, order.system(), serial, null),
                        prices(order.lines(), order.monthly()))),
                List.of(Tmf.ItemPrice.once("total", order.total())),
                List.of(Tmf.Ref.to(order.quoteId().toString(), Tmf.QUOTES + "quote/" + order.quoteId(), null, "Quote")),
                order.leaseId() == null ? List.of() : List.of(agreementRef(order.leaseId(), null)),
                List.of(Tmf.Ref.customer(order.customerId(), null)));
    }

    private Answer agreements(Call call) {
        UUID whose = TmfPages.whose(call);
        return TmfPages.<Lease, UUID>of(call, (after, limit) -> database.read(handle -> leases.page(handle, whose, after, limit)), Lease::id,
                () -> count("lease", whose), TmfRoutes::shown);
    }

    private Answer agreement(Call call) {
        return TmfPages.one(call, shown(ownLease(call)));
    }

    private Answer end(Call call) {
        UUID id = ownLease(call).id();
        AgreementChange change = call.body(AgreementChange.class);
        String why = change.statementOfIntent() == null ? "notice, without a reason" : change.statementOfIntent();
        if (!"terminated".equals(change.status()) || why.isBlank() || why.length() > 500) {
            throw new Problem(422, "an agreement's status is set to terminated only, which is notice; its statementOfIntent, if any, has 1 to 500"
                    + " characters");
        }
        Party party = call.caller() instanceof Caller.Buyer ? Party.CUSTOMER : Party.PROVIDER;
        database.transact(handle -> leases.giveNotice(handle, id, party, call.actor(), why));
        return TmfPages.one(call, shown(ownLease(call)));
    }

    static Tmf.Agreement shown(Lease lease) {
        String status = switch (lease.state()) {
            case LeaseState.Offered offered -> "in process";
            case LeaseState.Lapsed lapsed -> "rejected";
            case LeaseState.Declined declined -> "rejected";
            case LeaseState.Withdrawn withdrawn -> "terminated";
            case LeaseState.StandingDown leaving -> "terminated";
            case LeaseState.Released released -> "terminated";
            case LeaseState.Accepted accepted -> "approved";
            case LeaseState.Owned owned -> "approved";
            case LeaseState.Configured configured -> "approved";
            case LeaseState.Delivered delivered -> "approved";
            case LeaseState.Running running -> "approved";
        };
        Term term = lease.state() instanceof LeaseState.Running running ? running.term() : null;
        List<Tmf.Condition> conditions = new ArrayList<>();
        for (Incentive incentive : lease.plan().incentives()) {
            conditions.add(new Tmf.Condition(String.valueOf(conditions.size() + 1), incentive.words()));
        }
        BigDecimal pay = Tmf.Money.of(lease.monthlyPay()).value();
        return new Tmf.Agreement(lease.id().toString(), Tmf.AGREEMENTS + "agreement/" + lease.id(), lease.number(), "leaseBack", status,
                String.valueOf(lease.termsVersion()), lease.createdAt(), term == null ? null : new Tmf.Period(term.from(), term.to()),
                List.of(new Tmf.AgreementItem(conditions)), planRef(lease.plan()),
                List.of(new Tmf.Characteristic("share", lease.share().words(), "string"),
                        new Tmf.Characteristic("state", lease.state().step().name(), "string"),
                        new Tmf.Characteristic("monthlyPay", pay, "number"),
                        new Tmf.Characteristic("currency", lease.monthlyPay().currency(), "string")),
                List.of(Tmf.Ref.customer(lease.customerId(), null)));
    }

    private Answer plans(Call call) {
        return TmfPages.of(call, database.read(handle -> catalog.plans(handle, null, 500)), TmfRoutes::shown);
    }

    private Answer plan(Call call) {
        String id = call.variable("id");
        return TmfPages.one(call, shown(database.read(handle -> catalog.plan(handle, id)).orElseThrow(() -> Refusal.unknown("lease plan", id))));
    }

    private static Tmf.AgreementSpecification shown(LeasePlan plan) {
        return new Tmf.AgreementSpecification(plan.id(), Tmf.AGREEMENTS + "agreementSpecification/" + plan.id(), plan.name(),
                String.valueOf(plan.version()), "Active",
                List.of(new Tmf.Attachment("the whole plan", Answer.JSON, "/api/leasePlan/" + plan.id())));
    }

    private static Tmf.Ref planRef(LeasePlan plan) {
        return Tmf.Ref.to(plan.id(), Tmf.AGREEMENTS + "agreementSpecification/" + plan.id(), plan.name(), "AgreementSpecification");
    }

    private static Tmf.Ref agreementRef(UUID id, @Nullable String number) {
        return Tmf.Ref.to(id.toString(), Tmf.AGREEMENTS + "agreement/" + id, number, "Agreement");
    }

    private Quotes.Standing ownQuote(Call call, UUID id) {
        return database.read(handle -> quotes.find(handle, id))
                .filter(found -> call.caller().actsFor(found.quote().request().customerId()))
                .orElseThrow(() -> Refusal.unknown("quote", id));
    }

    private Order ownOrder(Call call) {
        UUID id = call.id("order");
        return database.read(handle -> orders.find(handle, id)).filter(found -> call.caller().actsFor(found.customerId()))
                .orElseThrow(() -> Refusal.unknown("order", id));
    }

    private Lease ownLease(Call call) {
        UUID id = call.id("agreement");
        return database.read(handle -> leases.find(handle, id)).filter(found -> call.caller().actsFor(found.customerId()))
                .orElseThrow(() -> Refusal.unknown("agreement", id));
    }

    /// For whom is asked: whom the request relates to as a customer, or who asks.
    private static UUID whom(Call call, @Nullable List<Tmf.Ref> parties) {
        Optional<String> named = parties == null ? Optional.empty()
                : parties.stream().filter(each -> each != null && (each.role() == null || each.role().equals("customer"))).map(Tmf.Ref::id).findFirst();
        if (named.isEmpty() && call.caller() instanceof Caller.Buyer buyer) {
            return buyer.customerId();
        }
        UUID id = named.flatMap(Call::uuid).orElseThrow(() ->
                new Problem(422, "say for whom: a relatedParty with the role customer and the customer's id"));
        if (!call.caller().actsFor(id)) {
            throw new Problem(403, "you may ask a quote for yourself only; your token is that of " + call.actor());
        }
        return id;
    }

    /// The values of all characteristics of this name; a value may hold several with commas between.
    private static List<String> texts(List<Tmf.Characteristic> product, String name) {
        return product.stream().filter(each -> each.name().equals(name)).flatMap(each -> Arrays.stream(String.valueOf(each.value()).split(",")))
                .map(String::strip).filter(each -> !each.isEmpty()).toList();
    }

    private static Long whole(String text) {
        if (!text.matches("[0-9]{1,18}")) {
            throw new IllegalArgumentException("leasedBytes is a whole number of bytes, not \"" + text + "\"");
        }
        return Long.parseLong(text);
    }

    interface Made<T> {
        T make();
    }

    static <T> T fit(Made<T> made) {
        try {
            return made.make();
        } catch (IllegalArgumentException unfit) {
            throw new Problem(422, String.valueOf(unfit.getMessage()));
        }
    }

    private long count(String table, @Nullable UUID whose) {
        return database.read(handle -> handle.createQuery("select count(*) from " + table
                + " where cast(:customer as uuid) is null or customer_id = cast(:customer as uuid)").bind("customer", whose)
                .mapTo(Long.class).one());
    }
}
