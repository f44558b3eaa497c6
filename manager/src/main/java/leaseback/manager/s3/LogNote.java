package leaseback.manager.s3;

import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import leaseback.manager.storage.Bucket;
import leaseback.manager.storage.StorageFault;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the access log is to say of one request. Costs nothing until the request turns out to be about a bucket that is logged.
final class LogNote {
    private static final Logger LOG = LoggerFactory.getLogger(LogNote.class);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("'['dd/MMM/uuuu:HH:mm:ss Z']'", Locale.ROOT);
    private static final Pattern SIGNATURES = Pattern.compile("(?i)((?:^|[?&])(?:X-Amz-)?(?:Signature|Security-Token)=)[^&]*");
    private final Instant at;
    private final long began;
    private final boolean website;
    private @Nullable UUID owner;
    private long answered;
    private @Nullable Logged logged;
    private boolean byAcl;
    private boolean written;
    private @Nullable String etag;
    private long bytes = -1;
    private final List<Deleted> deleted = new ArrayList<>();

    /// @param began   as `System.nanoTime`
    /// @param website whether it came to a bucket's web site
    LogNote(Instant at, long began, boolean website) {
        this.at = at;
        this.began = began;
        this.website = website;
    }

    private record Logged(Bucket source, LogRule rule, LogDelivery delivery, String operation) {}

    private record Deleted(String key, @Nullable String version) {}

    /// The request is about a bucket with this rule. Refuses what a journal must hold and could not.
    void begin(Call call, Bucket source, LogRule rule, LogDelivery delivery) throws S3Fault {
        String operation = website ? "WEBSITE." + call.method() + ".OBJECT" : OperationName.of(call, Unsupported.subresource(call.query()));
        logged = new Logged(source, rule, delivery, operation);
        if (rule.journal() && OperationName.isJournaled(call, operation)) {
            delivery.requireJournal(source, rule);
        }
    }

    /// The request is about a bucket of this tenant, who pays for it.
    void of(UUID bucketOwner) {
        owner = bucketOwner;
    }

    /// Null while no bucket was found.
    @Nullable UUID owner() {
        return owner;
    }

    boolean isOfWebsite() {
        return website;
    }

    boolean isKept() {
        return logged != null;
    }

    /// Nothing but an ACL opened what was asked for.
    void byAcl() {
        byAcl = true;
    }

    /// What an operation wrote that its answer's headers do not tell.
    void wrote(String ofEtag, long ofBytes) {
        etag = ofEtag;
        bytes = ofBytes;
    }

    /// One of many.
    void deleted(String key, @Nullable String version) {
        if (logged != null) {
            deleted.add(new Deleted(key, version));
        }
    }

    /// The answer begins.
    void answering() {
        answered = System.nanoTime();
    }

    /// Before the answer begins: a journal is written now, or the answer is never sent.
    void answering(Call call, int status) throws IOException {
        answering();
        if (logged == null || written) {
            return;
        }
        if (logged.rule().journal() && status < 300 && OperationName.isJournaled(call, logged.operation())) {
            written = true;
            try {
                List<String> lines = journal(call, logged);
                if (!lines.isEmpty()) {
                    logged.delivery().add(logged.source(), logged.rule(), lines);
                }
            } catch (StorageFault gone) {
                LOG.debug("the journal of the bucket {} went with its target: {}", logged.source().name(), gone.getMessage());
            }
        }
    }

    /// After the answer.
    ///
    /// @param fault why it was refused; null when it was not
    void end(Call call, Response response, @Nullable S3Fault fault) {
        if (logged == null || logged.rule().journal()) {
            return;
        }
        try {
            logged.delivery().add(logged.source(), logged.rule(), records(call, logged, response, fault));
        } catch (StorageFault gone) {
            LOG.debug("access to the bucket {} is not recorded: {}", logged.source().name(), gone.getMessage());
        } catch (RuntimeException lost) {
            LOG.warn("a record of access to the bucket {} is lost", logged.source().name(), lost);
        }
    }

    private List<String> journal(Call call, Logged kept) {
        String operation = OperationName.inJournal(kept.operation());
        List<String> lines = new ArrayList<>();
        if (kept.operation().equals("REST.POST.MULTI_OBJECT_DELETE")) {
            deleted.stream().filter(gone -> kept.rule().fits(gone.key()))
                    .forEach(gone -> lines.add(journal(kept, operation, gone.key(), -1, gone.version(), null)));
        } else if (kept.rule().fits(call.key())) {
            String version = call.reply().get("x-amz-version-id");
            lines.add(journal(kept, operation, call.key(), size(call), version == null ? call.query().get("versionId") : version,
                    etag == null ? call.reply().get(HttpHeader.ETAG) : etag));
        }
        return lines;
    }

    private String journal(Logged kept, String operation, String key, long size, @Nullable String version, @Nullable String ofEtag) {
        return String.join(" ", kept.source().ownerId().toString(), kept.source().name(), time(), operation,
                Percent.encode(key, true), number(size), text(version), ofEtag == null ? "-" : ofEtag.replace("\"", ""));
    }

    private List<String> records(Call call, Logged kept, Response response, @Nullable S3Fault fault) {
        List<String> lines = new ArrayList<>();
        String object = size(call, response);
        lines.add(record(call, kept, kept.operation(), call.key(), call.query().get("versionId"), response, fault, object));
        for (Deleted gone : deleted) {
            lines.add(record(call, kept, "BATCH.DELETE.OBJECT", gone.key(), gone.version(), response, fault, "-"));
        }
        return lines;
    }

    private String record(Call call, Logged kept, String operation, String key, @Nullable String version, Response response,
            @Nullable S3Fault fault, String object) {
        long sent = Response.getContentBytesWritten(response);
        UUID caller = call.callerId();
        String written = response.getHeaders().get("x-amz-version-id");
        boolean header = call.header("authorization") != null;
        return String.join(" ", kept.source().ownerId().toString(), kept.source().name(), time(), call.address(),
                caller == null ? "-" : caller.toString(), text(response.getHeaders().get("x-amz-request-id")), operation,
                key.isEmpty() ? "-" : Percent.encode(key, true), quoted(call.requestLine()), Integer.toString(response.getStatus()),
                fault == null ? "-" : fault.error().code(), sent == 0 ? "-" : Long.toString(sent), object,
                Long.toString((System.nanoTime() - began) / 1_000_000), answered == 0 ? "-" : Long.toString((answered - began) / 1_000_000),
                quoted(call.header("referer")), quoted(call.header("user-agent")), text(version == null ? written : version),
                text(response.getHeaders().get("x-amz-id-2")), caller == null ? "-" : "SigV4", "-",
                caller == null ? "-" : header ? "AuthHeader" : "QueryString", text(call.header("host")), "-", "-", byAcl ? "Yes" : "-");
    }

    private String time() {
        return TIME.format(at.atOffset(ZoneOffset.UTC));
    }

    /// Of what was written.
    private long size(Call call) {
        if (bytes >= 0 || !call.method().equals("PUT")) {
            return bytes;
        }
        String decoded = call.header("x-amz-decoded-content-length");
        try {
            return Long.parseLong(decoded == null ? String.valueOf(call.header("content-length")) : decoded);
        } catch (NumberFormatException unknown) {
            return -1;
        }
    }

    /// Of the object that was written or read.
    private String size(Call call, Response response) {
        if (call.target().isBucket() || response.getStatus() >= 300) {
            return "-";
        }
        String range = response.getHeaders().get(HttpHeader.CONTENT_RANGE);
        if (range != null) {
            return text(range.substring(range.indexOf('/') + 1));
        }
        boolean read = call.method().equals("GET") || call.method().equals("HEAD");
        return read ? text(response.getHeaders().get(HttpHeader.CONTENT_LENGTH)) : number(size(call));
    }

    private static String number(long value) {
        return value < 0 ? "-" : Long.toString(value);
    }

    private static String text(@Nullable String value) {
        return value == null || value.isEmpty() ? "-" : clean(value).replace(" ", "%20");
    }

    private static String quoted(@Nullable String value) {
        return '"' + (value == null || value.isEmpty() ? "-" : clean(value)) + '"';
    }

    /// Nothing that a client sends may end a field or a record, or sign another request.
    private static String clean(String value) {
        StringBuilder clean = new StringBuilder(value.length());
        for (char c : SIGNATURES.matcher(value).replaceAll("$1-").toCharArray()) {
            if (c < ' ' || c == '"' || c == '\\' || c == 0x7f) {
                clean.append(String.format(Locale.ROOT, "%%%02X", (int) c));
            } else {
                clean.append(c);
            }
        }
        return clean.toString();
    }
}
