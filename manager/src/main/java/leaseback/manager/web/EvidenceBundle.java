package leaseback.manager.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import leaseback.manager.order.Evidence;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/// A customer's answer as a tar that anybody checks with openssl alone; `README.txt` in it has the commands.
final class EvidenceBundle {
    private static final String README = """
            What was answered, and the proof of it.

              offer.txt      the words that were read and answered
              decision.json  who answered what, when and where; signed by the provider
              decision.sig   the signature: ECDSA P-256 over SHA-256
              provider.pem   the provider's public key; compare it with the one that the provider publishes

            Each of these commands ends with status 0 when all is genuine:

                openssl dgst -sha256 -verify provider.pem -signature decision.sig decision.json
                grep -q "\\"documentSha256\\":\\"$(openssl dgst -sha256 -r offer.txt | cut -c1-64)\\"" decision.json

            previousSha256 in decision.json is the SHA-256 of the decision before this one, of whomever:

                openssl dgst -sha256 -r decision.json

            is what the next one names.
            """;

    private EvidenceBundle() {}

    static Answer tar(Evidence.Bundle bundle) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            add(tar, "README.txt", README.getBytes(StandardCharsets.UTF_8));
            add(tar, "offer.txt", bundle.document());
            add(tar, "decision.json", bundle.decision().document());
            add(tar, "decision.sig", bundle.decision().signature());
            add(tar, "provider.pem", bundle.publicKey().getBytes(StandardCharsets.US_ASCII));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return Answer.of("application/x-tar", bytes.toByteArray());
    }

    private static void add(TarArchiveOutputStream tar, String name, byte[] content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(content.length);
        // The same answer is the same file, whenever it is asked for.
        entry.setModTime(0);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }
}
