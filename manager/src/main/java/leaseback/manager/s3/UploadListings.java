package leaseback.manager.s3;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import leaseback.manager.s3.rights.Action;
import leaseback.manager.s3.xml.Xml;
import leaseback.manager.storage.Bucket;
import leaseback.manager.storage.Part;
import leaseback.manager.storage.StorageFault;
import leaseback.manager.storage.Upload;
import leaseback.manager.storage.Uploads;
import org.jspecify.annotations.Nullable;

/// Pages of unfinished uploads, and of the parts of one.
final class UploadListings {
    /// Sorts behind every key that begins as the text before it.
    private static final String LAST = Character.toString(Character.MAX_CODE_POINT);
    private final Access access;
    private final AclRequests acls;
    private final Uploads uploads;
    private final Encryptions encryptions;

    UploadListings(Access access, AclRequests acls, Uploads uploads, Encryptions encryptions) {
        this.encryptions = encryptions;
        this.access = access;
        this.acls = acls;
        this.uploads = uploads;
    }

    void parts(Call call) throws IOException, StorageFault {
        call.noBody();
        Query query = call.query();
        Gate gate = access.gate(call);
        Bucket bucket = gate.bucket();
        Upload upload = UploadOperations.findOwn(call, gate, Action.LIST_MULTIPART_UPLOAD_PARTS, uploads);
        UnaryOperator<String> encoding = Listings.encoding(query);
        int most = query.number("max-parts", 0, Listings.PAGE, Listings.PAGE);
        int after = query.number("part-number-marker", 0, UploadOperations.MOST_PARTS, 0);
        List<Part> found = most == 0 ? List.of() : uploads.parts(upload, after, most + 1);
        boolean more = found.size() > most;
        List<Part> page = more ? found.subList(0, most) : found;
        Xml xml = Xml.document("ListPartsResult").element("Bucket", bucket.name()).element("Key", encoding.apply(upload.key()))
                .element("UploadId", upload.id().toString());
        UUID owner = ObjectAcls.owner(upload.attributes(), bucket.ownerId());
        acls.owner(xml, "Initiator", owner);
        acls.owner(xml, "Owner", owner);
        xml.element("StorageClass", upload.attributes().storageClass()).element("PartNumberMarker", after)
                .element("NextPartNumberMarker", page.isEmpty() ? 0 : page.getLast().number())
                .element("MaxParts", most).element("IsTruncated", more);
        UploadChecksum checksum = UploadChecksum.of(upload);
        if (checksum.chosen()) {
            xml.element("ChecksumAlgorithm", checksum.algorithm().name()).element("ChecksumType", checksum.type());
        }
        Encryption encryption = encryptions.storedIfShown(call.headers(), bucket, upload.attributes());
        if (encryption != null) {
            encryption.tell(call.reply());
        }
        for (Part part : page) {
            xml.open("Part").element("PartNumber", part.number()).element("LastModified",
                    BucketOperations.instant(part.modifiedAt()))
                    .element("ETag", ObjectHeaders.quoted(part.digests().etag())).element("Size", part.bytes());
            Map<String, String> checksums = encryption == null ? Map.of() : encryption.show(part.digests()).checksums();
            checksums.forEach((name, value) -> {
                if (!name.equals(Digesting.TYPE)) {
                    xml.element("Checksum" + name, value);
                }
            });
            xml.close();
        }
        call.answer(xml);
    }

    void uploads(Call call) throws IOException, StorageFault {
        call.noBody();
        Query query = call.query();
        Bucket bucket = access.bucket(call, Action.LIST_BUCKET_MULTIPART_UPLOADS);
        UnaryOperator<String> encoding = Listings.encoding(query);
        int most = query.number("max-uploads", 0, Listings.PAGE, Listings.PAGE);
        String prefix = query.get("prefix", "");
        String delimiter = query.get("delimiter", "");
        String afterKey = query.get("key-marker", "");
        String idMarker = afterKey.isEmpty() ? "" : query.get("upload-id-marker", "");
        UUID afterId = UploadOperations.parseId(idMarker);
        if (!idMarker.isEmpty() && afterId == null) {
            throw S3Fault.invalidArgument("upload-id-marker", idMarker, "Invalid uploadId marker");
        }
        Page page = most == 0 ? new Page() : page(bucket, prefix, delimiter, afterKey.isEmpty() ? null : afterKey, afterId, most);
        Xml xml = Xml.document("ListMultipartUploadsResult").element("Bucket", bucket.name())
                .element("KeyMarker", encoding.apply(afterKey)).element("UploadIdMarker", idMarker)
                .element("Prefix", encoding.apply(prefix)).element("MaxUploads", most).element("IsTruncated", page.more);
        if (!delimiter.isEmpty()) {
            xml.element("Delimiter", encoding.apply(delimiter));
        }
        if (query.has("encoding-type")) {
            xml.element("EncodingType", "url");
        }
        if (page.more) {
            xml.element("NextKeyMarker", encoding.apply(page.lastKey)).element("NextUploadIdMarker", page.lastId);
        }
        Owners owners = acls.owners();
        for (Upload upload : page.uploads) {
            xml.open("Upload").element("Key", encoding.apply(upload.key())).element("UploadId", upload.id().toString());
            UUID owner = ObjectAcls.owner(upload.attributes(), bucket.ownerId());
            owners.write(xml, "Initiator", owner);
            owners.write(xml, "Owner", owner);
            xml.element("StorageClass", upload.attributes().storageClass()).element("Initiated", BucketOperations.instant(upload.startedAt())).close();
        }
        for (String common : page.prefixes) {
            xml.open("CommonPrefixes").element("Prefix", encoding.apply(common)).close();
        }
        call.answer(xml);
    }

    private Page page(Bucket bucket, String prefix, String delimiter, @Nullable String afterKey, @Nullable UUID afterId,
            int most) {
        Page page = new Page();
        String key = afterKey;
        UUID id = afterId;
        while (true) {
            List<Upload> found = uploads.list(bucket, prefix, key, id, Listings.PAGE);
            String skipTo = null;
            for (Upload upload : found) {
                if (page.uploads.size() + page.prefixes.size() == most) {
                    page.more = true;
                    return page;
                }
                int at = delimiter.isEmpty() ? -1 : upload.key().indexOf(delimiter, prefix.length());
                if (at < 0) {
                    page.add(upload);
                } else {
                    String common = upload.key().substring(0, at + delimiter.length());
                    page.add(common);
                    skipTo = common + LAST;
                    break;
                }
            }
            if (skipTo == null && found.size() < Listings.PAGE) {
                return page;
            }
            key = skipTo == null ? found.getLast().key() : skipTo;
            id = skipTo == null ? found.getLast().id() : null;
        }
    }

    /// A page being filled.
    private static final class Page {
        final List<Upload> uploads = new ArrayList<>();
        final List<String> prefixes = new ArrayList<>();
        boolean more;
        String lastKey = "";
        String lastId = "";

        void add(Upload upload) {
            uploads.add(upload);
            lastKey = upload.key();
            lastId = upload.id().toString();
        }

        void add(String common) {
            prefixes.add(common);
            lastKey = common + LAST;
            lastId = "";
        }
    }
}
