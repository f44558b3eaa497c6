package leaseback.manager.order;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import leaseback.manager.audit.Audit;
import leaseback.manager.catalog.Documents;
import leaseback.manager.catalog.Numbers;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.lease.Leases;
import leaseback.protocol.BuildManifest;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// What the factory asks for: one signed manifest a machine. Every method works in the caller's transaction.
public final class Factory {
    private static final Pattern SERIAL = Pattern.compile("[A-Z0-9][A-Z0-9-]{3,39}");
    private final Orders orders;
    private final Leases leases;
    private final ClaimCodes claimCodes;
    private final SigningKeys keys;
    private final Supplier<String> enrolmentUrl;
    private final Supplier<String> caPem;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final JsonMapper json = Documents.mapper();
    private @Nullable Greeting greeting;

    /// @param enrolmentUrl `https://` address under which machines enrol
    /// @param caPem        the certificate an agent must find there
    public Factory(Orders orders, Leases leases, ClaimCodes claimCodes, SigningKeys keys, Supplier<String> enrolmentUrl,
            Supplier<String> caPem, InstantSource clock, RandomGenerator random) {
        this.orders = orders;
        this.leases = leases;
        this.claimCodes = claimCodes;
        this.keys = keys;
        this.enrolmentUrl = enrolmentUrl;
        this.caPem = caPem;
        this.clock = clock;
        this.random = random;
    }

    /// What a machine whose lease takes part says to who signs in, in one line.
    @FunctionalInterface
    public interface Greeting {
        String of(Handle handle, UUID leaseId, String actor);
    }

    /// Has machines greet. Called before the first build.
    public Factory greet(Greeting words) {
        greeting = words;
        return this;
    }

    /// What the factory gets.
    ///
    /// @param claimCode goes into the machine's sealed first-boot file; null for a machine without lease, and whenever the
    ///                  manifest was taken before: we keep only the code's hash
    public record Build(Order order, Machine machine, Signed manifest, @Nullable String claimCode) {}

    /// Makes the order's machine and its manifest; asking again answers with the same manifest, without the claim code.
    ///
    /// @param serial as the factory's line numbers its machines; null for a fresh one of ours
    /// @throws Refusal when there is no such order, the serial number is malformed or taken, or the machine has another
    public Build build(Handle handle, UUID orderId, @Nullable String serial, String actor) {
        if (serial != null && !SERIAL.matcher(serial).matches()) {
            throw Refusal.unfit("a serial number is 4 to 40 of A-Z, 0-9 and -, such as LB-000123; not \""
                    + serial + "\"");
        }
        Order order = orders.lock(handle, orderId);
        if (order.upgrades() != null) {
            throw Refusal.conflict("order " + order.number() + " upgrades machine " + order.upgrades().serial()
                    + " where it stands; POST /api/upgrade/" + order.quoteId() + "/install");
        }
        Machine made = switch (order.state()) {
            case OrderState.Acknowledged waiting -> null;
            case OrderState.Configured configured -> configured.machine();
            case OrderState.Delivered delivered -> delivered.machine();
        };
        if (made == null) {
            return make(handle, order, new Machine(UUID.randomUUID(), serial == null ? Numbers.fresh("LB-", 10, random) : serial),
                    actor);
        }
        if (serial != null && !serial.equals(made.serial())) {
            throw Refusal.conflict("order " + order.number() + " was built as machine " + made.serial() + ", not " + serial);
        }
        return new Build(order, made, manifest(handle, orderId).orElseThrow(), null);
    }

    /// The parts are in, in a machine that its owner had before: its manifest, and where the offer was accepted the claim code with which
    /// its agent, installed where it stands, enrols. Asking again answers with the same manifest, without the claim code.
    Build install(Handle handle, Order order, String actor) {
        Machine machine = Objects.requireNonNull(order.upgrades(), "an upgrade names its machine");
        if (!(order.state() instanceof OrderState.Acknowledged)) {
            return new Build(order, machine, manifest(handle, order.id()).orElseThrow(), null);
        }
        Made made = made(handle, order, machine, actor);
        if (order.leaseId() != null && order.build() instanceof BuildConfiguration.LeasedBack build) {
            leases.configure(handle, order.leaseId(), machine.id(), build.leasedBytes(), actor);
        }
        Order after = orders.installed(handle, order.id(), made.manifest());
        Audit.write(handle, now(), actor, "upgrade machine", machine.serial(), "order " + order.number());
        return new Build(after, machine, made.manifest(), made.claimCode());
    }

    /// The signed manifest, once the machine is made.
    public Optional<Signed> manifest(Handle handle, UUID orderId) {
        return handle.createQuery("""
                select manifest, signature, signing_key from machine where order_id = :id
                union all select manifest, signature, signing_key from customer_order where id = :id and manifest is not null""")
                .bind("id", orderId)
                .map((row, context) -> new Signed(row.getBytes("manifest"), row.getBytes("signature"), row.getInt("signing_key")))
                .findOne();
    }

    /// A fresh claim code, and the manifest that goes with it, for a machine whose code was lost or has expired; the old code is
    /// unknown from now on.
    ///
    /// @throws Refusal when there is no such order, it has no lease, its machine is not made, or the machine has enrolled
    public Build reissue(Handle handle, UUID orderId, String actor) {
        Order order = orders.lock(handle, orderId);
        Machine machine = switch (order.state()) {
            case OrderState.Acknowledged waiting ->
                    throw Refusal.conflict("order " + order.number() + " is not built yet; its build issues the claim code");
            case OrderState.Configured configured -> configured.machine();
            case OrderState.Delivered delivered -> delivered.machine();
        };
        if (!(order.build() instanceof BuildConfiguration.LeasedBack)) {
            throw Refusal.conflict("order " + order.number() + " has no lease, so its machine never enrols and needs no claim code");
        }
        Made made = made(handle, order, machine, actor);
        handle.createUpdate((order.upgrades() == null ? "update machine" : "update customer_order")
                + " set manifest = :manifest, signature = :signature, signing_key = :key where id = :id")
                .bind("manifest", made.manifest().document()).bind("signature", made.manifest().signature())
                .bind("key", made.manifest().key()).bind("id", order.upgrades() == null ? machine.id() : order.id()).execute();
        Audit.write(handle, now(), actor, "reissue claim code", machine.serial(), "order " + order.number());
        return new Build(order, machine, made.manifest(), made.claimCode());
    }

    private Build make(Handle handle, Order order, Machine machine, String actor) {
        Made made = made(handle, order, machine, actor);
        Signed signed = made.manifest();
        Instant now = now();
        int added = handle.createUpdate("""
                insert into machine (id, serial, order_id, customer_id, manifest, signature, signing_key, made_at)
                values (:id, :serial, :order, :customer, :manifest, :signature, :key, :at) on conflict (serial) do nothing""")
                .bind("id", machine.id()).bind("serial", machine.serial()).bind("order", order.id())
                .bind("customer", order.customerId()).bind("manifest", signed.document()).bind("signature", signed.signature())
                .bind("key", signed.key()).bind("at", now).execute();
        if (added == 0) {
            throw Refusal.conflict("the serial number " + machine.serial() + " is taken by another machine");
        }
        if (order.leaseId() != null && order.build() instanceof BuildConfiguration.LeasedBack build) {
            leases.configure(handle, order.leaseId(), machine.id(), build.leasedBytes(), actor);
        }
        handle.createUpdate("update customer_order set configured_at = :at where id = :id").bind("at", now).bind("id", order.id())
                .execute();
        Audit.write(handle, now, actor, "build machine", machine.serial(), "order " + order.number());
        return new Build(orders.find(handle, order.id()).orElseThrow(), machine, signed, made.claimCode());
    }

    private record Made(Signed manifest, @Nullable String claimCode) {}

    private Made made(Handle handle, Order order, Machine machine, String actor) {
        String claimCode = null;
        BuildManifest.LeaseBack leaseBack = null;
        if (order.build() instanceof BuildConfiguration.LeasedBack build) {
            UUID leaseId = Objects.requireNonNull(order.leaseId(), "an order leased back has its lease");
            claimCode = claimCodes.issue(handle, machine.id(), machine.serial(), leaseId, order.customerId());
            leaseBack = new BuildManifest.LeaseBack(leaseId, build.leasedBytes(), enrolmentUrl.get(), caPem.get(),
                    ClaimCodes.hexHash(claimCode), greeting == null ? null : greeting.of(handle, leaseId, actor));
        }
        BuildManifest manifest =
                new BuildManifest(machine.id(), machine.serial(), order.number(), order.system(), order.build().bill(),
                order.build().firmware(), leaseBack, now());
        return new Made(keys.sign(handle, json.writeValueAsBytes(manifest)), claimCode);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
