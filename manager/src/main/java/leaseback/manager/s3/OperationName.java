package leaseback.manager.s3;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What access logs call a request: `REST.GET.OBJECT`, by method and what it is about.
final class OperationName {
    private static final Map<String, String> RESOURCES = Map.ofEntries(Map.entry("acl", "ACL"), Map.entry("cors", "CORS"),
            Map.entry("delete", "MULTI_OBJECT_DELETE"), Map.entry("legal-hold", "LEGAL_HOLD"), Map.entry("location", "LOCATION"),
            Map.entry("logging", "LOGGING_STATUS"), Map.entry("object-lock", "OBJECT_LOCK_CONFIGURATION"),
            Map.entry("ownershipControls", "OWNERSHIP_CONTROLS"), Map.entry("policy", "BUCKETPOLICY"),
            Map.entry("policyStatus", "POLICY_STATUS"), Map.entry("publicAccessBlock", "PUBLIC_ACCESS_BLOCK"),
            Map.entry("requestPayment", "REQUEST_PAYMENT"), Map.entry("uploadId", "UPLOAD"), Map.entry("uploads", "UPLOADS"),
            Map.entry("versions", "BUCKETVERSIONS"));
    private static final Set<String> JOURNALED = Set.of("REST.PUT.OBJECT", "REST.COPY.OBJECT", "REST.POST.OBJECT", "REST.DELETE.OBJECT",
            "REST.POST.UPLOAD", "REST.POST.MULTI_OBJECT_DELETE", "REST.PUT.ACL", "REST.PUT.OBJECT_TAGGING", "REST.DELETE.OBJECT_TAGGING",
            "REST.PUT.LEGAL_HOLD", "REST.PUT.RETENTION");

    private OperationName() {}

    static String of(Call call, @Nullable String subresource) {
        boolean object = !call.target().isBucket() || call.method().equals("POST") && subresource == null;
        boolean copy = object && call.method().equals("PUT") && call.header("x-amz-copy-source") != null;
        String method = copy && (subresource == null || subresource.equals("uploadId")) ? "COPY" : call.method();
        return "REST." + method + "." + resource(call.method(), object, subresource);
    }

    private static String resource(String method, boolean object, @Nullable String subresource) {
        if (subresource == null) {
            return object ? "OBJECT" : "BUCKET";
        }
        if (subresource.equals("tagging")) {
            return object ? "OBJECT_TAGGING" : "TAGGING";
        }
        if (subresource.equals("uploadId") && method.equals("PUT")) {
            return "PART";
        }
        return RESOURCES.getOrDefault(subresource, subresource.toUpperCase(java.util.Locale.ROOT).replace('-', '_'));
    }

    /// Whether a journal takes it: it changes an object.
    static boolean isJournaled(Call call, String name) {
        return JOURNALED.contains(name) && (!name.equals("REST.PUT.ACL") || !call.target().isBucket());
    }

    /// As Ceph's journals call it.
    static String inJournal(String name) {
        return switch (name) {
            case "REST.COPY.OBJECT" -> "REST.PUT.OBJECT";
            case "REST.POST.MULTI_OBJECT_DELETE" -> "REST.POST.DELETE_MULTI_OBJECT";
            default -> name;
        };
    }
}
