package leaseback.manager.s3;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import leaseback.manager.s3.rights.Action;
import leaseback.manager.s3.xml.Element;
import leaseback.manager.s3.xml.Xml;
import leaseback.manager.storage.Attributes;
import leaseback.manager.storage.Bucket;
import leaseback.manager.storage.ObjectStore;
import leaseback.manager.storage.Precondition;
import leaseback.manager.storage.StorageFault;
import leaseback.manager.storage.StoredObject;

/// Objects put and deleted.
final class ObjectWrites {
    /// S3's limit for one PUT, part or copy.
    static final long MOST_BYTES = 5L << 30;
    private static final int MOST_DELETES = 1000;
    private final Access access;
    private final ObjectStore objects;

    ObjectWrites(Access access, ObjectStore objects) {
        this.access = access;
        this.objects = objects;
    }

    void put(Call call) throws IOException, StorageFault {
        // All that the head can be refused for comes first: a client that waits for "100 Continue" then sends nothing in vain.
        call.checkLength();
        Attributes attributes = ObjectHeaders.read(call.headers());
        Precondition precondition = Conditions.ofWrite(call.headers());
        Bucket bucket = access.bucket(call, Action.PUT_OBJECT);
        if (precondition.absent() && objects.find(bucket, call.key()).isPresent()) {
            // Storage judges at the commit; this spares the client the upload.
            throw S3Error.PRECONDITION_FAILED.because("At least one of the pre-conditions you specified did not hold");
        }
        Body body = call.content(MOST_BYTES, Set.of());
        StoredObject object = objects.put(bucket, call.key(), attributes, body, precondition);
        ObjectHeaders.writeDigests(object.digests(), call.reply());
        call.answer(200);
    }

    /// Says the same whether there was anything to delete: that makes repeating it safe.
    void delete(Call call) throws IOException, StorageFault {
        refuseConditions(call);
        call.noBody();
        objects.delete(access.bucket(call, Action.DELETE_OBJECT), call.key());
        call.answer(204);
    }

    void deleteMany(Call call) throws IOException, StorageFault {
        ChecksumClaim claim = call.claim();
        if (claim.md5() == null && claim.algorithm() == null) {
            throw S3Error.INVALID_REQUEST.because("Missing required header for this request: Content-MD5 OR x-amz-checksum-*");
        }
        Gate gate = access.gate(call);
        Element document = call.document("Delete");
        boolean quiet = document.childText("Quiet").map(String::strip).orElse("false").equals("true");
        List<Element> entries = document.children().stream().filter(child -> child.name().equals("Object")).toList();
        if (entries.isEmpty() || entries.size() > MOST_DELETES) {
            throw Call.malformedXml();
        }
        List<String> keys = new ArrayList<>();
        for (Element entry : entries) {
            keys.add(entry.childText("Key").filter(key -> !key.isEmpty()).orElseThrow(Call::malformedXml));
        }
        Xml xml = Xml.document("DeleteResult");
        for (int i = 0; i < keys.size(); i++) {
            String key = keys.get(i);
            try {
                deleteOne(gate, entries.get(i), key);
                if (!quiet) {
                    xml.open("Deleted").element("Key", key).close();
                }
            } catch (S3Fault fault) {
                xml.open("Error").element("Key", key).element("Code", fault.error().code()).element("Message", fault.getMessage())
                        .close();
            }
        }
        call.answer(xml);
    }

    private void deleteOne(Gate gate, Element entry, String key) throws S3Fault {
        for (Element child : entry.children()) {
            boolean known = child.name().equals("Key") || child.name().equals("VersionId") && child.text().strip().equals("null");
            if (!known) {
                throw S3Fault.notImplemented("DeleteObjects with " + child.name());
            }
        }
        Target.checkKey(key);
        gate.require(Action.DELETE_OBJECT, key);
        objects.delete(gate.bucket(), key);
    }

    private static void refuseConditions(Call call) throws S3Fault {
        for (String name : new String[] {"If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since"}) {
            if (call.header(name) != null) {
                throw S3Fault.notImplemented("DeleteObject with " + name).with("Header", name);
            }
        }
    }
}
