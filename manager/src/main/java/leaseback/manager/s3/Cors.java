package leaseback.manager.s3;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import leaseback.manager.s3.xml.Element;
import leaseback.manager.s3.xml.Xml;
import org.eclipse.jetty.http.HttpFields;

/// Which pages of other origins browsers may let read a bucket.
record Cors(List<Rule> rules) {
    static final String SETTING = "cors";
    private static final int MOST_RULES = 100;
    private static final int LONGEST = 64 << 10;
    private static final Set<String> METHODS = Set.of("GET", "PUT", "HEAD", "POST", "DELETE");

    /// @param headers that may be asked for; each text of the first three lists may hold one `*`
    /// @param maxAge  seconds that an answer may be kept; negative where it is not said
    record Rule(String id, List<String> origins, List<String> methods, List<String> headers, List<String> exposed, int maxAge) {
        boolean fits(String origin, String method) {
            return methods.contains(method) && origins.stream().anyMatch(pattern -> matches(pattern, origin));
        }

        boolean fitsHeaders(List<String> asked) {
            return asked.stream().allMatch(name -> headers.stream()
                    .anyMatch(pattern -> matches(pattern.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT))));
        }
    }

    static Cors parse(byte[] bytes) throws S3Fault {
        if (bytes.length > LONGEST) {
            throw S3Error.MALFORMED_XML.because("A CORS configuration has at most " + LONGEST + " bytes.");
        }
        List<Rule> rules = new ArrayList<>();
        for (Element element : Call.parse(bytes, "CORSConfiguration").children()) {
            if (!element.name().equals("CORSRule")) {
                throw Call.malformedXml();
            }
            rules.add(rule(element));
        }
        if (rules.isEmpty() || rules.size() > MOST_RULES) {
            throw Call.malformedXml();
        }
        return new Cors(List.copyOf(rules));
    }

    private static Rule rule(Element element) throws S3Fault {
        Rule rule = new Rule(element.childText("ID").orElse(""), texts(element, "AllowedOrigin"), texts(element, "AllowedMethod"),
                texts(element, "AllowedHeader"), texts(element, "ExposeHeader"),
                element.childText("MaxAgeSeconds").map(String::strip).filter(text -> text.matches("\\d{1,9}"))
                        .map(Integer::parseInt).orElse(-1));
        for (String method : rule.methods()) {
            if (!METHODS.contains(method)) {
                throw S3Error.INVALID_REQUEST.because("Found unsupported HTTP method in CORS config. Unsupported method is " + method);
            }
        }
        for (String pattern : rule.origins()) {
            if (pattern.indexOf('*') != pattern.lastIndexOf('*')) {
                throw S3Error.INVALID_REQUEST.because("AllowedOrigin \"" + pattern + "\" can not have more than one wildcard.");
            }
        }
        if (rule.origins().isEmpty() || rule.methods().isEmpty()) {
            throw Call.malformedXml();
        }
        return rule;
    }

    /// The headers of an answer to such a request; none when no rule fits.
    Map<String, String> answer(HttpFields request, String requestMethod) {
        String origin = request.get("origin");
        String asked = request.get("access-control-request-headers");
        List<String> headers = asked == null ? List.of()
                : Arrays.stream(asked.split(",")).map(String::strip).filter(name -> !name.isEmpty()).toList();
        Map<String, String> answer = new LinkedHashMap<>();
        for (Rule rule : rules) {
            if (origin != null && rule.fits(origin, requestMethod) && rule.fitsHeaders(headers)) {
                boolean any = rule.origins().contains("*");
                answer.put("Access-Control-Allow-Origin", any ? "*" : origin);
                answer.put("Access-Control-Allow-Methods", String.join(", ", rule.methods()));
                if (!any) {
                    answer.put("Access-Control-Allow-Credentials", "true");
                }
                if (!headers.isEmpty()) {
                    answer.put("Access-Control-Allow-Headers", String.join(", ", headers));
                }
                if (!rule.exposed().isEmpty()) {
                    answer.put("Access-Control-Expose-Headers", String.join(", ", rule.exposed()));
                }
                if (rule.maxAge() >= 0) {
                    answer.put("Access-Control-Max-Age", Integer.toString(rule.maxAge()));
                }
                answer.put("Vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method");
                return answer;
            }
        }
        return answer;
    }

    Xml document() {
        Xml xml = Xml.document("CORSConfiguration");
        for (Rule rule : rules) {
            xml.open("CORSRule");
            if (!rule.id().isEmpty()) {
                xml.element("ID", rule.id());
            }
            rule.methods().forEach(method -> xml.element("AllowedMethod", method));
            rule.origins().forEach(origin -> xml.element("AllowedOrigin", origin));
            rule.headers().forEach(header -> xml.element("AllowedHeader", header));
            rule.exposed().forEach(header -> xml.element("ExposeHeader", header));
            if (rule.maxAge() >= 0) {
                xml.element("MaxAgeSeconds", rule.maxAge());
            }
            xml.close();
        }
        return xml;
    }

    private static boolean matches(String pattern, String text) {
        int star = pattern.indexOf('*');
        return star < 0 ? pattern.equals(text) : text.length() >= pattern.length() - 1
                && text.startsWith(pattern.substring(0, star)) && text.endsWith(pattern.substring(star + 1));
    }

    private static List<String> texts(Element element, String name) {
        return element.children().stream().filter(child -> child.name().equals(name)).map(child -> child.text().strip()).toList();
    }
}
