package leaseback.manager.web;

import java.math.BigDecimal;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import leaseback.manager.billing.Bill;
import leaseback.manager.billing.Bills;
import leaseback.manager.billing.Line;
import leaseback.manager.catalog.Money;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.database.Database;
import org.jspecify.annotations.Nullable;

/// Usage and bills in the shapes of TM Forum's TMF635 and TMF678.
public final class TmfMoneyRoutes implements Routes {
    private final Database database;
    private final Bills bills;
    private final UsageRoutes usages;

    public TmfMoneyRoutes(Database database, Bills bills, UsageRoutes usages) {
        this.database = database;
        this.bills = bills;
        this.usages = usages;
    }

    @Override
    public List<Route> all() {
        List<Route> all = new ArrayList<>(usages.alsoAt(Tmf.USAGES + "usage"));
        all.addAll(List.of(
                Route.of("GET", Tmf.BILLS + "customerBill", this::list, TokenRole.CUSTOMER).says("TMF678: bills and payouts")
                        .slices(Tmf.CustomerBill.class).asks("relatedParty.id", UUID.class, "Whose; for the operator"),
                Route.of("GET", Tmf.BILLS + "customerBill/{id}", this::one, TokenRole.CUSTOMER).says("TMF678: one of them, by id or number")
                        .chosen(Tmf.CustomerBill.class),
                Route.of("GET", Tmf.BILLS + "appliedCustomerBillingRate", this::rates, TokenRole.CUSTOMER).says("TMF678: the lines of a bill")
                        .slices(Tmf.Rate.class).needs("bill.id", String.class, "The bill's id or number").refuses(404, "There is no such bill"),
                Route.of("GET", Tmf.BILLS + "appliedCustomerBillingRate/{id}", this::rate, TokenRole.CUSTOMER).says("TMF678: one of them")
                        .chosen(Tmf.Rate.class)));
        return all;
    }

    private Answer list(Call call) {
        UUID whose = TmfPages.whose(call);
        return TmfPages.<Bill, UUID>of(call, (after, limit) -> database.read(handle -> bills.page(handle, whose, null, after, limit)), Bill::id,
                () -> count(whose), this::shown);
    }

    private Answer one(Call call) {
        return TmfPages.one(call, shown(own(call, call.variable("id"))));
    }

    private Answer rates(Call call) {
        Bill bill = own(call, call.asked("bill.id", "B-2027-000012"));
        List<Tmf.Rate> all = new ArrayList<>();
        for (Line line : bill.lines()) {
            all.add(rate(bill, line, all.size() + 1));
        }
        return TmfPages.of(call, all, each -> each);
    }

    /// By the bill's number and the place of the line in it, such as `B-2027-000012.3`.
    private Answer rate(Call call) {
        String id = call.variable("id");
        int dot = id.lastIndexOf('.');
        if (dot < 1 || !id.substring(dot + 1).matches("[1-9][0-9]{0,3}")) {
            throw Refusal.unknown("rate", id);
        }
        Bill bill = own(call, id.substring(0, dot));
        int place = Integer.parseInt(id.substring(dot + 1));
        if (place > bill.lines().size()) {
            throw Refusal.unknown("rate", id);
        }
        return TmfPages.one(call, rate(bill, bill.lines().get(place - 1), place));
    }

    private Tmf.CustomerBill shown(Bill bill) {
        return shown(bill, database.read(handle -> bills.open(handle, bill)));
    }

    /// @param open what of it is not paid yet
    static Tmf.CustomerBill shown(Bill bill, Money open) {
        String state = open.minor() == 0 ? "settled" : open.compareTo(bill.gross()) < 0 ? "partiallyPaid" : "sent";
        return new Tmf.CustomerBill(bill.id().toString(), Tmf.BILLS + "customerBill/" + bill.id(), bill.number(), bill.issuedAt(),
                bill.due().atStartOfDay(ZoneOffset.UTC).toInstant(), new Tmf.Period(bill.from(), bill.to()), bill.kind().name(), state,
                Tmf.Money.of(bill.gross()), Tmf.Money.of(open), Tmf.Money.of(bill.gross()), Tmf.Money.of(bill.net()),
                List.of(new Tmf.TaxItem(bill.tax().vat().category().name(), bill.tax().vat().percent(), Tmf.Money.of(bill.tax().amount()))),
                List.of(Tmf.Ref.customer(bill.customerId(), null)));
    }

    private static Tmf.Rate rate(Bill bill, Line line, int place) {
        String id = bill.number() + "." + place;
        return new Tmf.Rate(id, Tmf.BILLS + "appliedCustomerBillingRate/" + id, line.text(), line.words(), bill.issuedAt(), true,
                line.amount().minor() < 0 ? "credit" : "debit",
                Tmf.Ref.to(bill.id().toString(), Tmf.BILLS + "customerBill/" + bill.id(), bill.number(), "CustomerBill"),
                Tmf.Money.of(line.amount()), new Tmf.Period(bill.from(), bill.to()));
    }

    private Bill own(Call call, String id) {
        return database.read(handle -> {
            Optional<Bill> found = bills.find(handle, id);
            return found.isPresent() ? found : Call.uuid(id).flatMap(uuid -> bills.find(handle, uuid));
        }).filter(found -> call.caller().actsFor(found.customerId())).orElseThrow(() -> Refusal.unknown("bill", id));
    }

    private long count(@Nullable UUID whose) {
        return database.read(handle -> handle.createQuery("""
                select count(*) from bill where cast(:customer as uuid) is null or customer_id = cast(:customer as uuid)""")
                .bind("customer", whose).mapTo(Long.class).one());
    }
}
