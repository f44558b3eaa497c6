package leaseback.manager.web;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.database.Database;
import leaseback.manager.document.Label;
import leaseback.manager.lease.Lease;
import leaseback.manager.lease.Leases;

/// The label of a machine, to be printed.
public final class LabelRoutes implements Routes {
    private final Database database;
    private final Leases leases;
    private final LabelPress press;

    public LabelRoutes(Database database, Leases leases, LabelPress press) {
        this.database = database;
        this.leases = leases;
        this.press = press;
    }

    @Override
    public List<Route> all() {
        Route route = Route.of("GET", "/api/agreement/{id}/label", this::label, TokenRole.CUSTOMER, TokenRole.FACTORY)
                .says("What is stuck on the machine, 4 by 2 inches: anybody who scans it learns whether it takes part")
                .asks("format", String.class, "png, pdf or zpl; png unless told")
                .refuses(409, "Its machine takes no part: not yet, or no more");
        for (Label.Format format : Label.Format.values()) {
            route = route.givesFile(format.media());
        }
        return List.of(route);
    }

    private Answer label(Call call) {
        UUID id = call.id("agreement");
        String wanted = call.query().getOrDefault("format", Label.Format.PNG.suffix());
        Label.Format format = Arrays.stream(Label.Format.values()).filter(each -> each.suffix().equals(wanted)).findFirst()
                .orElseThrow(() -> new Problem(400, "format is png, pdf or zpl, not \"" + wanted + "\""));
        Label label = database.transact(handle -> {
            Lease lease = leases.find(handle, id).filter(found -> call.caller().actsFor(found.customerId()))
                    .orElseThrow(() -> Refusal.unknown("agreement", id));
            return press.label(handle, lease.id(), call.actor());
        });
        return new Answer(200, format.media(), label.print(format),
                Map.of("Content-Disposition", "inline; filename=\"label-" + label.code() + "." + format.suffix() + "\""));
    }
}
