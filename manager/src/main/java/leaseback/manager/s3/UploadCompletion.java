package leaseback.manager.s3;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;
import leaseback.manager.s3.checksum.Algorithm;
import leaseback.manager.s3.rights.Action;
import leaseback.manager.s3.xml.Element;
import leaseback.manager.s3.xml.Xml;
import leaseback.manager.storage.Bucket;
import leaseback.manager.storage.Cover;
import leaseback.manager.storage.Digests;
import leaseback.manager.storage.Part;
import leaseback.manager.storage.Precondition;
import leaseback.manager.storage.StorageFault;
import leaseback.manager.storage.StoredObject;
import leaseback.manager.storage.Upload;
import leaseback.manager.storage.Uploads;

/// The end of a multipart upload: its parts become one object, if they are the ones the client means.
final class UploadCompletion {
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{32}");
    private static final long SMALLEST_PART = 5 << 20;
    private final Access access;
    private final Uploads uploads;
    private final Encryptions encryptions;

    UploadCompletion(Access access, Uploads uploads, Encryptions encryptions) {
        this.encryptions = encryptions;
        this.access = access;
        this.uploads = uploads;
    }

    void complete(Call call) throws IOException, StorageFault {
        Precondition precondition = Conditions.ofWrite(call.headers());
        Bucket bucket = access.bucket(call, Action.PUT_OBJECT);
        Upload upload;
        try {
            upload = UploadOperations.find(call, bucket, uploads);
        } catch (StorageFault gone) {
            again(call, bucket, gone);
            return;
        }
        Encryption encryption = encryptions.stored(call.headers(), Encryptions.BROUGHT, bucket, upload.attributes());
        UploadChecksum checksum = UploadChecksum.of(upload);
        // On this call the checksum headers are of the whole object, not of the document in its body.
        Map<Integer, Part> stored = stored(upload);
        List<Part> parts = match(call.wholeDocument("CompleteMultipartUpload"), shown(stored, encryption));
        Digests digests = checksum.join(parts);
        checkWhole(call, checksum, digests, parts);
        Cover cover = encryption.cover();
        StoredObject object = uploads.complete(upload, parts.stream().map(part -> kept(stored, part)).toList(),
                cover == null ? digests : cover.wrapped(digests), precondition);
        call.note().wrote(object.digests().etag(), object.bytes());
        answer(call, bucket, object.version(), encryption, object.digests());
    }

    /// A client that did not get the answer asks once more, and gets the same; one that names other parts does not.
    private void again(Call call, Bucket bucket, StorageFault gone) throws IOException, StorageFault {
        UUID id = UploadOperations.parseId(call.query().get("uploadId"));
        Uploads.Completed completed = id == null ? null : uploads.completed(bucket, call.key(), id).orElse(null);
        if (completed == null || gone.reason() != StorageFault.Reason.NO_SUCH_UPLOAD) {
            throw gone;
        }
        Encryption encryption = encryptions.stored(call.headers(), Encryptions.BROUGHT, bucket, completed.attributes());
        List<String> etags = call.wholeDocument("CompleteMultipartUpload").children().stream()
                .filter(child -> child.name().equals("Part"))
                .map(part -> ObjectHeaders.unquoted(part.childText("ETag").orElse(""))).toList();
        if (etags.isEmpty() || !etags.stream().allMatch(etag -> HEX.matcher(etag).matches())
                || !UploadChecksum.etag(etags.toArray(String[]::new)).equals(completed.digests().etag())) {
            throw gone;
        }
        answer(call, bucket, completed.version(), encryption, completed.digests());
    }

    private static void answer(Call call, Bucket bucket, String version, Encryption encryption, Digests digests) throws IOException {
        ObjectHeaders.writeVersion(bucket, version, call.reply());
        encryption.tell(call.reply());
        Xml xml = Xml.document("CompleteMultipartUploadResult")
                .element("Location", "/" + bucket.name() + "/" + Percent.encode(call.key(), true))
                .element("Bucket", bucket.name()).element("Key", call.key())
                .element("ETag", ObjectHeaders.quoted(digests.etag()));
        UploadChecksum.write(xml, encryption.show(digests));
        call.answer(xml);
    }

    private static Map<Integer, Part> shown(Map<Integer, Part> stored, Encryption encryption) {
        Map<Integer, Part> shown = new HashMap<>();
        stored.forEach((number, part) -> shown.put(number, new Part(number, part.bytes(), encryption.show(part.digests()), part.modifiedAt())));
        return shown;
    }

    private static Part kept(Map<Integer, Part> stored, Part shown) {
        return Objects.requireNonNull(stored.get(shown.number()));
    }

    private Map<Integer, Part> stored(Upload upload) {
        Map<Integer, Part> stored = new HashMap<>();
        int after = 0;
        while (true) {
            List<Part> page = uploads.parts(upload, after, Listings.PAGE);
            page.forEach(part -> stored.put(part.number(), part));
            if (page.size() < Listings.PAGE) {
                return stored;
            }
            after = page.getLast().number();
        }
    }

    private static List<Part> match(Element document, Map<Integer, Part> stored) throws S3Fault {
        List<Element> named = document.children().stream().filter(child -> child.name().equals("Part")).toList();
        if (named.isEmpty() || named.size() > UploadOperations.MOST_PARTS) {
            throw Call.malformedXml();
        }
        List<Part> parts = new ArrayList<>();
        int before = 0;
        for (Element element : named) {
            int number = number(element);
            if (number <= before) {
                throw S3Error.INVALID_PART_ORDER.because("The list of parts was not in ascending order. Parts must be ordered by "
                        + "part number.");
            }
            before = number;
            Part part = stored.get(number);
            String etag = ObjectHeaders.unquoted(element.childText("ETag").orElseThrow(Call::malformedXml));
            if (part == null || !part.digests().etag().equals(etag) || !sameChecksums(element, part)) {
                throw S3Error.INVALID_PART.because("One or more of the specified parts could not be found. The part may not have "
                        + "been uploaded, or the specified entity tag may not match the part's entity tag.")
                        .with("PartNumber", Integer.toString(number)).with("ETag", etag);
            }
            parts.add(part);
        }
        for (Part part : parts.subList(0, parts.size() - 1)) {
            if (part.bytes() < SMALLEST_PART) {
                throw S3Error.ENTITY_TOO_SMALL.because("Your proposed upload is smaller than the minimum allowed size")
                        .with("ProposedSize", Long.toString(part.bytes())).with("MinSizeAllowed", Long.toString(SMALLEST_PART))
                        .with("PartNumber", Integer.toString(part.number()));
            }
        }
        return parts;
    }

    private static int number(Element part) throws S3Fault {
        try {
            int number = Integer.parseInt(part.childText("PartNumber").orElse("").strip());
            if (number >= 1 && number <= UploadOperations.MOST_PARTS) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // Said below.
        }
        throw Call.malformedXml();
    }

    private static boolean sameChecksums(Element named, Part part) {
        for (Algorithm algorithm : Algorithm.values()) {
            String value = named.childText(algorithm.element()).map(String::strip).orElse("");
            if (!value.isEmpty() && !value.equals(part.digests().checksums().get(algorithm.name()))) {
                return false;
            }
        }
        return true;
    }

    private static void checkWhole(Call call, UploadChecksum checksum, Digests digests, List<Part> parts) throws S3Fault {
        String type = call.header("x-amz-checksum-type");
        if (type != null && !type.equals(checksum.type())) {
            throw S3Error.INVALID_REQUEST.because("The upload was created using the " + checksum.type()
                    + " checksum mode. The complete "
                    + "request must use the same checksum mode.");
        }
        for (Algorithm algorithm : Algorithm.values()) {
            String claimed = call.header(algorithm.header());
            if (claimed != null && !claimed.equals(digests.checksums().get(algorithm.name()))) {
                throw S3Error.BAD_DIGEST.because("The " + algorithm + " you specified did not match the calculated checksum.");
            }
        }
        String size = call.header("x-amz-mp-object-size");
        long bytes = parts.stream().mapToLong(Part::bytes).sum();
        if (size != null && !size.strip().equals(Long.toString(bytes))) {
            throw S3Error.INVALID_REQUEST.because("The provided 'x-amz-mp-object-size' header value " + size
                    + " does not match what was computed: " + bytes);
        }
    }
}
