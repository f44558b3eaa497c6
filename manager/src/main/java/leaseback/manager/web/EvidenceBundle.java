package leaseback.manager.web;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import leaseback.manager.order.Evidence;

/// A customer's answer as a tar that anybody checks with openssl alone; `README.txt` in it has the commands.
final class EvidenceBundle {
    private static final int BLOCK = 512;
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
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        add(tar, "README.txt", README.getBytes(StandardCharsets.UTF_8));
        add(tar, "offer.txt", bundle.document());
        add(tar, "decision.json", bundle.decision().document());
        add(tar, "decision.sig", bundle.decision().signature());
        add(tar, "provider.pem", bundle.publicKey().getBytes(StandardCharsets.US_ASCII));
        tar.writeBytes(new byte[2 * BLOCK]);
        return Answer.of("application/x-tar", tar.toByteArray());
    }

    /// One file in the POSIX ustar format.
    private static void add(ByteArrayOutputStream tar, String name, byte[] content) {
        byte[] header = new byte[BLOCK];
        put(header, 0, name);
        put(header, 100, "0000644");
        put(header, 108, "0000000");
        put(header, 116, "0000000");
        put(header, 124, octal(content.length, 11));
        put(header, 136, octal(0, 11));
        put(header, 156, "0");
        put(header, 257, "ustar");
        put(header, 263, "00");
        // The sum is taken with spaces in its own place.
        Arrays.fill(header, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte each : header) {
            sum += each & 0xff;
        }
        put(header, 148, octal(sum, 6));
        header[154] = 0;
        tar.writeBytes(header);
        tar.writeBytes(content);
        tar.writeBytes(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    private static String octal(long value, int digits) {
        return String.format(Locale.ROOT, "%0" + digits + "o", value);
    }
}
