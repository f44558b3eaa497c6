package leaseback.manager.s3;

import java.io.IOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import leaseback.manager.s3.checksum.Algorithm;
import leaseback.manager.s3.rights.Action;
import leaseback.manager.s3.xml.Xml;
import leaseback.manager.storage.Attributes;
import leaseback.manager.storage.Bucket;
import leaseback.manager.storage.Digests;
import leaseback.manager.storage.ObjectStore;
import leaseback.manager.storage.Part;
import leaseback.manager.storage.Precondition;
import leaseback.manager.storage.StorageFault;
import leaseback.manager.storage.StoredObject;
import leaseback.manager.storage.Upload;
import leaseback.manager.storage.Uploads;
import leaseback.manager.storage.Versioning;
import org.jspecify.annotations.Nullable;

/// Objects copied from what is stored already, whole or as a part of an upload.
final class CopyOperations {
    private static final String STORAGE_CLASS = "x-amz-storage-class";
    private final Access access;
    private final ObjectAcls owners;
    private final Finder finder;
    private final ObjectStore objects;
    private final Uploads uploads;
    private final Encryptions encryptions;

    CopyOperations(Access access, ObjectAcls owners, Finder finder, ObjectStore objects, Uploads uploads,
            Encryptions encryptions) {
        this.encryptions = encryptions;
        this.access = access;
        this.owners = owners;
        this.finder = finder;
        this.objects = objects;
        this.uploads = uploads;
    }

    void object(Call call) throws IOException, StorageFault {
        call.noBody();
        Gate gate = access.gate(call);
        gate.require(Action.PUT_OBJECT, call.key());
        Bucket bucket = gate.bucket();
        Precondition precondition = Conditions.ofWrite(call.headers());
        CopySource source = CopySource.find(call, finder, encryptions);
        StoredObject object = source.object();
        Encryption encryption = encryptions.asked(call, gate);
        Attributes attributes = encryption.on(owners.stamp(attributes(call, bucket, source), call, gate, call.key()));
        if (object.bytes() > ObjectWrites.MOST_BYTES) {
            throw S3Error.INVALID_REQUEST.because("The specified copy source is larger than the maximum allowable size for a "
                    + "copy source: "
                    + ObjectWrites.MOST_BYTES);
        }
        try (Copying content = new Copying(objects, object, 0, object.bytes(), checksums(call, object.digests()), source.encryption(),
                encryption)) {
            StoredObject copy = objects.put(bucket, call.key(), attributes, content, precondition);
            call.note().wrote(copy.digests().etag(), copy.bytes());
            encryption.tell(call.reply());
            ObjectHeaders.writeVersion(bucket, copy.version(), call.reply());
            writeSource(source, call);
            call.answer(result("CopyObjectResult", encryption.show(copy.digests()), BucketOperations.instant(copy.modifiedAt())));
        }
    }

    void part(Call call) throws IOException, StorageFault {
        call.noBody();
        int number = UploadOperations.partNumber(call);
        Bucket bucket = access.bucket(call, Action.PUT_OBJECT);
        Upload upload = UploadOperations.find(call, bucket, uploads);
        Encryption encryption = encryptions.stored(call.headers(), Encryptions.BROUGHT, bucket, upload.attributes());
        CopySource source = CopySource.find(call, finder, encryptions);
        StoredObject object = source.object();
        ByteRange range = range(call, object);
        if (range.length() > ObjectWrites.MOST_BYTES) {
            throw S3Error.INVALID_REQUEST.because("The specified copy source is larger than the maximum allowable size for a "
                    + "copy source: "
                    + ObjectWrites.MOST_BYTES);
        }
        Set<Algorithm> algorithms = EnumSet.of(UploadChecksum.of(upload).algorithm());
        try (Copying content = new Copying(objects, object, range.from(), range.length(), algorithms, source.encryption(), encryption)) {
            Part part = uploads.put(upload, number, content);
            encryption.tell(call.reply());
            writeSource(source, call);
            call.answer(result("CopyPartResult", encryption.show(part.digests()), BucketOperations.instant(part.modifiedAt())));
        }
    }

    private static void writeSource(CopySource source, Call call) {
        if (source.bucket().versioning() != Versioning.OFF) {
            call.reply().put("x-amz-copy-source-version-id", source.object().version());
        }
    }

    /// A lock is never copied: it belongs to the version.
    private static Attributes attributes(Call call, Bucket bucket, CopySource source) throws S3Fault {
        String tagging = call.header("x-amz-tagging-directive");
        if (tagging != null && !tagging.equals("COPY") && !tagging.equals("REPLACE")) {
            throw S3Fault.invalidArgument("x-amz-tagging-directive", tagging, "Unknown tagging directive.");
        }
        Attributes asked = ObjectHeaders.read(call.headers());
        Locks.check(bucket, asked.lock());
        return metadata(call, bucket, source).withLock(asked.lock())
                .withTags("REPLACE".equals(tagging) ? asked.tags() : source.object().attributes().tags());
    }

    private static Attributes metadata(Call call, Bucket bucket, CopySource source) throws S3Fault {
        String directive = call.header("x-amz-metadata-directive");
        if (directive != null && directive.equals("REPLACE")) {
            return ObjectHeaders.metadata(call.headers());
        }
        if (directive != null && !directive.equals("COPY")) {
            throw S3Fault.invalidArgument("x-amz-metadata-directive", directive, "Unknown metadata directive.");
        }
        if (bucket.id().equals(source.bucket().id()) && call.key().equals(source.object().key())
                && call.header("x-amz-storage-class") == null && call.header(WebsiteFace.REDIRECT) == null
                && call.header(Encryption.HEADER) == null && call.header(Encryptions.BROUGHT + "key") == null
                && !String.valueOf(call.header("x-amz-copy-source")).contains("?versionId=")) {
            throw S3Error.INVALID_REQUEST.because("This copy request is illegal because it is trying to copy an object to itself "
                    + "without changing the object's metadata, storage class, website redirect location or encryption "
                    + "attributes.");
        }
        Map<String, String> headers = new HashMap<>(source.object().attributes().headers());
        headers.remove(STORAGE_CLASS);
        headers.remove(WebsiteFace.REDIRECT);
        Map<String, String> asked = ObjectHeaders.metadata(call.headers()).headers();
        String elsewhere = asked.get(WebsiteFace.REDIRECT);
        if (elsewhere != null) {
            headers.put(WebsiteFace.REDIRECT, elsewhere);
        }
        String storageClass = asked.get(STORAGE_CLASS);
        if (storageClass != null) {
            headers.put(STORAGE_CLASS, storageClass);
        }
        return new Attributes(headers, source.object().attributes().user());
    }

    /// The client's choice; else what the source has, unless that is of its parts; else S3's own.
    private static Set<Algorithm> checksums(Call call, Digests source) throws S3Fault {
        @Nullable String chosen = call.header("x-amz-checksum-algorithm");
        if (chosen != null) {
            return EnumSet.of(Algorithm.named(chosen).orElseThrow(() -> S3Error.INVALID_REQUEST.because(
                    "Checksum algorithm provided is unsupported. Please try again with any of the valid types: "
                            + Arrays.toString(Algorithm.values()))));
        }
        if (Digesting.COMPOSITE.equals(source.checksums().get(Digesting.TYPE))) {
            return Set.of();
        }
        return source.checksums().keySet().stream().flatMap(name -> Algorithm.named(name).stream()).collect(Collectors.toSet());
    }

    private static ByteRange range(Call call, StoredObject object) throws S3Fault {
        String header = call.header("x-amz-copy-source-range");
        if (header == null) {
            return new ByteRange(0, object.bytes());
        }
        // Stricter than a GET's: both ends must be given, and lie within the object.
        ByteRange range = header.matches("bytes=\\d+-\\d+") ? ByteRange.parse(header, object.bytes()) : null;
        if (range == null) {
            throw S3Fault.invalidArgument("x-amz-copy-source-range", header,
                    "The x-amz-copy-source-range value must be of the form "
                    + "bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy");
        }
        if (!header.equals("bytes=" + range.from() + "-" + (range.from() + range.length() - 1))) {
            throw S3Error.INVALID_RANGE.because("The x-amz-copy-source-range goes beyond the end of the source").with("RangeRequested", header)
                    .with("ActualObjectSize", Long.toString(object.bytes()));
        }
        return range;
    }

    private static Xml result(String root, Digests digests, String modified) {
        Xml xml = Xml.document(root).element("LastModified", modified).element("ETag", ObjectHeaders.quoted(digests.etag()));
        UploadChecksum.write(xml, digests);
        return xml;
    }
}
