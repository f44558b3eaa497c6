package leaseback.manager.web;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.catalog.Text;
import leaseback.manager.database.Database;
import leaseback.manager.maintenance.MachinePart;
import leaseback.manager.maintenance.MachineParts;
import leaseback.manager.maintenance.PartKind;
import leaseback.manager.maintenance.PartReplacement;
import leaseback.manager.maintenance.PartReplacements;
import leaseback.manager.order.ClaimCodes;
import org.jspecify.annotations.Nullable;

/// Parts of leased machines that we exchange, and what is built into a machine.
public final class MaintenanceRoutes implements Routes {
    private static final String CLOSED = "It is closed otherwise";
    private final Database database;
    private final PartReplacements replacements;
    private final MachineParts parts;
    private final ClaimCodes claimCodes;
    private final Supplier<String> enrolmentUrl;
    private final Supplier<String> caPem;
    private final InstantSource clock;

    /// @param enrolmentUrl where an agent enrols, `https://`
    /// @param caPem        what it believes there
    public MaintenanceRoutes(Database database, PartReplacements replacements, MachineParts parts, ClaimCodes claimCodes,
            Supplier<String> enrolmentUrl, Supplier<String> caPem, InstantSource clock) {
        this.database = database;
        this.replacements = replacements;
        this.parts = parts;
        this.claimCodes = claimCodes;
        this.enrolmentUrl = enrolmentUrl;
        this.caPem = caPem;
        this.clock = clock;
    }

    @Override
    public List<Route> all() {
        return List.of(
                Route.of("GET", "/api/partReplacement", this::list, TokenRole.CUSTOMER).says("Parts that are or were exchanged").pages(PartReplacement.class)
                        .asks("customer", UUID.class, "Whose; for the operator").asks("open", Boolean.class, "Only of machines that are in maintenance"),
                Route.of("POST", "/api/partReplacement", this::open)
                        .says("Takes a leased machine into maintenance: its lease is paused by us, and paid").takes(Wanted.class)
                        .creates(PartReplacement.class).refuses(409, "Its lease does not run, or it is in maintenance already"),
                Route.of("GET", "/api/partReplacement/{id}", this::one, TokenRole.CUSTOMER).says("One of them").gives(PartReplacement.class),
                Route.of("POST", "/api/partReplacement/{id}/send", this::send).says("The part is on its way").mayTake(Sent.class)
                        .gives(PartReplacement.class).refuses(409, CLOSED),
                Route.of("POST", "/api/partReplacement/{id}/code", this::code)
                        .says("A one-time code with which the agent on a new drive is the host that the machine was; the certificates so far are"
                                + " revoked when it is used, and a code of before is void").gives(FirstBoot.class)
                        .refuses(409, "It is closed, its part holds no key, or the machine is no host now"),
                Route.of("POST", "/api/partReplacement/{id}/done", this::done).says("The new part is in, and the machine serves again")
                        .mayTake(Exchanged.class).gives(PartReplacement.class).refuses(409, CLOSED),
                Route.of("POST", "/api/partReplacement/{id}/cancel", this::cancel).says("The part stays, and the machine serves again")
                        .gives(PartReplacement.class).refuses(409, CLOSED),
                Route.of("GET", "/api/machine/{serial}/part", this::built, TokenRole.CUSTOMER).says("What is built into a machine, and what was")
                        .givesMany(MachinePart.class),
                Route.of("POST", "/api/machine/{serial}/part", this::build, TokenRole.FACTORY)
                        .says("A part as it is built in, with its serial number and MAC address; the same again changes nothing")
                        .takes(MachineParts.Facts.class).gives(201, MachinePart.class));
    }

    /// @param reason in the customer's words: it is in their letter
    /// @param until  when the machine should serve again; two weeks from now where it is missing
    record Wanted(UUID agreementId, PartKind part, String reason, @Nullable Instant until) {
        @SuppressWarnings("NullAway") // comes from JSON, where anything may be missing
        Wanted {
            if (agreementId == null || part == null) {
                throw new IllegalArgumentException("say of which lease and what: "
                        + "{\"agreementId\":\"...\",\"part\":\"DRIVE\",\"reason\":\"It reports errors.\"}");
            }
            Text.line("the reason of a part replacement", reason);
        }
    }

    /// @param until when the machine should serve again; as before where it is missing
    record Sent(@Nullable Instant until) {}

    /// What the agent on a new drive needs for its first boot, as a manifest has it.
    ///
    /// @param claimCode  is in this answer and nowhere else
    /// @param expiresAt  of the code
    /// @param managerUrl where the agent enrols
    /// @param caPem      whom it believes there
    record FirstBoot(String claimCode, Instant expiresAt, String managerUrl, String caPem) {}

    /// @param oldSerial of the part that came out
    /// @param built     what came in
    record Exchanged(@Nullable String oldSerial, MachineParts.@Nullable Facts built) {
        Exchanged {
            if (oldSerial != null) {
                Text.line("the serial number of the part that came out", oldSerial);
            }
        }
    }

    private Answer list(Call call) {
        UUID customer = call.caller() instanceof Caller.Buyer buyer ? buyer.customerId() : call.customer().orElse(null);
        boolean open = call.query().getOrDefault("open", "false").equals("true");
        return Pages.of(call, database.read(handle -> replacements.page(handle, customer, open, call.after(), call.limit() + 1)), PartReplacement::id,
                each -> each);
    }

    private Answer open(Call call) {
        Wanted wanted = call.body(Wanted.class);
        UUID id = call.idempotencyKey() == null ? UUID.randomUUID()
                : UUID.nameUUIDFromBytes(("part replacement\n" + call.idempotencyKey()).getBytes(StandardCharsets.UTF_8));
        PartReplacement opened = database.transact(handle -> replacements.open(handle, id, wanted.agreementId(), wanted.part(), wanted.reason(),
                wanted.until(), call.actor()));
        return Pages.created(call, "/api/partReplacement/" + opened.id(), opened);
    }

    private Answer one(Call call) {
        UUID id = call.id("part replacement");
        return Pages.one(call, database.read(handle -> replacements.find(handle, id)).filter(found -> call.caller().actsFor(found.customerId()))
                .orElseThrow(() -> Refusal.unknown("part replacement", id)));
    }

    private Answer send(Call call) {
        UUID id = call.id("part replacement");
        Instant until = call.bodyIfAny(Sent.class).map(Sent::until).orElse(null);
        return Pages.one(call, database.<PartReplacement>transact(handle -> replacements.sent(handle, id, until, call.actor())));
    }

    private Answer done(Call call) {
        UUID id = call.id("part replacement");
        Exchanged exchanged = call.bodyIfAny(Exchanged.class).orElse(new Exchanged(null, null));
        return Pages.one(call, database.<PartReplacement>transact(handle -> replacements.done(handle, id, exchanged.oldSerial(), exchanged.built(),
                call.actor())));
    }

    private Answer code(Call call) {
        UUID id = call.id("part replacement");
        return Pages.one(call, database.<FirstBoot>transact(handle -> {
            PartReplacement open = replacements.opened(handle, id);
            if (!open.part().mayHoldTheKey()) {
                throw Refusal.conflict(open.number() + " is for a " + open.part() + ": the machine's key lies on its drive and stays good");
            }
            return new FirstBoot(claimCodes.again(handle, open.leaseId(), call.actor()), clock.instant().plus(ClaimCodes.AGAIN), enrolmentUrl.get(),
                    caPem.get());
        }));
    }

    private Answer cancel(Call call) {
        UUID id = call.id("part replacement");
        return Pages.one(call, database.<PartReplacement>transact(handle -> {
            boolean open = replacements.find(handle, id).filter(found -> found.state().open()).isPresent();
            PartReplacement cancelled = replacements.cancel(handle, id, call.actor());
            if (open) {
                // Not when it is said again: the code may be that of the next one.
                claimCodes.takeBack(handle, cancelled.leaseId());
            }
            return cancelled;
        }));
    }

    private Answer built(Call call) {
        String serial = call.variable("serial");
        return Pages.one(call, database.read(handle -> {
            if (parts.owner(handle, serial).filter(owner -> call.caller().actsFor(owner)).isEmpty()) {
                throw Refusal.unknown("machine", serial);
            }
            return parts.of(handle, serial);
        }));
    }

    private Answer build(Call call) {
        String serial = call.variable("serial");
        MachineParts.Facts facts = call.body(MachineParts.Facts.class);
        MachinePart part = database.transact(handle -> parts.builtIn(handle, serial, facts, "as built", call.actor()));
        return Pages.created(call, "/api/machine/" + serial + "/part", part);
    }
}
