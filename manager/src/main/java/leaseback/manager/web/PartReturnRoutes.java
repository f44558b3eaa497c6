package leaseback.manager.web;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.catalog.Text;
import leaseback.manager.database.Database;
import leaseback.manager.maintenance.MachineParts;
import leaseback.manager.maintenance.PartKind;
import leaseback.manager.maintenance.PartReturn;
import leaseback.manager.maintenance.PartReturns;
import org.jspecify.annotations.Nullable;

/// Parts that are asked back after a lease.
public final class PartReturnRoutes implements Routes {
    private static final String CLOSED = "It is closed otherwise";
    private final Database database;
    private final PartReturns returns;

    public PartReturnRoutes(Database database, PartReturns returns) {
        this.database = database;
        this.returns = returns;
    }

    @Override
    public List<Route> all() {
        return List.of(
                Route.of("GET", "/api/partReturn", this::list, TokenRole.CUSTOMER).says("Parts that are or were asked back after a lease")
                        .pages(PartReturn.class).asks("customer", UUID.class, "Whose; for the operator").asks("open", Boolean.class, "Only those awaited"),
                Route.of("POST", "/api/partReturn", this::ask).says("Asks for a part that a machine got for its lease, by letter; the lease is over")
                        .takes(Wanted.class).creates(PartReturn.class).refuses(409, "The machine is not released, or it is asked for already"),
                Route.of("GET", "/api/partReturn/{id}", this::one, TokenRole.CUSTOMER).says("One of them").gives(PartReturn.class),
                Route.of("POST", "/api/partReturn/{id}/receive", this::receive).says("The part has come").gives(PartReturn.class).refuses(409, CLOSED),
                Route.of("POST", "/api/partReturn/{id}/cancel", this::cancel).says("The part stays where it is").gives(PartReturn.class)
                        .refuses(409, CLOSED));
    }

    /// @param partSerial the part maker's own, where it is known
    /// @param reason     in the customer's words: it is in their letter
    /// @param dueAt      when it should be with us, 7 to 92 days ahead; in 30 days where it is missing
    record Wanted(UUID agreementId, PartKind part, @Nullable String partSerial, String reason, @Nullable Instant dueAt) {
        @SuppressWarnings("NullAway") // comes from JSON, where anything may be missing
        Wanted {
            if (agreementId == null || part == null) {
                throw new IllegalArgumentException("say of which lease and what: "
                        + "{\"agreementId\":\"...\",\"part\":\"DRIVE\",\"reason\":\"It came with your lease.\"}");
            }
            // Refuses what is no serial number.
            partSerial = new MachineParts.Facts(part, partSerial, null).serial();
            Text.line("the reason of a part return", reason);
        }
    }

    private Answer list(Call call) {
        UUID customer = call.caller() instanceof Caller.Buyer buyer ? buyer.customerId() : call.customer().orElse(null);
        boolean open = call.query().getOrDefault("open", "false").equals("true");
        return Pages.of(call, database.read(handle -> returns.page(handle, customer, open, call.after(), call.limit() + 1)), PartReturn::id, each -> each);
    }

    private Answer ask(Call call) {
        Wanted wanted = call.body(Wanted.class);
        UUID id = call.idempotencyKey() == null ? UUID.randomUUID()
                : UUID.nameUUIDFromBytes(("part return\n" + call.idempotencyKey()).getBytes(StandardCharsets.UTF_8));
        PartReturn asked = database.transact(handle -> returns.ask(handle, id,
                new PartReturns.Wanted(wanted.agreementId(), wanted.part(), wanted.partSerial(), wanted.reason(), wanted.dueAt()), call.actor()));
        return Pages.created(call, "/api/partReturn/" + asked.id(), asked);
    }

    private Answer one(Call call) {
        UUID id = call.id("part return");
        return Pages.one(call, database.read(handle -> returns.find(handle, id)).filter(found -> call.caller().actsFor(found.customerId()))
                .orElseThrow(() -> Refusal.unknown("part return", id)));
    }

    private Answer receive(Call call) {
        UUID id = call.id("part return");
        return Pages.one(call, database.<PartReturn>transact(handle -> returns.received(handle, id, call.actor())));
    }

    private Answer cancel(Call call) {
        UUID id = call.id("part return");
        return Pages.one(call, database.<PartReturn>transact(handle -> returns.cancel(handle, id, call.actor())));
    }
}
