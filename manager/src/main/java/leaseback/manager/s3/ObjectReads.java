package leaseback.manager.s3;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import leaseback.manager.s3.rights.Action;
import leaseback.manager.storage.ObjectStore;
import leaseback.manager.storage.StorageFault;
import leaseback.manager.storage.StoredObject;
import org.eclipse.jetty.http.DateGenerator;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/// Objects read: GET, HEAD, and what is told of them.
final class ObjectReads {
    private static final Map<String, String> OVERRIDES = Map.of(
            "response-content-type", "content-type",
            "response-content-language", "content-language",
            "response-expires", "expires",
            "response-cache-control", "cache-control",
            "response-content-disposition", "content-disposition",
            "response-content-encoding", "content-encoding");
    private final Finder finder;
    private final ObjectStore objects;
    private final Encryptions encryptions;

    ObjectReads(Finder finder, ObjectStore objects, Encryptions encryptions) {
        this.encryptions = encryptions;
        this.finder = finder;
        this.objects = objects;
    }

    /// GET, and HEAD, which says the same without the bytes.
    void read(Call call) throws IOException, StorageFault {
        call.noBody();
        boolean head = call.method().equals("HEAD");
        Found found = head ? finder.find(call, Action.GET_OBJECT, Action.GET_OBJECT_VERSION)
                : finder.look(call, Action.GET_OBJECT, Action.GET_OBJECT_VERSION);
        send(call, found);
    }

    /// Once it is known that the caller may have it.
    void send(Call call, Found found) throws IOException, StorageFault {
        boolean head = call.method().equals("HEAD");
        StoredObject object = found.object();
        Encryptions.refuse(call.headers());
        ObjectStore.PartRange part = call.query().has("partNumber") ? part(call, object) : null;
        Encryption encryption = encryptions.stored(call.headers(), Encryptions.BROUGHT, found.bucket(), object.attributes());
        if (!proceeds(call, object)) {
            return;
        }
        String ifRange = call.header("if-range");
        boolean ranged = ifRange == null || Conditions.matches(ifRange, object.digests().etag());
        ByteRange range = part != null ? part.bytes() == 0 ? null : new ByteRange(part.from(), part.bytes())
                : ranged ? ByteRange.parse(call.header("range"), object.bytes()) : null;
        long from = range == null ? 0 : range.from();
        long length = range == null ? object.bytes() : range.length();
        if (head || length == 0) {
            describe(call, found, encryption, range, part);
            call.stream(range == null ? 200 : 206, length).close();
            return;
        }
        // Opened before anything is answered: a failure up to here is still an error that the client can read.
        try (ObjectStore.ObjectReader reader = open(found, from, length, encryption)) {
            describe(call, found, encryption, range, part);
            try (OutputStream out = call.stream(range == null ? 200 : 206, length)) {
                reader.writeTo(out);
            }
        }
    }

    private ObjectStore.ObjectReader open(Found found, long from, long length, Encryption encryption) throws StorageFault {
        ObjectStore.Sight sight = found.sight();
        return sight == null ? objects.open(found.object(), from, length, encryption.cover())
                : objects.open(sight, from, length, encryption.cover());
    }

    static S3Fault noSuchKey(String key) {
        return S3Error.NO_SUCH_KEY.because("The specified key does not exist.").with("Key", key)
                .header("x-amz-delete-marker", "false");
    }

    private static boolean proceeds(Call call, StoredObject object) throws IOException {
        return switch (Conditions.judge(call.headers(), "", object)) {
            case PROCEED -> true;
            case FAILED -> throw S3Error.PRECONDITION_FAILED.because("At least one of the pre-conditions you specified did not "
                    + "hold");
            case NOT_MODIFIED -> {
                call.reply().put(HttpHeader.ETAG, ObjectHeaders.quoted(object.digests().etag()));
                call.reply().put(HttpHeader.LAST_MODIFIED, DateGenerator.formatDate(object.modifiedAt()));
                call.answer(304);
                yield false;
            }
        };
    }

    private ObjectStore.PartRange part(Call call, StoredObject object) throws S3Fault {
        if (call.header("range") != null) {
            throw S3Error.INVALID_REQUEST.because("Cannot specify both Range header and partNumber query parameter");
        }
        int number = UploadOperations.partNumber(call);
        return objects.part(object, number).orElseThrow(() -> S3Error.INVALID_PART.because(
                "The requested part number is not one of the object's").with("PartNumberRequested", Integer.toString(number))
                .with("ActualPartCount", Integer.toString(Math.max(1, object.parts()))));
    }

    private static void describe(Call call, Found found, Encryption encryption, @Nullable ByteRange range,
            ObjectStore.@Nullable PartRange part) throws S3Fault {
        StoredObject object = found.object();
        ObjectHeaders.write(object, call.reply());
        encryption.tell(call.reply());
        ObjectHeaders.writeVersion(found.bucket(), object.version(), call.reply());
        if (!call.query().has("versionId")) {
            ObjectHeaders.writeExpiration(found.bucket(), object, call.reply());
        }
        if (range != null) {
            call.reply().put(HttpHeader.CONTENT_RANGE, range.contentRange(object.bytes()));
        }
        if ("ENABLED".equalsIgnoreCase(call.header("x-amz-checksum-mode"))) {
            // Only of the very bytes that come: clients check what they get against it.
            if (part != null && object.parts() > 0) {
                ObjectHeaders.writeChecksums(encryption.show(UploadChecksum.ofPart(object, part.checksum())), call.reply());
            } else if (range == null) {
                ObjectHeaders.writeChecksums(encryption.show(object.digests()), call.reply());
            }
        }
        if (call.query().has("partNumber") && object.parts() > 0) {
            call.reply().put("x-amz-mp-parts-count", Integer.toString(object.parts()));
        }
        for (Map.Entry<String, String> override : OVERRIDES.entrySet()) {
            String value = call.query().get(override.getKey());
            if (value != null) {
                if (value.chars().anyMatch(c -> c < ' ' || c > 0xff || c == 0x7f)) {
                    throw S3Fault.invalidArgument(override.getKey(), value, "A header cannot hold this value.");
                }
                call.reply().put(override.getValue(), value);
            }
        }
    }
}
