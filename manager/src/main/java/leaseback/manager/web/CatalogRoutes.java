package leaseback.manager.web;

import java.util.List;
import leaseback.manager.catalog.Catalog;
import leaseback.manager.catalog.Item;
import leaseback.manager.catalog.LeasePlan;
import leaseback.manager.catalog.Offering;
import leaseback.manager.catalog.Part;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.database.Database;

/// What we sell and what we ask for.
final class CatalogRoutes {
    private static final String CHANGED = "It is at another version; read it again";
    private final Database database;
    private final Catalog catalog;

    CatalogRoutes(Database database, Catalog catalog) {
        this.database = database;
        this.catalog = catalog;
    }

    List<Route> all() {
        return List.of(
                Route.of("GET", "/api/productOffering", this::offerings, TokenRole.CUSTOMER, TokenRole.FACTORY)
                        .says("The systems we sell, with their options").pages(Offering.class, String.class),
                Route.of("POST", "/api/productOffering", this::putOffering)
                        .says("Adds a system, or changes one from the version that was read").takes(Offering.class).creates(Offering.class)
                        .refuses(409, CHANGED),
                Route.of("GET", "/api/productOffering/{id}", this::offering, TokenRole.CUSTOMER, TokenRole.FACTORY)
                        .says("One system").gives(Offering.class),
                Route.of("GET", "/api/productItem", this::items, TokenRole.CUSTOMER, TokenRole.FACTORY)
                        .says("Accessories, Internet access and services").pages(Item.class, String.class),
                Route.of("POST", "/api/productItem", this::putItem)
                        .says("Adds an item, or changes one from the version that was read").takes(Item.class).creates(Item.class)
                        .refuses(409, CHANGED),
                Route.of("GET", "/api/upgradePart", this::parts, TokenRole.CUSTOMER, TokenRole.FACTORY)
                        .says("What machines that are there already are upgraded with").pages(Part.class, String.class),
                Route.of("POST", "/api/upgradePart", this::putPart)
                        .says("Adds a part, or changes one from the version that was read").takes(Part.class).creates(Part.class)
                        .refuses(409, CHANGED),
                Route.of("GET", "/api/leasePlan", this::plans, TokenRole.CUSTOMER, TokenRole.FACTORY)
                        .says("The lease plans: what we ask for and what we give").pages(LeasePlan.class, String.class),
                Route.of("POST", "/api/leasePlan", this::putPlan)
                        .says("Adds a lease plan, or changes one from the version that was read").takes(LeasePlan.class)
                        .creates(LeasePlan.class).refuses(409, CHANGED),
                Route.of("GET", "/api/leasePlan/{id}", this::plan, TokenRole.CUSTOMER, TokenRole.FACTORY)
                        .says("One lease plan").gives(LeasePlan.class));
    }

    private Answer offerings(Call call) {
        List<Offering> found = database.read(handle -> catalog.offerings(handle, call.query().get("after"), call.limit() + 1));
        return Pages.of(call, found, Offering::id, offering -> offering);
    }

    private Answer offering(Call call) {
        String id = call.variable("id");
        return Pages.one(call, database.read(handle -> catalog.offering(handle, id))
                .orElseThrow(() -> Refusal.unknown("system", id)));
    }

    private Answer putOffering(Call call) {
        Offering wanted = call.body(Offering.class);
        Offering stored = database.transact(handle -> catalog.put(handle, wanted, call.actor()));
        return Pages.created(call, call.path() + "/" + stored.id(), stored);
    }

    private Answer items(Call call) {
        List<Item> found = database.read(handle -> catalog.items(handle, call.query().get("after"), call.limit() + 1));
        return Pages.of(call, found, Item::id, item -> item);
    }

    private Answer putItem(Call call) {
        Item wanted = call.body(Item.class);
        Item stored = database.transact(handle -> catalog.put(handle, wanted, call.actor()));
        return Pages.created(call, call.path() + "/" + stored.id(), stored);
    }

    private Answer parts(Call call) {
        List<Part> found = database.read(handle -> catalog.parts(handle, call.query().get("after"), call.limit() + 1));
        return Pages.of(call, found, Part::id, part -> part);
    }

    private Answer putPart(Call call) {
        Part wanted = call.body(Part.class);
        Part stored = database.transact(handle -> catalog.put(handle, wanted, call.actor()));
        return Pages.created(call, call.path() + "/" + stored.id(), stored);
    }

    private Answer plans(Call call) {
        List<LeasePlan> found = database.read(handle -> catalog.plans(handle, call.query().get("after"), call.limit() + 1));
        return Pages.of(call, found, LeasePlan::id, plan -> plan);
    }

    private Answer plan(Call call) {
        String id = call.variable("id");
        return Pages.one(call, database.read(handle -> catalog.plan(handle, id))
                .orElseThrow(() -> Refusal.unknown("lease plan", id)));
    }

    private Answer putPlan(Call call) {
        LeasePlan wanted = call.body(LeasePlan.class);
        LeasePlan stored = database.transact(handle -> catalog.put(handle, wanted, call.actor()));
        return Pages.created(call, call.path() + "/" + stored.id(), stored);
    }
}
