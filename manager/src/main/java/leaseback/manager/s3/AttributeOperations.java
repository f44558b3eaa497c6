package leaseback.manager.s3;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import leaseback.manager.s3.rights.Action;
import leaseback.manager.s3.xml.Xml;
import leaseback.manager.storage.ObjectStore;
import leaseback.manager.storage.StorageFault;
import leaseback.manager.storage.StoredObject;
import org.eclipse.jetty.http.DateGenerator;
import org.eclipse.jetty.http.HttpHeader;

/// What is known of an object, without its bytes.
final class AttributeOperations {
    private static final Set<String> KNOWN = Set.of("ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize");
    private final Finder finder;
    private final ObjectStore objects;
    private final Encryptions encryptions;

    AttributeOperations(Finder finder, ObjectStore objects, Encryptions encryptions) {
        this.encryptions = encryptions;
        this.finder = finder;
        this.objects = objects;
    }

    void get(Call call) throws IOException, StorageFault {
        call.noBody();
        Set<String> wanted = new HashSet<>();
        for (String value : call.headers().getValuesList("x-amz-object-attributes")) {
            for (String name : value.split(",")) {
                wanted.add(name.strip());
            }
        }
        if (wanted.isEmpty() || !KNOWN.containsAll(wanted)) {
            throw S3Fault.invalidArgument("x-amz-object-attributes", String.join(",", wanted), "Invalid attribute name specified.");
        }
        Found found = finder.find(call, Action.GET_OBJECT_ATTRIBUTES, Action.GET_OBJECT_VERSION_ATTRIBUTES);
        StoredObject object = found.object();
        Encryption encryption = encryptions.stored(call.headers(), Encryptions.BROUGHT, found.bucket(), object.attributes());
        encryption.tell(call.reply());
        ObjectHeaders.writeVersion(found.bucket(), object.version(), call.reply());
        call.reply().put(HttpHeader.LAST_MODIFIED, DateGenerator.formatDate(object.modifiedAt()));
        Xml xml = Xml.document("GetObjectAttributesResponse");
        if (wanted.contains("ETag")) {
            xml.element("ETag", object.digests().etag());
        }
        if (wanted.contains("Checksum") && !object.digests().checksums().isEmpty()) {
            xml.open("Checksum");
            UploadChecksum.write(xml, encryption.show(object.digests()));
            xml.close();
        }
        if (wanted.contains("ObjectParts") && object.parts() > 0) {
            parts(xml, call, object, encryption);
        }
        if (wanted.contains("StorageClass")) {
            xml.element("StorageClass", object.attributes().headers().getOrDefault("x-amz-storage-class", "STANDARD"));
        }
        if (wanted.contains("ObjectSize")) {
            xml.element("ObjectSize", object.bytes());
        }
        call.answer(xml);
    }

    private void parts(Xml xml, Call call, StoredObject object, Encryption encryption) throws S3Fault {
        int most = number(call, "x-amz-max-parts", Listings.PAGE);
        int after = number(call, "x-amz-part-number-marker", 0);
        List<ObjectStore.PartSize> behind = objects.parts(object).stream().filter(part -> part.number() > after).toList();
        List<ObjectStore.PartSize> page = behind.subList(0, Math.min(most, behind.size()));
        xml.open("ObjectParts").element("PartsCount", object.parts()).element("PartNumberMarker", after)
                .element("NextPartNumberMarker", page.isEmpty() ? after : page.getLast().number())
                .element("MaxParts", most).element("IsTruncated", page.size() < behind.size());
        for (ObjectStore.PartSize part : page) {
            xml.open("Part").element("PartNumber", part.number()).element("Size", part.bytes());
            UploadChecksum.writeValues(xml, encryption.show(UploadChecksum.ofPart(object, part.checksum())));
            xml.close();
        }
        xml.close();
    }

    private static int number(Call call, String name, int otherwise) throws S3Fault {
        String text = call.header(name);
        try {
            int number = text == null ? otherwise : Integer.parseInt(text.strip());
            if (number >= 0) {
                return Math.min(number, UploadOperations.MOST_PARTS);
            }
        } catch (NumberFormatException notANumber) {
            throw S3Fault.invalidArgument(name, String.valueOf(text), name + " must be a number.");
        }
        throw S3Fault.invalidArgument(name, String.valueOf(text), name + " must not be negative.");
    }
}
