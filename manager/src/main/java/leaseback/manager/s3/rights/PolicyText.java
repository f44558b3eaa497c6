package leaseback.manager.s3.rights;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads policies. What is not understood in full is refused: a condition passed over would open what it was to close.
public final class PolicyText {
    /// As S3 has it, in bytes.
    public static final int LONGEST = 20 * 1024;
    private static final int MOST_STATEMENTS = 100;
    private static final int MOST_ITEMS = 500;
    private static final Set<String> STATEMENT = Set.of("Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction",
            "Resource", "NotResource", "Condition");
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(12).maxStringLength(LONGEST)
                            .maxNumberLength(40).build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private PolicyText() {}

    public static Policy parse(String text) throws PolicyFault {
        if (text.length() > LONGEST) {
            throw new PolicyFault("the policy is longer than " + LONGEST + " bytes");
        }
        JsonNode root;
        try {
            root = JSON.readTree(text);
        } catch (JacksonException notJson) {
            throw new PolicyFault("This policy contains invalid Json: " + notJson.getOriginalMessage());
        }
        if (!root.isObject()) {
            throw new PolicyFault("Policies must be valid JSON and the first byte must be '{'");
        }
        for (String name : root.propertyNames()) {
            if (!Set.of("Version", "Id", "Statement").contains(name)) {
                throw new PolicyFault("Unknown field " + name);
            }
        }
        String version = root.path("Version").asString("2008-10-17");
        if (!version.equals("2012-10-17") && !version.equals("2008-10-17")) {
            throw new PolicyFault("The policy must contain a valid version string, not " + version);
        }
        List<Policy.Statement> statements = new ArrayList<>();
        for (JsonNode statement : items(root.path("Statement"))) {
            statements.add(statement(statement));
        }
        if (statements.isEmpty() || statements.size() > MOST_STATEMENTS) {
            throw new PolicyFault("a policy has 1 to " + MOST_STATEMENTS + " statements");
        }
        return new Policy(statements);
    }

    private static Policy.Statement statement(JsonNode node) throws PolicyFault {
        if (!node.isObject()) {
            throw new PolicyFault("a statement must be an object");
        }
        for (String name : node.propertyNames()) {
            if (!STATEMENT.contains(name)) {
                throw new PolicyFault("Unknown field " + name);
            }
        }
        Policy.Effect effect = switch (node.path("Effect").asString("")) {
            case "Allow" -> Policy.Effect.ALLOW;
            case "Deny" -> Policy.Effect.DENY;
            default -> throw new PolicyFault("Invalid effect: write Allow or Deny");
        };
        boolean others = either(node, "Principal", "NotPrincipal");
        boolean notActions = either(node, "Action", "NotAction");
        boolean notHere = either(node, "Resource", "NotResource");
        return new Policy.Statement(effect, others, principals(node.path(others ? "NotPrincipal" : "Principal")), notActions,
                actions(node.path(notActions ? "NotAction" : "Action")), notHere,
                resources(node.path(notHere ? "NotResource" : "Resource")), conditions(node.path("Condition")));
    }

    /// Whether it is the second of the two that is there; exactly one must be.
    private static boolean either(JsonNode node, String one, String other) throws PolicyFault {
        if (node.has(one) == node.has(other)) {
            throw new PolicyFault("Missing required field " + one);
        }
        return node.has(other);
    }

    private static List<Policy.Principal> principals(JsonNode node) throws PolicyFault {
        List<Policy.Principal> principals = new ArrayList<>();
        if (node.isString() && node.asString().equals("*")) {
            principals.add(new Policy.Principal.Everyone());
            return principals;
        }
        if (!node.isObject()) {
            throw new PolicyFault("Invalid principal in policy");
        }
        for (String kind : node.propertyNames()) {
            for (String value : texts(node.path(kind))) {
                principals.add(switch (kind) {
                    case "AWS", "CanonicalUser" -> Policy.Principal.account(value);
                    case "Service" -> new Policy.Principal.Program(value);
                    default -> throw new PolicyFault("Invalid principal in policy: " + kind + " is not known here");
                });
            }
        }
        if (principals.isEmpty()) {
            throw new PolicyFault("Invalid principal in policy: there is none");
        }
        return principals;
    }

    private static List<String> actions(JsonNode node) throws PolicyFault {
        List<String> actions = new ArrayList<>();
        for (String action : texts(node)) {
            String lower = action.toLowerCase(Locale.ROOT);
            if (!lower.equals("*") && !lower.startsWith("s3:")) {
                throw new PolicyFault("Policy has invalid action: " + action);
            }
            actions.add(lower);
        }
        return actions;
    }

    private static List<String> resources(JsonNode node) throws PolicyFault {
        List<String> resources = new ArrayList<>();
        for (String resource : texts(node)) {
            if (!resource.equals("*") && !resource.startsWith("arn:aws:s3:::") || resource.equals("arn:aws:s3:::")) {
                throw new PolicyFault("Policy has invalid resource: " + resource);
            }
            resources.add(resource);
        }
        return resources;
    }

    private static List<Condition> conditions(JsonNode node) throws PolicyFault {
        List<Condition> conditions = new ArrayList<>();
        if (node.isMissingNode()) {
            return conditions;
        }
        if (!node.isObject()) {
            throw new PolicyFault("Condition must be an object");
        }
        for (String operator : node.propertyNames()) {
            JsonNode keys = node.path(operator);
            if (!keys.isObject()) {
                throw new PolicyFault("Condition " + operator + " must be an object");
            }
            for (String key : keys.propertyNames()) {
                conditions.add(Condition.of(operator, key, texts(keys.path(key))));
            }
        }
        if (conditions.size() > MOST_ITEMS) {
            throw new PolicyFault("more than " + MOST_ITEMS + " conditions");
        }
        return conditions;
    }

    private static List<JsonNode> items(JsonNode node) {
        return node.isArray() ? List.copyOf(node.values()) : node.isMissingNode() ? List.of() : List.of(node);
    }

    private static List<String> texts(JsonNode node) throws PolicyFault {
        List<String> texts = new ArrayList<>();
        for (JsonNode item : items(node)) {
            if (!item.isString() && !item.isNumber() && !item.isBoolean()) {
                throw new PolicyFault("a text was expected, not " + item.getNodeType());
            }
            if (item.asString().contains("${")) {
                throw new PolicyFault("policy variables (${...}) are not supported here");
            }
            texts.add(item.asString());
        }
        if (texts.isEmpty() || texts.size() > MOST_ITEMS) {
            throw new PolicyFault("a list in a policy has 1 to " + MOST_ITEMS + " items");
        }
        return texts;
    }
}
