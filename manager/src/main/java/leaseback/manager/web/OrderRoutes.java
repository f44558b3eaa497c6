package leaseback.manager.web;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.database.Database;
import leaseback.manager.order.Factory;
import leaseback.manager.order.Order;
import leaseback.manager.order.Orders;
import leaseback.manager.order.Signed;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Orders, and what the factory asks and tells about them.
final class OrderRoutes {
    private final Database database;
    private final Orders orders;
    private final Factory factory;

    OrderRoutes(Database database, Orders orders, Factory factory) {
        this.database = database;
        this.orders = orders;
        this.factory = factory;
    }

    List<Route> all() {
        return List.of(
                Route.of("GET", "/api/productOrder", this::list, TokenRole.CHANNEL, TokenRole.CUSTOMER, TokenRole.FACTORY).says("Machines bought")
                        .pages(Shown.class),
                Route.of("GET", "/api/productOrder/{id}", this::order, TokenRole.CHANNEL, TokenRole.CUSTOMER, TokenRole.FACTORY).says("One order")
                        .gives(Shown.class),
                Route.of("POST", "/api/productOrder/{id}/build", this::build, TokenRole.FACTORY)
                        .says("Gives the machine its serial number and signs its manifest").mayTake(BuildRequest.class).gives(Built.class)
                        .refuses(409, "The serial number is another machine's, or the machine cannot be built now"),
                Route.of("POST", "/api/productOrder/{id}/claimCode", this::claimCode, TokenRole.FACTORY)
                        .says("A new claim code instead of a lost one").mayTake(Nothing.class).gives(Built.class)
                        .refuses(409, "There is nothing to claim, or it was claimed"),
                Route.of("GET", "/api/productOrder/{id}/manifest", this::manifest, TokenRole.FACTORY)
                        .says("What the factory builds from, as signed").gives(ObjectNode.class),
                Route.of("GET", "/api/productOrder/{id}/manifest.sig", this::manifestSignature, TokenRole.FACTORY)
                        .says("The signature of the manifest").givesFile("application/octet-stream"),
                Route.of("POST", "/api/productOrder/{id}/deliver", this::deliver, TokenRole.FACTORY)
                        .says("The machine was handed over").mayTake(Nothing.class).gives(Shown.class)
                        .refuses(409, "It is not built yet"));
    }

    /// @param serial as the factory's line numbers its machines; null for a fresh one of ours
    private record BuildRequest(@Nullable String serial) {}

    private record Nothing() {}

    /// @param manifest  exact bytes, Base64
    /// @param signature over those bytes, Base64
    /// @param claimCode shown this once; absent for a machine without lease and when the build is asked for again
    private record Built(UUID orderId, UUID machineId, String serial, String manifest, String signature, int signingKey,
            @Nullable String claimCode) {}

    private Answer list(Call call) {
        UUID customer = call.caller() instanceof Caller.Buyer buyer ? buyer.customerId() : null;
        List<Order> found = database.read(handle -> orders.page(handle, customer, QuoteRoutes.channel(call), call.after(), call.limit() + 1));
        return Pages.of(call, found, Order::id, Shown::new);
    }

    private Answer order(Call call) {
        return Pages.one(call, new Shown(own(call)));
    }

    private Answer build(Call call) {
        UUID id = own(call).id();
        String serial = call.bodyIfAny(BuildRequest.class).map(BuildRequest::serial).orElse(null);
        return built(call, database.transact(handle -> factory.build(handle, id, serial, call.actor())));
    }

    private Answer claimCode(Call call) {
        UUID id = own(call).id();
        call.bodyIfAny(Nothing.class);
        return built(call, database.transact(handle -> factory.reissue(handle, id, call.actor())));
    }

    private static Answer built(Call call, Factory.Build build) {
        Base64.Encoder base64 = Base64.getEncoder();
        return Pages.one(call, new Built(build.order().id(), build.machine().id(), build.machine().serial(),
                base64.encodeToString(build.manifest().document()), base64.encodeToString(build.manifest().signature()),
                build.manifest().key(), build.claimCode()));
    }

    private Answer manifest(Call call) {
        return Answer.of(Answer.JSON, signed(call).document());
    }

    private Answer manifestSignature(Call call) {
        return Answer.of("application/octet-stream", signed(call).signature());
    }

    private Answer deliver(Call call) {
        UUID id = own(call).id();
        call.bodyIfAny(Nothing.class);
        return Pages.one(call, new Shown(database.transact(handle -> orders.deliver(handle, id, call.actor()))));
    }

    private Signed signed(Call call) {
        Order order = own(call);
        return database.read(handle -> factory.manifest(handle, order.id()))
                .orElseThrow(() -> new Problem(404, "order " + order.number() + " has no manifest yet; POST /api/productOrder/"
                        + order.id() + "/build makes it"));
    }

    private Order own(Call call) {
        UUID id = call.id("order");
        return database.read(handle -> orders.find(handle, id))
                .filter(found -> call.caller() instanceof Caller.Shop shop
                        ? found.channel() != null && shop.channelId().equals(found.channel().channelId())
                        : call.caller().actsFor(found.customerId()))
                .orElseThrow(() -> Refusal.unknown("order", id));
    }

    /// An order as it is shown.
    record Shown(@JsonUnwrapped Order order, String href, @Nullable String agreement) {
        Shown(Order order) {
            this(order, "/api/productOrder/" + order.id(), order.leaseId() == null ? null : "/api/agreement/" + order.leaseId());
        }
    }
}
