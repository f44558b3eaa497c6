package leaseback.manager.s3;

import java.time.Instant;
import leaseback.manager.storage.Precondition;
import leaseback.manager.storage.StoredObject;
import org.eclipse.jetty.http.HttpDateTime;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;

/// Conditional requests, after RFC 9110 section 13.
final class Conditions {
    private Conditions() {}

    /// What a reading request asks for.
    enum Verdict { PROCEED, NOT_MODIFIED, FAILED }

    /// @param prefix of the header names: empty, or `x-amz-copy-source-`
    static Verdict judge(HttpFields headers, String prefix, StoredObject object) {
        String etag = object.digests().etag();
        // Headers carry whole seconds.
        Instant modified = Instant.ofEpochSecond(object.modifiedAt().getEpochSecond());
        String ifMatch = headers.get(prefix + "if-match");
        Instant unmodifiedSince = date(headers.get(prefix + "if-unmodified-since"));
        if (ifMatch != null ? !matches(ifMatch, etag) : unmodifiedSince != null && modified.isAfter(unmodifiedSince)) {
            return Verdict.FAILED;
        }
        String ifNoneMatch = headers.get(prefix + "if-none-match");
        Instant modifiedSince = date(headers.get(prefix + "if-modified-since"));
        if (ifNoneMatch != null ? matches(ifNoneMatch, etag) : modifiedSince != null && !modified.isAfter(modifiedSince)) {
            return Verdict.NOT_MODIFIED;
        }
        return Verdict.PROCEED;
    }

    /// What a writing request asks for: a new key, or a certain object under it.
    static Precondition ofWrite(HttpFields headers) throws S3Fault {
        String ifNoneMatch = headers.get("if-none-match");
        String ifMatch = headers.get("if-match");
        if (ifNoneMatch != null && (ifMatch != null || !ifNoneMatch.strip().equals("*"))) {
            throw S3Fault.notImplemented("A write with If-None-Match other than *, or together with If-Match,")
                    .with("Header", "If-None-Match");
        }
        if (ifMatch != null && (ifMatch.contains("*") || ifMatch.contains(","))) {
            throw S3Fault.notImplemented("A write with If-Match other than one ETag").with("Header", "If-Match");
        }
        for (String name : new String[] {"If-Modified-Since", "If-Unmodified-Since"}) {
            if (headers.contains(name)) {
                throw S3Fault.notImplemented("A write with " + name).with("Header", name);
            }
        }
        return new Precondition(ifNoneMatch != null, ifMatch == null ? null : ObjectHeaders.unquoted(ifMatch));
    }

    static boolean matches(String list, String etag) {
        for (String tag : list.split(",")) {
            String bare = tag.strip();
            if (bare.equals("*") || ObjectHeaders.unquoted(bare.startsWith("W/") ? bare.substring(2) : bare).equals(etag)) {
                return true;
            }
        }
        return false;
    }

    /// Null where there is none, or none that can be read: such a condition is to be ignored.
    private static @Nullable Instant date(@Nullable String text) {
        long millis = text == null ? -1 : HttpDateTime.parseToEpoch(text);
        return millis < 0 ? null : Instant.ofEpochMilli(millis);
    }
}
