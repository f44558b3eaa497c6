package leaseback.manager.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The published description as a judge of what was asked and what came back.
final class Contract {
    private final JsonMapper json = new JsonMapper();
    private final SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12,
            builder -> builder.schemaRegistryConfig(SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));
    private final Map<String, Schema> schemas = new ConcurrentHashMap<>();
    private final Set<String> walked = new ConcurrentSkipListSet<>();
    private final JsonNode document;

    Contract(JsonNode document) {
        this.document = document;
    }

    JsonNode document() {
        return document;
    }

    /// Every operation, such as `GET /api/quote/{id}`.
    Set<String> operations() {
        Set<String> all = new TreeSet<>();
        document.path("paths").properties().forEach(path -> path.getValue().propertyNames().forEach(method ->
                all.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
        return all;
    }

    /// Those that were called with success so far.
    Set<String> walked() {
        return walked;
    }

    /// What of the exchange the description does not know; empty when it is as described.
    ///
    /// @param asked path and query
    /// @param sent  the body; empty for none
    List<String> judge(String method, String asked, byte[] sent, int status, String type, byte[] came) {
        List<String> wrong = new ArrayList<>();
        String path = asked.split("[?]", 2)[0];
        String pattern = pattern(path, method);
        if (pattern == null) {
            if (status < 400) {
                wrong.add("no such route is described");
            }
            return wrong;
        }
        JsonNode operation = document.path("paths").path(pattern).path(method.toLowerCase(Locale.ROOT));
        JsonNode response = operation.path("responses").path(String.valueOf(status));
        if (response.isMissingNode()) {
            wrong.add("status " + status + " is not described; add .refuses(" + status + ", \"why\") or .gives(...) to its Route");
            return wrong;
        }
        String media = type.toLowerCase(Locale.ROOT).replace(" ", "");
        JsonNode content = null;
        for (Map.Entry<String, JsonNode> each : response.path("content").properties()) {
            if (each.getKey().toLowerCase(Locale.ROOT).replace(" ", "").equals(media)) {
                content = each.getValue();
            }
        }
        if (!response.has("content")) {
            if (came.length > 0) {
                wrong.add("status " + status + " is described as one that nothing comes with");
            }
        } else if (content == null) {
            wrong.add("status " + status + " comes as " + type + ", described is " + response.path("content").propertyNames());
        } else if (content.has("schema")) {
            wrong.addAll(fit(pattern + method + status, content.path("schema"), came, "the answer"));
        }
        if (status < 400) {
            walked.add(method + " " + pattern);
            parameters(operation, asked, wrong);
            JsonNode body = operation.path("requestBody");
            if (sent.length > 0 && !body.isMissingNode()) {
                wrong.addAll(fit(pattern + method, body.path("content").path("application/json").path("schema"), sent, "the request"));
            } else if (sent.length == 0 && body.path("required").asBoolean(false)) {
                wrong.add("a body is described as required, and it went well without");
            }
        }
        return wrong;
    }

    private static void parameters(JsonNode operation, String asked, List<String> wrong) {
        Set<String> given = new TreeSet<>();
        if (asked.contains("?")) {
            for (String each : asked.split("[?]", 2)[1].split("&")) {
                given.add(each.split("=", 2)[0]);
            }
        }
        for (JsonNode parameter : operation.path("parameters")) {
            String name = parameter.path("name").asString();
            if (!given.remove(name) && parameter.path("in").asString().equals("query") && parameter.path("required").asBoolean()) {
                wrong.add("the parameter " + name + " is described as required, and it went well without");
            }
        }
        if (!given.isEmpty()) {
            wrong.add("the parameters " + given + " are not described; add .asks(...) to its Route");
        }
    }

    private List<String> fit(String name, JsonNode schema, byte[] bytes, String what) {
        JsonNode value;
        try {
            value = json.readTree(bytes);
        } catch (JacksonException broken) {
            return List.of(what + " is no JSON: " + broken.getOriginalMessage());
        }
        Schema compiled = schemas.computeIfAbsent(name, fresh -> {
            ObjectNode root = schema.deepCopy().asObject();
            root.set("components", document.path("components"));
            return registry.getSchema(root);
        });
        return compiled.validate(value).stream().map(error -> what + " " + error.getInstanceLocation() + ": " + error.getMessage())
                .toList();
    }

    private @Nullable String pattern(String path, String method) {
        String[] asked = path.split("/", -1);
        String found = null;
        for (Map.Entry<String, JsonNode> each : document.path("paths").properties()) {
            String[] segments = each.getKey().split("/", -1);
            boolean same = segments.length == asked.length && each.getValue().has(method.toLowerCase(Locale.ROOT));
            for (int i = 0; same && i < segments.length; i++) {
                same = segments[i].startsWith("{") || segments[i].equals(asked[i]);
            }
            // Of two that fit, the one without a variable.
            if (same && (found == null || found.contains("{"))) {
                found = each.getKey();
            }
        }
        return found;
    }

    static String words(byte[] body) {
        return new String(body, UTF_8);
    }
}
