package leaseback.manager.s3;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.xml.stream.XMLStreamException;
import leaseback.manager.s3.rights.Action;
import leaseback.manager.s3.xml.Element;
import leaseback.manager.s3.xml.Xml;
import leaseback.manager.storage.Bucket;
import leaseback.manager.storage.Buckets;
import leaseback.manager.storage.LifecycleRule;
import leaseback.manager.storage.StorageFault;
import org.jspecify.annotations.Nullable;

/// The rules on what goes by itself: taken in, checked, given back as they came.
final class LifecycleOperations {
    private static final int MOST_RULES = 1000;
    private static final int LONGEST_ID = 255;
    private static final Set<String> RULE = Set.of("ID", "Status", "Prefix", "Filter", "Expiration", "NoncurrentVersionExpiration",
            "AbortIncompleteMultipartUpload", "Transition", "NoncurrentVersionTransition");
    private final Access access;
    private final Buckets buckets;

    LifecycleOperations(Access access, Buckets buckets) {
        this.access = access;
        this.buckets = buckets;
    }

    void get(Call call) throws IOException, StorageFault {
        call.noBody();
        Bucket bucket = access.bucket(call, Action.GET_LIFECYCLE_CONFIGURATION);
        String kept = buckets.lifecycle(bucket).orElseThrow(() -> S3Error.NO_SUCH_LIFECYCLE_CONFIGURATION.because(
                "The lifecycle configuration does not exist").with("BucketName", bucket.name()));
        Xml xml = Xml.document("LifecycleConfiguration");
        try {
            Element.read(kept.getBytes(StandardCharsets.UTF_8)).children().forEach(rule -> write(xml, rule));
        } catch (XMLStreamException damaged) {
            throw new IllegalStateException("the lifecycle rules of bucket " + bucket.name() + " cannot be read", damaged);
        }
        call.answer(xml);
    }

    void put(Call call) throws IOException, StorageFault {
        Bucket bucket = access.bucket(call, Action.PUT_LIFECYCLE_CONFIGURATION);
        Element document = call.document("LifecycleConfiguration");
        if (document.children().isEmpty() || document.children().size() > MOST_RULES) {
            throw Call.malformedXml();
        }
        List<LifecycleRule> rules = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        Xml kept = Xml.document("LifecycleConfiguration");
        for (Element element : document.children()) {
            if (!element.name().equals("Rule") || !element.children().stream().allMatch(child -> RULE.contains(child.name()))) {
                throw Call.malformedXml();
            }
            Element named = named(element);
            LifecycleRule rule = rule(named);
            if (!ids.add(rule.id())) {
                throw S3Error.INVALID_ARGUMENT.because("Rule ID must be unique. Found same ID for more than one rule: " + rule.id());
            }
            rules.add(rule);
            write(kept, named);
        }
        buckets.lifecycle(bucket, rules, new String(kept.bytes(), StandardCharsets.UTF_8));
        call.answer(200);
    }

    void delete(Call call) throws IOException, StorageFault {
        call.noBody();
        buckets.endLifecycle(access.bucket(call, Action.PUT_LIFECYCLE_CONFIGURATION));
        call.answer(204);
    }

    private static Element named(Element rule) throws S3Fault {
        String id = rule.childText("ID").orElse("");
        if (id.length() > LONGEST_ID) {
            throw S3Error.INVALID_ARGUMENT.because("ID length should not exceed allowed limit of " + LONGEST_ID);
        }
        if (!id.isEmpty()) {
            return rule;
        }
        List<Element> children = new ArrayList<>();
        children.add(new Element("ID", List.of(), UUID.randomUUID().toString()));
        rule.children().stream().filter(child -> !child.name().equals("ID")).forEach(children::add);
        return new Element(rule.name(), children, "");
    }

    private static LifecycleRule rule(Element rule) throws S3Fault {
        boolean enabled = switch (rule.childText("Status").orElse("")) {
            case "Enabled" -> true;
            case "Disabled" -> false;
            default -> throw Call.malformedXml();
        };
        Filter filter = filter(rule);
        transitions(rule);
        Optional<Element> expiration = rule.child("Expiration");
        Optional<Element> noncurrent = rule.child("NoncurrentVersionExpiration");
        Optional<Element> abort = rule.child("AbortIncompleteMultipartUpload");
        if (expiration.isEmpty() && noncurrent.isEmpty() && abort.isEmpty()) {
            throw S3Error.INVALID_REQUEST.because("At least one action needs to be specified in a rule.");
        }
        if (expiration.isPresent() && expiration.get().children().size() != 1) {
            throw Call.malformedXml();
        }
        boolean markers = expiration.flatMap(element -> element.childText("ExpiredObjectDeleteMarker")).map(String::strip)
                .orElse("").equals("true");
        return new LifecycleRule(rule.childText("ID").orElse(""), enabled, filter.prefix, filter.tags, filter.over, filter.under,
                number(expiration, "Days", 0), date(expiration.flatMap(element -> element.childText("Date"))), markers,
                number(noncurrent, "NoncurrentDays", 0), number(noncurrent, "NewerNoncurrentVersions", 0),
                number(abort, "DaysAfterInitiation", 0));
    }

    private static Filter filter(Element rule) throws S3Fault {
        Filter filter = new Filter();
        Optional<Element> given = rule.child("Filter");
        Optional<String> prefix = rule.childText("Prefix");
        if (given.isPresent() && prefix.isPresent()) {
            throw Call.malformedXml();
        }
        filter.prefix = prefix.orElse("");
        if (given.isPresent()) {
            filter.add(given.get());
        }
        return filter;
    }

    /// Told apart: a class that is none is the client's mistake, one that exists is something that is not done here.
    private static void transitions(Element rule) throws S3Fault {
        for (Element child : rule.children()) {
            if (child.name().endsWith("Transition")) {
                date(child.childText("Date"));
                throw S3Fault.notImplemented("A lifecycle rule with " + child.name());
            }
        }
    }

    private static int number(Optional<Element> parent, String name, int otherwise) throws S3Fault {
        String text = parent.flatMap(element -> element.childText(name)).map(String::strip).orElse(null);
        if (text == null) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(text);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            throw Call.malformedXml();
        }
        throw S3Error.INVALID_ARGUMENT.because("'" + name + "' must be a positive integer");
    }

    private static @Nullable Instant date(Optional<String> text) throws S3Fault {
        if (text.isEmpty()) {
            return null;
        }
        try {
            Instant date = OffsetDateTime.parse(text.get().strip()).toInstant();
            if (date.equals(date.truncatedTo(ChronoUnit.DAYS))) {
                return date;
            }
        } catch (DateTimeException unreadable) {
            throw Call.malformedXml();
        }
        throw S3Error.INVALID_ARGUMENT.because("'Date' must be at midnight GMT");
    }

    private static void write(Xml xml, Element element) {
        if (element.children().isEmpty()) {
            xml.element(element.name(), element.text());
            return;
        }
        xml.open(element.name());
        element.children().forEach(child -> write(xml, child));
        xml.close();
    }

    /// What a rule is about, being read.
    private static final class Filter {
        String prefix = "";
        final Map<String, String> tags = new HashMap<>();
        long over = -1;
        long under = Long.MAX_VALUE;

        void add(Element element) throws S3Fault {
            for (Element child : element.children()) {
                switch (child.name()) {
                    case "Prefix" -> prefix = child.text().startsWith(prefix) ? child.text() : prefix;
                    case "Tag" -> tags.put(child.childText("Key").orElseThrow(Call::malformedXml),
                            child.childText("Value").orElse(""));
                    case "ObjectSizeGreaterThan" -> over = size(child);
                    case "ObjectSizeLessThan" -> under = size(child);
                    case "And" -> add(child);
                    case "Tags" -> add(child);
                    default -> throw Call.malformedXml();
                }
            }
        }

        private static long size(Element element) throws S3Fault {
            try {
                return Long.parseLong(element.text().strip());
            } catch (NumberFormatException notANumber) {
                throw Call.malformedXml();
            }
        }
    }
}
