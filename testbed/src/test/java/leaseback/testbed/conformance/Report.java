package leaseback.testbed.conformance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/// What a run of the suite said, by name of test.
record Report(Map<String, Result> results) {
    /// How a test ended.
    enum Outcome { PASSED, FAILED, ERROR, SKIPPED }

    /// @param markers the suite's own words for what a test is about, parted by spaces
    /// @param reason  the first line of why it did not pass; empty otherwise
    record Result(Outcome outcome, String markers, String reason) {}

    static Report read(Path junit) throws IOException {
        Map<String, Result> results = new TreeMap<>();
        try {
            NodeList cases = DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder().parse(junit.toFile())
                    .getElementsByTagName("testcase");
            for (int i = 0; i < cases.getLength(); i++) {
                Element test = (Element) cases.item(i);
                // A test whose clean-up fails stands there twice; the worse counts.
                results.merge(test.getAttribute("name"), result(test),
                        (one, other) -> one.outcome() == Outcome.PASSED ? other : one);
            }
        } catch (ParserConfigurationException | SAXException unreadable) {
            throw new IOException("the report " + junit + " cannot be read", unreadable);
        }
        return new Report(results);
    }

    /// Lines of counts: in total, then by marker.
    String counts() {
        Map<String, Map<Outcome, Integer>> byMarker = new TreeMap<>();
        Map<Outcome, Integer> total = new EnumMap<>(Outcome.class);
        results.values().forEach(result -> {
            total.merge(result.outcome(), 1, Integer::sum);
            for (String marker : (result.markers().isEmpty() ? "(none)" : result.markers()).split(" ")) {
                byMarker.computeIfAbsent(marker, none -> new EnumMap<>(Outcome.class)).merge(result.outcome(), 1, Integer::sum);
            }
        });
        StringBuilder text = new StringBuilder("%-34s %7s %7s %7s %7s%n".formatted("", "passed", "failed", "error", "skipped"));
        byMarker.forEach((marker, counts) -> text.append(line(marker, counts)));
        return text.append(line("in total", total)).toString();
    }

    private static String line(String name, Map<Outcome, Integer> counts) {
        return "%-34s %7d %7d %7d %7d%n".formatted(name, counts.getOrDefault(Outcome.PASSED, 0),
                counts.getOrDefault(Outcome.FAILED, 0), counts.getOrDefault(Outcome.ERROR, 0),
                counts.getOrDefault(Outcome.SKIPPED, 0));
    }

    private static Result result(Element test) {
        String markers = "";
        NodeList properties = test.getElementsByTagName("property");
        for (int i = 0; i < properties.getLength(); i++) {
            if (((Element) properties.item(i)).getAttribute("name").equals("markers")) {
                markers = ((Element) properties.item(i)).getAttribute("value");
            }
        }
        for (Map.Entry<String, Outcome> kind : Map.of("failure", Outcome.FAILED, "error", Outcome.ERROR, "skipped", Outcome.SKIPPED)
                .entrySet()) {
            NodeList found = test.getElementsByTagName(kind.getKey());
            if (found.getLength() > 0) {
                return new Result(kind.getValue(), markers, ((Element) found.item(0)).getAttribute("message").lines().findFirst()
                        .orElse(""));
            }
        }
        return new Result(Outcome.PASSED, markers, "");
    }
}
