package leaseback.manager.s3;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import leaseback.manager.storage.Deletion;
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
        for (String list : new String[] {ifNoneMatch, ifMatch}) {
            if (list != null && list.contains(",")) {
                throw S3Fault.notImplemented("A write with If-Match or If-None-Match of several ETags").with("Header", "If-Match");
            }
        }
        refuseDates(headers, "A write");
        boolean absent = ifNoneMatch != null && ifNoneMatch.strip().equals("*");
        return new Precondition(absent, ifMatch == null ? null : ObjectHeaders.unquoted(ifMatch),
                ifNoneMatch == null || absent ? null : ObjectHeaders.unquoted(ifNoneMatch));
    }

    /// What a deleting request asks for.
    static Deletion ofDeletion(HttpFields headers, boolean bypass) throws S3Fault {
        if (headers.contains("if-none-match")) {
            throw S3Fault.notImplemented("A deletion with If-None-Match").with("Header", "If-None-Match");
        }
        refuseDates(headers, "A deletion");
        return deletion(bypass, headers.get("if-match"), headers.get("x-amz-if-match-last-modified-time"),
                headers.get("x-amz-if-match-size"));
    }

    /// @param modified as HTTP writes it, or as XML does
    static Deletion deletion(boolean bypass, @Nullable String etag, @Nullable String modified, @Nullable String bytes)
            throws S3Fault {
        Instant time = modified == null ? null : date(modified);
        try {
            return new Deletion(bypass, etag == null ? null : ObjectHeaders.unquoted(etag),
                    modified != null && time == null ? OffsetDateTime.parse(modified.strip()).toInstant() : time,
                    bytes == null ? null : Long.valueOf(bytes.strip()));
        } catch (DateTimeParseException | NumberFormatException unreadable) {
            throw S3Error.INVALID_ARGUMENT.because("A condition of the deletion cannot be read: " + modified + ", " + bytes);
        }
    }

    private static void refuseDates(HttpFields headers, String what) throws S3Fault {
        for (String name : new String[] {"If-Modified-Since", "If-Unmodified-Since"}) {
            if (headers.contains(name)) {
                throw S3Fault.notImplemented(what + " with " + name).with("Header", name);
            }
        }
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
