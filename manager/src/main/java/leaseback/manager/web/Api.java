package leaseback.manager.web;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;
import leaseback.manager.catalog.Catalog;
import leaseback.manager.catalog.Refusal;
import leaseback.manager.customer.Customers;
import leaseback.manager.database.Database;
import leaseback.manager.fleet.Host;
import leaseback.manager.fleet.HostWeeks;
import leaseback.manager.lease.IllegalTransition;
import leaseback.manager.lease.Leases;
import leaseback.manager.lease.NotNow;
import leaseback.manager.order.Evidence;
import leaseback.manager.order.Factory;
import leaseback.manager.order.Orders;
import leaseback.manager.order.Quotes;
import leaseback.manager.order.SigningKeys;
import leaseback.manager.storage.LeasedHosts;
import leaseback.manager.storage.ObjectStore;
import leaseback.manager.storage.Promises;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jdbi.v3.core.ConnectionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/// The JSON API under `/api`: catalogue, quotes, orders, agreements, hosts. Resource names follow TM Forum's Open APIs.
///
/// Bearer tokens; JSON bodies of at most 1 MiB; errors as RFC 9457 problem details that say what to change, and then nothing
/// was changed. What is not under `/api` is left to the next handler. `/api/openapi.json` describes it all.
public final class Api extends Handler.Abstract {
    private static final Logger LOG = LoggerFactory.getLogger(Api.class);
    private static final String ROOT = "/api";
    private static final String TMF = "/tmf-api";
    private static final int MOST_BYTES = 1 << 20;
    private final Wire wire = new Wire();
    private final Tokens tokens;
    private final AccountRoutes accounts;
    private final FleetRoutes fleet;
    private final List<Route> routes = new ArrayList<>();
    private volatile byte @Nullable [] description;

    /// @param hosts  every host ever enrolled, as the fleet lists them
    /// @param totals what storage keeps; scans, so it is asked for `/api/status` only
    public Api(Database database, Catalog catalog, Customers customers, Leases leases, Quotes quotes, Orders orders,
            Factory factory, SigningKeys signingKeys, Tokens tokens, Supplier<List<Host>> hosts, Supplier<ObjectStore.Totals> totals,
            InstantSource clock) {
        this.tokens = tokens;
        routes.add(Route.open("GET", ROOT + "/openapi.json", this::described).says("This document").gives(ObjectNode.class));
        routes.addAll(new KeyPages(database, signingKeys).all());
        routes.addAll(new CatalogRoutes(database, catalog).all());
        routes.addAll(new QualificationRoutes(database, catalog, clock).all());
        accounts = new AccountRoutes(database, customers);
        routes.addAll(accounts.all());
        routes.addAll(new QuoteRoutes(database, quotes, orders, new Evidence(signingKeys)).all());
        routes.addAll(new OrderRoutes(database, orders, factory).all());
        fleet = new FleetRoutes(database, hosts, totals, clock);
        routes.addAll(fleet.all());
    }

    /// With these as well. Called before the first request.
    public Api and(Routes more) {
        routes.addAll(more.all());
        return this;
    }

    /// Answers for capacity and storage classes too. Called before the first request.
    public void tellCapacity(LeasedHosts hosts, Promises promises, HostWeeks weeks, Supplier<ObjectStore.Totals> totals) {
        accounts.takeOnWithin(hosts);
        fleet.storeAs(hosts::redundancy);
        routes.addAll(new CapacityRoutes(hosts, promises, weeks, totals).all());
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        String path = Request.getPathInContext(request);
        if (!path.equals(ROOT) && !path.startsWith(ROOT + "/") && !path.startsWith(TMF + "/")) {
            return false;
        }
        Answer answer;
        try {
            answer = answer(request, path);
        } catch (IOException gone) {
            callback.failed(gone);
            return true;
        }
        UnreadBody.settle(request, response);
        response.setStatus(answer.status());
        if (!answer.type().isEmpty()) {
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, answer.type());
        }
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.getHeaders().put("X-Content-Type-Options", "nosniff");
        answer.headers().forEach(response.getHeaders()::put);
        if (answer.stream() != null) {
            Content.copy(Content.Source.from(answer.stream()), response, callback);
        } else {
            response.write(true, ByteBuffer.wrap(answer.body()), callback);
        }
        return true;
    }

    private Answer answer(Request request, String path) throws IOException {
        try {
            return serve(request, path);
        } catch (Problem problem) {
            return problem.answer(wire, path);
        } catch (Refusal refusal) {
            int status = switch (refusal.kind()) {
                case UNKNOWN -> 404;
                case UNFIT -> 422;
                case CONFLICT -> 409;
                case EXPIRED -> 410;
            };
            return new Problem(status, String.valueOf(refusal.getMessage())).answer(wire, path);
        } catch (NotNow notNow) {
            return new Problem(409, String.valueOf(notNow.getMessage())).answer(wire, path);
        } catch (IllegalTransition illegal) {
            return new Problem(409, String.valueOf(illegal.getMessage()), Map.of(), illegal.allowed().stream().map(Enum::name)
                    .toList())
                    .answer(wire, path);
        } catch (ConnectionException unreachable) {
            LOG.warn("{} {} not answered: the database cannot be reached", request.getMethod(), path, unreachable);
            return new Problem(503, "the database cannot be reached; try again in a few seconds", Map.of("Retry-After", "5"),
                    List.of())
                    .answer(wire, path);
        } catch (RuntimeException broken) {
            String reference = UUID.randomUUID().toString();
            LOG.error("{} {} failed; reference {}", request.getMethod(), path, reference, broken);
            return new Problem(500, "this is our mistake, not yours; tell the operator the reference " + reference)
                    .answer(wire, path);
        }
    }

    private Answer serve(Request request, String path) throws IOException {
        String method = "HEAD".equals(request.getMethod()) ? "GET" : request.getMethod();
        List<String> segments = Route.segments(path);
        for (Route route : routes) {
            Map<String, String> variables = route.roles().isEmpty() && route.method().equals(method)
                    ? route.match(segments).orElse(null) : null;
            if (variables != null) {
                return route.act().run(call(request, new Caller.Anybody(), path, variables));
            }
        }
        Caller caller = caller(request);
        TreeSet<String> methods = new TreeSet<>();
        for (Route route : routes) {
            Map<String, String> variables = route.match(segments).orElse(null);
            if (variables == null) {
                continue;
            }
            methods.add(route.method());
            if (route.method().equals(method)) {
                if (!route.roles().contains(caller.role())) {
                    throw new Problem(403, method + " " + path + " is for " + route.roles() + "; your token is of role "
                            + caller.role());
                }
                return route.act().run(call(request, caller, path, variables));
            }
        }
        if (methods.isEmpty()) {
            throw new Problem(404, "there is nothing at " + path);
        }
        throw new Problem(405, path + " does not know " + request.getMethod() + "; it knows " + String.join(", ", methods),
                Map.of("Allow", String.join(", ", methods)), List.copyOf(methods));
    }

    /// Made when it is first asked for: by then every part has told its routes.
    private Answer described(Call call) {
        byte[] known = description;
        if (known == null) {
            known = wire.bytes(OpenApi.document(wire, routes));
            description = known;
        }
        return Answer.of(Answer.JSON, known);
    }

    /// Every route, in the order of asking.
    List<Route> all() {
        return List.copyOf(routes);
    }

    private Caller caller(Request request) {
        String header = request.getHeaders().get(HttpHeader.AUTHORIZATION);
        if (header == null) {
            throw unauthorized("this needs a token: send the header Authorization: Bearer TOKEN");
        }
        if (!header.regionMatches(true, 0, "Bearer ", 0, 7)) {
            throw unauthorized("the header Authorization must be: Bearer TOKEN");
        }
        return tokens.find(header.substring(7).strip())
                .orElseThrow(() -> unauthorized("this token is unknown or revoked; ask the operator for another"));
    }

    private static Problem unauthorized(String detail) {
        return new Problem(401, detail, Map.of("WWW-Authenticate", "Bearer realm=\"leaseback\""), List.of());
    }

    private Call call(Request request, Caller caller, String path, Map<String, String> variables) throws IOException {
        byte[] content = content(request);
        String type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
        if (content.length > 0 && (type == null || !type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals(Answer.JSON))) {
            throw new Problem(415, "send the body as " + Answer.JSON + ", not "
                    + (type == null ? "without a Content-Type" : type),
                    Map.of("Accept-Post", Answer.JSON), List.of());
        }
        Map<String, String> query = new HashMap<>();
        Request.extractQueryParameters(request).forEach(field -> query.put(field.getName(), field.getValue()));
        query.forEach((name, value) -> {
            if (value.indexOf('\0') >= 0) {
                throw new Problem(400, "the parameter " + name + " holds the character NUL; leave it out");
            }
        });
        String key = request.getHeaders().get("Idempotency-Key");
        if (key != null && (key.isBlank() || key.length() > 200)) {
            throw new Problem(400, "an Idempotency-Key has 1 to 200 characters");
        }
        return new Call(wire, caller, path, variables, query, content, key);
    }

    private static byte[] content(Request request) throws IOException {
        if (request.getLength() > MOST_BYTES) {
            throw tooLarge();
        }
        try (InputStream body = Content.Source.asInputStream(request)) {
            byte[] content = body.readNBytes(MOST_BYTES + 1);
            if (content.length > MOST_BYTES) {
                throw tooLarge();
            }
            return content;
        }
    }

    private static Problem tooLarge() {
        return new Problem(413, "a body has at most " + MOST_BYTES + " bytes; send less at once");
    }
}
