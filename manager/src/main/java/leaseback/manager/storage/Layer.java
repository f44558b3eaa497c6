package leaseback.manager.storage;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// The encryption below the seal: AES-256 in counter mode over one segment's bytes, from any place in it on. A key serves
/// one segment that is written once, so no counter block is used twice. It keeps lengths and proves nothing: that is the seal's.
/// For one thread.
final class Layer {
    static final int KEY_BYTES = 32;
    private static final int BLOCK = 16;
    private final Cipher cipher;

    /// @param at of the first byte to come, counted in the segment
    Layer(byte[] key, long at) {
        try {
            cipher = Cipher.getInstance("AES/CTR/NoPadding");
            byte[] counter = ByteBuffer.allocate(BLOCK).putLong(0).putLong(at / BLOCK).array();
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(counter));
            cipher.update(new byte[(int) (at % BLOCK)]);
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("this Java cannot encrypt with AES-256 in counter mode", broken);
        }
    }

    /// Encrypts or decrypts the next bytes, in their place.
    void apply(byte[] bytes, int from, int length) {
        try {
            int done = cipher.update(bytes, from, length, bytes, from);
            if (done != length) {
                throw new IllegalStateException("counter mode gave " + done + " bytes for " + length);
            }
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("cannot encrypt " + length + " bytes", broken);
        }
    }
}
