package leaseback.manager.web;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
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
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
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
    private static final String DOOR = "leaseback";
    private static final String HOME = "/fleet";
    private final PageWriter writer = new PageWriter();
    private final Operators operators;
    private final Sessions sessions;
    private final ConsolePages pages;
    private final InstantSource clock;
    private @Nullable CustomerDesk desk;
    private @Nullable Verification verification;

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

    /// Lets customers in to what is theirs. Called before the first request.
    public void open(CustomerDesk customers) {
        desk = customers;
    }

    /// Answers who scans a machine's label. Called before the first request.
    public void tell(Verification ofLabels) {
        verification = ofLabels;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Reply reply = reply(new Visit(request));
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

    private Reply reply(Visit visit) {
        String path = visit.path();
        try {
            Verification labels = verification;
            if (labels != null && Verification.its(path)) {
                return labels.reply(visit);
            }
            CustomerDesk customers = desk;
            return customers != null && CustomerDesk.its(path) ? customers.reply(visit) : route(visit, path);
        } catch (Refusal refused) {
            return writer.fault(path, null, 409, "This cannot be shown", String.valueOf(refused.getMessage()));
        } catch (RuntimeException broken) {
            String reference = UUID.randomUUID().toString();
            LOG.error("{} {} failed; reference {}", visit.method(), path, reference, broken);
            return writer.fault(path, null, 500, "This page could not be made",
                    "The manager’s log says why, under " + reference + ". Try again in a moment; if the database is being restarted, it will pass.");
        }
    }

    private Reply route(Visit visit, String path) {
        boolean posts = path.equals("/sign-in") || path.equals("/sign-out");
        if (posts && visit.method().equals("POST")) {
            if (!visit.ours()) {
                return writer.stranger(visit);
            }
            return path.equals("/sign-in") ? signIn(visit) : signOut(visit);
        }
        if (!visit.method().equals("GET") || path.equals("/sign-out")) {
            return writer.notSo(path, path.equals("/sign-out") ? "POST" : posts ? "GET, HEAD, POST" : "GET, HEAD");
        }
        if (path.startsWith("/assets/")) {
            return writer.asset(path.substring("/assets/".length()));
        }
        Optional<Visitor.Operator> operator = visit.token(DOOR).flatMap(token -> sessions.operator(token, !visit.fragment())).map(Visitor.Operator::new);
        if (path.equals("/sign-in")) {
            String to = Visit.inside(visit.query().getOrDefault("to", ""), HOME);
            return operator.isPresent() ? Reply.seeOther(to) : signInPage(200, new SignInPage(to, "", null));
        }
        if (operator.isEmpty()) {
            String back = path.equals("/") ? "" : "?to=" + Figures.encoded(visit.pathAndQuery());
            return visit.fragment() ? Reply.empty(401).with("HX-Redirect", "/sign-in") : Reply.seeOther("/sign-in" + back);
        }
        if (path.equals("/")) {
            return Reply.seeOther(HOME);
        }
        return pages.page(path, visit.query()).map(page -> writer.show(visit, operator.get(), page))
                .orElseGet(() -> writer.notFound(path, operator.get()));
    }

    private Reply signIn(Visit visit) {
        Map<String, String> form = visit.form().orElse(null);
        if (form == null) {
            return writer.fault("/sign-in", null, 400, "The form could not be read", "Open the console’s address and sign in again.");
        }
        String name = form.getOrDefault("name", "").strip();
        String to = Visit.inside(form.getOrDefault("to", ""), HOME);
        return switch (operators.verify(name, form.getOrDefault("password", ""))) {
            case Operators.SignIn.Welcome welcome -> Reply.seeOther(to).with(HttpHeader.SET_COOKIE.asString(),
                    visit.cookie(DOOR, sessions.begin(welcome.name()), Sessions.LONGEST.toSeconds()));
            case Operators.SignIn.Wrong wrong -> signInPage(401, new SignInPage(to, name, "The name or the password is wrong."));
            case Operators.SignIn.Wait wait -> signInPage(429, new SignInPage(to, name,
                    "Too many tries. Try again after " + Figures.instant(wait.until()) + "."))
                    .with("Retry-After", String.valueOf(Math.max(1, Duration.between(clock.instant(), wait.until()).toSeconds() + 1)));
        };
    }

    private Reply signOut(Visit visit) {
        visit.token(DOOR).ifPresent(sessions::end);
        return Reply.seeOther("/sign-in").with(HttpHeader.SET_COOKIE.asString(), visit.cookie(DOOR, "", 0)).with("Clear-Site-Data", "\"cache\"");
    }

    private Reply signInPage(int status, SignInPage page) {
        return writer.page(status, "Sign in", null, "/sign-in", "signin.jte", page);
    }
}
