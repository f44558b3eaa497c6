package leaseback.manager.lease;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import leaseback.manager.audit.Audit;
import leaseback.manager.catalog.Numbers;
import leaseback.manager.catalog.Refusal;
import org.jdbi.v3.core.Handle;

/// The codes on the labels of machines that take part: 16 letters of Crockford's base 32 (80 bits), one a lease, made when its label is first
/// asked for. A code leads to whether the machine still takes part, and to nothing else. Everything in the caller's transaction.
public final class Labels {
    private static final int LETTERS = 16;
    private static final int GROUP = 4;
    private final Leases leases;
    private final InstantSource clock;
    private final RandomGenerator random;

    /// @param random must be cryptographically strong outside tests: nobody shall find a machine by guessing
    public Labels(Leases leases, InstantSource clock, RandomGenerator random) {
        this.leases = leases;
        this.clock = clock;
        this.random = random;
    }

    /// @param text in groups of four, as people read it: `7K3M-9Q2X-0A1B-C4D5`
    public record Code(String text, Instant madeAt) {}

    /// The code of a lease; the same one whenever it is asked for.
    ///
    /// @throws Refusal when there is no such lease, or its machine takes no part
    public Code of(Handle handle, UUID leaseId, String actor) {
        Lease lease = leases.find(handle, leaseId).orElseThrow(() -> Refusal.unknown("agreement", leaseId));
        if (!lease.state().step().takesPart()) {
            throw Refusal.conflict("lease " + lease.number() + " is " + lease.state().step()
                    + ": its machine takes no part, and there is nothing to label; what a label of it says follows by itself");
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        int made = handle.createUpdate("insert into label (code, lease_id, made_at) values (:code, :lease, :at) on conflict (lease_id) do nothing")
                .bind("code", Numbers.fresh("", LETTERS, random)).bind("lease", leaseId).bind("at", now).execute();
        if (made > 0) {
            Audit.write(handle, now, actor, "make label", leaseId.toString(), "lease " + lease.number());
        }
        return handle.createQuery("select code, made_at from label where lease_id = :lease").bind("lease", leaseId)
                .map((row, context) -> new Code(grouped(row.getString("code")), row.getTimestamp("made_at").toInstant())).one();
    }

    /// Whether the machine with this code takes part; empty when nobody made such a code.
    ///
    /// @param written as somebody read it off: in any case, with or without dashes
    public Optional<Boolean> takesPart(Handle handle, String written) {
        String code = written.length() > 4 * LETTERS ? ""
                : written.toUpperCase(Locale.ROOT).replace('O', '0').replace('I', '1').replace('L', '1').replaceAll("[\\s-]", "");
        return handle.createQuery("select lease.state from label join lease on lease.id = label.lease_id where label.code = :code")
                .bind("code", code.matches("[" + Numbers.LETTERS + "]{" + LETTERS + "}") ? code : "")
                .mapTo(String.class).findOne().map(state -> LeaseStep.valueOf(state).takesPart());
    }

    private static String grouped(String code) {
        return code.replaceAll("(.{" + GROUP + "})(?=.)", "$1-");
    }
}
