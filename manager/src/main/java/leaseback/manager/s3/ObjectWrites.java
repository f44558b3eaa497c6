package leaseback.manager.s3;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import leaseback.manager.s3.rights.Action;
import leaseback.manager.s3.xml.Element;
import leaseback.manager.s3.xml.Xml;
import leaseback.manager.storage.Attributes;
import leaseback.manager.storage.Bucket;
import leaseback.manager.storage.Deletion;
import leaseback.manager.storage.ObjectStore;
import leaseback.manager.storage.Precondition;
import leaseback.manager.storage.StorageFault;
import leaseback.manager.storage.StoredObject;
import leaseback.manager.storage.Versions;
import org.jspecify.annotations.Nullable;

/// Objects put and deleted.
final class ObjectWrites {
    /// S3's limit for one PUT, part or copy.
    static final long MOST_BYTES = 5L << 30;
    private static final int MOST_DELETES = 1000;
    private static final Set<String> DELETE_ELEMENTS = Set.of("Key", "VersionId", "ETag", "LastModifiedTime", "Size");
    private final Access access;
    private final ObjectAcls owners;
    private final ObjectStore objects;
    private final Versions versions;
    private final Encryptions encryptions;

    ObjectWrites(Access access, ObjectAcls owners, ObjectStore objects, Versions versions, Encryptions encryptions) {
        this.encryptions = encryptions;
        this.access = access;
        this.owners = owners;
        this.objects = objects;
        this.versions = versions;
    }

    void put(Call call) throws IOException, StorageFault {
        // All that the head can be refused for comes first: a client that waits for "100 Continue" then sends nothing in vain.
        call.checkLength();
        Attributes attributes = ObjectHeaders.read(call.headers());
        Precondition precondition = Conditions.ofWrite(call.headers());
        Gate gate = access.gate(call);
        gate.require(Action.PUT_OBJECT, call.key());
        Bucket bucket = gate.bucket();
        if (precondition.absent() && objects.find(bucket, call.key()).isPresent()) {
            // Storage judges at the commit; this spares the client the upload.
            throw S3Error.PRECONDITION_FAILED.because("At least one of the pre-conditions you specified did not hold");
        }
        Locks.check(bucket, attributes.lock());
        Encryption encryption = encryptions.asked(call, gate);
        Attributes stamped = encryption.on(owners.stamp(attributes, call, gate, call.key()));
        Body body = call.content(MOST_BYTES, Set.of(), encryption);
        StoredObject object = objects.put(bucket, call.key(), stamped, body, precondition);
        ObjectHeaders.writeVersion(bucket, object.version(), call.reply());
        ObjectHeaders.writeExpiration(bucket, object, call.reply());
        ObjectHeaders.writeDigests(encryption.show(object.digests()), call.reply());
        encryption.tell(call.reply());
        call.answer(200);
    }

    /// Says the same whether there was anything to delete: that makes repeating it safe.
    void delete(Call call) throws IOException, StorageFault {
        call.noBody();
        Gate gate = access.gate(call);
        String version = Finder.version(call);
        boolean bypass = bypass(call, gate, call.key());
        Deletion deletion = Conditions.ofDeletion(call.headers(), bypass);
        Deletion.Outcome outcome = delete(gate, call.key(), version, deletion);
        ObjectHeaders.writeVersion(gate.bucket(), version == null ? outcome.version() : version, call.reply());
        if (outcome.marker()) {
            call.reply().put("x-amz-delete-marker", "true");
        }
        call.answer(204);
    }

    private Deletion.Outcome delete(Gate gate, String key, @Nullable String version, Deletion deletion)
            throws S3Fault, StorageFault {
        gate.require(version == null ? Action.DELETE_OBJECT : Action.DELETE_OBJECT_VERSION, key);
        return version == null ? objects.delete(gate.bucket(), key, deletion)
                : versions.delete(gate.bucket(), key, version, deletion);
    }

    /// Whether GOVERNANCE is to be overridden, by one who may.
    static boolean bypass(Call call, Gate gate, String key) {
        return "true".equalsIgnoreCase(call.header("x-amz-bypass-governance-retention"))
                && gate.allows(Action.BYPASS_GOVERNANCE_RETENTION, key);
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
        if (entries.stream().anyMatch(entry -> entry.childText("Key").orElse("").isEmpty())) {
            throw Call.malformedXml();
        }
        Xml xml = Xml.document("DeleteResult");
        for (Element entry : entries) {
            String key = entry.childText("Key").orElse("");
            String version = entry.childText("VersionId").map(String::strip).filter(name -> !name.isEmpty()).orElse(null);
            try {
                Deletion.Outcome outcome = deleteOne(call, gate, entry, key, version);
                call.note().deleted(key, version == null ? outcome.version() : version);
                if (!quiet) {
                    told(xml, key, version, outcome);
                }
            } catch (S3Fault fault) {
                failed(xml, key, version, fault);
            } catch (StorageFault fault) {
                failed(xml, key, version, Faults.of(fault));
            }
        }
        call.answer(xml);
    }

    private static void told(Xml xml, String key, @Nullable String version, Deletion.Outcome outcome) {
        xml.open("Deleted").element("Key", key);
        if (version != null) {
            xml.element("VersionId", version);
        }
        if (outcome.marker()) {
            xml.element("DeleteMarker", true).element("DeleteMarkerVersionId", String.valueOf(outcome.version()));
        }
        xml.close();
    }

    private static void failed(Xml xml, String key, @Nullable String version, S3Fault fault) {
        xml.open("Error").element("Key", key);
        if (version != null) {
            xml.element("VersionId", version);
        }
        xml.element("Code", fault.error().code()).element("Message", fault.getMessage()).close();
    }

    private Deletion.Outcome deleteOne(Call call, Gate gate, Element entry, String key, @Nullable String version)
            throws S3Fault, StorageFault {
        for (Element child : entry.children()) {
            if (!DELETE_ELEMENTS.contains(child.name())) {
                throw S3Fault.notImplemented("DeleteObjects with " + child.name());
            }
        }
        Target.checkKey(key);
        return delete(gate, key, version, Conditions.deletion(bypass(call, gate, key), entry.childText("ETag").orElse(null),
                entry.childText("LastModifiedTime").orElse(null), entry.childText("Size").orElse(null)));
    }
}
