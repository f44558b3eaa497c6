package leaseback.manager.s3;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import leaseback.manager.s3.xml.Element;
import leaseback.manager.s3.xml.Xml;
import leaseback.manager.storage.AccessLogs;
import leaseback.manager.storage.AccessLogs.Form;
import leaseback.manager.storage.Bucket;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Where access to a bucket is logged (`LoggingEnabled`), with Ceph's additions: journals, roll times and filters.
///
/// @param journal only what changes objects, written before it is acknowledged; else everything, written after the answer
/// @param filter  of a journal: keys must fit all of these; empty for all keys
/// @param setAt   when this was set; what is set again as it was keeps its time
record LogRule(String target, String prefix, Form form, boolean journal, int rollSeconds, List<KeyFilter> filter, Instant setAt) {
    static final String SETTING = "logging";
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int USUAL_ROLL_SECONDS = 300;
    private static final int LONGEST_ROLL_SECONDS = 86_400;
    private static final int MOST_FILTERS = 10;
    private static final Set<String> KNOWN = Set.of("TargetBucket", "TargetPrefix", "TargetObjectKeyFormat", "TargetGrants",
            "LoggingType", "ObjectRollTime", "RecordsBatchSize", "Filter");

    LogRule {
        filter = List.copyOf(filter);
    }

    /// @param suffix whether keys must end with the text; else they must begin with it
    record KeyFilter(boolean suffix, String text) {
        private boolean fits(String key) {
            return suffix ? key.endsWith(text) : key.startsWith(text);
        }
    }

    /// @return null for a document that switches logging off
    static @Nullable LogRule read(Element status, Instant now) throws S3Fault {
        Element enabled = status.child("LoggingEnabled").orElse(null);
        if (enabled == null) {
            return null;
        }
        for (Element child : enabled.children()) {
            if (!KNOWN.contains(child.name())) {
                throw S3Fault.notImplemented("PutBucketLogging with " + child.name());
            }
        }
        if (!enabled.child("TargetGrants").map(Element::children).orElse(List.of()).isEmpty()) {
            throw S3Fault.notImplemented("PutBucketLogging with TargetGrants");
        }
        if (number(enabled, "RecordsBatchSize", 0, 0, Integer.MAX_VALUE) != 0) {
            throw S3Fault.notImplemented("PutBucketLogging with a RecordsBatchSize other than 0");
        }
        String target = enabled.childText("TargetBucket").map(String::strip).orElse("");
        if (target.isEmpty()) {
            throw Call.malformedXml();
        }
        boolean journal = switch (enabled.childText("LoggingType").map(String::strip).orElse("Standard")) {
            case "Standard" -> false;
            case "Journal" -> true;
            default -> throw Call.malformedXml();
        };
        List<KeyFilter> filter = filter(enabled);
        if (!journal && !filter.isEmpty()) {
            throw S3Fault.notImplemented("PutBucketLogging with a Filter on LoggingType Standard, whose records are not filtered,");
        }
        return new LogRule(target, enabled.childText("TargetPrefix").orElse(""),
                form(enabled.child("TargetObjectKeyFormat").orElse(null)), journal,
                number(enabled, "ObjectRollTime", USUAL_ROLL_SECONDS, 1, LONGEST_ROLL_SECONDS), filter, now);
    }

    private static Form form(@Nullable Element format) throws S3Fault {
        if (format == null || format.children().isEmpty()) {
            return Form.SIMPLE;
        }
        Element only = format.children().getFirst();
        if (format.children().size() > 1) {
            throw Call.malformedXml();
        }
        return switch (only.name()) {
            case "SimplePrefix" -> Form.SIMPLE;
            case "PartitionedPrefix" -> switch (only.childText("PartitionDateSource").map(String::strip).orElse("EventTime")) {
                case "EventTime" -> Form.EVENT_TIME;
                case "DeliveryTime" -> Form.DELIVERY_TIME;
                default -> throw Call.malformedXml();
            };
            default -> throw Call.malformedXml();
        };
    }

    private static List<KeyFilter> filter(Element enabled) throws S3Fault {
        Element filter = enabled.child("Filter").orElse(null);
        if (filter == null) {
            return List.of();
        }
        List<KeyFilter> filters = new java.util.ArrayList<>();
        for (Element kind : filter.children()) {
            if (!kind.name().equals("S3Key")) {
                throw S3Fault.notImplemented("PutBucketLogging with a Filter by " + kind.name());
            }
            for (Element rule : kind.children()) {
                String text = rule.childText("Value").orElseThrow(Call::malformedXml);
                filters.add(switch (rule.childText("Name").map(String::strip).orElse("")) {
                    case "prefix" -> new KeyFilter(false, text);
                    case "suffix" -> new KeyFilter(true, text);
                    case "regex" -> throw S3Fault.notImplemented("PutBucketLogging with a Filter by regex");
                    default -> throw Call.malformedXml();
                });
            }
        }
        if (filters.size() > MOST_FILTERS) {
            throw Call.malformedXml();
        }
        return filters;
    }

    private static int number(Element element, String name, int otherwise, int least, int most) throws S3Fault {
        String text = element.childText(name).map(String::strip).orElse("");
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // Said below.
        }
        throw S3Fault.invalidArgument(name, text, name + " must be a number from " + least + " to " + most + ".");
    }

    /// As it is kept.
    String text() {
        return JSON.writeValueAsString(this);
    }

    /// What `text` made.
    static LogRule parse(String text) {
        return JSON.readValue(text, LogRule.class);
    }

    Xml document() {
        Xml xml = Xml.document("BucketLoggingStatus").open("LoggingEnabled").element("TargetBucket", target)
                .element("TargetPrefix", prefix).open("TargetObjectKeyFormat");
        if (form == Form.SIMPLE) {
            xml.open("SimplePrefix").close();
        } else {
            xml.open("PartitionedPrefix").element("PartitionDateSource", form == Form.EVENT_TIME ? "EventTime" : "DeliveryTime")
                    .close();
        }
        xml.close().element("LoggingType", journal ? "Journal" : "Standard").element("ObjectRollTime", rollSeconds)
                .element("RecordsBatchSize", 0);
        if (!filter.isEmpty()) {
            xml.open("Filter").open("S3Key");
            for (KeyFilter one : filter) {
                xml.open("FilterRule").element("Name", one.suffix() ? "suffix" : "prefix").element("Value", one.text()).close();
            }
        }
        return xml;
    }

    boolean fits(String key) {
        return filter.stream().allMatch(one -> one.fits(key));
    }

    boolean isAs(@Nullable LogRule other) {
        return other != null && equals(other.at(setAt));
    }

    LogRule at(Instant other) {
        return new LogRule(target, prefix, form, journal, rollSeconds, filter, other);
    }

    AccessLogs.Destination destination(Bucket to, String source, UUID sourceOwner) {
        return new AccessLogs.Destination(to, prefix, form, source, sourceOwner, Duration.ofSeconds(rollSeconds));
    }
}
