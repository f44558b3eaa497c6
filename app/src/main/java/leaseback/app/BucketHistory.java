package leaseback.app;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A bucket with versions, put back to what it showed at an instant. Nothing is destroyed: markers are taken away, old versions are copied
/// before newer ones, and what came later is hidden by a marker.
final class BucketHistory {
    private static final Pattern ENTRY = Pattern.compile("(?s)<(Version|DeleteMarker)>(.*?)</\\1>");
    private final SignedS3 s3;
    private final String bucket;
    private int broughtBack;
    private int hidden;

    BucketHistory(SignedS3 s3, String bucket) {
        this.s3 = s3;
        this.bucket = bucket;
    }

    /// @param spared keys with this beginning are left alone
    Outcome putBack(Instant then, String spared) throws IOException {
        Map<String, String> query = new HashMap<>(Map.of("versions", "", "max-keys", "1000"));
        List<Entry> ofOneKey = new ArrayList<>();
        while (true) {
            String page = must(s3.call("GET", "/" + bucket, query, Map.of(), ""), "listing the versions");
            Matcher entries = ENTRY.matcher(page);
            while (entries.find()) {
                Entry next = new Entry(field(entries.group(2), "Key"), field(entries.group(2), "VersionId"),
                        Instant.parse(field(entries.group(2), "LastModified")), entries.group(1).equals("DeleteMarker"));
                if (!ofOneKey.isEmpty() && !ofOneKey.getFirst().key().equals(next.key())) {
                    key(ofOneKey, then, spared);
                    ofOneKey.clear();
                }
                ofOneKey.add(next);
            }
            if (!"true".equals(field(page, "IsTruncated"))) {
                break;
            }
            query.put("key-marker", field(page, "NextKeyMarker"));
            query.put("version-id-marker", field(page, "NextVersionIdMarker"));
        }
        if (!ofOneKey.isEmpty()) {
            key(ofOneKey, then, spared);
        }
        return new Outcome(broughtBack, hidden);
    }

    /// @param entries of one key, the newest first
    private void key(List<Entry> entries, Instant then, String spared) throws IOException {
        String key = entries.getFirst().key();
        if (key.startsWith(spared)) {
            return;
        }
        int at = 0;
        while (at < entries.size() && entries.get(at).modified().isAfter(then)) {
            at++;
        }
        @Nullable Entry wanted = at == entries.size() || entries.get(at).marker() ? null : entries.get(at);
        String path = "/" + bucket + "/" + key;
        if (wanted == null) {
            if (!entries.getFirst().marker()) {
                must(s3.call("DELETE", path, Map.of(), Map.of(), ""), "hiding " + key);
                hidden++;
            }
        } else if (at > 0) {
            List<Entry> later = entries.subList(0, at);
            if (later.stream().allMatch(Entry::marker)) {
                for (Entry marker : later) {
                    must(s3.call("DELETE", path, Map.of("versionId", marker.version()), Map.of(), ""), "taking a marker away from " + key);
                }
            } else {
                must(s3.call("PUT", path, Map.of(), Map.of("x-amz-copy-source", path + "?versionId=" + wanted.version()), ""),
                        "bringing " + key + " back");
            }
            broughtBack++;
        }
    }

    private static String must(SignedS3.Reply reply, String what) throws IOException {
        if (!reply.good() || reply.body().contains("<Error>")) {
            throw new IOException(what + " was refused: " + reply.said());
        }
        return reply.body();
    }

    /// Empty when it is not there. What restic and this program name is of letters that XML leaves as they are.
    private static String field(String xml, String name) {
        int from = xml.indexOf("<" + name + ">");
        int to = xml.indexOf("</" + name + ">");
        return from < 0 || to < from ? "" : xml.substring(from + name.length() + 2, to);
    }

    /// @param broughtBack keys that show again what they showed
    /// @param hidden      keys that were not there
    record Outcome(int broughtBack, int hidden) {}

    private record Entry(String key, String version, Instant modified, boolean marker) {}
}
