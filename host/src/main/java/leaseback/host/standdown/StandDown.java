package leaseback.host.standdown;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import leaseback.host.enrolment.Credentials;
import leaseback.host.enrolment.Identity;
import leaseback.host.pieces.Pieces;
import leaseback.host.promise.Kept;
import leaseback.host.promise.Promise;
import leaseback.protocol.Release;
import leaseback.protocol.ReleaseReceipt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/// Gives the machine back to its owner when the lease has ended: what is kept for others is erased, a receipt signed and kept, and when
/// the manager has it, the key and all that was agreed are forgotten. Nothing outside the agent's own folder is touched.
///
/// A crash anywhere leaves it where the manager asks again: the receipt is on disk before it is given.
public final class StandDown {
    private static final Logger LOG = LoggerFactory.getLogger(StandDown.class);

    private final Path folder;
    private final String agentVersion;
    private final Identity identity;
    private final Promise promise;
    private final Pieces pieces;
    private final Kept<ReleaseReceipt> receipt;
    private final InstantSource clock;
    private final JsonMapper json;
    private volatile boolean over;

    private StandDown(Path folder, String agentVersion, Identity identity, Promise promise, Pieces pieces, Kept<ReleaseReceipt> receipt,
            InstantSource clock, JsonMapper json) {
        this.folder = folder;
        this.agentVersion = agentVersion;
        this.identity = identity;
        this.promise = promise;
        this.pieces = pieces;
        this.receipt = receipt;
        this.clock = clock;
        this.json = json;
        this.over = receipt.value().isPresent() && identity.credentials().isEmpty();
    }

    /// @param folder the agent's own
    public static StandDown in(Path folder, String agentVersion, Identity identity, Promise promise, Pieces pieces, InstantSource clock,
            JsonMapper json) throws IOException {
        return new StandDown(folder, agentVersion, identity, promise, pieces,
                Kept.in(folder.resolve("receipt.json"), ReleaseReceipt.class, json), clock, json);
    }

    /// Whether the machine is its owner's alone again.
    public boolean over() {
        return over;
    }

    /// Where the owner finds the receipt; empty before there is one.
    public Optional<Path> receipt() {
        return receipt.value().map(kept -> folder.resolve("receipt.json"));
    }

    /// Erases what is kept for others and signs for it.
    ///
    /// @throws IllegalArgumentException when it is not this machine's lease that has ended
    public synchronized ReleaseReceipt release(Release asked) throws IOException {
        Credentials credentials = ours(asked);
        Optional<ReleaseReceipt> before = receipt.value().filter(kept -> kept.document().contains(asked.leaseId().toString()));
        if (before.isPresent()) {
            return before.get();
        }
        long bytes = pieces.usedBytes();
        long erased = pieces.eraseAll();
        Map<String, Object> words = new LinkedHashMap<>();
        words.put("what", "this machine holds nothing of others any more, and its disk is given back");
        words.put("host", credentials.host().id());
        words.put("lease", asked.leaseId());
        words.put("at", clock.instant());
        words.put("why", asked.why());
        words.put("piecesErased", erased);
        words.put("bytesGivenBack", bytes);
        words.put("agentVersion", agentVersion);
        String document = json.writeValueAsString(words);
        ReleaseReceipt signed = new ReleaseReceipt(document, signature(credentials, document), certificate(credentials));
        receipt.keep(signed);
        LOG.info("lease {} has ended ({}): {} pieces erased, the receipt is in {}", asked.leaseId(), asked.why(), erased, folder);
        return signed;
    }

    /// Forgets key, terms and managers; from now on this machine dials nobody.
    ///
    /// @throws IllegalArgumentException when it was not released before
    public synchronized void farewell(Release asked) throws IOException {
        if (over) {
            return;
        }
        ours(asked);
        if (receipt.value().isEmpty()) {
            throw new IllegalArgumentException("lease " + asked.leaseId() + " is not released yet; ask for that first");
        }
        over = true;
        identity.forget();
        for (String name : List.of("terms.json", "earnings.json", "managers.json")) {
            Files.deleteIfExists(folder.resolve(name));
        }
    }

    private Credentials ours(Release asked) {
        if (!asked.leaseId().equals(promise.terms().leaseId())) {
            throw new IllegalArgumentException("this machine's lease is " + promise.terms().leaseId() + ", not " + asked.leaseId());
        }
        return identity.credentials().orElseThrow(() -> new IllegalArgumentException("this machine has not enrolled"));
    }

    private static String signature(Credentials credentials, String document) {
        try {
            Signature signing = Signature.getInstance("SHA256withECDSA");
            signing.initSign(credentials.key());
            signing.update(document.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(signing.sign());
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("this JVM cannot sign with this machine's key", broken);
        }
    }

    private static String certificate(Credentials credentials) {
        try {
            return Base64.getEncoder().encodeToString(credentials.certificate().getEncoded());
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("this machine's certificate cannot be encoded", broken);
        }
    }
}
