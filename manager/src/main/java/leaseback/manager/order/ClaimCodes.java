package leaseback.manager.order;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;
import java.util.random.RandomGenerator;
import leaseback.manager.catalog.Documents;
import leaseback.manager.audit.Audit;
import leaseback.manager.catalog.Numbers;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.lease.Lease;
import leaseback.manager.lease.LeaseStep;
import leaseback.manager.lease.Leases;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// The one-time codes that travel with machines and let their agents enrol: 25 letters of Crockford's base 32 in groups
/// of five (125 bits), one a machine, kept only as SHA-256, good for [#LIFE], once. A machine that lost its key with its drive gets another
/// code, which makes it the host that it was.
public final class ClaimCodes {
    /// How long a code is good for after the machine was made.
    public static final Duration LIFE = Duration.ofDays(90);
    /// How long one is good for after a drive was exchanged.
    public static final Duration AGAIN = Duration.ofDays(30);
    private static final int GROUPS = 5;
    private static final int GROUP = 5;
    private final Leases leases;
    private final InstantSource clock;
    private final RandomGenerator random;

    /// @param random must be cryptographically strong outside tests: whoever guesses a code enrols as the machine
    public ClaimCodes(Leases leases, InstantSource clock, RandomGenerator random) {
        this.leases = leases;
        this.clock = clock;
        this.random = random;
    }

    /// What became of a code that was presented.
    public sealed interface Outcome {
        /// It was good, and is used up when the caller's transaction commits.
        ///
        /// @param hostId which the machine is already; null where it is to become one
        record Redeemed(UUID machineId, String serial, UUID leaseId, UUID ownerId, @Nullable UUID hostId) implements Outcome {}

        /// We never issued it, or it was mistyped.
        record Unknown() implements Outcome {}

        record Used(Instant at) implements Outcome {}

        record Expired(Instant at) implements Outcome {}

        /// It is good, but its lease stands at `step`: the delivery of the machine has not been recorded. It stays good.
        record Undelivered(String serial, LeaseStep step) implements Outcome {}
    }

    /// Presents a code, in any case, with or without its dashes; in the caller's transaction.
    /// Of two who present the same code at once, one waits for the other and is told `Used`.
    public Outcome redeem(Handle handle, String code) {
        byte[] hash = hash(code);
        Row row = handle.createQuery("""
                select machine_id, serial, lease_id, owner_id, host_id, expires_at, used_at from claim_code
                where hash = :hash for update""")
                .bind("hash", hash)
                .map((found, context) -> new Row(found.getObject("machine_id", UUID.class), found.getString("serial"),
                        found.getObject("lease_id", UUID.class), found.getObject("owner_id", UUID.class), found.getObject("host_id", UUID.class),
                        found.getTimestamp("expires_at").toInstant(),
                        found.getTimestamp("used_at") == null ? null : found.getTimestamp("used_at").toInstant()))
                .findOne().orElse(null);
        if (row == null) {
            return new Outcome.Unknown();
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        if (row.usedAt() != null) {
            return new Outcome.Used(row.usedAt());
        }
        if (!now.isBefore(row.expiresAt())) {
            return new Outcome.Expired(row.expiresAt());
        }
        Lease lease = leases.find(handle, row.leaseId()).orElseThrow();
        UUID host = row.hostId();
        if (host == null && lease.state().step() != LeaseStep.DELIVERED) {
            return new Outcome.Undelivered(row.serial(), lease.state().step());
        }
        if (host != null && !goesOn(handle, host)) {
            return new Outcome.Unknown();
        }
        handle.createUpdate("update claim_code set used_at = :now where hash = :hash").bind("now", now).bind("hash", hash)
                .execute();
        Audit.write(handle, now, "agent:" + row.serial(), "redeem claim code", row.machineId().toString(), "lease "
                + lease.number());
        return new Outcome.Redeemed(row.machineId(), row.serial(), row.leaseId(), row.ownerId(), host);
    }

    /// A fresh code for a machine; the code itself is in the answer and nowhere else. One that was issued before is unknown from
    /// now on, and so is one that was used for a lease that is over.
    ///
    /// @throws Refusal when the machine has used its code
    public String issue(Handle handle, UUID machineId, String serial, UUID leaseId, UUID ownerId) {
        String code = fresh();
        handle.createUpdate("""
                delete from claim_code where machine_id = :machine and (used_at is null
                  or lease_id in (select id from lease where machine_id = :machine and state in ('RELEASED', 'WITHDRAWN')))""")
                .bind("machine", machineId).execute();
        if (insert(handle, code, machineId, serial, leaseId, ownerId, null, LIFE) == 0) {
            throw Refusal.conflict("machine " + serial
                    + " has enrolled with its claim code; it needs no other, but for a new drive: POST /api/partReplacement/ID/code");
        }
        return code;
    }

    /// A fresh code for a machine that has enrolled and lost its key; whoever uses it is the host that the machine was, and the certificates
    /// of that host are taken back. Good for [#AGAIN]. One that was issued before is unknown from now on.
    ///
    /// @throws Refusal CONFLICT when the machine has not enrolled, or is no host any more
    public String again(Handle handle, UUID leaseId, String actor) {
        Enrolled host = handle.createQuery("""
                select id, machine_id, serial, owner_id from host where lease_id = :lease and state not in ('REVOKED', 'RELEASED') for update""")
                .bind("lease", leaseId).map((row, context) -> new Enrolled(row.getObject(1, UUID.class), row.getObject(2, UUID.class),
                        row.getString(3), row.getObject(4, UUID.class))).findOne()
                .orElseThrow(() -> Refusal.conflict("the machine is no host of ours now, so no code makes it one again"));
        String code = fresh();
        handle.createUpdate("delete from claim_code where machine_id = :machine").bind("machine", host.machineId()).execute();
        insert(handle, code, host.machineId(), host.serial(), leaseId, host.ownerId(), host.id(), AGAIN);
        Audit.write(handle, clock.instant().truncatedTo(ChronoUnit.MILLIS), actor, "issue claim code again", host.machineId().toString(), "host " + host.id());
        return code;
    }

    /// Takes a code of [#again] back that was not used.
    public void takeBack(Handle handle, UUID leaseId) {
        handle.createUpdate("delete from claim_code where lease_id = :lease and host_id is not null and used_at is null").bind("lease", leaseId)
                .execute();
    }

    private record Enrolled(UUID id, UUID machineId, String serial, UUID ownerId) {}

    private String fresh() {
        String letters = Numbers.fresh("", GROUPS * GROUP, random);
        StringBuilder code = new StringBuilder();
        for (int i = 0; i < letters.length(); i++) {
            code.append(i > 0 && i % GROUP == 0 ? "-" : "").append(letters.charAt(i));
        }
        return code.toString();
    }

    private int insert(Handle handle, String code, UUID machineId, String serial, UUID leaseId, UUID ownerId, @Nullable UUID hostId, Duration life) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        return handle.createUpdate("""
                insert into claim_code (hash, machine_id, serial, lease_id, owner_id, host_id, issued_at, expires_at)
                values (:hash, :machine, :serial, :lease, :owner, cast(:host as uuid), :at, :expires)
                on conflict (machine_id) do nothing""")
                .bind("hash", hash(code)).bind("machine", machineId).bind("serial", serial).bind("lease", leaseId)
                .bind("owner", ownerId).bind("host", hostId).bind("at", now).bind("expires", now.plus(life)).execute();
    }

    /// Also while it stands down: it has a receipt to sign.
    private static boolean goesOn(Handle handle, UUID host) {
        return handle.createQuery("select count(*) from host where id = :id and state not in ('REVOKED', 'RELEASED')").bind("id", host)
                .mapTo(Long.class).one() == 1;
    }

    /// SHA-256 of the code's letters, hex: what the manifest carries.
    static String hexHash(String code) {
        return HexFormat.of().formatHex(hash(code));
    }

    private static byte[] hash(String code) {
        String letters = code.toUpperCase(Locale.ROOT).replace('O', '0').replace('I', '1').replace('L', '1')
                .replaceAll("[\\s-]", "");
        return Documents.sha256(letters.getBytes(StandardCharsets.UTF_8));
    }

    private record Row(UUID machineId, String serial, UUID leaseId, UUID ownerId, @Nullable UUID hostId, Instant expiresAt, @Nullable Instant usedAt) {}
}
