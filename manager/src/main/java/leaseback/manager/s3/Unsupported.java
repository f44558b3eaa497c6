package leaseback.manager.s3;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;

/// What S3 knows and this face does not do. Refused by name: a header or subresource that is passed over in silence
/// would let a client believe that it has what it asked for.
final class Unsupported {
    private static final Set<String> SUBRESOURCES = Set.of("abac", "accelerate", "acl", "analytics", "annotation", "append",
            "attributes",
            "cors", "delete", "encryption", "intelligent-tiering", "inventory", "legal-hold", "lifecycle", "location", "logging",
            "metadataAnnotationTable", "metadataConfiguration", "metadataInventoryTable", "metadataJournalTable",
            "metadataTable", "metrics",
            "notification", "object-lock", "ownershipControls", "policy", "policyStatus", "publicAccessBlock", "renameObject",
            "replication",
            "requestPayment", "restore", "retention", "select", "session", "tagging", "torrent", "updateEncryption", "uploadId",
            "uploads",
            "versioning", "versions", "website");

    /// Headers that the face acts upon, or that say nothing.
    private static final Set<String> HEADERS = Set.of("x-amz-content-sha256", "x-amz-copy-source", "x-amz-copy-source-if-match",
            "x-amz-copy-source-if-modified-since", "x-amz-copy-source-if-none-match", "x-amz-copy-source-if-unmodified-since",
            "x-amz-copy-source-range", "x-amz-checksum-algorithm", "x-amz-checksum-mode", "x-amz-checksum-type",
            "x-amz-checksum-crc32",
            "x-amz-checksum-crc32c", "x-amz-checksum-crc64nvme", "x-amz-checksum-sha1", "x-amz-checksum-sha256", "x-amz-date",
            "x-amz-decoded-content-length", "x-amz-expected-bucket-owner", "x-amz-metadata-directive", "x-amz-mp-object-size",
            "x-amz-optional-object-attributes", "x-amz-sdk-checksum-algorithm", "x-amz-source-expected-bucket-owner", "x-amz-te",
            "x-amz-trailer", "x-amz-user-agent", "x-amz-tagging", "x-amz-object-lock-mode", "x-amz-object-lock-retain-until-date",
            "x-amz-object-lock-legal-hold", "x-amz-bypass-governance-retention", "x-amz-if-match-last-modified-time",
            "x-amz-if-match-size", "x-amz-max-parts", "x-amz-part-number-marker", "x-amz-object-attributes",
            "x-amz-transition-default-minimum-object-size", "x-amz-request-payer", "x-amz-storage-class", "x-amz-acl", "x-amz-grant-read",
            "x-amz-grant-write", "x-amz-grant-read-acp", "x-amz-grant-write-acp", "x-amz-grant-full-control", "x-amz-object-ownership",
            Encryption.HEADER, Encryptions.KEY_ID, Encryptions.BROUGHT + "algorithm", Encryptions.BROUGHT + "key",
            Encryptions.BROUGHT + "key-md5", Encryptions.BROUGHT_SOURCE + "algorithm", Encryptions.BROUGHT_SOURCE + "key",
            Encryptions.BROUGHT_SOURCE + "key-md5", WebsiteFace.REDIRECT);

    /// Headers with the values that ask for no more than what is so anyway.
    private static final Map<String, Set<String>> TRUE_ANYWAY = Map.of(
            "x-amz-bucket-object-lock-enabled", Set.of("false", "true"),
            Encryption.HEADER + "-bucket-key-enabled", Set.of("false"),
            "x-amz-tagging-directive", Set.of("copy", "replace"));

    private Unsupported() {}

    /// The subresource that a request names, done here or not; null for the thing itself.
    static @Nullable String subresource(Query query) throws S3Fault {
        String found = null;
        for (String name : query.names()) {
            if (SUBRESOURCES.contains(name)) {
                if (found != null) {
                    throw S3Fault.invalidArgument("ResourceType", name, "Conflicting query string parameters: " + found + ", "
                            + name);
                }
                found = name;
            }
        }
        return found;
    }

    static void check(HttpFields headers) throws S3Fault {
        for (HttpField field : headers) {
            String name = field.getName().toLowerCase(Locale.ROOT);
            if (name.startsWith("x-amz-") && !HEADERS.contains(name) && !name.startsWith("x-amz-meta-")) {
                Set<String> values = TRUE_ANYWAY.getOrDefault(name, Set.of());
                String value = String.valueOf(field.getValue());
                if (!values.contains(value.toLowerCase(Locale.ROOT))) {
                    throw S3Fault.notImplemented("The header " + name + (values.isEmpty() ? "" : " with the value " + value))
                            .with("Header", name);
                }
            }
        }
    }
}
