package leaseback.manager.web;

import java.util.List;
import java.util.UUID;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.fleet.Fleet;
import leaseback.manager.fleet.Host;
import leaseback.manager.fleet.HostState;
import leaseback.manager.fleet.StandDown;
import leaseback.manager.upkeep.Upkeep;

/// How well stored data is kept, and sending a host on its way. For the operator; an owner gets the receipt of their own machine.
public final class UpkeepRoutes implements Routes {
    private final Upkeep upkeep;
    private final Fleet fleet;
    private final StandDown standDown;

    public UpkeepRoutes(Upkeep upkeep, Fleet fleet, StandDown standDown) {
        this.upkeep = upkeep;
        this.fleet = fleet;
        this.standDown = standDown;
    }

    @Override
    public List<Route> all() {
        return List.of(
                Route.of("GET", "/api/storage", call -> Pages.one(call, upkeep.report())).says("How well stored data is kept")
                        .gives(Upkeep.Report.class),
                Route.of("POST", "/api/hosts/{id}/drain", this::drain).says("Sends a host on its way: what it keeps is moved first")
                        .mayTake(DrainRequest.class).gives(Draining.class).refuses(409, "It was revoked"),
                Route.of("GET", "/api/hosts/{id}/receipt", this::receipt, TokenRole.CUSTOMER)
                        .says("What the host signed when it gave its disk back").gives(StandDown.Receipt.class));
    }

    /// @param reason for the audit log
    private record DrainRequest(String reason) {}

    /// A host that is sent on its way.
    private record Draining(UUID id, String serial, HostState state, String next) {}

    /// What the host signed when it gave its disk back; for its owner too.
    private Answer receipt(Call call) {
        UUID id = call.id("host");
        Host host = fleet.find(id).filter(found -> call.caller().actsFor(found.ownerId())).orElseThrow(() -> Refusal.unknown("host", id));
        return Pages.one(call, standDown.receipt(id).orElseThrow(() -> new Problem(404, "host " + host.serial()
                + " has given no receipt: it gives one when its lease has ended and it holds nothing any more")));
    }

    private Answer drain(Call call) {
        UUID id = call.id("host");
        Host host = fleet.find(id).orElseThrow(() -> Refusal.unknown("host", id));
        String reason = call.bodyIfAny(DrainRequest.class).map(DrainRequest::reason).orElse("asked for by the operator");
        if (!fleet.drain(id, call.actor(), reason)) {
            throw Refusal.conflict("host " + host.serial() + " was revoked: there is nothing to drain;"
                    + " what it held is repaired from other hosts");
        }
        return Pages.one(call, new Draining(id, host.serial(), HostState.LEAVING,
                "its pieces are moved to other hosts while it is on; GET /api/storage shows how many are left"));
    }
}
