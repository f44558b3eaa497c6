package leaseback.manager.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.jetty.http.HttpStatus;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The API as OpenAPI 3.1, made from the routes themselves.
final class OpenApi {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String PROBLEM = "application/problem+json";
    private final Schemas schemas;

    private OpenApi(Wire wire) {
        schemas = new Schemas(wire);
    }

    static ObjectNode document(Wire wire, List<Route> routes) {
        return new OpenApi(wire).made(routes);
    }

    private ObjectNode made(List<Route> routes) {
        ObjectNode document = JSON.objectNode().put("openapi", "3.1.0");
        document.putObject("info").put("title", "Leaseback").put("version", "0.1.0").put("summary",
                "Machines sold, leased back in part, and what that owes and earns")
                .put("description", "Money is a whole number of minor units (cents) with its ISO 4217 currency. Instants are UTC. "
                        + "What is refused changes nothing, and the answer is a problem of RFC 9457 whose detail says what to change.");
        document.putArray("servers").addObject().put("url", "/");
        Map<String, ObjectNode> paths = new TreeMap<>();
        for (Route route : routes) {
            ObjectNode path = paths.computeIfAbsent(route.pattern(), pattern -> JSON.objectNode());
            path.set(route.method().toLowerCase(Locale.ROOT), operation(route));
        }
        document.putObject("paths").setAll(paths);
        ObjectNode components = document.putObject("components");
        components.putObject("securitySchemes").putObject("token").put("type", "http").put("scheme", "bearer")
                .put("description", "A token; its role is among those that the operation names");
        schemas.of(Problem.Body.class);
        components.putObject("schemas").setAll(schemas.all());
        return document;
    }

    private ObjectNode operation(Route route) {
        About about = route.about();
        ObjectNode operation = JSON.objectNode().put("operationId", name(route)).put("summary", about.summary());
        operation.putArray("tags").add(route.path().get(1).replaceAll("\\.json$", ""));
        ArrayNode parameters = parameters(route);
        if (!parameters.isEmpty()) {
            operation.set("parameters", parameters);
        }
        if (about.body() != null) {
            ObjectNode body = operation.putObject("requestBody").put("required", about.body().needed());
            body.putObject("content").putObject(Answer.JSON).set("schema", shape(about.body().type(), about.body().many()));
        }
        Map<String, ObjectNode> responses = new TreeMap<>();
        about.outcomes().forEach(outcome -> responses.merge(String.valueOf(outcome.status()), outcome(outcome), OpenApi::either));
        refusals(route).forEach((status, when) -> responses.put(String.valueOf(status), refusal(when)));
        operation.putObject("responses").setAll(responses);
        ArrayNode security = operation.putArray("security");
        route.roles().forEach(role -> security.addObject().putArray("token").add(role.name()));
        return operation;
    }

    private ArrayNode parameters(Route route) {
        ArrayNode parameters = JSON.arrayNode();
        for (String segment : route.path()) {
            if (segment.startsWith("{")) {
                ObjectNode parameter = parameters.addObject().put("name", segment.substring(1, segment.length() - 1)).put("in", "path")
                        .put("required", true);
                parameter.putObject("schema").put("type", "string");
            }
        }
        for (About.Parameter asked : route.about().parameters()) {
            ObjectNode parameter = parameters.addObject().put("name", asked.name()).put("in", "query").put("required", asked.needed())
                    .put("description", asked.words());
            parameter.set("schema", schemas.of(asked.type()));
        }
        return parameters;
    }

    private ObjectNode outcome(About.Outcome outcome) {
        ObjectNode response = JSON.objectNode().put("description", HttpStatus.getMessage(outcome.status()));
        if (outcome.media().isEmpty()) {
            return response;
        }
        Class<?> type = outcome.type();
        ObjectNode media = response.putObject("content").putObject(outcome.media());
        if (type != null) {
            media.set("schema", shape(type, outcome.many()));
        }
        for (String header : outcome.headers()) {
            response.withObject("/headers").putObject(header).putObject("schema").put("type", "string");
        }
        return response;
    }

    /// Of one status in several forms, such as a picture or a page.
    private static ObjectNode either(ObjectNode one, ObjectNode other) {
        one.withObject("/content").setAll(other.withObject("/content"));
        return one;
    }

    private ObjectNode shape(Class<?> type, boolean many) {
        if (!many) {
            return schemas.of(type);
        }
        ObjectNode list = JSON.objectNode().put("type", "array");
        list.set("items", schemas.of(type));
        return list;
    }

    /// What this route refuses: what all such routes do, and what it says itself.
    private static Map<Integer, String> refusals(Route route) {
        Map<Integer, String> all = new TreeMap<>();
        boolean writes = !route.method().equals("GET");
        if (writes || !route.about().parameters().isEmpty()) {
            all.put(400, "The body or a parameter cannot be read; the detail names it");
        }
        if (!route.roles().isEmpty()) {
            all.put(401, "There is no good token");
            all.put(403, "The token's role, or the customer's, does not allow it");
        }
        if (route.pattern().contains("{")) {
            all.put(404, "There is no such thing, or it is somebody else's");
        }
        if (writes) {
            all.put(413, "The body is larger than 1 MiB");
            all.put(415, "The body is not " + Answer.JSON);
        }
        if (route.about().body() != null) {
            all.put(422, "A value breaks a rule; the detail says which");
        }
        all.put(500, "Our mistake; the detail has a reference for the operator");
        all.put(503, "The database cannot be reached; try again");
        all.putAll(route.about().refusals());
        return all;
    }

    private ObjectNode refusal(String when) {
        ObjectNode response = JSON.objectNode().put("description", when);
        response.putObject("content").putObject(PROBLEM).set("schema", schemas.of(Problem.Body.class));
        return response;
    }

    /// Such as `postQuoteIdAccept`.
    private static String name(Route route) {
        List<String> words = new ArrayList<>();
        for (String segment : route.path().subList(1, route.path().size())) {
            for (String word : segment.replaceAll("[{}]", "").split("[^A-Za-z0-9]+")) {
                words.add(word.isEmpty() ? "" : Character.toUpperCase(word.charAt(0)) + word.substring(1));
            }
        }
        return route.method().toLowerCase(Locale.ROOT) + String.join("", words);
    }
}
