package leaseback.manager.order;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import leaseback.manager.audit.Audit;
import leaseback.manager.catalog.Documents;
import leaseback.manager.catalog.Option;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.customer.Customers;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// The machines that customers had before any lease. Every method works in the caller's transaction.
public final class OwnedMachines {
    private static final Pattern SERIAL = Pattern.compile("[A-Z0-9][A-Z0-9-]{3,39}");
    private static final JsonMapper JSON = Documents.mapper();
    private final InstantSource clock;

    public OwnedMachines(InstantSource clock) {
        this.clock = clock;
    }

    /// What was collected about a machine.
    public record Facts(String serial, UUID customerId, String brand, OwnedMachine.DriveClass drive, long driveBytes, long memoryBytes,
            int idleWatts) {
        @SuppressWarnings("NullAway") // comes from JSON, where anything may be missing
        public Facts {
            if (serial == null || !SERIAL.matcher(serial).matches()) {
                throw new IllegalArgumentException("a machine needs its serial number, 4 to 40 of A-Z, 0-9 and -, such as DELL-7XK21");
            }
            if (customerId == null || brand == null || drive == null || brand.isBlank() || brand.length() > 100
                    || brand.chars().anyMatch(Character::isISOControl)) {
                throw new IllegalArgumentException("a machine needs customerId, its brand (1 to 100 characters) and the class of its drive: "
                        + "NVME, SSD, HDD or REMOVABLE");
            }
            if (driveBytes < 1 || memoryBytes < 1 || idleWatts < 1 || idleWatts > 10_000) {
                throw new IllegalArgumentException("a machine needs driveBytes and memoryBytes of 1 or more and idleWatts from 1 to 10000");
            }
        }
    }

    /// A machine that is new to us; or the facts as they are now, of one that is known.
    ///
    /// @throws Refusal when there is no such customer, or the serial number is another customer's machine
    public OwnedMachine register(Handle handle, Facts facts, String actor) {
        if (Customers.find(handle, facts.customerId()).isEmpty()) {
            throw Refusal.unfit("there is no customer " + facts.customerId() + "; add the customer first");
        }
        record Made(UUID id, UUID customerId) {}
        Made made = handle.createQuery("select id, customer_id from machine where serial = :serial").bind("serial", facts.serial())
                .map((row, context) -> new Made(row.getObject("id", UUID.class), row.getObject("customer_id", UUID.class))).findOne()
                .orElse(null);
        if (made != null && !made.customerId().equals(facts.customerId())) {
            throw taken(facts.serial());
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        OwnedMachine machine = new OwnedMachine(made == null ? UUID.randomUUID() : made.id(), facts.serial(), facts.customerId(), facts.brand(),
                facts.drive(), facts.driveBytes(), facts.memoryBytes(), facts.idleWatts(), now);
        int added = handle.createUpdate("""
                insert into owned_machine (id, serial, customer_id, body, registered_at)
                values (:id, :serial, :customer, cast(:body as jsonb), :at) on conflict do nothing""")
                .bind("id", machine.id()).bind("serial", machine.serial()).bind("customer", machine.customerId())
                .bind("body", JSON.writeValueAsString(machine)).bind("at", now).execute();
        if (added == 0) {
            OwnedMachine known = find(handle, facts.serial()).filter(each -> each.customerId().equals(facts.customerId()))
                    .orElseThrow(() -> taken(facts.serial()));
            machine = new OwnedMachine(known.id(), known.serial(), known.customerId(), facts.brand(), facts.drive(), facts.driveBytes(),
                    facts.memoryBytes(), facts.idleWatts(), known.registeredAt());
            store(handle, machine);
        }
        Audit.write(handle, now, actor, "register machine", machine.serial(), machine.brand() + ", " + machine.drive());
        return machine;
    }

    public Optional<OwnedMachine> find(Handle handle, String serial) {
        return read(handle, serial);
    }

    /// By serial number, at most 500.
    ///
    /// @param customerId null for everybody's
    public List<OwnedMachine> all(Handle handle, @Nullable UUID customerId) {
        return handle.createQuery("""
                select body from owned_machine where cast(:customer as uuid) is null or customer_id = cast(:customer as uuid)
                order by serial limit 500""").bind("customer", customerId).mapTo(String.class).list().stream()
                .map(body -> JSON.readValue(body, OwnedMachine.class)).toList();
    }

    /// The customer's machine that no lease holds.
    ///
    /// @throws Refusal when it is not registered, not theirs, or leased back
    static OwnedMachine free(Handle handle, String serial, UUID customerId) {
        OwnedMachine machine = read(handle, serial).filter(each -> each.customerId().equals(customerId))
                .orElseThrow(() -> Refusal.unfit("this customer has no machine " + serial + "; register it first"));
        leaseOf(handle, machine.id()).ifPresent(lease -> {
            throw Refusal.conflict("machine " + serial + " is leased back already; its upgrade is a change of that lease");
        });
        return machine;
    }

    /// The lease that holds a machine, unless none does.
    public static Optional<UUID> leaseOf(Handle handle, UUID machineId) {
        return handle.createQuery("select id from lease where machine_id = :id and state not in ('RELEASED', 'WITHDRAWN')")
                .bind("id", machineId).mapTo(UUID.class).findOne();
    }

    /// The facts follow what was built in.
    static void built(Handle handle, String serial, List<Option> parts) {
        read(handle, serial).ifPresent(machine -> store(handle, machine.with(parts)));
    }

    private static Optional<OwnedMachine> read(Handle handle, String serial) {
        return handle.createQuery("select body from owned_machine where serial = :serial").bind("serial", serial).mapTo(String.class)
                .findOne().map(body -> JSON.readValue(body, OwnedMachine.class));
    }

    private static void store(Handle handle, OwnedMachine machine) {
        handle.createUpdate("update owned_machine set body = cast(:body as jsonb) where id = :id")
                .bind("body", JSON.writeValueAsString(machine)).bind("id", machine.id()).execute();
    }

    private static Refusal taken(String serial) {
        return Refusal.conflict("machine " + serial + " is registered for another customer");
    }
}
