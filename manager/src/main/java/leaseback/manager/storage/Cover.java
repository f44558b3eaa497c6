package leaseback.manager.storage;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.random.RandomGenerator;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// A key of 32 bytes under which a content is encrypted before it is sealed like any other. Storage keeps nothing of it but
/// what only its holder can use: each segment's inner key and the digests, wrapped under keys that follow from it, and a salted
/// proof by which it is recognized. Sealed cells are still audited, repaired and packed by those who do not have it.
public final class Cover {
    public static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int SALT_BYTES = 16;
    private static final int ETAG_BYTES = 16;
    private static final String MAC = "HmacSHA256";
    private final byte[] key;
    private final SecretKeySpec wrapping;
    private final RandomGenerator random;

    /// @param key    32 bytes, of chance; the caller may wipe them
    /// @param random must be cryptographically strong outside tests
    Cover(byte[] key, RandomGenerator random) {
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException("a key of " + key.length + " bytes instead of " + KEY_BYTES);
        }
        this.key = key.clone();
        this.random = random;
        this.wrapping = new SecretKeySpec(mac("leaseback cover wrapping", new byte[0]), "AES");
    }

    /// By which `proves` recognizes the key. Tells nothing of it.
    public String proof() {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        byte[] proof = Arrays.copyOf(salt, SALT_BYTES + KEY_BYTES);
        System.arraycopy(mac("leaseback cover proof", salt), 0, proof, SALT_BYTES, KEY_BYTES);
        return Base64.getEncoder().encodeToString(proof);
    }

    /// Whether this is the key that gave the proof.
    public boolean proves(String proof) {
        byte[] bytes = Base64.getDecoder().decode(proof);
        byte[] salt = Arrays.copyOf(bytes, SALT_BYTES);
        return MessageDigest.isEqual(mac("leaseback cover proof", salt), Arrays.copyOfRange(bytes, SALT_BYTES, bytes.length));
    }

    /// What may be kept: the ETag is no longer the bytes' MD5 but a name only the holder of the key could give them, and the
    /// checksums are wrapped. By them anyone could try guesses of what was stored.
    public Digests hide(Digests digests) {
        Map<String, String> hidden = new HashMap<>();
        digests.checksums().forEach((name, value) -> hidden.put(name, name.equals(Digests.TYPE) ? value
                : Base64.getEncoder().encodeToString(wrap(value.getBytes(StandardCharsets.US_ASCII)))));
        byte[] etag = mac("leaseback cover etag", digests.etag().getBytes(StandardCharsets.US_ASCII));
        return new Digests(HexFormat.of().formatHex(etag, 0, ETAG_BYTES), hidden);
    }

    /// The hidden ones with their checksums as they were; the ETag stays.
    public Digests show(Digests digests) {
        Map<String, String> shown = new HashMap<>();
        digests.checksums().forEach((name, value) -> shown.put(name, name.equals(Digests.TYPE) ? value
                : new String(unwrap(Base64.getDecoder().decode(value)), StandardCharsets.US_ASCII)));
        return new Digests(digests.etag(), shown);
    }

    /// The checksums of a whole object that was put together from parts: its ETag follows from theirs already.
    public Digests wrapped(Digests digests) {
        return new Digests(digests.etag(), hide(digests).checksums());
    }

    byte[] wrap(byte[] secret) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            Cipher gcm = Cipher.getInstance("AES/GCM/NoPadding");
            gcm.init(Cipher.ENCRYPT_MODE, wrapping, new GCMParameterSpec(TAG_BITS, nonce));
            byte[] body = gcm.doFinal(secret);
            byte[] wrapped = Arrays.copyOf(nonce, NONCE_BYTES + body.length);
            System.arraycopy(body, 0, wrapped, NONCE_BYTES, body.length);
            return wrapped;
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("this Java cannot seal with AES-256-GCM", broken);
        }
    }

    /// @throws IllegalStateException when another key wrapped it, or the bytes were altered
    byte[] unwrap(byte[] wrapped) {
        try {
            Cipher gcm = Cipher.getInstance("AES/GCM/NoPadding");
            gcm.init(Cipher.DECRYPT_MODE, wrapping, new GCMParameterSpec(TAG_BITS, wrapped, 0, NONCE_BYTES));
            return gcm.doFinal(wrapped, NONCE_BYTES, wrapped.length - NONCE_BYTES);
        } catch (AEADBadTagException other) {
            throw new IllegalStateException("what was wrapped under another key, or altered, does not open", other);
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("this Java cannot open AES-256-GCM", broken);
        }
    }

    private byte[] mac(String purpose, byte[] about) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(key, MAC));
            mac.update(purpose.getBytes(StandardCharsets.US_ASCII));
            mac.update((byte) 0);
            return mac.doFinal(about);
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("this Java has no " + MAC, broken);
        }
    }

    /// The inner key of a new segment, and what of it is kept.
    record Inner(byte[] wrapped, Layer layer) {}

    Inner inner() {
        byte[] inner = new byte[Layer.KEY_BYTES];
        random.nextBytes(inner);
        return new Inner(wrap(inner), new Layer(inner, 0));
    }
}
