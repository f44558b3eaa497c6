package leaseback.manager.s3.checksum;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/// A checksum that a client may send along and ask back. Written as Base64 of the value, big-endian.
public enum Algorithm {
    CRC32(4),
    CRC32C(4),
    CRC64NVME(8),
    SHA1(20),
    SHA256(32);

    /// What S3 itself computes for clients that name none.
    public static final Algorithm DEFAULT = CRC64NVME;

    private final int bytes;

    Algorithm(int bytes) {
        this.bytes = bytes;
    }

    /// By the name in headers and XML, in any case.
    public static Optional<Algorithm> named(String name) {
        for (Algorithm algorithm : values()) {
            if (algorithm.name().equalsIgnoreCase(name)) {
                return Optional.of(algorithm);
            }
        }
        return Optional.empty();
    }

    /// The lower-case header (or trailer) that carries the value.
    public String header() {
        return "x-amz-checksum-" + name().toLowerCase(Locale.ROOT);
    }

    /// The XML element that carries the value.
    public String element() {
        return "Checksum" + name();
    }

    /// Whether the whole's value follows from the parts' values and lengths alone.
    public boolean joins() {
        return switch (this) {
            case CRC32, CRC32C, CRC64NVME -> true;
            case SHA1, SHA256 -> false;
        };
    }

    public Running start() {
        return switch (this) {
            case CRC32 -> new Running.OfZip(new CRC32());
            case CRC32C -> new Running.OfZip(new CRC32C());
            case CRC64NVME -> new Crc64Nvme();
            case SHA1 -> new Running.OfDigest(digest("SHA-1"));
            case SHA256 -> new Running.OfDigest(digest("SHA-256"));
        };
    }

    /// The value's bytes, or empty when `base64` is not a value of this algorithm.
    public Optional<byte[]> decode(String base64) {
        try {
            byte[] value = Base64.getDecoder().decode(base64);
            return value.length == bytes ? Optional.of(value) : Optional.empty();
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    /// A digest that every Java has.
    public static MessageDigest digest(String name) {
        try {
            return MessageDigest.getInstance(name);
        } catch (NoSuchAlgorithmException broken) {
            throw new IllegalStateException("this Java has no " + name, broken);
        }
    }
}
