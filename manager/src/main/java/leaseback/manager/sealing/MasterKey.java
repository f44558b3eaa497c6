package leaseback.manager.sealing;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Seals small secrets (segment keys, customers' secret keys, the certificate authority's key) for storing in the database.
/// All managers of one database share one master key file; whoever has only the database reads nothing.
public final class MasterKey {
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private final SecretKeySpec key;
    private final SecureRandom random = new SecureRandom();

    private MasterKey(byte[] key) {
        this.key = new SecretKeySpec(key, "AES");
    }

    /// Reads the key, or makes a new one with mode 0600 where there is none yet.
    ///
    /// @throws IOException when the file cannot be read or does not hold a 256-bit key in Base64
    public static MasterKey at(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        if (!Files.exists(file)) {
            byte[] fresh = new byte[32];
            new SecureRandom().nextBytes(fresh);
            // Written aside and then linked: nobody ever reads half a key, and of two managers that start at once one wins.
            Path aside = Files.createTempFile(file.toAbsolutePath().getParent(), "master-key-", ".new",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try {
                Files.writeString(aside, Base64.getEncoder().encodeToString(fresh) + "\n", StandardOpenOption.SYNC);
                Files.createLink(file, aside);
            } catch (FileAlreadyExistsException another) {
                // Its key is as good.
            } finally {
                Files.delete(aside);
            }
        }
        byte[] key;
        try {
            key = Base64.getDecoder().decode(Files.readString(file).strip());
        } catch (IllegalArgumentException notBase64) {
            throw new IOException(file + " is not a master key (Base64 of 32 bytes); restore it from your backup", notBase64);
        }
        if (key.length != 32) {
            throw new IOException(file + " holds " + key.length + " bytes, not the 32 of a master key; restore it"
                    + " from your backup");
        }
        return new MasterKey(key);
    }

    /// Nonce, ciphertext and tag, 28 bytes longer than the secret. `purpose` is bound in: what was sealed for one
    /// opens for no other.
    public byte[] seal(byte[] secret, String purpose) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] body = cipher(Cipher.ENCRYPT_MODE, nonce, purpose).doFinal(secret);
            byte[] sealed = Arrays.copyOf(nonce, NONCE_BYTES + body.length);
            System.arraycopy(body, 0, sealed, NONCE_BYTES, body.length);
            return sealed;
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("this JVM cannot seal with AES-256-GCM", broken);
        }
    }

    /// @throws IllegalStateException when the master key is not the one that sealed, or the bytes were altered
    public byte[] open(byte[] sealed, String purpose) {
        try {
            if (sealed.length < NONCE_BYTES + TAG_BITS / 8) {
                throw new AEADBadTagException(sealed.length + " bytes are too few");
            }
            byte[] nonce = Arrays.copyOf(sealed, NONCE_BYTES);
            return cipher(Cipher.DECRYPT_MODE, nonce, purpose).doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES);
        } catch (GeneralSecurityException wrong) {
            throw new IllegalStateException(
                    "cannot open what was sealed for " + purpose + ": this is another master key, or the bytes were altered",
                    wrong);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, String purpose) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(purpose.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        return cipher;
    }
}
