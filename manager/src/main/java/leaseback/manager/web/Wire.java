package leaseback.manager.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import leaseback.manager.catalog.Documents;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.InvalidTypeIdException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.exc.ValueInstantiationException;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.type.LogicalType;

/// JSON as the API reads and writes it: strict on the way in (no unknown fields, no text for numbers, no field twice),
/// and every complaint names the field and what it should be.
final class Wire {
    private final JsonMapper mapper = Documents.mapper().rebuild()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfig(LogicalType.Textual, config -> config
                    .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .addModule(new SimpleModule().addDeserializer(Instant.class, new Instants()))
            .changeDefaultPropertyInclusion(inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
            .build();

    byte[] bytes(Object value) {
        return mapper.writeValueAsBytes(value);
    }

    JsonNode tree(Object value) {
        return mapper.valueToTree(value);
    }

    /// As a constant of an enum is written.
    String word(Object constant) {
        return mapper.convertValue(constant, String.class);
    }

    /// @throws Problem 400 when the bytes are not the JSON of a `T`, 422 when a value breaks a rule
    <T> T read(byte[] body, Class<T> type) {
        if (holdsNul(body)) {
            throw new Problem(400, "a text in the body holds the character NUL, which cannot be kept; leave it out");
        }
        T value;
        try {
            value = mapper.readValue(body, type);
        } catch (JacksonException wrong) {
            throw problem(wrong);
        }
        if (value == null) {
            throw new Problem(400, "the body is null; send a JSON object");
        }
        return value;
    }

    /// Whether a NUL is written in it, as `\\u0000` after an even number of further backslashes.
    private static boolean holdsNul(byte[] body) {
        for (int i = 0; i + 5 < body.length; i++) {
            if (body[i] == '\\') {
                if (body[i + 1] == 'u' && body[i + 2] == '0' && body[i + 3] == '0' && body[i + 4] == '0' && body[i + 5] == '0') {
                    return true;
                }
                i++;
            }
        }
        return false;
    }

    /// Instants as text, within what the database keeps.
    private static final class Instants extends StdDeserializer<Instant> {
        Instants() {
            super(Instant.class);
        }

        @Override
        public Instant deserialize(JsonParser parser, DeserializationContext context) {
            if (!parser.hasToken(JsonToken.VALUE_STRING)) {
                return (Instant) context.handleUnexpectedToken(getValueType(context), parser);
            }
            String text = parser.getString();
            return Call.instantOf(text).orElseGet(() -> {
                throw context.weirdStringException(text, Instant.class, "no instant");
            });
        }
    }

    private static Problem problem(JacksonException wrong) {
        String field = wrong.getPath().stream()
                .map(step -> step.getPropertyName() == null ? "[" + step.getIndex() + "]" : step.getPropertyName())
                .collect(Collectors.joining(".")).replace(".[", "[");
        String at = field.isEmpty() ? "the body" : "field " + field;
        return switch (wrong) {
            case UnrecognizedPropertyException unknown -> new Problem(400, at + " is unknown; known are "
                    + String.join(", ", known(unknown)));
            case ValueInstantiationException lacking when lacking.getCause() instanceof NullPointerException ->
                    new Problem(422, at + " lacks something that it needs; GET /api/openapi.json says what");
            case ValueInstantiationException broken when broken.getCause() != null && broken.getCause().getMessage() != null ->
                    new Problem(422, broken.getCause().getMessage());
            case InvalidTypeIdException kind ->
                    new Problem(400, at + " needs its kind: " + kind.getOriginalMessage().lines().findFirst().orElse(""));
            case InvalidFormatException format ->
                    new Problem(400, at + " cannot be \"" + format.getValue() + "\"; it is " + wanted(format));
            case MismatchedInputException trailing when trailing.getOriginalMessage().startsWith("Trailing token") ->
                    new Problem(400, "the body is not JSON: something follows its object");
            case MismatchedInputException mismatch -> new Problem(400, at + " is " + wanted(mismatch));
            case StreamReadException syntax -> new Problem(400, "the body is not JSON: " + syntax.getOriginalMessage());
            case DatabindException other when other.getCause() instanceof IllegalArgumentException cause
                    && cause.getMessage() != null ->
                    new Problem(422, cause.getMessage());
            default -> new Problem(400, at + " cannot be read: " + wrong.getOriginalMessage());
        };
    }

    private static List<String> known(UnrecognizedPropertyException unknown) {
        var ids = unknown.getKnownPropertyIds();
        return ids == null ? List.of() : ids.stream().map(String::valueOf).sorted().toList();
    }

    private static String wanted(MismatchedInputException mismatch) {
        Class<?> type = mismatch.getTargetType();
        if (type == null) {
            return "of another type";
        }
        if (type.isEnum()) {
            return "one of " + String.join(", ", Arrays.stream(type.getEnumConstants()).map(String::valueOf).toList());
        }
        return switch (type.getSimpleName()) {
            case "long", "Long", "int", "Integer" -> "a whole number";
            case "String" -> "text";
            case "UUID" -> "a UUID";
            case "ZoneId" -> "a time zone such as Europe/Berlin";
            case "LocalTime" -> "a time of day such as 22:00";
            case "Instant" -> "an instant such as 2027-01-31T23:00:00Z";
            case "LocalDate" -> "a day such as 2027-01-31";
            case "YearMonth" -> "a month such as 2027-01";
            case "BigDecimal", "double", "Double" -> "a number";
            case "boolean", "Boolean" -> "true or false";
            case "List", "Set" -> "a list";
            default -> "an object: " + type.getSimpleName();
        };
    }
}
