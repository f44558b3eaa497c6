package leaseback.manager.sealing;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Small secrets under one AES-256 key: header, nonce, ciphertext, tag. Nonces are random, so one key is good for 2^32 secrets
/// (NIST SP 800-38D, 8.3).
final class KeyBox {
    static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private final SecretKeySpec key;
    private final SecureRandom random = new SecureRandom();

    KeyBox(byte[] key) {
        this.key = new SecretKeySpec(key, "AES");
    }

    /// `header`, then 28 bytes more than the secret.
    byte[] seal(byte[] header, byte[] secret, String purpose) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] body = cipher(Cipher.ENCRYPT_MODE, nonce, purpose).doFinal(secret);
            byte[] sealed = Arrays.copyOf(header, header.length + NONCE_BYTES + body.length);
            System.arraycopy(nonce, 0, sealed, header.length, NONCE_BYTES);
            System.arraycopy(body, 0, sealed, header.length + NONCE_BYTES, body.length);
            return sealed;
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("this JVM cannot seal with AES-256-GCM", broken);
        }
    }

    /// Opens what lies behind a header of `skip` bytes.
    byte[] open(byte[] sealed, int skip, String purpose) throws GeneralSecurityException {
        if (sealed.length < skip + NONCE_BYTES + TAG_BITS / 8) {
            throw new AEADBadTagException(sealed.length + " bytes are too few");
        }
        byte[] nonce = Arrays.copyOfRange(sealed, skip, skip + NONCE_BYTES);
        int from = skip + NONCE_BYTES;
        return cipher(Cipher.DECRYPT_MODE, nonce, purpose).doFinal(sealed, from, sealed.length - from);
    }

    private Cipher cipher(int mode, byte[] nonce, String purpose) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(purpose.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
