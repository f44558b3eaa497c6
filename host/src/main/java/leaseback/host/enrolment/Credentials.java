package leaseback.host.enrolment;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import leaseback.protocol.Party;

/// This machine's key, which never leaves it, and the certificate made for it. One PEM file with both, mode 0600,
/// replaced as a whole: there is never a key without its certificate.
public record Credentials(PrivateKey key, X509Certificate certificate) {
    /// Who the certificate says this machine is.
    ///
    /// @throws IllegalStateException when it is no host's certificate
    public Party.Host host() {
        return Party.of(certificate).filter(Party.Host.class::isInstance).map(Party.Host.class::cast)
                .orElseThrow(() -> new IllegalStateException("this machine's certificate names no host"));
    }

    /// When two thirds of its life have passed.
    public Instant renewAt() {
        Instant from = certificate.getNotBefore().toInstant();
        return from.plus(Duration.between(from, certificate.getNotAfter().toInstant()).multipliedBy(2).dividedBy(3));
    }

    static Optional<Credentials> load(Path file) throws IOException {
        String pem;
        try {
            pem = Files.readString(file, StandardCharsets.US_ASCII);
        } catch (NoSuchFileException notYet) {
            return Optional.empty();
        }
        try {
            PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(block(pem, "PRIVATE KEY")));
            return Optional.of(new Credentials(key, certificate(block(pem, "CERTIFICATE"))));
        } catch (GeneralSecurityException | IllegalArgumentException broken) {
            throw new IOException(file + " does not hold this machine's key and certificate; restore it, or enrol anew with a "
                    + "fresh claim code after moving it away", broken);
        }
    }

    void save(Path file) throws IOException {
        String pem;
        try {
            pem = pem("PRIVATE KEY", key.getEncoded()) + pem("CERTIFICATE", certificate.getEncoded());
        } catch (GeneralSecurityException broken) {
            throw new IOException("the certificate cannot be encoded", broken);
        }
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        try (var out = Files.newByteChannel(fresh,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SYNC),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            out.write(ByteBuffer.wrap(pem.getBytes(StandardCharsets.US_ASCII)));
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    static X509Certificate certificate(byte[] der) throws GeneralSecurityException {
        return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
    }

    private static String pem(String kind, byte[] der) {
        return "-----BEGIN " + kind + "-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END " + kind + "-----\n";
    }

    private static byte[] block(String pem, String kind) {
        String begin = "-----BEGIN " + kind + "-----";
        int from = pem.indexOf(begin);
        int to = pem.indexOf("-----END " + kind + "-----");
        if (from < 0 || to < from) {
            throw new IllegalArgumentException("no " + kind);
        }
        return Base64.getMimeDecoder().decode(pem.substring(from + begin.length(), to));
    }
}
