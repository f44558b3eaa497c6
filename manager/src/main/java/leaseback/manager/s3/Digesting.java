package leaseback.manager.s3;

import java.security.MessageDigest;
import java.util.Base64;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import leaseback.manager.s3.checksum.Algorithm;
import leaseback.manager.s3.checksum.Running;
import leaseback.manager.storage.Digests;
import org.jspecify.annotations.Nullable;

/// MD5 and checksums over bytes that pass. For one thread.
final class Digesting {
    static final String TYPE = Digests.TYPE;
    static final String FULL_OBJECT = "FULL_OBJECT";
    static final String COMPOSITE = "COMPOSITE";
    private final MessageDigest md5 = Algorithm.digest("MD5");
    private final Map<Algorithm, Running> running = new EnumMap<>(Algorithm.class);
    private final Map<Algorithm, byte[]> values = new EnumMap<>(Algorithm.class);
    private byte[] md5Value = new byte[0];

    /// @param named what the client chose; with no choice S3's own
    Digesting(@Nullable Algorithm named, Set<Algorithm> also) {
        Set<Algorithm> wanted = EnumSet.noneOf(Algorithm.class);
        wanted.addAll(also);
        if (named != null) {
            wanted.add(named);
        } else if (also.isEmpty()) {
            wanted.add(Algorithm.DEFAULT);
        }
        wanted.forEach(algorithm -> running.put(algorithm, algorithm.start()));
    }

    void update(byte[] bytes, int offset, int length) {
        md5.update(bytes, offset, length);
        for (Running checksum : running.values()) {
            checksum.update(bytes, offset, length);
        }
    }

    /// Called once, at the end of the bytes.
    void finish() {
        md5Value = md5.digest();
        running.forEach((algorithm, checksum) -> values.put(algorithm, checksum.value()));
    }

    byte[] md5() {
        return md5Value;
    }

    byte @Nullable [] value(Algorithm algorithm) {
        return values.get(algorithm);
    }

    Digests digests() {
        Map<String, String> checksums = new HashMap<>();
        values.forEach((algorithm, value) -> checksums.put(algorithm.name(), Base64.getEncoder().encodeToString(value)));
        checksums.put(TYPE, FULL_OBJECT);
        return new Digests(HexFormat.of().formatHex(md5Value), checksums);
    }
}
