package leaseback.testbed.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The tests that are known not to pass, each with the reason: `name reason`, one a line. Strict: one that passes
/// although it stands here is an error too, or the list would soon tell nothing.
record Expected(Map<String, String> failures) {
    static Expected read(Path file) throws IOException {
        Map<String, String> failures = new TreeMap<>();
        for (String line : Files.readAllLines(file)) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] parts = line.strip().split("\\s+", 2);
            if (parts.length < 2 || failures.put(parts[0], parts[1]) != null) {
                throw new IOException(file + ": '" + line + "' gives no reason, or names a test for the second time");
            }
        }
        return new Expected(failures);
    }

    /// What differs from what is expected; tests that did not run are not judged.
    List<String> differences(Report report) {
        List<String> differences = new ArrayList<>();
        report.results().forEach((name, result) -> {
            boolean known = failures.containsKey(name);
            switch (result.outcome()) {
                case PASSED -> {
                    if (known) {
                        differences.add("passes, against expectation: " + name);
                    }
                }
                case FAILED, ERROR -> {
                    if (!known) {
                        differences.add("does not pass: " + name + "  " + result.reason());
                    }
                }
                case SKIPPED -> { }
            }
        });
        return differences;
    }
}
