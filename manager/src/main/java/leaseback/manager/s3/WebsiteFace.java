package leaseback.manager.s3;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import leaseback.manager.s3.rights.Action;
import leaseback.manager.storage.BucketSettings;
import leaseback.manager.storage.ObjectStore;
import leaseback.manager.storage.StorageFault;
import leaseback.manager.storage.StoredObject;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Shows buckets as web sites: to anyone, with pages for folders and for what is wrong.
final class WebsiteFace {
    /// Kept with an object: where whoever asks the site for it is sent on to.
    static final String REDIRECT = "x-amz-website-redirect-location";
    private static final Logger LOG = LoggerFactory.getLogger(WebsiteFace.class);
    private final Access access;
    private final BucketSettings settings;
    private final Finder finder;
    private final ObjectReads reads;
    private final ObjectStore objects;

    WebsiteFace(Access access, BucketSettings settings, Finder finder, ObjectReads reads, ObjectStore objects) {
        this.access = access;
        this.settings = settings;
        this.finder = finder;
        this.reads = reads;
        this.objects = objects;
    }

    /// @param call anonymous; its key is the path without its first slash
    void serve(Call call) throws IOException {
        try {
            if (!call.method().equals("GET") && !call.method().equals("HEAD")) {
                throw S3Error.METHOD_NOT_ALLOWED.because("The specified method is not allowed against this resource.")
                        .header("Allow", "GET, HEAD");
            }
            call.noBody();
            Target.checkBucket(call.target().bucket());
            Website website = Website.parse(settings.find(access.gate(call).bucket(), Website.SETTING).orElseThrow(() ->
                    S3Error.NO_SUCH_WEBSITE_CONFIGURATION.because("The specified bucket does not have a website configuration"))
                    .getBytes(StandardCharsets.UTF_8));
            serve(call, website);
        } catch (S3Fault fault) {
            page(call, fault);
        } catch (StorageFault fault) {
            page(call, Faults.of(fault));
        }
    }

    private void serve(Call call, Website website) throws IOException {
        String asked = call.key();
        if (website.everything() != null) {
            redirect(call, website.everything(), asked);
            return;
        }
        Website.Rule rule = website.rule(asked, 0);
        if (rule != null) {
            redirect(call, rule.redirect(), rule.redirect().keyFor(asked, rule.prefix()));
            return;
        }
        String key = asked.isEmpty() || asked.endsWith("/") ? asked + website.index() : asked;
        try {
            read(call.about(key));
        } catch (S3Fault fault) {
            wrong(call, website, key, fault);
        } catch (StorageFault fault) {
            wrong(call, website, key, Faults.of(fault));
        }
    }

    private void read(Call call) throws IOException, StorageFault {
        Target.checkKey(call.key());
        Found found = finder.look(call, Action.GET_OBJECT, Action.GET_OBJECT_VERSION);
        String elsewhere = found.object().attributes().headers().get(REDIRECT);
        if (elsewhere != null) {
            call.reply().put(HttpHeader.LOCATION, elsewhere);
            call.answer(301);
            return;
        }
        reads.send(call, found);
    }

    private void wrong(Call call, Website website, String key, S3Fault fault) throws IOException {
        if (call.isAnswered()) {
            throw fault;
        }
        int status = fault.error().status();
        boolean missing = status == 404 || status == 403;
        if (missing && !call.key().isEmpty() && !call.key().endsWith("/") && isFolder(call, call.key() + "/" + website.index())) {
            call.reply().put(HttpHeader.LOCATION, "/" + Percent.encode(call.key(), true) + "/");
            call.answer(302);
            return;
        }
        Website.Rule rule = website.rule(key, status);
        if (rule != null) {
            redirect(call, rule.redirect(), rule.redirect().keyFor(call.key(), rule.prefix()));
        } else if (website.error().isEmpty() || status >= 500 || !own(call, website.error(), fault)) {
            page(call, fault);
        }
    }

    private boolean isFolder(Call call, String index) {
        try {
            finder.find(call.about(index), Action.GET_OBJECT, Action.GET_OBJECT_VERSION);
            return true;
        } catch (S3Fault | StorageFault none) {
            return false;
        }
    }

    /// The site's own page for errors; false when that cannot be had either.
    private boolean own(Call call, String key, S3Fault fault) throws IOException {
        Call about = call.about(key);
        try {
            StoredObject page = finder.find(about, Action.GET_OBJECT, Action.GET_OBJECT_VERSION).object();
            if (page.bytes() == 0) {
                told(call, fault, page);
                call.stream(fault.error().status(), 0).close();
                return true;
            }
            try (ObjectStore.ObjectReader reader = objects.open(page, 0, page.bytes())) {
                told(call, fault, page);
                try (OutputStream out = call.stream(fault.error().status(), page.bytes())) {
                    if (!call.method().equals("HEAD")) {
                        reader.writeTo(out);
                    }
                }
                return true;
            }
        } catch (S3Fault none) {
            return false;
        } catch (StorageFault unreadable) {
            if (call.isAnswered()) {
                throw Faults.of(unreadable);
            }
            return false;
        }
    }

    private static void told(Call call, S3Fault fault, StoredObject page) {
        ObjectHeaders.write(page, call.reply());
        call.reply().remove(HttpHeader.ACCEPT_RANGES).put("x-amz-error-code", fault.error().code());
    }

    private static void redirect(Call call, Website.Redirect to, String key) throws IOException {
        String protocol = to.protocol().isEmpty() ? call.secure() ? "https" : "http" : to.protocol();
        String host = to.host().isEmpty() ? String.valueOf(call.header("host")) : to.host();
        call.reply().put(HttpHeader.LOCATION, protocol + "://" + host + "/" + Percent.encode(key, true));
        call.answer(to.status());
    }

    private static void page(Call call, S3Fault fault) throws IOException {
        if (call.isAnswered()) {
            throw fault;
        }
        LOG.debug("website {}: {}", call.target().bucket(), fault.getMessage());
        int status = fault.error().status();
        String title = status + " " + HttpStatus.getMessage(status);
        StringBuilder html = new StringBuilder("<html>\n<head><title>").append(title).append("</title></head>\n<body>\n<h1>").append(title)
                .append("</h1>\n<ul>\n");
        item(html, "Code", fault.error().code());
        item(html, "Message", fault.getMessage());
        for (Map.Entry<String, String> detail : fault.details().entrySet()) {
            item(html, detail.getKey(), detail.getValue());
        }
        item(html, "RequestId", String.valueOf(call.reply().get("x-amz-request-id")));
        fault.headers().forEach(call.reply()::put);
        call.reply().put("x-amz-error-code", fault.error().code());
        call.answer(status, "text/html; charset=utf-8", html.append("</ul>\n</body>\n</html>\n").toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void item(StringBuilder html, String name, String value) {
        html.append("<li>").append(name).append(": ").append(value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
                .append("</li>\n");
    }
}
