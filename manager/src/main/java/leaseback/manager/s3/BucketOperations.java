package leaseback.manager.s3;

import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import javax.xml.stream.XMLStreamException;
import leaseback.manager.customer.Customer;
import leaseback.manager.s3.rights.Acl;
import leaseback.manager.s3.rights.Action;
import leaseback.manager.s3.rights.Ownership;
import leaseback.manager.s3.xml.Element;
import leaseback.manager.s3.xml.Xml;
import leaseback.manager.storage.Bucket;
import leaseback.manager.storage.BucketSettings;
import leaseback.manager.storage.Buckets;
import leaseback.manager.storage.LockRule;
import leaseback.manager.storage.StorageFault;
import leaseback.manager.storage.Versioning;

/// Buckets: made, found, told of, deleted.
final class BucketOperations {
    private static final DateTimeFormatter INSTANT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private final Buckets buckets;
    private final BucketSettings settings;
    private final Access access;
    private final AclRequests acls;
    private final String region;
    private final Limits limits;
    private final LogDelivery logs;

    BucketOperations(Buckets buckets, BucketSettings settings, Access access, AclRequests acls, LogDelivery logs, String region,
            Limits limits) {
        this.logs = logs;
        this.buckets = buckets;
        this.settings = settings;
        this.access = access;
        this.acls = acls;
        this.region = region;
        this.limits = limits;
    }

    private void requireFew(Call call) throws S3Fault {
        List<Bucket> owned = buckets.ownedBy(call.customer().id());
        boolean again = owned.stream().anyMatch(bucket -> bucket.name().equals(call.target().bucket()));
        if (owned.size() >= limits.buckets() && !again) {
            throw S3Error.TOO_MANY_BUCKETS.because("You have attempted to create more buckets than allowed: " + limits.buckets()
                    + " for one account.");
        }
    }

    void list(Call call) throws IOException {
        call.noBody();
        if (call.callerId() == null) {
            call.answer(Xml.document("ListAllMyBucketsResult").open("Owner").element("ID", "anonymous").close().open("Buckets"));
            return;
        }
        String prefix = call.query().get("prefix", "");
        String after = Listings.decodeToken(call.query().get("continuation-token"));
        int most = call.query().number("max-buckets", 1, 10_000, 10_000);
        String wantedRegion = call.query().get("bucket-region", region);
        Xml xml = Xml.document("ListAllMyBucketsResult");
        owner(xml, "Owner", call.customer());
        xml.open("Buckets");
        int count = 0;
        String last = "";
        boolean more = false;
        for (Bucket bucket : buckets.ownedBy(call.customer().id())) {
            if (!bucket.name().startsWith(prefix) || after != null && bucket.name().compareTo(after) <= 0
                    || !wantedRegion.equals(region)) {
                continue;
            }
            if (count++ == most) {
                more = true;
                break;
            }
            last = bucket.name();
            xml.open("Bucket").element("Name", bucket.name()).element("CreationDate", instant(bucket.createdAt()))
                    .element("BucketRegion", region).close();
        }
        xml.close();
        if (more) {
            xml.element("ContinuationToken", Listings.token(last));
        }
        if (!prefix.isEmpty()) {
            xml.element("Prefix", prefix);
        }
        call.answer(xml);
    }

    void create(Call call) throws IOException, StorageFault {
        byte[] document = call.documentBytes();
        if (document.length > 0) {
            checkConfiguration(document);
        }
        requireFew(call);
        UUID owner = call.customer().id();
        String asked = call.header("x-amz-object-ownership");
        Ownership ownership = asked == null ? null : BucketConfigurations.ownership(asked);
        Acl acl = acls.ofHeaders(call, owner, owner);
        if (ownership == Ownership.BUCKET_OWNER_ENFORCED && acl != null && !acl.isPrivate(owner)) {
            throw S3Error.INVALID_BUCKET_ACL_WITH_OBJECT_OWNERSHIP.because("Bucket cannot have ACLs set with ObjectOwnership's "
                    + "BucketOwnerEnforced setting");
        }
        boolean lock = "true".equalsIgnoreCase(call.header("x-amz-bucket-object-lock-enabled"));
        if (call.isForOldestRegion() && ownership == null && acl == null && !lock && owns(owner, call.target().bucket())) {
            // There S3 lets an owner make his bucket again, and scripts count on it; nothing of it changes here.
            call.reply().put("Location", "/" + call.target().bucket());
            call.answer(200);
            return;
        }
        Bucket bucket = buckets.create(owner, call.target().bucket());
        if (ownership != null) {
            settings.put(bucket, Access.OWNERSHIP, ownership.wireName());
        }
        if (acl != null) {
            settings.put(bucket, Access.ACL, acl.text());
        }
        if (lock) {
            buckets.version(bucket, Versioning.ENABLED);
            buckets.lock(bucket, LockRule.NOTHING);
        }
        call.reply().put("Location", "/" + bucket.name());
        call.answer(200);
    }

    private boolean owns(UUID owner, String name) {
        try {
            return buckets.find(name).ownerId().equals(owner);
        } catch (StorageFault none) {
            return false;
        }
    }

    void head(Call call) throws IOException, StorageFault {
        call.noBody();
        access.bucket(call, Action.LIST_BUCKET);
        call.reply().put("x-amz-bucket-region", region);
        call.reply().put("x-amz-access-point-alias", "false");
        call.answer(200);
    }

    void delete(Call call) throws IOException, StorageFault {
        call.noBody();
        Bucket bucket = access.bucket(call, Action.DELETE_BUCKET);
        Map<String, String> all = settings.all(bucket);
        buckets.delete(bucket);
        LogRule rule = LoggingOperations.rule(all);
        if (rule != null) {
            logs.end(bucket, rule, false);
        }
        call.answer(204);
    }

    void location(Call call) throws IOException, StorageFault {
        call.noBody();
        access.bucket(call, Action.GET_BUCKET_LOCATION);
        // The oldest region is told by an empty element, and clients expect it so.
        call.answer(Xml.document("LocationConstraint").text(region.equals("us-east-1") ? "" : region));
    }

    static void owner(Xml xml, String element, Customer customer) {
        xml.open(element).element("ID", customer.id().toString()).element("DisplayName", customer.name()).close();
    }

    static String instant(Instant instant) {
        return INSTANT.format(instant);
    }

    private void checkConfiguration(byte[] document) throws S3Fault {
        Element configuration;
        try {
            configuration = Element.read(document);
        } catch (XMLStreamException malformed) {
            throw Call.malformedXml();
        }
        if (!configuration.name().equals("CreateBucketConfiguration")) {
            throw Call.malformedXml();
        }
        for (Element child : configuration.children()) {
            if (!child.name().equals("LocationConstraint")) {
                throw S3Fault.notImplemented("CreateBucketConfiguration with " + child.name());
            }
        }
        String constraint = configuration.childText("LocationConstraint").map(String::strip).orElse("");
        if (!constraint.isEmpty() && !constraint.equals(region)) {
            throw S3Error.ILLEGAL_LOCATION_CONSTRAINT_EXCEPTION.because("The " + constraint
                    + " location constraint is incompatible for the region specific endpoint this request was sent to: it is "
                    + region + ".");
        }
    }
}
