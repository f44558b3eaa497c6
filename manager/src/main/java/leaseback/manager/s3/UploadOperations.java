package leaseback.manager.s3;

import java.io.IOException;
import java.util.EnumSet;
import java.util.UUID;
import leaseback.manager.s3.rights.Action;
import leaseback.manager.s3.xml.Xml;
import leaseback.manager.storage.Attributes;
import leaseback.manager.storage.Bucket;
import leaseback.manager.storage.Part;
import leaseback.manager.storage.StorageFault;
import leaseback.manager.storage.Upload;
import leaseback.manager.storage.Uploads;
import org.jspecify.annotations.Nullable;

/// Multipart uploads: begun, filled, given up.
final class UploadOperations {
    static final int MOST_PARTS = 10_000;
    private final Access access;
    private final ObjectAcls owners;
    private final Uploads uploads;
    private final Encryptions encryptions;

    UploadOperations(Access access, ObjectAcls owners, Uploads uploads, Encryptions encryptions) {
        this.encryptions = encryptions;
        this.access = access;
        this.owners = owners;
        this.uploads = uploads;
    }

    void begin(Call call) throws IOException, StorageFault {
        call.noBody();
        UploadChecksum checksum = UploadChecksum.parse(call.headers());
        Gate gate = access.gate(call);
        gate.require(Action.PUT_OBJECT, call.key());
        Bucket bucket = gate.bucket();
        Encryption encryption = encryptions.asked(call, gate);
        Attributes attributes = encryption.on(owners.stamp(ObjectHeaders.read(call.headers()), call, gate, call.key()));
        Locks.check(bucket, attributes.lock());
        Upload upload = uploads.begin(bucket, call.key(), attributes, checksum.settings());
        encryption.tell(call.reply());
        if (checksum.chosen()) {
            call.reply().put("x-amz-checksum-algorithm", checksum.algorithm().name());
            call.reply().put("x-amz-checksum-type", checksum.type());
        }
        call.answer(Xml.document("InitiateMultipartUploadResult").element("Bucket", bucket.name()).element("Key", upload.key())
                .element("UploadId", upload.id().toString()));
    }

    void put(Call call) throws IOException, StorageFault {
        call.checkLength();
        int number = partNumber(call);
        Bucket bucket = access.bucket(call, Action.PUT_OBJECT);
        Upload upload = find(call, bucket, uploads);
        Encryption encryption = encryptions.stored(call.headers(), Encryptions.BROUGHT, bucket, upload.attributes());
        UploadChecksum checksum = UploadChecksum.of(upload);
        checksum.check(call.claim());
        Body body = call.content(ObjectWrites.MOST_BYTES, EnumSet.of(checksum.algorithm()), encryption);
        Part part = uploads.put(upload, number, body);
        ObjectHeaders.writeDigests(encryption.show(part.digests()), call.reply());
        encryption.tell(call.reply());
        // A part has checksums, but no type of them.
        call.reply().remove("x-amz-checksum-type");
        call.answer(200);
    }

    void abort(Call call) throws IOException, StorageFault {
        call.noBody();
        Gate gate = access.gate(call);
        uploads.abort(findOwn(call, gate, Action.ABORT_MULTIPART_UPLOAD, uploads));
        call.answer(204);
    }

    /// An upload that the caller began, or may see for other reasons.
    static Upload findOwn(Call call, Gate gate, Action action, Uploads uploads) throws S3Fault, StorageFault {
        if (!gate.allows(action, call.key()) && (gate.caller() == null || gate.forbids(action, call.key()))) {
            throw gate.denied(action);
        }
        Upload upload = find(call, gate.bucket(), uploads);
        if (!gate.allows(action, call.key())
                && !ObjectAcls.owner(upload.attributes(), gate.bucket().ownerId()).equals(gate.caller())) {
            throw gate.denied(action);
        }
        return upload;
    }

    static Upload find(Call call, Bucket bucket, Uploads uploads) throws S3Fault, StorageFault {
        UUID id = parseId(call.query().get("uploadId"));
        if (id == null) {
            throw S3Error.NO_SUCH_UPLOAD.because("The specified upload does not exist. The upload ID may be invalid, or the "
                    + "upload may have been aborted or completed.").with("UploadId", call.query().get("uploadId", ""));
        }
        return uploads.find(bucket, call.key(), id);
    }

    static @Nullable UUID parseId(@Nullable String text) {
        try {
            UUID id = text == null ? null : UUID.fromString(text);
            return id != null && id.toString().equals(text) ? id : null;
        } catch (IllegalArgumentException notOurs) {
            return null;
        }
    }

    static int partNumber(Call call) throws S3Fault {
        String text = call.query().get("partNumber", "");
        try {
            int number = Integer.parseInt(text);
            if (number >= 1 && number <= MOST_PARTS) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // Said below.
        }
        throw S3Fault.invalidArgument("partNumber", text, "Part number must be an integer between 1 and " + MOST_PARTS
                + ", inclusive");
    }
}
