package leaseback.manager.web;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import leaseback.manager.catalog.MayBeMissing;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// JSON Schemas of our records, read off the records themselves: the names and types of their components, needed unless marked
/// `@Nullable` or [MayBeMissing], closed against other names; a sealed interface is one of its kinds.
final class Schemas {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String WHERE = "#/components/schemas/";
    private final Wire wire;
    private final Map<Class<?>, String> names = new LinkedHashMap<>();
    private final Map<String, ObjectNode> made = new TreeMap<>();

    Schemas(Wire wire) {
        this.wire = wire;
    }

    /// All that were asked for so far, by name.
    Map<String, ObjectNode> all() {
        return made;
    }

    /// The schema of a type, or a reference to it.
    ObjectNode of(Type type) {
        return switch (type) {
            case ParameterizedType generic -> generic(generic);
            case Class<?> plain -> plain(plain);
            default -> throw unknown(type);
        };
    }

    private ObjectNode generic(ParameterizedType type) {
        Class<?> raw = (Class<?>) type.getRawType();
        Type[] arguments = type.getActualTypeArguments();
        if (Collection.class.isAssignableFrom(raw)) {
            ObjectNode list = typed("array");
            list.set("items", of(arguments[0]));
            return list;
        }
        if (Map.class.isAssignableFrom(raw)) {
            ObjectNode map = typed("object");
            map.set("additionalProperties", of(arguments[1]));
            return map;
        }
        if (raw == Optional.class) {
            return orNull(of(arguments[0]));
        }
        throw unknown(type);
    }

    private ObjectNode plain(Class<?> type) {
        ObjectNode simple = simple(type);
        if (simple != null) {
            return simple;
        }
        if (type.isArray()) {
            ObjectNode list = typed("array");
            list.set("items", of(type.getComponentType()));
            return list;
        }
        Optional<Method> value = Arrays.stream(type.getDeclaredMethods()).filter(each -> each.isAnnotationPresent(JsonValue.class)).findFirst();
        if (value.isPresent()) {
            return of(value.get().getGenericReturnType());
        }
        if (type.isEnum() || type.isRecord() || type.isSealed()) {
            return reference(type);
        }
        throw unknown(type);
    }

    private static @Nullable ObjectNode simple(Class<?> type) {
        return switch (type.getName()) {
            case "java.lang.String" -> typed("string");
            case "boolean", "java.lang.Boolean" -> typed("boolean");
            case "int", "java.lang.Integer" -> typed("integer").put("format", "int32");
            case "long", "java.lang.Long" -> typed("integer").put("format", "int64");
            case "double", "java.lang.Double" -> typed("number").put("format", "double");
            case "[B" -> typed("string").put("contentEncoding", "base64");
            case "java.lang.Object" -> JSON.objectNode();
            default -> type == UUID.class ? typed("string").put("format", "uuid")
                    : type == Instant.class ? typed("string").put("format", "date-time")
                    : type == LocalDate.class ? typed("string").put("format", "date")
                    : type == LocalTime.class ? typed("string").put("pattern", "^[0-2][0-9]:[0-5][0-9]").put("description", "Such as 22:00")
                    : type == YearMonth.class ? typed("string").put("pattern", "^[0-9]{4}-[01][0-9]$").put("description", "Such as 2027-03")
                    : type == Duration.class ? typed("string").put("format", "duration")
                    : type == ZoneId.class ? typed("string").put("description", "A time zone such as Europe/Berlin")
                    : type == BigDecimal.class ? typed("number")
                    : JsonNode.class.isAssignableFrom(type) ? JSON.objectNode()
                    : null;
        };
    }

    private ObjectNode reference(Class<?> type) {
        String name = names.get(type);
        if (name == null) {
            name = name(type);
            names.put(type, name);
            // Its place is kept first: a record may hold others of its kind.
            made.put(name, JSON.objectNode());
            made.put(name, type.isEnum() ? constants(type) : type.isRecord() ? record(type) : kinds(type));
        }
        return JSON.objectNode().put("$ref", WHERE + name);
    }

    private String name(Class<?> type) {
        StringBuilder name = new StringBuilder(type.getSimpleName());
        for (Class<?> around = type.getEnclosingClass(); around != null; around = around.getEnclosingClass()) {
            name.insert(0, around.getSimpleName().replaceFirst("Routes$", ""));
        }
        if (!made.containsKey(name.toString())) {
            return name.toString();
        }
        String pack = type.getPackageName().substring(type.getPackageName().lastIndexOf('.') + 1);
        return Character.toUpperCase(pack.charAt(0)) + pack.substring(1) + name;
    }

    private ObjectNode constants(Class<?> type) {
        ObjectNode schema = typed("string");
        ArrayNode values = schema.putArray("enum");
        for (Object constant : type.getEnumConstants()) {
            values.add(wire.word(constant));
        }
        return schema;
    }

    private ObjectNode record(Class<?> type) {
        ObjectNode schema = typed("object");
        ObjectNode properties = schema.putObject("properties");
        ArrayNode needed = JSON.arrayNode();
        kind(type, type).ifPresent(kind -> {
            properties.putObject(kind.getKey()).put("const", kind.getValue());
            needed.add(kind.getKey());
        });
        components(type, properties, needed);
        if (!needed.isEmpty()) {
            schema.set("required", needed);
        }
        JsonIgnoreProperties passed = type.getAnnotation(JsonIgnoreProperties.class);
        return schema.put("additionalProperties", passed != null && passed.ignoreUnknown());
    }

    private void components(Class<?> type, ObjectNode properties, ArrayNode needed) {
        for (RecordComponent component : type.getRecordComponents()) {
            if (component.getAccessor().isAnnotationPresent(JsonUnwrapped.class)) {
                components(component.getType(), properties, needed);
                continue;
            }
            AnnotatedType annotated = component.getAnnotatedType();
            boolean maybe = annotated.isAnnotationPresent(Nullable.class);
            ObjectNode schema = of(component.getGenericType());
            JsonProperty named = component.getAccessor().getAnnotation(JsonProperty.class);
            String name = named == null || named.value().isEmpty() ? component.getName() : named.value();
            properties.set(name, maybe ? orNull(schema) : schema);
            if (!maybe && !component.isAnnotationPresent(MayBeMissing.class)) {
                needed.add(name);
            }
        }
    }

    private ObjectNode kinds(Class<?> type) {
        ObjectNode schema = JSON.objectNode();
        ArrayNode one = schema.putArray("oneOf");
        JsonTypeInfo told = type.getAnnotation(JsonTypeInfo.class);
        ObjectNode mapping = JSON.objectNode();
        leaves(type).forEach(leaf -> {
            ObjectNode reference = reference(leaf);
            one.add(reference);
            kind(leaf, leaf).ifPresent(name -> mapping.put(name.getValue(), reference.path("$ref").asString()));
        });
        if (told != null) {
            schema.putObject("discriminator").put("propertyName", told.property()).set("mapping", mapping);
        }
        return schema;
    }

    /// The records below it, through narrower interfaces.
    private static List<Class<?>> leaves(Class<?> type) {
        List<Class<?>> found = new ArrayList<>();
        for (Class<?> each : type.getPermittedSubclasses()) {
            found.addAll(each.isSealed() ? leaves(each) : List.of(each));
        }
        return found;
    }

    /// By which name and value JSON tells this record from its siblings, as `above` or what is above that says.
    private static Optional<Map.Entry<String, String>> kind(Class<?> type, Class<?> above) {
        JsonSubTypes all = above.getAnnotation(JsonSubTypes.class);
        JsonTypeInfo told = above.getAnnotation(JsonTypeInfo.class);
        if (all != null && told != null) {
            return Arrays.stream(all.value()).filter(each -> each.value() == type).map(each -> Map.entry(told.property(), each.name()))
                    .findFirst();
        }
        return Arrays.stream(above.getInterfaces()).flatMap(higher -> kind(type, higher).stream()).findFirst();
    }

    private static ObjectNode orNull(ObjectNode schema) {
        if (schema.path("type").isString()) {
            ObjectNode either = schema.deepCopy();
            either.putArray("type").add(schema.path("type").asString()).add("null");
            return either;
        }
        if (schema.isEmpty()) {
            return schema;
        }
        ObjectNode either = JSON.objectNode();
        either.putArray("anyOf").add(schema).add(typed("null"));
        return either;
    }

    private static ObjectNode typed(String type) {
        return JSON.objectNode().put("type", type);
    }

    private static IllegalStateException unknown(Type type) {
        return new IllegalStateException("nobody knows how " + type.getTypeName()
                + " looks in JSON: make it a record, or teach web.Schemas; see docs/api.md");
    }
}
