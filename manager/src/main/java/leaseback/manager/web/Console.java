package leaseback.manager.web;

import gg.jte.Content;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.customer.Customers;
import leaseback.manager.database.Database;
import leaseback.manager.fleet.Fleet;
import leaseback.manager.lease.Leases;
import leaseback.manager.order.Factory;
import leaseback.manager.order.Orders;
import leaseback.manager.order.Quotes;
import leaseback.manager.storage.Buckets;
import leaseback.manager.storage.Census;
import leaseback.manager.storage.Redundancy;
import leaseback.manager.upkeep.Upkeep;
import org.eclipse.jetty.http.HttpCookie;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.FormFields;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The operator's console: pages made here and refreshed by htmx, for whoever signs in. Answers every request that reaches it,
/// so it comes last.
///
/// Nothing on a page comes from elsewhere and no page runs script of its own: the content security policy holds browsers to it.
public final class Console extends Handler.Abstract {
    private static final Logger LOG = LoggerFactory.getLogger(Console.class);
    private static final String POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";
    private static final int MOST_FORM_BYTES = 8 * 1024;
    private static final int MOST_FORM_FIELDS = 10;
    private static final String HTML = "text/html; charset=utf-8";
    private final TemplateEngine templates =
            TemplateEngine.createPrecompiled(null, ContentType.Html, Console.class.getClassLoader(), "leaseback.manager.web.pages");
    private final Assets assets = new Assets();
    private final Operators operators;
    private final Sessions sessions;
    private final ConsolePages pages;
    private final InstantSource clock;

    /// @param random must be cryptographically strong outside tests: whoever guesses a session is the operator
    public Console(Database database, Fleet fleet, Leases leases, Quotes quotes, Orders orders, Factory factory, Customers customers,
            Buckets buckets, Census census, Operators operators, InstantSource clock, RandomGenerator random) {
        this.operators = operators;
        this.sessions = new Sessions(database, clock, random);
        this.pages = new ConsolePages(database, fleet, leases, quotes, orders, factory, customers, buckets, census, clock);
        this.clock = clock;
    }

    /// How well what is stored is kept, and in what code. Called before the first request.
    public void tellStorage(Supplier<Upkeep.Report> report, Supplier<Optional<Redundancy>> redundancy) {
        pages.tellStorage(report, redundancy);
    }

    /// Shows these pages too. Called before the first request.
    public Console and(PageSource source) {
        pages.and(source);
        return this;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Reply reply = reply(request);
        UnreadBody.settle(request, response);
        response.setStatus(reply.status());
        response.getHeaders().put("Content-Security-Policy", POLICY);
        response.getHeaders().put("X-Content-Type-Options", "nosniff");
        response.getHeaders().put("Referrer-Policy", "same-origin");
        response.getHeaders().put("Cross-Origin-Opener-Policy", "same-origin");
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, reply.type());
        reply.headers().forEach(response.getHeaders()::put);
        boolean bodiless = "HEAD".equals(request.getMethod());
        response.write(true, ByteBuffer.wrap(bodiless ? new byte[0] : reply.body()), callback);
        return true;
    }

    private Reply reply(Request request) {
        String path = Request.getPathInContext(request);
        try {
            return route(request, path);
        } catch (Refusal refused) {
            return fault(path, 409, "This cannot be shown", String.valueOf(refused.getMessage()));
        } catch (RuntimeException broken) {
            String reference = UUID.randomUUID().toString();
            LOG.error("{} {} failed; reference {}", request.getMethod(), path, reference, broken);
            return fault(path, 500, "This page could not be made",
                    "The manager’s log says why, under " + reference + ". Try again in a moment; if the database is being restarted, it will pass.");
        }
    }

    private Reply route(Request request, String path) {
        String method = "HEAD".equals(request.getMethod()) ? "GET" : request.getMethod();
        boolean posts = path.equals("/sign-in") || path.equals("/sign-out");
        if (posts && method.equals("POST")) {
            if (!ours(request)) {
                LOG.warn("a form sent to {} from another site was refused: origin {}", path, request.getHeaders().get(HttpHeader.ORIGIN));
                return fault(path, 403, "This did not come from the console",
                        "The form was sent from another site, or the browser did not say from where. Open the console and try again there.");
            }
            return path.equals("/sign-in") ? signIn(request) : signOut(request);
        }
        if (!method.equals("GET") || path.equals("/sign-out")) {
            String allowed = path.equals("/sign-out") ? "POST" : posts ? "GET, HEAD, POST" : "GET, HEAD";
            return fault(path, 405, "That cannot be done here", "This address takes " + allowed + " only.").with("Allow", allowed);
        }
        if (path.startsWith("/assets/")) {
            return asset(path);
        }
        Optional<String> operator = operator(request, !fragment(request));
        if (path.equals("/sign-in")) {
            String to = inside(query(request).getOrDefault("to", ""));
            return operator.isPresent() ? seeOther(to) : signInPage(200, new SignInPage(to, "", null));
        }
        if (operator.isEmpty()) {
            String back = path.equals("/") ? "" : "?to=" + Figures.encoded(request.getHttpURI().getPathQuery());
            return fragment(request) ? empty(401).with("HX-Redirect", "/sign-in") : seeOther("/sign-in" + back);
        }
        if (path.equals("/")) {
            return seeOther("/fleet");
        }
        return pages.page(path, query(request)).map(page -> show(request, path, operator.get(), page))
                .orElseGet(() -> notFound(path, operator));
    }

    private Reply show(Request request, String path, String operator, ConsolePages.Page page) {
        return switch (page) {
            case ConsolePages.Page.Shown shown -> fragment(request) && shown.live() != null ? html(200, render(shown.live(), shown.model()))
                    : html(200, framed(shown.title(), operator, path, shown.template(), shown.model()));
            case ConsolePages.Page.File file -> new Reply(200, file.type(), file.body(),
                    Map.of("Content-Disposition", "attachment; filename=\"" + file.name() + "\""));
        };
    }

    private Reply signIn(Request request) {
        Fields form;
        try {
            form = FormFields.getFields(request, MOST_FORM_FIELDS, MOST_FORM_BYTES);
        } catch (RuntimeException malformed) {
            return fault("/sign-in", 400, "The form could not be read", "Open the console’s address and sign in again.");
        }
        String name = Optional.ofNullable(form.getValue("name")).orElse("").strip();
        String password = Optional.ofNullable(form.getValue("password")).orElse("");
        String to = inside(Optional.ofNullable(form.getValue("to")).orElse(""));
        return switch (operators.verify(name, password)) {
            case Operators.SignIn.Welcome welcome -> seeOther(to).with(HttpHeader.SET_COOKIE.asString(),
                    cookie(request, sessions.begin(welcome.name()), Sessions.LONGEST.toSeconds()));
            case Operators.SignIn.Wrong wrong -> signInPage(401, new SignInPage(to, name, "The name or the password is wrong."));
            case Operators.SignIn.Wait wait -> signInPage(429, new SignInPage(to, name,
                    "Too many tries. Try again after " + Figures.instant(wait.until()) + "."))
                    .with("Retry-After", String.valueOf(Math.max(1, Duration.between(clock.instant(), wait.until()).toSeconds() + 1)));
        };
    }

    private Reply signOut(Request request) {
        token(request).ifPresent(sessions::end);
        return seeOther("/sign-in").with(HttpHeader.SET_COOKIE.asString(), cookie(request, "", 0)).with("Clear-Site-Data", "\"cache\"");
    }

    /// Whether a form was sent from our own pages: browsers say so themselves, and no site can make them lie.
    private static boolean ours(Request request) {
        String site = request.getHeaders().get("Sec-Fetch-Site");
        if (site != null) {
            return site.equals("same-origin");
        }
        String origin = request.getHeaders().get(HttpHeader.ORIGIN);
        String host = request.getHeaders().get(HttpHeader.HOST);
        return origin != null && host != null && origin.equals((request.isSecure() ? "https://" : "http://") + host);
    }

    private Optional<String> operator(Request request, boolean click) {
        return token(request).flatMap(token -> sessions.operator(token, click));
    }

    private static Optional<String> token(Request request) {
        String name = cookieName(request);
        return Request.getCookies(request).stream().filter(cookie -> cookie.getName().equals(name)).map(HttpCookie::getValue).findFirst();
    }

    private static String cookie(Request request, String token, long seconds) {
        return cookieName(request) + "=" + token + "; Path=/; Max-Age=" + seconds + "; HttpOnly; SameSite=Strict"
                + (request.isSecure() ? "; Secure" : "");
    }

    /// Browsers share cookies among all ports of a machine: two worlds on one computer must not sign each other out.
    private static String cookieName(Request request) {
        return (request.isSecure() ? "__Host-" : "") + "leaseback-" + Request.getServerPort(request);
    }

    /// Whether htmx asks for a page's live part.
    private static boolean fragment(Request request) {
        return request.getHeaders().contains("HX-Request");
    }

    /// `to` when it leads to a page of ours, the fleet otherwise: a link to the door must not lead out of the house.
    private static String inside(String to) {
        try {
            URI uri = URI.create(to);
            boolean inside = to.startsWith("/") && !to.startsWith("//") && !to.contains("\\") && uri.getHost() == null
                    && !to.startsWith("/sign-");
            return inside ? to : "/fleet";
        } catch (IllegalArgumentException malformed) {
            return "/fleet";
        }
    }

    private static Map<String, String> query(Request request) {
        try {
            return Request.extractQueryParameters(request).stream()
                    .collect(Collectors.toMap(Fields.Field::getName, Fields.Field::getValue, (first, second) -> first));
        } catch (RuntimeException malformed) {
            return Map.of();
        }
    }

    private Reply asset(String path) {
        return assets.find(path.substring("/assets/".length()))
                .map(asset -> new Reply(200, asset.type(), asset.body(), Map.of("Cache-Control", "public, max-age=31536000, immutable")))
                .orElseGet(() -> notFound(path, Optional.empty()));
    }

    private Reply signInPage(int status, SignInPage page) {
        return html(status, framed("Sign in", null, "/sign-in", "signin.jte", page));
    }

    private Reply notFound(String path, Optional<String> operator) {
        FaultPage page = new FaultPage(404, "There is nothing here", "The address " + path + " leads nowhere. What it named may have been deleted.");
        return html(404, framed(page.title(), operator.orElse(null), path, "fault.jte", page));
    }

    private Reply fault(String path, int status, String title, String advice) {
        return html(status, framed(title, null, path, "fault.jte", new FaultPage(status, title, advice)));
    }

    private String framed(String title, @Nullable String operator, String path, String template, Object model) {
        Content body = output -> templates.render(template, model, output);
        StringOutput output = new StringOutput();
        templates.render("frame.jte", Map.of("frame", new Frame(title, operator, path, assets::address), "body", body), output);
        return output.toString();
    }

    private String render(String template, Object model) {
        StringOutput output = new StringOutput();
        templates.render(template, model, output);
        return output.toString();
    }

    private static Reply html(int status, String text) {
        return new Reply(status, HTML, text.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    private static Reply empty(int status) {
        return new Reply(status, "text/plain; charset=utf-8", new byte[0], Map.of());
    }

    private static Reply seeOther(String address) {
        return empty(303).with("Location", address);
    }

    /// What goes back.
    private record Reply(int status, String type, byte[] body, Map<String, String> headers) {
        Reply with(String name, String value) {
            Map<String, String> more = new LinkedHashMap<>(headers);
            more.put(name, value);
            return new Reply(status, type, body, more);
        }
    }
}
