package leaseback.manager.s3;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import leaseback.manager.storage.StoredObject;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;

/// What policies' conditions may ask of a request, by the names of their keys in lower case.
final class Facts {
    private Facts() {}

    static Map<String, List<String>> of(Call call, Instant now) throws S3Fault {
        Map<String, List<String>> facts = new HashMap<>();
        HttpFields headers = call.headers();
        facts.put("aws:sourceip", List.of(call.address()));
        facts.put("aws:securetransport", List.of(Boolean.toString(call.secure())));
        facts.put("aws:currenttime", List.of(now.toString()));
        facts.put("aws:epochtime", List.of(Long.toString(now.getEpochSecond())));
        UUID caller = call.callerId();
        facts.put("aws:principaltype", List.of(caller == null ? "Anonymous" : "Account"));
        if (caller != null) {
            facts.put("aws:userid", List.of(caller.toString()));
            facts.put("s3:signatureversion", List.of("AWS4-HMAC-SHA256"));
            facts.put("s3:authtype", List.of(headers.contains("authorization") ? "REST-HEADER" : "REST-QUERY-STRING"));
        }
        copy(facts, "aws:useragent", headers.get("user-agent"));
        copy(facts, "aws:referer", headers.get("referer"));
        for (String name : new String[] {"prefix", "delimiter", "max-keys"}) {
            copy(facts, "s3:" + name, call.query().get(name));
        }
        copy(facts, "s3:versionid", call.query().get("versionId"));
        for (HttpField field : headers) {
            String name = field.getName().toLowerCase(Locale.ROOT);
            if (name.startsWith("x-amz-object-lock-")) {
                facts.put("s3:" + name.substring("x-amz-".length()), headers.getValuesList(name));
            } else if (name.startsWith("x-amz-") && !name.endsWith("-customer-key")) {
                facts.put("s3:" + name, List.of(String.valueOf(headers.get(name))));
            }
        }
        Map<String, String> tags = tags(headers.get("x-amz-tagging"));
        addTags(facts, "s3:requestobjecttag/", tags);
        if (!tags.isEmpty()) {
            facts.put("s3:requestobjecttagkeys", List.copyOf(tags.keySet()));
        }
        return facts;
    }

    /// With the object's tags.
    static Map<String, List<String>> of(Map<String, List<String>> facts, StoredObject object) {
        Map<String, String> tags = object.attributes().tags();
        if (tags.isEmpty()) {
            return facts;
        }
        Map<String, List<String>> more = new HashMap<>(facts);
        addTags(more, "s3:existingobjecttag/", tags);
        return more;
    }

    static void addTags(Map<String, List<String>> facts, String family, Map<String, String> tags) {
        tags.forEach((key, value) -> facts.put(family + key.toLowerCase(Locale.ROOT), List.of(value)));
    }

    private static Map<String, String> tags(@Nullable String header) throws S3Fault {
        return header == null || header.isBlank() ? Map.of() : Query.parse(header.strip()).parameters();
    }

    private static void copy(Map<String, List<String>> facts, String key, @Nullable String value) {
        if (value != null) {
            facts.put(key, List.of(value));
        }
    }
}
