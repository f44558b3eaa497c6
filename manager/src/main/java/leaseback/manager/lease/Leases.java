package leaseback.manager.lease;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import leaseback.manager.audit.Audit;
import leaseback.manager.catalog.DiskShare;
import leaseback.manager.catalog.Documents;
import leaseback.manager.catalog.LeasePlan;
import leaseback.manager.catalog.Money;
import leaseback.manager.catalog.Numbers;
import leaseback.protocol.Calendar;
import leaseback.protocol.LeaseTerms;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// The lease-back agreements and their lives. Every method works in the caller's transaction; every step is recorded with
/// actor, instant and reason, and a step that does not follow from where the lease stands is an [IllegalTransition].
public final class Leases {
    private static final String COLUMNS = """
            select id, number, customer_id, zone, plan, share, pay_minor, pay_currency, terms_version, version,
                   state, state_at, expires_at, machine_id, leased_bytes, created_at from lease
            """;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final JsonMapper json = Documents.mapper();

    public Leases(InstantSource clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    /// A new lease, offered until `expiresAt`.
    public Lease offer(Handle handle, UUID customerId, ZoneId zone, LeasePlan plan, DiskShare share, Money monthlyPay,
            Instant expiresAt, String actor) {
        Instant now = now();
        Lease lease = new Lease(UUID.randomUUID(), Numbers.fresh("L-", 8, random), customerId, zone, plan, share, monthlyPay, 1,
                new LeaseState.Offered(now, expiresAt), now);
        handle.createUpdate("""
                insert into lease (id, number, customer_id, zone, plan, share, pay_minor, pay_currency, terms_version, version,
                                   state, state_at, expires_at, created_at)
                values (:id, :number, :customer, :zone, cast(:plan as jsonb), cast(:share as jsonb), :pay, :currency, 1, 1,
                        'OFFERED', :at, :expires, :at)""")
                .bind("id", lease.id()).bind("number", lease.number()).bind("customer", customerId).bind("zone", zone.getId())
                .bind("plan", json.writeValueAsString(plan))
                .bind("share", json.writerFor(DiskShare.class).writeValueAsString(share))
                .bind("pay", monthlyPay.minor()).bind("currency", monthlyPay.currency())
                .bind("at", now).bind("expires", expiresAt).execute();
        record(handle, lease, 1, null, LeaseStep.OFFERED, actor, now, "offered with the quote");
        return lease;
    }

    /// The customer's explicit yes.
    public void accept(Handle handle, UUID leaseId, String actor, String reason) {
        step(handle, leaseId, LeaseStep.ACCEPTED, actor, now(), reason, null, 0);
    }

    /// The customer's explicit no.
    public void decline(Handle handle, UUID leaseId, String actor, String reason) {
        step(handle, leaseId, LeaseStep.DECLINED, actor, now(), reason, null, 0);
    }

    /// The machine is made: the share has become `leasedBytes` of its drive.
    public void configure(Handle handle, UUID leaseId, UUID machineId, long leasedBytes, String actor) {
        step(handle, leaseId, LeaseStep.CONFIGURED, actor, now(), "the machine is made", machineId, leasedBytes);
    }

    public void deliver(Handle handle, UUID leaseId, String actor) {
        step(handle, leaseId, LeaseStep.DELIVERED, actor, now(), "the machine is with its owner", null, 0);
    }

    /// The agent has enrolled: the lease runs from `at`.
    public void enrolled(Handle handle, UUID leaseId, Instant at) {
        step(handle, leaseId, LeaseStep.ACTIVE, "agent", at.truncatedTo(ChronoUnit.MILLIS), "the agent enrolled", null, 0);
    }

    /// What the host has promised, built from the stored agreement.
    ///
    /// @throws IllegalStateException when the lease has no machine yet, so that its share is not known in bytes
    public LeaseTerms terms(Handle handle, UUID leaseId) {
        return terms(find(handle, leaseId).orElseThrow(() -> new IllegalStateException("there is no lease " + leaseId)));
    }

    /// What the host has promised by this lease.
    ///
    /// @throws IllegalStateException when the lease has no machine yet, so that its share is not known in bytes
    public static LeaseTerms terms(Lease lease) {
        long leasedBytes = switch (lease.state()) {
            case LeaseState.Configured configured -> configured.leasedBytes();
            case LeaseState.Delivered delivered -> delivered.leasedBytes();
            case LeaseState.Active active -> active.leasedBytes();
            case LeaseState.Offered offered -> throw unmade(lease);
            case LeaseState.Lapsed lapsed -> throw unmade(lease);
            case LeaseState.Declined declined -> throw unmade(lease);
            case LeaseState.Accepted accepted -> throw unmade(lease);
        };
        return new LeaseTerms(lease.id(), lease.termsVersion(), leasedBytes, new Calendar(lease.zone(), lease.plan().serving()),
                new Calendar(lease.zone(), lease.plan().processor()), lease.monthlyPay().minor(), lease.monthlyPay().currency(),
                Promise.words(lease.plan(), leasedBytes, lease.zone(), lease.monthlyPay()));
    }

    public Optional<Lease> find(Handle handle, UUID leaseId) {
        return handle.createQuery(COLUMNS + " where id = :id").bind("id", leaseId).map((row, context) -> lease(row)).findOne();
    }

    /// Oldest first, at most `limit`, those that come after the lease `after`.
    ///
    /// @param customerId null for everybody's
    public List<Lease> page(Handle handle, @Nullable UUID customerId, @Nullable UUID after, int limit) {
        return handle.createQuery(COLUMNS + """
                 where (cast(:customer as uuid) is null or customer_id = cast(:customer as uuid))
                   and (cast(:after as uuid) is null
                        or (created_at, id) > (select l.created_at, l.id from lease l where l.id = cast(:after as uuid)))
                 order by created_at, id limit :limit""")
                .bind("customer", customerId).bind("after", after).bind("limit", limit)
                .map((row, context) -> lease(row)).list();
    }

    /// Its life so far, oldest first.
    public List<Transition> history(Handle handle, UUID leaseId) {
        return handle.createQuery("""
                select version, from_state, to_state, actor, at, reason from lease_transition
                where lease_id = :id order by version""")
                .bind("id", leaseId)
                .map((row, context) -> {
                    String from = row.getString("from_state");
                    return new Transition(row.getInt("version"), from == null ? null : LeaseStep.valueOf(from),
                            LeaseStep.valueOf(row.getString("to_state")), row.getString("actor"),
                            row.getTimestamp("at").toInstant(), row.getString("reason"));
                }).list();
    }

    private void step(Handle handle, UUID leaseId, LeaseStep to, String actor, Instant at, String reason,
            @Nullable UUID machineId, long leasedBytes) {
        record Locked(Lease lease, int version) {}
        Locked locked = handle.createQuery(COLUMNS + " where id = :id for update").bind("id", leaseId)
                .map((row, context) -> new Locked(lease(row), row.getInt("version"))).findOne()
                .orElseThrow(() -> new IllegalStateException("there is no lease " + leaseId));
        Lease lease = locked.lease();
        LeaseStep from = lease.state().step();
        if (!from.next().contains(to)) {
            throw new IllegalTransition(lease.number(), from, to);
        }
        handle.createUpdate("""
                update lease set state = :state, state_at = :at, version = version + 1,
                       machine_id = coalesce(cast(:machine as uuid), machine_id),
                       leased_bytes = case when :bytes > 0 then :bytes else leased_bytes end
                where id = :id""")
                .bind("state", to.name()).bind("at", at).bind("machine", machineId).bind("bytes", leasedBytes)
                .bind("id", leaseId).execute();
        record(handle, lease, locked.version() + 1, from, to, actor, at, reason);
    }

    private void record(Handle handle, Lease lease, int version, @Nullable LeaseStep from, LeaseStep to, String actor,
            Instant at, String reason) {
        handle.createUpdate("""
                insert into lease_transition (lease_id, version, from_state, to_state, actor, at, reason)
                values (:lease, :version, :from, :to, :actor, :at, :reason)""")
                .bind("lease", lease.id()).bind("version", version).bind("from", from == null ? null : from.name())
                .bind("to", to.name()).bind("actor", actor).bind("at", at).bind("reason", reason).execute();
        Audit.write(handle, at, actor, "lease becomes " + to, lease.id().toString(), lease.number() + ": " + reason);
    }

    private Lease lease(ResultSet row) throws SQLException {
        return new Lease(row.getObject("id", UUID.class), row.getString("number"), row.getObject("customer_id", UUID.class),
                ZoneId.of(row.getString("zone")), json.readValue(row.getString("plan"), LeasePlan.class),
                json.readValue(row.getString("share"), DiskShare.class),
                new Money(row.getLong("pay_minor"), row.getString("pay_currency")), row.getInt("terms_version"), state(row),
                row.getTimestamp("created_at").toInstant());
    }

    private LeaseState state(ResultSet row) throws SQLException {
        Instant at = row.getTimestamp("state_at").toInstant();
        UUID machineId = row.getObject("machine_id", UUID.class);
        long leasedBytes = row.getLong("leased_bytes");
        return switch (LeaseStep.valueOf(row.getString("state"))) {
            case OFFERED -> {
                Instant expiresAt = row.getTimestamp("expires_at").toInstant();
                yield clock.instant().isBefore(expiresAt)
                        ? new LeaseState.Offered(at, expiresAt) : new LeaseState.Lapsed(expiresAt);
            }
            case LAPSED -> new LeaseState.Lapsed(at);
            case DECLINED -> new LeaseState.Declined(at);
            case ACCEPTED -> new LeaseState.Accepted(at);
            case CONFIGURED -> new LeaseState.Configured(at, machineId, leasedBytes);
            case DELIVERED -> new LeaseState.Delivered(at, machineId, leasedBytes);
            case ACTIVE -> new LeaseState.Active(at, machineId, leasedBytes);
        };
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static IllegalStateException unmade(Lease lease) {
        return new IllegalStateException("lease " + lease.number() + " is " + lease.state().step()
                + ": its machine is not made, so its share is not known in bytes");
    }
}
