package leaseback.manager.web;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;
import java.util.UUID;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.database.Database;
import leaseback.manager.order.Cancellations;
import leaseback.manager.order.Orders;
import org.jspecify.annotations.Nullable;

/// `cancelProductOrder` of TMF622: the customer withdraws from the lease that an order came with.
public final class TmfCancelRoutes implements Routes {
    private static final String PATH = Tmf.ORDERS + "cancelProductOrder";
    private final Database database;
    private final Orders orders;
    private final Cancellations cancellations;

    public TmfCancelRoutes(Database database, Orders orders, Cancellations cancellations) {
        this.database = database;
        this.orders = orders;
        this.cancellations = cancellations;
    }

    @Override
    public List<Route> all() {
        return List.of(
                Route.of("POST", PATH, this::cancel, TokenRole.CUSTOMER)
                        .says("TMF622: takes an order back: withdraws from its lease, until the 14th day after delivery")
                        .takes(Wanted.class).creates(Tmf.CancelOrder.class).refuses(404, "There is no such order")
                        .refuses(409, "It has no lease, or is past withdrawing from; the detail says what is possible"),
                Route.of("GET", PATH, this::list, TokenRole.CUSTOMER).says("TMF622: orders that were taken back").slices(Tmf.CancelOrder.class)
                        .asks("relatedParty.id", UUID.class, "Whose; for the operator"),
                Route.of("GET", PATH + "/{id}", this::one, TokenRole.CUSTOMER).says("TMF622: one of them, by the order's id")
                        .chosen(Tmf.CancelOrder.class));
    }

    /// @param cancellationReason at most 500 characters
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Wanted(Tmf.Ref productOrder, @Nullable String cancellationReason) {
        @SuppressWarnings("NullAway") // comes from JSON, where anything may be missing
        Wanted {
            if (productOrder == null) {
                throw new IllegalArgumentException("say which order, such as {\"productOrder\":{\"id\":\"...\"}}");
            }
            if (cancellationReason != null && cancellationReason.length() > 500) {
                throw new IllegalArgumentException("a cancellationReason has at most 500 characters");
            }
        }
    }

    private Answer cancel(Call call) {
        Wanted wanted = call.body(Wanted.class);
        String named = wanted.productOrder().id();
        UUID id = Call.uuid(named).flatMap(each -> database.read(handle -> orders.find(handle, each)))
                .filter(found -> call.caller().actsFor(found.customerId())).orElseThrow(() -> Refusal.unknown("order", named)).id();
        Cancellations.Cancellation made = database.transact(handle -> cancellations.cancel(handle, id, wanted.cancellationReason(), call.actor()));
        return Pages.created(call, PATH + "/" + id, shown(made));
    }

    private Answer list(Call call) {
        UUID whose = TmfPages.whose(call);
        return TmfPages.<Cancellations.Cancellation, UUID>of(call,
                (after, limit) -> database.read(handle -> cancellations.page(handle, whose, after, limit)),
                Cancellations.Cancellation::orderId, () -> database.read(handle -> cancellations.count(handle, whose)), TmfCancelRoutes::shown);
    }

    private Answer one(Call call) {
        UUID id = call.id("cancelled order");
        return TmfPages.one(call, shown(database.read(handle -> cancellations.find(handle, id))
                .filter(found -> call.caller().actsFor(found.customerId())).orElseThrow(() -> Refusal.unknown("cancelled order", id))));
    }

    static Tmf.CancelOrder shown(Cancellations.Cancellation cancellation) {
        String order = cancellation.orderId().toString();
        return new Tmf.CancelOrder(order, PATH + "/" + order, cancellation.why(), cancellation.at(), "done",
                Tmf.Ref.to(order, Tmf.ORDERS + "productOrder/" + order, cancellation.number(), "ProductOrder"));
    }
}
