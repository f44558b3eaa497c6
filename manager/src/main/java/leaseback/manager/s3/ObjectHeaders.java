package leaseback.manager.s3;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import leaseback.manager.storage.Attributes;
import leaseback.manager.storage.Bucket;
import leaseback.manager.storage.Digests;
import leaseback.manager.storage.LifecycleRule;
import leaseback.manager.storage.StoredObject;
import leaseback.manager.storage.Versioning;
import org.eclipse.jetty.http.DateGenerator;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/// The headers that are kept with an object, and those that tell of it.
final class ObjectHeaders {
    private static final String USER = "x-amz-meta-";
    private static final int USER_BYTES = 2048;
    private static final List<String> KEPT =
            List.of("content-type", "cache-control", "content-disposition", "content-encoding", "content-language", "expires");

    /// Kept as they are, where they ask for more than what is so anyway.
    private static final Map<String, String> TOLD = Map.of("x-amz-storage-class", "STANDARD", WebsiteFace.REDIRECT, "");

    private ObjectHeaders() {}

    /// All that a new object is to have beside its bytes.
    static Attributes read(HttpFields headers) throws S3Fault {
        return metadata(headers).withTags(Tags.ofHeader(headers.get("x-amz-tagging"))).withLock(Locks.ofHeaders(headers));
    }

    /// Without tags and lock.
    static Attributes metadata(HttpFields headers) throws S3Fault {
        Map<String, String> kept = new HashMap<>();
        for (String name : KEPT) {
            String value = String.join(",", headers.getValuesList(name));
            if (name.equals("content-encoding")) {
                value = Arrays.stream(value.split(",")).map(String::strip)
                        .filter(coding -> !coding.isEmpty() && !coding.equalsIgnoreCase("aws-chunked"))
                        .collect(Collectors.joining(", "));
            }
            if (!value.isEmpty()) {
                kept.put(name, value);
            }
        }
        String elsewhere = headers.get(WebsiteFace.REDIRECT);
        if (elsewhere != null && !elsewhere.matches("(?:/|https?://)[\\x21-\\x7e]{0,2040}")) {
            throw S3Fault.invalidArgument(WebsiteFace.REDIRECT, elsewhere, "The website redirect location must have a prefix of 'http://' or "
                    + "'https://' or '/', no spaces, and at most 2 KiB.");
        }
        kept.putIfAbsent("content-type", "binary/octet-stream");
        TOLD.forEach((name, usual) -> {
            String value = headers.get(name);
            if (value != null && !value.equals(usual)) {
                kept.put(name, value);
            }
        });
        Map<String, String> user = new HashMap<>();
        int bytes = 0;
        for (HttpField field : headers) {
            String name = field.getName().toLowerCase(Locale.ROOT);
            if (name.startsWith(USER)) {
                String value = field.getValue() == null ? "" : field.getValue();
                String shortName = name.substring(USER.length());
                user.merge(shortName, value, (first, second) -> first + "," + second);
                bytes += shortName.length() + value.getBytes(StandardCharsets.ISO_8859_1).length;
            }
        }
        if (bytes > USER_BYTES) {
            throw S3Error.METADATA_TOO_LARGE.because("Your metadata headers exceed the maximum allowed metadata size")
                    .with("Size", Integer.toString(bytes)).with("MaxSizeAllowed", Integer.toString(USER_BYTES));
        }
        return new Attributes(kept, user);
    }

    /// All that HEAD tells, but lengths and checksums.
    static void write(StoredObject object, HttpFields.Mutable reply) {
        reply.put(HttpHeader.ACCEPT_RANGES, "bytes");
        reply.put(HttpHeader.ETAG, quoted(object.digests().etag()));
        reply.put(HttpHeader.LAST_MODIFIED, DateGenerator.formatDate(object.modifiedAt()));
        object.attributes().headers().forEach((name, value) -> {
            // Others are for us alone: see ObjectAcls.
            if (!name.startsWith(":")) {
                reply.put(name, value);
            }
        });
        object.attributes().user().forEach((name, value) -> reply.put(USER + name, value));
        if (!object.attributes().tags().isEmpty()) {
            reply.put("x-amz-tagging-count", object.attributes().tags().size());
        }
        Locks.write(object.attributes().lock(), reply);
    }

    /// When the object goes by itself, and by which rule; by real days.
    static void writeExpiration(Bucket bucket, StoredObject object, HttpFields.Mutable reply) {
        Instant first = null;
        for (LifecycleRule rule : bucket.lifecycle()) {
            Instant expiry = rule.expiry(object, Duration.ofDays(1));
            if (expiry != null && (first == null || expiry.isBefore(first))) {
                first = expiry;
                reply.put("x-amz-expiration", "expiry-date=\"" + DateGenerator.formatDate(expiry) + "\", rule-id=\""
                        + Percent.encode(rule.id(), false) + "\"");
            }
        }
    }

    /// Only of buckets with versions.
    static void writeVersion(Bucket bucket, @Nullable String version, HttpFields.Mutable reply) {
        if (version != null && bucket.versioning() != Versioning.OFF) {
            reply.put("x-amz-version-id", version);
        }
    }

    /// What was stored, told to whoever stored it.
    static void writeDigests(Digests digests, HttpFields.Mutable reply) {
        reply.put(HttpHeader.ETAG, quoted(digests.etag()));
        writeChecksums(digests, reply);
    }

    static void writeChecksums(Digests digests, HttpFields.Mutable reply) {
        digests.checksums().forEach((name, value) -> reply.put("x-amz-checksum-" + name.toLowerCase(Locale.ROOT), value));
    }

    /// True of every object here: it is sealed with AES-256 under a key that the manager keeps.
    static void sealed(HttpFields.Mutable reply) {
        reply.put("x-amz-server-side-encryption", "AES256");
    }

    static String quoted(String etag) {
        return '"' + etag + '"';
    }

    static String unquoted(String etag) {
        String bare = etag.strip();
        return bare.length() >= 2 && bare.startsWith("\"") && bare.endsWith("\"") ? bare.substring(1, bare.length() - 1) : bare;
    }
}
