package leaseback.manager.fleet;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import leaseback.manager.audit.Audit;
import leaseback.manager.database.Database;
import leaseback.manager.lease.LeaseStep;
import leaseback.manager.lease.Leases;
import leaseback.manager.order.ClaimCodes;
import leaseback.protocol.Party;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Turns machines into hosts: a claim code, once, for a certificate; and a certificate for the next.
public final class Enrolment {
    private static final Logger LOG = LoggerFactory.getLogger(Enrolment.class);

    /// Bounds the wait for others that enrol at the same instant.
    private static final int ALIAS_TRIES = 100;

    private final Database database;
    private final Authority authority;
    private final ClaimCodes claimCodes;
    private final Leases leases;
    private final InstantSource clock;

    public Enrolment(Database database, Authority authority, ClaimCodes claimCodes, Leases leases, InstantSource clock) {
        this.database = database;
        this.authority = authority;
        this.claimCodes = claimCodes;
        this.leases = leases;
        this.clock = clock;
    }

    /// What became of a request.
    public sealed interface Outcome {
        record Issued(UUID hostId, X509Certificate certificate) implements Outcome {}

        /// The signing request itself is wrong; the claim code, if any, stays good.
        record BadRequest(String why) implements Outcome {}

        record UnknownCode() implements Outcome {}

        record UsedCode(Instant at) implements Outcome {}

        record ExpiredCode(Instant at) implements Outcome {}

        /// The code is good, but its machine has not been delivered yet.
        record Undelivered(String serial, LeaseStep step) implements Outcome {}

        /// The certificate shown does not allow this.
        record NotAllowed(String why) implements Outcome {}
    }

    /// Makes the machine to which the code belongs a host, starts its lease, and certifies its key; all or nothing. One that is a host already
    /// and lost its key stays the host that it is, and its certificates so far are taken back.
    ///
    /// @param request PKCS#10, DER
    public Outcome enrol(String claimCode, byte[] request) {
        SigningRequest wanted;
        try {
            wanted = SigningRequest.parse(request);
        } catch (IllegalArgumentException wrong) {
            return new Outcome.BadRequest(String.valueOf(wrong.getMessage()));
        }
        if (!wanted.uris().isEmpty()) {
            return new Outcome.BadRequest("the request asks for the name " + wanted.uris().getFirst()
                    + "; a host's name is given, not chosen");
        }
        Outcome outcome = database.transact(handle -> switch (claimCodes.redeem(handle, claimCode)) {
            case ClaimCodes.Outcome.Redeemed good -> {
                Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
                UUID host = good.hostId();
                if (host == null) {
                    host = UUID.randomUUID();
                    insert(handle, host, good, now);
                    leases.enrolled(handle, good.leaseId(), now);
                } else {
                    handle.createUpdate("update certificate set revoked_at = :now where subject_id = :id and revoked_at is null")
                            .bind("now", now).bind("id", host).execute();
                    Audit.write(handle, now, "agent:" + good.serial(), "enrol host again", host.toString(), "its certificates so far are revoked");
                }
                yield new Outcome.Issued(host, authority.issueHost(handle, host, good.serial(), wanted.key()));
            }
            case ClaimCodes.Outcome.Unknown unknown -> new Outcome.UnknownCode();
            case ClaimCodes.Outcome.Used used -> new Outcome.UsedCode(used.at());
            case ClaimCodes.Outcome.Expired expired -> new Outcome.ExpiredCode(expired.at());
            case ClaimCodes.Outcome.Undelivered early -> new Outcome.Undelivered(early.serial(), early.step());
        });
        if (outcome instanceof Outcome.Issued issued) {
            LOG.info("enrolled host {} ({})", issued.hostId(), issued.certificate().getSubjectX500Principal());
        }
        return outcome;
    }

    /// A new certificate for the host that shows `current`, for the key of the request; the old one runs out by itself.
    public Outcome renew(X509Certificate current, byte[] request) {
        Party.Host host;
        try {
            Party party = authority.verify(current, Authority.CLIENT_AUTH, ManagerIdentity.RENEWAL_GRACE);
            if (!(party instanceof Party.Host found)) {
                return new Outcome.NotAllowed("only hosts renew here, not " + party.uri());
            }
            host = found;
        } catch (CertificateException refused) {
            return new Outcome.NotAllowed(String.valueOf(refused.getMessage()));
        }
        SigningRequest wanted;
        try {
            wanted = SigningRequest.parse(request);
        } catch (IllegalArgumentException wrong) {
            return new Outcome.BadRequest(String.valueOf(wrong.getMessage()));
        }
        for (String uri : wanted.uris()) {
            if (!uri.equals(host.uri())) {
                return new Outcome.NotAllowed(host.uri() + " cannot be certified as " + uri);
            }
        }
        return database.transact(handle -> handle.createQuery("select serial from host where id = :id and state not in ('REVOKED', 'RELEASED')")
                .bind("id", host.id()).mapTo(String.class).findOne()
                .<Outcome>map(serial -> sameNames(wanted.commonNames(), serial)
                        ? new Outcome.Issued(host.id(), authority.issueHost(handle, host.id(), serial, wanted.key()))
                        : new Outcome.BadRequest("the request's subject must be CN=" + serial + ", as in the certificate shown"))
                .orElseGet(() -> new Outcome.NotAllowed("host " + host.id() + " is not enrolled any more")));
    }

    private static boolean sameNames(List<String> asked, String serial) {
        return asked.isEmpty() || asked.equals(List.of(serial));
    }

    private static void insert(Handle handle, UUID host, ClaimCodes.Outcome.Redeemed machine, Instant now) {
        for (int i = 0; i < ALIAS_TRIES; i++) {
            // Two that enrol at once reckon the same alias: the second waits for the first, does nothing, and reckons again.
            int inserted = handle.createUpdate("""
                    insert into host (id, alias, serial, machine_id, owner_id, lease_id, state, enrolled_at)
                    select :id, coalesce(max(alias), -1) + 1, :serial, :machine, :owner, :lease, 'ACTIVE', :at from host
                    on conflict (alias) do nothing""")
                    .bind("id", host).bind("serial", machine.serial()).bind("machine", machine.machineId())
                    .bind("owner", machine.ownerId()).bind("lease", machine.leaseId()).bind("at", now).execute();
            if (inserted == 1) {
                return;
            }
        }
        throw new IllegalStateException("no alias found for host " + host + " in " + ALIAS_TRIES + " tries; try again");
    }
}
