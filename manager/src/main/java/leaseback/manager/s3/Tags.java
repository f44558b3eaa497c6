package leaseback.manager.s3;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import leaseback.manager.s3.xml.Element;
import leaseback.manager.s3.xml.Xml;
import org.jspecify.annotations.Nullable;

/// Sets of tags, as headers and documents write them.
final class Tags {
    static final int MOST = 10;
    private static final int KEY_CHARS = 128;
    private static final int VALUE_CHARS = 256;

    private Tags() {}

    /// `x-amz-tagging`: written as a query string.
    static Map<String, String> ofHeader(@Nullable String header) throws S3Fault {
        Map<String, String> tags = new LinkedHashMap<>();
        if (header != null && !header.isBlank()) {
            for (String pair : header.strip().split("&", -1)) {
                int equals = pair.indexOf('=');
                add(tags, Percent.decodeText(equals < 0 ? pair : pair.substring(0, equals), true),
                        equals < 0 ? "" : Percent.decodeText(pair.substring(equals + 1), true));
            }
        }
        return check(tags, MOST);
    }

    /// The document `Tagging`.
    ///
    /// @param most how many there may be: an object's 10, a bucket's 50
    static Map<String, String> of(Element tagging, int most) throws S3Fault {
        Map<String, String> tags = new LinkedHashMap<>();
        for (Element tag : tagging.child("TagSet").orElseThrow(Call::malformedXml).children()) {
            if (!tag.name().equals("Tag")) {
                throw Call.malformedXml();
            }
            add(tags, tag.childText("Key").orElseThrow(Call::malformedXml), tag.childText("Value").orElseThrow(Call::malformedXml));
        }
        return check(tags, most);
    }

    static Xml document(Map<String, String> tags) {
        Xml xml = Xml.document("Tagging").open("TagSet");
        new TreeMap<>(tags).forEach((key, value) -> xml.open("Tag").element("Key", key).element("Value", value).close());
        return xml;
    }

    private static void add(Map<String, String> tags, String key, String value) throws S3Fault {
        if (key.isEmpty() || key.length() > KEY_CHARS) {
            throw S3Error.INVALID_TAG.because("The TagKey you have provided is invalid: 1 to " + KEY_CHARS + " characters.");
        }
        if (value.length() > VALUE_CHARS) {
            throw S3Error.INVALID_TAG.because("The TagValue you have provided is invalid: up to " + VALUE_CHARS + " characters.");
        }
        if (tags.putIfAbsent(key, value) != null) {
            throw S3Error.INVALID_TAG.because("Cannot provide multiple Tags with the same key.").with("TagKey", key);
        }
    }

    private static Map<String, String> check(Map<String, String> tags, int most) throws S3Fault {
        if (tags.size() > most) {
            throw S3Error.INVALID_TAG.because("Tags cannot be greater than " + most);
        }
        return tags;
    }
}
