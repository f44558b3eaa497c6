package leaseback.manager.web;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpCookie;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.FormFields;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;

/// What a browser asks for.
record Visit(Request request) {
    private static final int MOST_FORM_BYTES = 8 * 1024;
    private static final int MOST_FORM_FIELDS = 10;

    String path() {
        return Request.getPathInContext(request);
    }

    /// GET also where only the head is asked for.
    String method() {
        return "HEAD".equals(request.getMethod()) ? "GET" : request.getMethod();
    }

    String pathAndQuery() {
        return request.getHttpURI().getPathQuery();
    }

    /// Whether htmx asks for a page's live part.
    boolean fragment() {
        return request.getHeaders().contains("HX-Request");
    }

    /// Whether a form was sent from our own pages: browsers say so themselves, and no site can make them lie.
    boolean ours() {
        String site = request.getHeaders().get("Sec-Fetch-Site");
        if (site != null) {
            return site.equals("same-origin");
        }
        String origin = origin();
        String host = request.getHeaders().get(HttpHeader.HOST);
        return origin != null && host != null && origin.equals((request.isSecure() ? "https://" : "http://") + host);
    }

    @Nullable String origin() {
        return request.getHeaders().get(HttpHeader.ORIGIN);
    }

    Map<String, String> query() {
        try {
            return first(Request.extractQueryParameters(request));
        } catch (RuntimeException malformed) {
            return Map.of();
        }
    }

    /// The fields of a form; empty when it cannot be read.
    Optional<Map<String, String>> form() {
        try {
            return Optional.of(first(FormFields.getFields(request, MOST_FORM_FIELDS, MOST_FORM_BYTES)));
        } catch (RuntimeException malformed) {
            return Optional.empty();
        }
    }

    /// The token of whoever is signed in at that door.
    Optional<String> token(String door) {
        String name = cookieName(door);
        return Request.getCookies(request).stream().filter(cookie -> cookie.getName().equals(name)).map(HttpCookie::getValue).findFirst();
    }

    /// For a `Set-Cookie`.
    String cookie(String door, String token, long seconds) {
        return cookieName(door) + "=" + token + "; Path=/; Max-Age=" + seconds + "; HttpOnly; SameSite=Strict" + (request.isSecure() ? "; Secure" : "");
    }

    /// Browsers share cookies among all ports of a machine: two worlds on one computer must not sign each other out.
    private String cookieName(String door) {
        return (request.isSecure() ? "__Host-" : "") + door + "-" + Request.getServerPort(request);
    }

    /// `to` when it leads to a page of ours, `otherwise` if not: a link to the door must not lead out of the house.
    static String inside(String to, String otherwise) {
        try {
            URI uri = URI.create(to);
            boolean inside = to.startsWith("/") && !to.startsWith("//") && !to.contains("\\") && uri.getHost() == null && !to.contains("/sign-");
            return inside ? to : otherwise;
        } catch (IllegalArgumentException malformed) {
            return otherwise;
        }
    }

    private static Map<String, String> first(Fields fields) {
        return fields.stream().collect(Collectors.toMap(Fields.Field::getName, Fields.Field::getValue, (first, second) -> first));
    }
}
