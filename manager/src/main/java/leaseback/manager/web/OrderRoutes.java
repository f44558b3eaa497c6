package leaseback.manager.web;

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
                Route.of("GET", "/api/productOrder", this::list, TokenRole.CUSTOMER, TokenRole.FACTORY),
                Route.of("GET", "/api/productOrder/{id}", this::order, TokenRole.CUSTOMER, TokenRole.FACTORY),
                Route.of("POST", "/api/productOrder/{id}/build", this::build, TokenRole.FACTORY),
                Route.of("POST", "/api/productOrder/{id}/claimCode", this::claimCode, TokenRole.FACTORY),
                Route.of("GET", "/api/productOrder/{id}/manifest", this::manifest, TokenRole.FACTORY),
                Route.of("GET", "/api/productOrder/{id}/manifest.sig", this::manifestSignature, TokenRole.FACTORY),
                Route.of("POST", "/api/productOrder/{id}/deliver", this::deliver, TokenRole.FACTORY));
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
        List<Order> found = database.read(handle -> orders.page(handle, customer, call.after(), call.limit() + 1));
        return Pages.of(call, found, Order::id, order -> shown(call, order));
    }

    private Answer order(Call call) {
        return Pages.one(call, shown(call, own(call)));
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
        return Pages.one(call, shown(call, database.transact(handle -> orders.deliver(handle, id, call.actor()))));
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
                .filter(found -> call.caller().actsFor(found.customerId()))
                .orElseThrow(() -> Refusal.unknown("order", id));
    }

    static ObjectNode shown(Call call, Order order) {
        ObjectNode node = call.wire().tree(order);
        node.put("href", "/api/productOrder/" + order.id());
        if (order.leaseId() != null) {
            node.put("agreement", "/api/agreement/" + order.leaseId());
        }
        return node;
    }
}
