package leaseback.manager.s3;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What whoever signed a form allows it to upload. Every field must be allowed by a condition, but those that S3 exempts.
///
/// @param least bytes of the file
/// @param most  bytes of the file
record FormPolicy(Instant expiration, List<Condition> conditions, long least, long most) {
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(8).maxNumberLength(20).build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
    private static final Set<String> EXEMPT = Set.of("awsaccesskeyid", "x-amz-signature", "signature", "file", "policy",
            "x-amz-algorithm", "x-amz-credential", "x-amz-date", "bucket");

    /// @param start whether the field need only start with the value
    record Condition(String field, String value, boolean start) {
        boolean holds(String said) {
            return start ? said.startsWith(value) : said.equals(value);
        }
    }

    static FormPolicy parse(String base64) throws S3Fault {
        JsonNode root;
        try {
            root = JSON.readTree(new String(Base64.getMimeDecoder().decode(base64), StandardCharsets.UTF_8));
        } catch (JacksonException | IllegalArgumentException unreadable) {
            throw invalid("Invalid JSON");
        }
        JsonNode expiration = root.path("expiration");
        JsonNode list = root.path("conditions");
        if (!expiration.isString() || !list.isArray() || list.isEmpty()) {
            throw invalid(expiration.isString() ? "Policy missing conditions" : "Policy missing expiration");
        }
        Instant until;
        try {
            until = OffsetDateTime.parse(expiration.asString()).toInstant();
        } catch (DateTimeException unreadable) {
            throw invalid("Invalid 'expiration' value: '" + expiration.asString() + "'");
        }
        List<Condition> conditions = new ArrayList<>();
        long least = 0;
        long most = ObjectWrites.MOST_BYTES;
        for (JsonNode node : list) {
            if (node.isObject() && !node.isEmpty()) {
                for (String field : node.propertyNames()) {
                    conditions.add(new Condition(field.toLowerCase(Locale.ROOT), text(node.path(field)), false));
                }
            } else if (node.isArray() && node.size() == 3) {
                String operator = text(node.get(0)).toLowerCase(Locale.ROOT);
                switch (operator) {
                    case "eq", "starts-with" -> {
                        String field = text(node.get(1));
                        if (!field.startsWith("$")) {
                            throw invalid("a condition's field must begin with $");
                        }
                        conditions.add(new Condition(field.substring(1).toLowerCase(Locale.ROOT), text(node.get(2)),
                                operator.equals("starts-with")));
                    }
                    case "content-length-range" -> {
                        least = Math.max(least, number(node.get(1)));
                        most = Math.min(most, number(node.get(2)));
                    }
                    default -> throw invalid("Unknown operation in policy: " + operator);
                }
            } else {
                throw invalid("a condition must be an object with one field, or a list of three");
            }
        }
        return new FormPolicy(until, List.copyOf(conditions), least, most);
    }

    /// @param fields by lower-case name, with the bucket among them
    void check(Map<String, String> fields, Instant now) throws S3Fault {
        if (!now.isBefore(expiration)) {
            throw denied("Policy expired.");
        }
        Set<String> named = new HashSet<>(EXEMPT);
        for (Condition condition : conditions) {
            String said = fields.get(condition.field());
            // A field that may begin with anything may also be left out.
            if (!condition.holds(said == null ? "" : said) || said == null && !(condition.start() && condition.value().isEmpty())) {
                throw denied("Policy Condition failed: [\"" + (condition.start() ? "starts-with" : "eq") + "\", \"$" + condition.field()
                        + "\", \"" + condition.value() + "\"]");
            }
            named.add(condition.field());
        }
        for (String field : fields.keySet()) {
            if (!named.contains(field) && !field.startsWith("x-ignore-") && !field.startsWith("x-amz-checksum-")) {
                throw denied("Extra input fields: " + field);
            }
        }
    }

    private static String text(JsonNode node) throws S3Fault {
        if (!node.isString()) {
            throw invalid("a text was expected in a condition");
        }
        return node.asString();
    }

    private static long number(JsonNode node) throws S3Fault {
        try {
            long number = Long.parseLong(node.asString(""));
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // Said below.
        }
        throw invalid("content-length-range needs two numbers of bytes");
    }

    private static S3Fault denied(String why) {
        return S3Error.ACCESS_DENIED.because("Invalid according to Policy: " + why);
    }

    private static S3Fault invalid(String why) {
        return S3Error.INVALID_POLICY_DOCUMENT.because("Invalid Policy: " + why);
    }
}
