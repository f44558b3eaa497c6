package leaseback.manager.s3;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import leaseback.manager.s3.xml.Element;
import leaseback.manager.s3.xml.Xml;
import org.jspecify.annotations.Nullable;

/// How a bucket is shown as a web site.
///
/// @param everything where all requests are sent on to; null when the site has pages of its own
/// @param index      what stands for a folder: the last part of its page's key; empty with `everything`
/// @param error      the key of the page for what is wrong; empty for a plain one
record Website(@Nullable Redirect everything, String index, String error, List<Rule> rules) {
    static final String SETTING = "website";
    private static final int MOST_RULES = 50;
    private static final int LONGEST = 128 << 10;
    private static final int LONGEST_KEY = 1024;

    Website {
        rules = List.copyOf(rules);
    }

    /// When and where to send a browser on.
    ///
    /// @param prefix that keys begin with; may be empty
    /// @param status of the error that it is for; 0 for one that is looked at before anything is read
    record Rule(String prefix, int status, Redirect redirect) {}

    /// @param host     empty for that of the request
    /// @param protocol `http` or `https`; empty for that of the request
    /// @param status   301 to 308
    /// @param prefix   takes the place of the rule's prefix; null when it stays
    /// @param key      takes the place of the whole key; null when it stays
    record Redirect(String host, String protocol, int status, @Nullable String prefix, @Nullable String key) {
        String keyFor(String asked, String rulePrefix) {
            return key != null ? key : prefix != null ? prefix + asked.substring(rulePrefix.length()) : asked;
        }
    }

    static Website parse(byte[] bytes) throws S3Fault {
        if (bytes.length > LONGEST) {
            throw S3Error.MALFORMED_XML.because("A website configuration has at most " + LONGEST + " bytes.");
        }
        Element root = Call.parse(bytes, "WebsiteConfiguration");
        known(root, Set.of("RedirectAllRequestsTo", "IndexDocument", "ErrorDocument", "RoutingRules"));
        Optional<Element> all = root.child("RedirectAllRequestsTo");
        if (all.isPresent()) {
            if (root.children().size() > 1) {
                throw S3Error.INVALID_REQUEST.because("RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.");
            }
            known(all.get(), Set.of("HostName", "Protocol"));
            String host = text(all.get(), "HostName");
            if (host.isEmpty()) {
                throw Call.malformedXml();
            }
            return new Website(new Redirect(host(host), protocol(text(all.get(), "Protocol")), 301, null, null), "", "", List.of());
        }
        String index = text(root.child("IndexDocument").orElseThrow(() -> S3Fault.invalidArgument("IndexDocument", "",
                "A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty")), "Suffix");
        if (index.isEmpty() || index.contains("/") || index.length() > LONGEST_KEY) {
            throw S3Fault.invalidArgument("IndexDocument", index, "The IndexDocument Suffix is not well formed");
        }
        Element error = root.child("ErrorDocument").orElse(null);
        String errorKey = error == null ? "" : text(error, "Key");
        if (error != null && (errorKey.isEmpty() || errorKey.length() > LONGEST_KEY)) {
            throw S3Fault.invalidArgument("ErrorDocument", errorKey, "The ErrorDocument Key is not well formed");
        }
        List<Rule> rules = new ArrayList<>();
        for (Element rule : root.child("RoutingRules").map(Element::children).orElse(List.of())) {
            known(rule, Set.of("Condition", "Redirect"));
            rules.add(rule(rule.child("Condition").orElse(null), rule.child("Redirect").orElseThrow(Call::malformedXml)));
        }
        if (rules.size() > MOST_RULES) {
            throw S3Error.INVALID_REQUEST.because(rules.size() + " routing rules provided, the number of routing rules in a website "
                    + "configuration is limited to " + MOST_RULES + ".");
        }
        return new Website(null, index, errorKey, rules);
    }

    private static Rule rule(@Nullable Element condition, Element redirect) throws S3Fault {
        known(redirect, Set.of("HostName", "Protocol", "HttpRedirectCode", "ReplaceKeyPrefixWith", "ReplaceKeyWith"));
        String prefix = redirect.childText("ReplaceKeyPrefixWith").orElse(null);
        String key = redirect.childText("ReplaceKeyWith").orElse(null);
        if (redirect.children().isEmpty() || prefix != null && key != null) {
            throw S3Error.INVALID_REQUEST.because("You can only define ReplaceKeyPrefix or ReplaceKey but not both, and a redirect must "
                    + "change something.");
        }
        Redirect to = new Redirect(host(text(redirect, "HostName")), protocol(text(redirect, "Protocol")),
                number(text(redirect, "HttpRedirectCode"), 301, 301, 308, "redirect"), prefix, key);
        if (condition == null) {
            return new Rule("", 0, to);
        }
        known(condition, Set.of("KeyPrefixEquals", "HttpErrorCodeReturnedEquals"));
        if (condition.children().isEmpty()) {
            throw S3Error.INVALID_REQUEST.because("Condition cannot be empty. To redirect all requests without a condition, the condition "
                    + "element shouldn't be present.");
        }
        return new Rule(condition.childText("KeyPrefixEquals").orElse(""),
                number(text(condition, "HttpErrorCodeReturnedEquals"), 0, 400, 599, "error"), to);
    }

    private static void known(Element element, Set<String> names) throws S3Fault {
        for (Element child : element.children()) {
            if (!names.contains(child.name())) {
                throw Call.malformedXml();
            }
        }
    }

    private static String text(Element element, String name) {
        return element.childText(name).map(String::strip).orElse("");
    }

    /// Nothing that could end the header it will stand in, or lead elsewhere than it says.
    private static String host(String name) throws S3Fault {
        if (!name.matches("[A-Za-z0-9.:\\[\\]_-]{0,260}")) {
            throw S3Fault.invalidArgument("HostName", name, "The HostName of a redirect must be a host, with its port if need be.");
        }
        return name;
    }

    private static String protocol(String name) throws S3Fault {
        if (!name.isEmpty() && !name.equals("http") && !name.equals("https")) {
            throw S3Error.INVALID_REQUEST.because("Invalid protocol, protocol can be http or https. If not defined, the protocol will be "
                    + "selected automatically.");
        }
        return name;
    }

    private static int number(String text, int otherwise, int least, int most, String of) throws S3Fault {
        if (text.isEmpty()) {
            return otherwise;
        }
        if (text.matches("\\d{3}")) {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most && number != 304) {
                return number;
            }
        }
        throw S3Error.INVALID_REQUEST.because("The provided HTTP " + of + " code (" + text + ") is not valid. Valid codes are " + least
                + " to " + most + (of.equals("redirect") ? " except 304" : "") + ".");
    }

    Xml document() {
        Xml xml = Xml.document("WebsiteConfiguration");
        if (everything != null) {
            xml.open("RedirectAllRequestsTo").element("HostName", everything.host());
            some(xml, "Protocol", everything.protocol());
            return xml;
        }
        xml.open("IndexDocument").element("Suffix", index).close();
        if (!error.isEmpty()) {
            xml.open("ErrorDocument").element("Key", error).close();
        }
        if (rules.isEmpty()) {
            return xml;
        }
        xml.open("RoutingRules");
        for (Rule rule : rules) {
            xml.open("RoutingRule");
            if (!rule.prefix().isEmpty() || rule.status() != 0) {
                xml.open("Condition");
                some(xml, "KeyPrefixEquals", rule.prefix());
                some(xml, "HttpErrorCodeReturnedEquals", rule.status() == 0 ? "" : Integer.toString(rule.status()));
                xml.close();
            }
            Redirect to = rule.redirect();
            xml.open("Redirect");
            some(xml, "HostName", to.host());
            some(xml, "Protocol", to.protocol());
            xml.element("HttpRedirectCode", to.status());
            if (to.prefix() != null) {
                xml.element("ReplaceKeyPrefixWith", to.prefix());
            }
            if (to.key() != null) {
                xml.element("ReplaceKeyWith", to.key());
            }
            xml.close().close();
        }
        return xml;
    }

    private static void some(Xml xml, String name, String value) {
        if (!value.isEmpty()) {
            xml.element(name, value);
        }
    }

    /// The rule for a key before anything is read (status 0), or for an error; null when none fits.
    @Nullable Rule rule(String key, int status) {
        return rules.stream().filter(rule -> rule.status() == status && key.startsWith(rule.prefix())).findFirst().orElse(null);
    }
}
