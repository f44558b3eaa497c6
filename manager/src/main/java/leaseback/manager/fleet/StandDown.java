package leaseback.manager.fleet;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import leaseback.manager.audit.Audit;
import leaseback.manager.database.Database;
import leaseback.manager.lease.Ending;
import leaseback.manager.lease.Leases;
import leaseback.protocol.Party;
import leaseback.protocol.Release;
import leaseback.protocol.ReleaseReceipt;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The chore that ends what a lease's end begins: a host whose lease stands down is drained; once it is empty it gives the disk back, and
/// signs; once its receipt is kept here it forgets us, and the machine is its owner's alone.
///
/// A crash anywhere is cured by the next round: the host gives the same receipt again, and a farewell may be said twice.
public final class StandDown {
    private static final Logger LOG = LoggerFactory.getLogger(StandDown.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /// A machine that was empty and not seen for so long will not come back to sign.
    private static final Duration AWAITED = Duration.ofDays(30);
    private static final int PAGE = 100;

    private final Database database;
    private final Fleet fleet;
    private final Lines lines;
    private final Leases leases;
    private final Authority authority;
    private final InstantSource clock;
    private final JsonMapper json = JsonMapper.builder().build();

    public StandDown(Database database, Fleet fleet, Lines lines, Leases leases, Authority authority, InstantSource clock) {
        this.database = database;
        this.fleet = fleet;
        this.lines = lines;
        this.leases = leases;
        this.authority = authority;
        this.clock = clock;
    }

    /// What a host signed, with what proves it.
    ///
    /// @param signature   of the document's UTF-8 bytes, SHA-256 with ECDSA, Base64
    /// @param certificate DER, Base64
    public record Receipt(UUID leaseId, String document, String signature, String certificate, Instant receivedAt) {}

    /// One round.
    public void run() {
        for (Going going : going("h.state = 'ACTIVE' and l.state = 'STANDING_DOWN'")) {
            fleet.drain(going.host(), "manager", "its lease " + going.number() + " ended: " + going.words());
        }
        for (Going going : going("h.state = 'LEAVING' and h.emptied_at is not null and l.state = 'STANDING_DOWN'")) {
            if (lines.reachable(going.host())) {
                release(going);
            } else if (going.emptiedAt() != null && going.emptiedAt().plus(AWAITED).isBefore(clock.instant())) {
                lost(going);
            }
        }
        for (Going going : going("h.state = 'RELEASED' and h.farewell_at is null")) {
            if (lines.reachable(going.host())) {
                farewell(going);
            }
        }
    }

    /// The receipt of a host that was released.
    public Optional<Receipt> receipt(UUID host) {
        Base64.Encoder text = Base64.getEncoder();
        return database.read(handle -> handle.createQuery("""
                select lease_id, document, signature, certificate, received_at from release_receipt where host_id = :host""")
                .bind("host", host).map((row, context) -> new Receipt(row.getObject("lease_id", UUID.class),
                        new String(row.getBytes("document"), StandardCharsets.UTF_8), text.encodeToString(row.getBytes("signature")),
                        text.encodeToString(row.getBytes("certificate")), row.getTimestamp("received_at").toInstant())).findOne());
    }

    private record Going(UUID host, UUID lease, String number, Ending ending, @Nullable Instant emptiedAt) {
        String words() {
            return switch (ending) {
                case EXPIRED -> "its term ran out";
                case NOTICE_BY_CUSTOMER -> "you gave notice";
                case NOTICE_BY_PROVIDER -> "we gave notice";
                case WITHDRAWN -> "you withdrew";
                case BREACH -> "what was agreed was not kept";
            };
        }
    }

    private List<Going> going(String which) {
        return database.read(handle -> handle.createQuery("select h.id, h.lease_id, l.number, l.ending, h.emptied_at from host h"
                + " join lease l on l.id = h.lease_id where " + which + " order by h.id limit " + PAGE)
                .map((row, context) -> new Going(row.getObject("id", UUID.class), row.getObject("lease_id", UUID.class),
                        row.getString("number"), Ending.valueOf(row.getString("ending")),
                        row.getTimestamp("emptied_at") == null ? null : row.getTimestamp("emptied_at").toInstant())).list());
    }

    private void release(Going going) {
        ReleaseReceipt receipt;
        try {
            receipt = json.readValue(call(going, "/v1/release"), ReleaseReceipt.class);
            check(going, receipt);
        } catch (LineFault | JacksonException | GeneralSecurityException | IllegalArgumentException fault) {
            LOG.warn("host {} gave no good receipt for lease {}; it is asked again: {}", going.host(), going.number(), fault.getMessage());
            return;
        }
        Instant now = clock.instant();
        Base64.Decoder bytes = Base64.getDecoder();
        database.transact(handle -> {
            // Of two managers at this, the second finds the row there and the host released.
            int kept = handle.createUpdate("""
                    insert into release_receipt (host_id, lease_id, document, signature, certificate, received_at)
                    values (:host, :lease, :document, :signature, :certificate, :at) on conflict (host_id) do nothing""")
                    .bind("host", going.host()).bind("lease", going.lease())
                    .bind("document", receipt.document().getBytes(StandardCharsets.UTF_8))
                    .bind("signature", bytes.decode(receipt.signature())).bind("certificate", bytes.decode(receipt.certificate()))
                    .bind("at", now).execute();
            if (kept == 1) {
                handle.createUpdate("update host set state = 'RELEASED', released_at = :at where id = :host").bind("at", now)
                        .bind("host", going.host()).execute();
                leases.release(handle, going.lease(), "host:" + going.host(), "the host signed that it holds nothing of others any more");
            }
            return kept;
        });
        fleet.refresh();
        farewell(going);
    }

    /// An empty machine that never came back: nothing of others is on it that counts, and nobody waits for it longer.
    private void lost(Going going) {
        Instant now = clock.instant();
        database.transact(handle -> {
            int changed = handle.createUpdate("""
                    update host set state = 'RELEASED', released_at = :at, farewell_at = :at where id = :host and state = 'LEAVING'""")
                    .bind("at", now).bind("host", going.host()).execute();
            if (changed == 1) {
                leases.release(handle, going.lease(), "manager", "the machine was not seen for " + AWAITED.toDays()
                        + " days since it held nothing any more: there is no receipt");
                revoke(going, now, handle);
            }
            return changed;
        });
        fleet.refresh();
    }

    private void farewell(Going going) {
        try {
            call(going, "/v1/farewell");
        } catch (LineFault fault) {
            LOG.info("host {} has not heard our farewell yet: {}", going.host(), fault.getMessage());
            return;
        }
        Instant now = clock.instant();
        database.transact(handle -> {
            int changed = handle.createUpdate("update host set farewell_at = :at where id = :host and farewell_at is null")
                    .bind("at", now).bind("host", going.host()).execute();
            if (changed == 1) {
                revoke(going, now, handle);
                Audit.write(handle, now, "manager", "release host", going.host().toString(), "its lease " + going.number() + " has ended");
            }
            return changed;
        });
        LOG.info("host {} is released: lease {} has ended", going.host(), going.number());
    }

    private static void revoke(Going going, Instant now, org.jdbi.v3.core.Handle handle) {
        handle.createUpdate("update certificate set revoked_at = :at where subject_id = :host and revoked_at is null")
                .bind("at", now).bind("host", going.host()).execute();
    }

    private byte[] call(Going going, String path) throws LineFault {
        byte[] body = json.writeValueAsBytes(new Release(going.lease(), going.words()));
        Lines.Reply reply = lines.call(going.host(), "POST", path, body, PATIENCE);
        if (reply.status() >= 300) {
            throw new LineFault("host " + going.host() + " answered " + reply.status() + " to POST " + path + ": "
                    + new String(reply.body(), StandardCharsets.UTF_8).strip());
        }
        return reply.body();
    }

    /// @throws IllegalArgumentException when it is not this host's word on this lease
    private void check(Going going, ReleaseReceipt receipt) throws GeneralSecurityException {
        Base64.Decoder bytes = Base64.getDecoder();
        X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(bytes.decode(receipt.certificate())));
        Party party = authority.verify(certificate, Authority.CLIENT_AUTH, Duration.ZERO);
        if (!(party instanceof Party.Host signer) || !signer.id().equals(going.host())) {
            throw new IllegalArgumentException("the receipt is signed by " + party.uri());
        }
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initVerify(certificate.getPublicKey());
        signature.update(receipt.document().getBytes(StandardCharsets.UTF_8));
        if (!signature.verify(bytes.decode(receipt.signature()))) {
            throw new IllegalArgumentException("the receipt's signature is not that of its document");
        }
        JsonNode words = json.readTree(receipt.document());
        if (!words.path("host").asString("").equals(going.host().toString())
                || !words.path("lease").asString("").equals(going.lease().toString())) {
            throw new IllegalArgumentException("the receipt speaks of host " + words.path("host") + " and lease " + words.path("lease"));
        }
    }
}
