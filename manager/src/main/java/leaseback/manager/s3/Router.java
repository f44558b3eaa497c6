package leaseback.manager.s3;

import java.io.IOException;
import leaseback.manager.storage.StorageFault;
import org.jspecify.annotations.Nullable;

/// Which operation a call means, by method, target and subresource.
final class Router {
    private final BucketOperations buckets;
    private final Listings listings;
    private final ObjectReads reads;
    private final ObjectWrites writes;
    private final CopyOperations copies;
    private final UploadOperations uploads;
    private final UploadCompletion completion;
    private final UploadListings uploadListings;
    private final VersionOperations versions;
    private final TagOperations tags;
    private final LockOperations locks;
    private final LifecycleOperations lifecycle;
    private final AttributeOperations attributes;
    private final AclOperations acls;
    private final BucketConfigurations configurations;
    private final FormUploads forms;
    private final LoggingOperations logging;

    Router(BucketOperations buckets, Listings listings, ObjectReads reads, ObjectWrites writes, CopyOperations copies,
            UploadOperations uploads, UploadCompletion completion, UploadListings uploadListings,
            VersionOperations versions, TagOperations tags, LockOperations locks, LifecycleOperations lifecycle,
            AttributeOperations attributes, AclOperations acls, BucketConfigurations configurations, FormUploads forms,
            LoggingOperations logging) {
        this.buckets = buckets;
        this.listings = listings;
        this.reads = reads;
        this.writes = writes;
        this.copies = copies;
        this.uploads = uploads;
        this.completion = completion;
        this.uploadListings = uploadListings;
        this.versions = versions;
        this.tags = tags;
        this.locks = locks;
        this.lifecycle = lifecycle;
        this.attributes = attributes;
        this.acls = acls;
        this.configurations = configurations;
        this.forms = forms;
        this.logging = logging;
    }

    void route(Call call) throws IOException, StorageFault {
        Unsupported.check(call.headers());
        String subresource = Unsupported.subresource(call.query());
        String operation = subresource == null ? call.method() : call.method() + " ?" + subresource;
        if (call.target().isService()) {
            service(call, operation, subresource);
        } else if (call.target().isBucket()) {
            bucket(call, operation, subresource);
        } else {
            object(call, operation, subresource);
        }
    }

    private void service(Call call, String operation, @Nullable String subresource) throws IOException {
        switch (operation) {
            case "GET" -> buckets.list(call);
            default -> throw unknown(call, "the service", subresource);
        }
    }

    private void bucket(Call call, String operation, @Nullable String subresource) throws IOException, StorageFault {
        switch (operation) {
            case "GET" -> listings.list(call);
            case "PUT" -> buckets.create(call);
            case "HEAD" -> buckets.head(call);
            case "DELETE" -> buckets.delete(call);
            case "GET ?location" -> buckets.location(call);
            case "GET ?versioning" -> versions.get(call);
            case "PUT ?versioning" -> versions.put(call);
            case "GET ?lifecycle" -> lifecycle.get(call);
            case "PUT ?lifecycle" -> lifecycle.put(call);
            case "DELETE ?lifecycle" -> lifecycle.delete(call);
            case "GET ?versions" -> versions.list(call);
            case "GET ?object-lock" -> locks.getRule(call);
            case "PUT ?object-lock" -> locks.putRule(call);
            case "GET ?acl" -> acls.getBucket(call);
            case "PUT ?acl" -> acls.putBucket(call);
            case "GET ?uploads" -> uploadListings.uploads(call);
            case "GET ?logging" -> logging.get(call);
            case "PUT ?logging" -> logging.put(call);
            case "POST ?logging" -> logging.flush(call);
            case "POST ?delete" -> writes.deleteMany(call);
            case "POST" -> forms.post(call);
            default -> {
                if (!configurations.answers(call, operation)) {
                    throw unknown(call, "a bucket", subresource);
                }
            }
        }
    }

    private void object(Call call, String operation, @Nullable String subresource) throws IOException, StorageFault {
        boolean copy = call.header("x-amz-copy-source") != null;
        switch (operation) {
            case "GET", "HEAD" -> reads.read(call);
            case "GET ?acl" -> acls.getObject(call);
            case "PUT ?acl" -> acls.putObject(call);
            case "GET ?tagging" -> tags.get(call);
            case "PUT ?tagging" -> tags.put(call);
            case "DELETE ?tagging" -> tags.delete(call);
            case "GET ?attributes" -> attributes.get(call);
            case "GET ?retention" -> locks.getRetention(call);
            case "PUT ?retention" -> locks.putRetention(call);
            case "GET ?legal-hold" -> locks.getHold(call);
            case "PUT ?legal-hold" -> locks.putHold(call);
            case "PUT" -> {
                if (call.query().has("partNumber")) {
                    throw S3Fault.invalidArgument("uploadId", "",
                            "This operation does not accept a partNumber without an uploadId");
                }
                if (copy) {
                    copies.object(call);
                } else {
                    writes.put(call);
                }
            }
            case "PUT ?uploadId" -> {
                if (copy) {
                    copies.part(call);
                } else {
                    uploads.put(call);
                }
            }
            case "DELETE" -> writes.delete(call);
            case "POST ?uploads" -> uploads.begin(call);
            case "POST ?uploadId" -> completion.complete(call);
            case "DELETE ?uploadId" -> uploads.abort(call);
            case "GET ?uploadId" -> uploadListings.parts(call);
            default -> throw unknown(call, "an object", subresource);
        }
    }

    private static S3Fault unknown(Call call, String thing, @Nullable String subresource) {
        if (subresource != null) {
            return S3Fault.notImplemented(call.method() + " of " + thing + "'s subresource " + subresource).with("ResourceType",
                    subresource);
        }
        return S3Error.METHOD_NOT_ALLOWED.because("The specified method is not allowed against this resource: " + call.method()
                + " of " + thing + ".").with("Method", call.method());
    }
}
