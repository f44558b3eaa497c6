package leaseback.manager.s3;

import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;
import leaseback.manager.s3.rights.Action;
import leaseback.manager.s3.xml.Element;
import leaseback.manager.s3.xml.Xml;
import leaseback.manager.storage.Bucket;
import leaseback.manager.storage.Buckets;
import leaseback.manager.storage.StorageFault;
import leaseback.manager.storage.StoredObject;
import leaseback.manager.storage.Version;
import leaseback.manager.storage.Versioning;
import leaseback.manager.storage.Versions;

/// Whether a bucket keeps versions, and which it keeps.
final class VersionOperations {
    private final Access access;
    private final AclRequests acls;
    private final Buckets buckets;
    private final Versions versions;

    VersionOperations(Access access, AclRequests acls, Buckets buckets, Versions versions) {
        this.access = access;
        this.acls = acls;
        this.buckets = buckets;
        this.versions = versions;
    }

    void get(Call call) throws IOException, StorageFault {
        call.noBody();
        Bucket bucket = access.bucket(call, Action.GET_BUCKET_VERSIONING);
        Xml xml = Xml.document("VersioningConfiguration");
        switch (bucket.versioning()) {
            case OFF -> { }
            case ENABLED -> xml.element("Status", "Enabled");
            case SUSPENDED -> xml.element("Status", "Suspended");
        }
        call.answer(xml);
    }

    void put(Call call) throws IOException, StorageFault {
        Bucket bucket = access.bucket(call, Action.PUT_BUCKET_VERSIONING);
        Element document = call.document("VersioningConfiguration");
        if (document.childText("MfaDelete").map(String::strip).orElse("Disabled").equals("Enabled")) {
            throw S3Fault.notImplemented("MFA Delete");
        }
        String status = document.childText("Status").map(String::strip).orElseThrow(() ->
                S3Error.MALFORMED_XML.because("The Versioning element must be specified"));
        buckets.version(bucket, switch (status) {
            case "Enabled" -> Versioning.ENABLED;
            case "Suspended" -> Versioning.SUSPENDED;
            default -> throw Call.malformedXml();
        });
        call.answer(200);
    }

    void list(Call call) throws IOException, StorageFault {
        call.noBody();
        Bucket bucket = access.bucket(call, Action.LIST_BUCKET_VERSIONS);
        Query query = call.query();
        UnaryOperator<String> encoding = Listings.encoding(query);
        String prefix = query.get("prefix", "");
        String delimiter = query.get("delimiter", "");
        String afterKey = query.get("key-marker", "");
        String afterVersion = query.get("version-id-marker", "");
        if (afterKey.isEmpty() && !afterVersion.isEmpty()) {
            throw S3Fault.invalidArgument("version-id-marker", afterVersion,
                    "A version-id marker cannot be specified without a key marker.");
        }
        int most = query.number("max-keys", 0, Listings.PAGE, Listings.PAGE);
        Versions.VersionListing page = most == 0 ? new Versions.VersionListing(List.of(), List.of(), null)
                : versions.list(bucket, prefix, Listings.some(delimiter), Listings.some(afterKey), Listings.some(afterVersion), most);
        Xml xml = Xml.document("ListVersionsResult").element("Name", bucket.name()).element("Prefix", encoding.apply(prefix))
                .element("KeyMarker", encoding.apply(afterKey)).element("VersionIdMarker", afterVersion).element("MaxKeys", most);
        if (!delimiter.isEmpty()) {
            xml.element("Delimiter", encoding.apply(delimiter));
        }
        if (query.has("encoding-type")) {
            xml.element("EncodingType", "url");
        }
        Versions.Next next = page.next();
        xml.element("IsTruncated", next != null);
        if (next != null) {
            xml.element("NextKeyMarker", encoding.apply(next.key()));
            if (next.version() != null) {
                xml.element("NextVersionIdMarker", next.version());
            }
        }
        Owners owners = acls.owners();
        for (Version version : page.versions()) {
            entry(xml, version, encoding, owners, bucket);
        }
        for (String common : page.prefixes()) {
            xml.open("CommonPrefixes").element("Prefix", encoding.apply(common)).close();
        }
        call.answer(xml);
    }

    private static void entry(Xml xml, Version version, UnaryOperator<String> encoding, Owners owners, Bucket bucket) {
        StoredObject object = version.object();
        xml.open(version.marker() ? "DeleteMarker" : "Version").element("Key", encoding.apply(object.key()))
                .element("VersionId", object.version()).element("IsLatest", version.latest())
                .element("LastModified", BucketOperations.instant(object.modifiedAt()));
        if (!version.marker()) {
            Listings.facts(xml, object);
        }
        owners.write(xml, "Owner", ObjectAcls.owner(object.attributes(), bucket.ownerId()));
        xml.close();
    }
}
