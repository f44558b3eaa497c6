package leaseback.manager.storage;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Seals and opens the cells of one segment with the segment's own AES-256 key.
///
/// A stored cell is `length` bytes and a tag of 16 right behind them, so each cell of each piece can be told right from
/// wrong by the manager alone. Data cells are encrypted (GCM); parity cells are made from ciphertext and only tagged
/// (GMAC: GCM with the cell as additional data). The nonce is piece index (4 bytes) and stripe (8 bytes): with a key
/// that never seals two different cells at one place it is never used twice.
///
/// Used by one thread at a time; keeps its ciphers between calls because the key schedule costs more than a small cell.
final class CellSeal {
    /// Plain bytes of a full cell: large enough for the vector code of the JDK's AES-GCM, small enough to stay in cache.
    static final int CELL_BYTES = 64 * 1024;
    static final int TAG_BYTES = 16;
    static final int KEY_BYTES = 32;

    private final SecretKeySpec key;
    private final Cipher gcm;
    private final Cipher counter;

    CellSeal(byte[] key) {
        this.key = new SecretKeySpec(key, "AES");
        try {
            this.gcm = Cipher.getInstance("AES/GCM/NoPadding");
            this.counter = Cipher.getInstance("AES/CTR/NoPadding");
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("this JVM has no AES in GCM and CTR mode", missing);
        }
    }

    /// Encrypts `length` bytes of `plain` at `from` into the start of `cell`, the tag behind them.
    void seal(int piece, long stripe, byte[] plain, int from, int length, byte[] cell) {
        try {
            gcm.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(8 * TAG_BYTES, nonce(piece, stripe)));
            gcm.doFinal(plain, from, length, cell, 0);
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("cannot seal cell " + stripe + " of piece " + piece, broken);
        }
    }

    /// Writes the tag of a parity cell behind its `length` bytes.
    void tag(int piece, long stripe, byte[] cell, int length) {
        try {
            gcm.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(8 * TAG_BYTES, nonce(piece, stripe)));
            gcm.updateAAD(cell, 0, length);
            gcm.doFinal(cell, 0, 0, cell, length);
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("cannot tag cell " + stripe + " of piece " + piece, broken);
        }
    }

    /// Decrypts a data cell into `plain` at `to`; false when the tag says it is not what was sealed here.
    boolean open(int piece, long stripe, byte[] cell, int length, byte[] plain, int to) {
        try {
            gcm.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(8 * TAG_BYTES, nonce(piece, stripe)));
            gcm.doFinal(cell, 0, length + TAG_BYTES, plain, to);
            return true;
        } catch (AEADBadTagException altered) {
            return false;
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("cannot open cell " + stripe + " of piece " + piece, broken);
        }
    }

    /// Whether a parity cell is the one that was tagged here.
    boolean check(int piece, long stripe, byte[] cell, int length) {
        try {
            gcm.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(8 * TAG_BYTES, nonce(piece, stripe)));
            gcm.updateAAD(cell, 0, length);
            gcm.doFinal(cell, length, TAG_BYTES);
            return true;
        } catch (AEADBadTagException altered) {
            return false;
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("cannot check cell " + stripe + " of piece " + piece, broken);
        }
    }

    /// Decrypts a data cell that was rebuilt from authenticated cells: its tag is not among them, and not needed.
    void openRebuilt(int piece, long stripe, byte[] cell, int length, byte[] plain, int to) {
        try {
            // GCM encrypts in counter mode from block 2 on; block 1 masks the tag.
            byte[] block = ByteBuffer.allocate(16).put(nonce(piece, stripe)).putInt(2).array();
            counter.init(Cipher.DECRYPT_MODE, key, new IvParameterSpec(block));
            counter.doFinal(cell, 0, length, plain, to);
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("cannot decrypt rebuilt cell " + stripe + " of piece " + piece, broken);
        }
    }

    private static byte[] nonce(int piece, long stripe) {
        return ByteBuffer.allocate(12).putInt(piece).putLong(stripe).array();
    }
}
