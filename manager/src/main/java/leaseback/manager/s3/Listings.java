package leaseback.manager.s3;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import leaseback.manager.s3.rights.Action;
import leaseback.manager.s3.xml.Xml;
import leaseback.manager.storage.Bucket;
import leaseback.manager.storage.Digests;
import leaseback.manager.storage.Listing;
import leaseback.manager.storage.ObjectStore;
import leaseback.manager.storage.StorageFault;
import leaseback.manager.storage.StoredObject;
import org.jspecify.annotations.Nullable;

/// Pages of a bucket, in S3's two versions.
final class Listings {
    static final int PAGE = 1000;
    private final Access access;
    private final ObjectStore objects;
    private final AclRequests acls;

    Listings(Access access, ObjectStore objects, AclRequests acls) {
        this.access = access;
        this.objects = objects;
        this.acls = acls;
    }

    void list(Call call) throws IOException, StorageFault {
        call.noBody();
        Query query = call.query();
        String type = query.get("list-type");
        if (type != null && !type.equals("2")) {
            throw S3Fault.invalidArgument("list-type", type, "list-type must be 2.");
        }
        boolean second = type != null;
        Bucket bucket = access.bucket(call, Action.LIST_BUCKET);
        UnaryOperator<String> encoding = encoding(query);
        String prefix = query.get("prefix", "");
        String delimiter = query.get("delimiter", "");
        if ("true".equalsIgnoreCase(query.get("allow-unordered")) && !delimiter.isEmpty()) {
            // Ceph's; a listing in order is one of the unordered ones.
            throw S3Fault.invalidArgument("allow-unordered", "true", "An unordered listing cannot have a delimiter.");
        }
        int most = query.number("max-keys", 0, PAGE, PAGE);
        String token = query.get("continuation-token");
        String after = second ? (token == null ? query.get("start-after") : decodeToken(token)) : query.get("marker");
        Listing page = most == 0 ? new Listing(List.of(), List.of(), null)
                : objects.list(bucket, prefix, some(delimiter), some(after), most);
        Xml xml = Xml.document("ListBucketResult");
        xml.element("Name", bucket.name()).element("Prefix", encoding.apply(prefix)).element("MaxKeys", most);
        if (!delimiter.isEmpty()) {
            xml.element("Delimiter", encoding.apply(delimiter));
        }
        if (query.has("encoding-type")) {
            xml.element("EncodingType", "url");
        }
        String next = page.next();
        xml.element("IsTruncated", next != null);
        if (second) {
            second(xml, query, encoding, page, next);
        } else {
            xml.element("Marker", encoding.apply(query.get("marker", "")));
            if (next != null) {
                xml.element("NextMarker", encoding.apply(next));
            }
        }
        boolean owner = !second || query.get("fetch-owner", "false").equals("true");
        Owners owners = acls.owners();
        for (StoredObject object : page.objects()) {
            content(xml, object, encoding);
            if (owner) {
                owners.write(xml, "Owner", ObjectAcls.owner(object.attributes(), bucket.ownerId()));
            }
            xml.close();
        }
        for (String common : page.prefixes()) {
            xml.open("CommonPrefixes").element("Prefix", encoding.apply(common)).close();
        }
        call.answer(xml);
    }

    private static void second(Xml xml, Query query, UnaryOperator<String> encoding, Listing page, @Nullable String next) {
        xml.element("KeyCount", page.objects().size() + page.prefixes().size());
        if (query.has("start-after")) {
            xml.element("StartAfter", encoding.apply(query.get("start-after", "")));
        }
        if (query.has("continuation-token")) {
            xml.element("ContinuationToken", query.get("continuation-token", ""));
        }
        if (next != null) {
            xml.element("NextContinuationToken", token(next));
        }
    }

    private static void content(Xml xml, StoredObject object, UnaryOperator<String> encoding) {
        xml.open("Contents").element("Key", encoding.apply(object.key()))
                .element("LastModified", BucketOperations.instant(object.modifiedAt()));
        facts(xml, object);
    }

    /// What listings tell of the bytes.
    static void facts(Xml xml, StoredObject object) {
        xml.element("ETag", ObjectHeaders.quoted(object.digests().etag()));
        Digests digests = object.digests();
        String algorithms = digests.checksums().keySet().stream().filter(name -> !name.equals(Digesting.TYPE)).sorted()
                .collect(Collectors.joining(","));
        if (!algorithms.isEmpty()) {
            xml.element("ChecksumAlgorithm", algorithms)
                    .element("ChecksumType", digests.checksums().getOrDefault(Digesting.TYPE, ""));
        }
        xml.element("Size", object.bytes()).element("StorageClass", object.attributes().storageClass());
    }

    static @Nullable String some(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    /// How keys are written: as they are, or percent-encoded for clients whose XML cannot hold them.
    static UnaryOperator<String> encoding(Query query) throws S3Fault {
        String type = query.get("encoding-type");
        if (type == null) {
            return UnaryOperator.identity();
        }
        if (!type.equals("url")) {
            throw S3Fault.invalidArgument("encoding-type", type, "Invalid Encoding Method specified in Request");
        }
        return text -> Percent.encode(text, true);
    }

    static String token(String last) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(last.getBytes(StandardCharsets.UTF_8));
    }

    static @Nullable String decodeToken(@Nullable String token) throws S3Fault {
        if (token == null) {
            return null;
        }
        try {
            return Percent.text(Base64.getUrlDecoder().decode(token));
        } catch (IllegalArgumentException | S3Fault notOurs) {
            throw S3Fault.invalidArgument("continuation-token", token, "The continuation token provided is incorrect");
        }
    }
}
