package leaseback.manager.s3;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import leaseback.manager.customer.Customers;
import leaseback.manager.s3.xml.Xml;
import leaseback.manager.storage.BucketSettings;
import leaseback.manager.storage.Buckets;
import leaseback.manager.storage.Covers;
import leaseback.manager.storage.ObjectStore;
import leaseback.manager.storage.TenantUse;
import leaseback.manager.storage.StorageFault;
import leaseback.manager.storage.Uploads;
import leaseback.manager.storage.Versions;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http.UriCompliance.Violation;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The S3 face: translates Amazon's S3 protocol, and nothing else. What it does and what it answers with 501 is in `docs/s3.md`.
///
/// It blocks, so the server gives it virtual threads; its connectors need `configuration()`.
public final class S3 extends Handler.Abstract {
    private static final Logger LOG = LoggerFactory.getLogger(S3.class);
    private static final int HEAD_BYTES = 24 * 1024;
    private static final int RETRY_SECONDS = 10;
    private static final long SHORT_REST = 64 << 10;
    private static final long LINGER_BYTES = 16 << 20;
    private static final long LINGER_NANOS = 5_000_000_000L;
    private static final String CROSSING = "leaseback.crossing";
    private final Authentication authentication;
    private final Router router;
    private final Access access;
    private final Origins origins;
    private final Set<String> domains;
    private final RandomGenerator random;
    private final Limits limits;
    private final Set<String> websites;
    private final WebsiteFace website;
    private final Rates rates;
    private final InstantSource clock;
    private final LogDelivery logs;
    private @Nullable TenantUse use;

    /// @param region  the only one that requests may be signed for
    /// @param domains lower-case names under which `bucket.name` names a bucket, besides the path; may be empty
    /// @param random  numbers the requests
    public S3(Buckets buckets, ObjectStore objects, Uploads uploads, Customers customers, InstantSource clock, String region,
            Set<String> domains, RandomGenerator random) {
        this(buckets, objects, uploads, customers, clock, region, domains, random, Limits.NORMAL);
    }

    /// @param limits what one customer may take of this face
    public S3(Buckets buckets, ObjectStore objects, Uploads uploads, Customers customers, InstantSource clock, String region,
            Set<String> domains, RandomGenerator random, Limits limits) {
        this.limits = limits;
        this.rates = new Rates(limits, clock);
        this.authentication = new Authentication(customers, clock, region);
        this.domains = Set.copyOf(domains);
        this.websites = domains.stream().map(domain -> "website." + domain).collect(Collectors.toUnmodifiableSet());
        this.random = random;
        BucketSettings settings = new BucketSettings(objects);
        this.clock = clock;
        this.logs = new LogDelivery(buckets, settings, objects, clock, region);
        this.access = new Access(buckets, settings, clock, logs);
        AclRequests acls = new AclRequests(customers);
        ObjectAcls owners = new ObjectAcls(acls);
        this.origins = new Origins(buckets, settings);
        Versions versions = new Versions(objects);
        Finder finder = new Finder(access, objects, versions);
        Encryptions encryptions = new Encryptions(new Covers(objects));
        ObjectReads reads = new ObjectReads(finder, objects, encryptions);
        this.website = new WebsiteFace(access, settings, finder, reads, objects);
        this.router = new Router(new BucketOperations(buckets, settings, access, acls, logs, region, limits), new Listings(access, objects, acls),
                reads, new ObjectWrites(access, owners, objects, versions, encryptions),
                new CopyOperations(access, owners, finder, objects, uploads, encryptions),
                new UploadOperations(access, owners, uploads, encryptions),
                new UploadCompletion(access, uploads, encryptions), new UploadListings(access, acls, uploads, encryptions),
                new VersionOperations(access, acls, buckets, versions), new TagOperations(finder, versions),
                new LockOperations(access, finder, buckets, versions, clock),
                new LifecycleOperations(access, buckets), new AttributeOperations(finder, objects, encryptions),
                new AclOperations(access, finder, settings, versions, acls), new BucketConfigurations(access, settings, encryptions),
                new FormUploads(customers, clock, region, access, owners, objects, encryptions),
                new LoggingOperations(access, settings, logs, clock));
    }

    /// Counts what each tenant uses, and takes nothing more from those who are frozen. Called before the first request.
    public S3 billing(TenantUse tenantUse, Predicate<UUID> frozen) {
        use = tenantUse;
        access.freeze(frozen);
        return this;
    }

    /// The chore that delivers access logs whose time has come: one round, and how many objects it made. Any number of managers may run it.
    public int deliverLogs() {
        return logs.run();
    }

    /// What Jetty's connectors for this handler need: paths are taken as sent, since S3 signs them so and any text may be a key.
    public static HttpConfiguration configuration() {
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setUriCompliance(UriCompliance.UNSAFE.without("S3", Violation.USER_INFO, Violation.FRAGMENT));
        // Or `charset=UTF-8` comes out of the cache as `charset=utf-8`, and the signature over it is wrong.
        configuration.setHeaderCacheCaseSensitive(true);
        configuration.setRequestHeaderSize(HEAD_BYTES);
        configuration.setResponseHeaderSize(HEAD_BYTES);
        configuration.setOutputBufferSize(64 * 1024);
        configuration.setSendServerVersion(false);
        configuration.setSendDateHeader(true);
        return configuration;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        String id = String.format(Locale.ROOT, "%016X", random.nextLong());
        byte[] longId = new byte[48];
        random.nextBytes(longId);
        response.getHeaders().put(HttpHeader.SERVER, "Leaseback").put("x-amz-request-id", id)
                .put("x-amz-id-2", Base64.getEncoder().encodeToString(longId));
        Call call = null;
        S3Fault refused = null;
        try {
            call = admit(request, response);
            if (call == null) {
                callback.succeeded();
                return true;
            }
            route(call);
            call.note().end(call, response, null);
            callback.succeeded();
        } catch (S3Fault fault) {
            refused = fault;
        } catch (StorageFault fault) {
            refused = Faults.of(fault);
        } catch (EOFException gone) {
            LOG.debug("the client of request {} went away", id, gone);
            callback.failed(gone);
        } catch (IOException | RuntimeException broken) {
            LOG.error("request {}, {} {}, failed", id, request.getMethod(), request.getHttpURI().getPath(), broken);
            refused = S3Error.INTERNAL_ERROR.because("We encountered an internal error. Please try again. The log tells more of "
                    + "this request.");
        }
        if (refused != null) {
            refuse(request, response, callback, refused, id, call);
        }
        UUID owner = call == null ? null : call.note().owner();
        if (use != null && owner != null) {
            use.took(owner, Request.getContentBytesRead(request), Response.getContentBytesWritten(response));
        }
        return true;
    }

    private void route(Call call) throws IOException, StorageFault {
        if (call.note().isOfWebsite()) {
            website.serve(call);
            return;
        }
        boolean changes = call.target().isBucket() && !call.method().equals("GET") && !call.method().equals("HEAD");
        if (!changes) {
            router.route(call);
            return;
        }
        access.changing(call.target().bucket());
        try {
            router.route(call);
        } finally {
            access.changed(call.target().bucket());
        }
    }

    /// From the request's head alone: no stranger makes us read a body.
    ///
    /// @return null for a question of a browser, which is answered then
    private @Nullable Call admit(Request request, Response response) throws IOException {
        String host = request.getHeaders().get(HttpHeader.HOST);
        String path = request.getHttpURI().getPath();
        String site = Target.bucketOf(host == null ? "" : host, websites);
        if (!site.isEmpty()) {
            return admitToSite(request, response, site, path == null ? "/" : path);
        }
        Target target = Target.parse(path == null ? "/" : path, host == null ? "" : host, domains);
        Query query = Query.parse(request.getHttpURI().getQuery());
        if (request.getMethod().equals("OPTIONS")) {
            origins.preflight(request.getHeaders(), target.bucket()).forEach(response.getHeaders()::put);
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, 0);
            Content.Sink.write(response, true, ByteBuffer.allocate(0));
            return null;
        }
        Map<String, String> crossing = origins.answer(request.getHeaders(), request.getMethod(), target.bucket());
        crossing.forEach(response.getHeaders()::put);
        request.setAttribute(CROSSING, crossing);
        Caller caller = authentication.authenticate(request.getMethod(), target, query, request.getHeaders());
        rates.take(caller.customer() == null ? Request.getRemoteAddr(request) : caller.customer().id());
        target.check();
        return new Call(request, response, target, query, caller, limits, new LogNote(clock.instant(), request.getBeginNanoTime(), false));
    }

    /// Of a web site everyone may ask, and nobody need say who they are; the query means nothing.
    private Call admitToSite(Request request, Response response, String bucket, String rawPath) throws S3Fault {
        Map<String, String> crossing = origins.answer(request.getHeaders(), request.getMethod(), bucket);
        crossing.forEach(response.getHeaders()::put);
        rates.take(Request.getRemoteAddr(request));
        byte[] path = Percent.decode(rawPath, false);
        String text = Percent.text(path);
        Target target = new Target(path, bucket, text.startsWith("/") ? text.substring(1) : text);
        return new Call(request, response, target, Query.parse(null), new Caller(null, new Payload.Plain(null), ""), limits,
                new LogNote(clock.instant(), request.getBeginNanoTime(), true));
    }

    private static void refuse(Request request, Response response, Callback callback, S3Fault fault, String id,
            @Nullable Call call) {
        boolean known = call != null && call.callerId() != null;
        if (response.isCommitted()) {
            // Too late for an error: the connection breaks off before the promised length, which every client notices.
            LOG.warn("request {}, {} {}, broke off: {}", id, request.getMethod(), request.getHttpURI().getPath(),
                    fault.getMessage());
            note(call, response, fault);
            callback.failed(fault);
            return;
        }
        Xml xml = Xml.error().element("Code", fault.error().code()).element("Message", fault.getMessage());
        for (Map.Entry<String, String> detail : fault.details().entrySet()) {
            xml.element(detail.getKey(), detail.getValue());
        }
        xml.element("Resource", String.valueOf(request.getHttpURI().getPath())).element("RequestId", id)
                .element("HostId", String.valueOf(response.getHeaders().get("x-amz-id-2")));
        String longId = response.getHeaders().get("x-amz-id-2");
        response.reset();
        response.getHeaders().put(HttpHeader.SERVER, "Leaseback").put("x-amz-request-id", id).put("x-amz-id-2",
                String.valueOf(longId));
        if (request.getAttribute(CROSSING) instanceof Map<?, ?> crossing) {
            crossing.forEach((name, value) -> response.getHeaders().put(String.valueOf(name), String.valueOf(value)));
        }
        fault.headers().forEach(response.getHeaders()::put);
        response.setStatus(fault.error().status());
        if (fault.error() == S3Error.SERVICE_UNAVAILABLE) {
            response.getHeaders().put(HttpHeader.RETRY_AFTER, RETRY_SECONDS);
        } else if (fault.error() == S3Error.SLOW_DOWN) {
            response.getHeaders().put(HttpHeader.RETRY_AFTER, 1);
        }
        String size = fault.details().get("ActualObjectSize");
        if (size != null) {
            response.getHeaders().put(HttpHeader.CONTENT_RANGE, "bytes */" + size);
        }
        // A body that is still to come would be taken for the next request.
        boolean rest = !isRead(request, known);
        if (rest) {
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
        }
        boolean head = request.getMethod().equals("HEAD");
        byte[] bytes = head ? new byte[0] : xml.bytes();
        if (!head) {
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/xml");
        }
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
        try {
            Content.Sink.write(response, true, ByteBuffer.wrap(bytes));
            if (rest && known && !request.getHeaders().contains(HttpHeader.EXPECT)) {
                drop(request, LINGER_BYTES);
            }
            note(call, response, fault);
            callback.succeeded();
        } catch (IOException gone) {
            callback.failed(gone);
        }
    }

    private static void note(@Nullable Call call, Response response, S3Fault fault) {
        if (call != null) {
            call.note().end(call, response, fault);
        }
    }

    /// Whether nothing of the body is still to come; a known client's short rest is read and dropped, to keep the connection.
    private static boolean isRead(Request request, boolean known) {
        boolean framed = request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
        long rest = framed ? Long.MAX_VALUE : Math.max(0, request.getLength()) - Request.getContentBytesRead(request);
        if (rest == 0) {
            return true;
        }
        if (request.getHeaders().contains(HttpHeader.EXPECT)) {
            return false;
        }
        return known ? rest <= SHORT_REST && drop(request, SHORT_REST) : request.consumeAvailable();
    }

    /// Reads on, so that the client can send what it is sending and then read the answer: a connection closed on bytes that
    /// are still coming is reset, and the answer lost. Whether the end was reached.
    private static boolean drop(Request request, long most) {
        long end = System.nanoTime() + LINGER_NANOS;
        byte[] dropped = new byte[64 * 1024];
        try {
            InputStream rest = Content.Source.asInputStream(request);
            for (long bytes = 0; bytes <= most && System.nanoTime() < end;) {
                int read = rest.read(dropped);
                if (read < 0) {
                    return true;
                }
                bytes += read;
            }
        } catch (IOException gone) {
            LOG.debug("the client did not send the rest of its refused request", gone);
        }
        return false;
    }
}
