package leaseback.manager.storage;

import java.util.Map;

/// What identifies an object's bytes to S3's clients; made by the face, kept by storage.
///
/// @param etag      without quotes
/// @param checksums Base64 by algorithm name (`CRC32`, `CRC32C`, `CRC64NVME`, `SHA1`, `SHA256`), and `TYPE`
///                  (`FULL_OBJECT` or `COMPOSITE`) when there is any
public record Digests(String etag, Map<String, String> checksums) {
    /// Among the checksums: which kind they are of.
    public static final String TYPE = "TYPE";

    public Digests {
        checksums = Map.copyOf(checksums);
    }
}
