package leaseback.manager.s3;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The parameters of a request, decoded. Each may be given once: what a second one would mean is nobody's to guess.
record Query(Map<String, String> parameters) {
    private static final int MOST = 100;

    static Query parse(@Nullable String raw) throws S3Fault {
        Map<String, String> parameters = new LinkedHashMap<>();
        if (raw != null) {
            for (String pair : raw.split("&")) {
                if (pair.isEmpty()) {
                    continue;
                }
                int equals = pair.indexOf('=');
                String name = Percent.decodeText(equals < 0 ? pair : pair.substring(0, equals), true);
                String value = equals < 0 ? "" : Percent.decodeText(pair.substring(equals + 1), true);
                if (parameters.putIfAbsent(name, value) != null) {
                    throw S3Fault.invalidArgument(name, value, "The query parameter " + name + " is given more than once.");
                }
                if (parameters.size() > MOST) {
                    throw S3Error.INVALID_URI.because("More than " + MOST + " query parameters.");
                }
            }
        }
        return new Query(parameters);
    }

    boolean has(String name) {
        return parameters.containsKey(name);
    }

    @Nullable String get(String name) {
        return parameters.get(name);
    }

    String get(String name, String otherwise) {
        return parameters.getOrDefault(name, otherwise);
    }

    Set<String> names() {
        return parameters.keySet();
    }

    /// An integer in a range; above it counts as its end, as S3 does for page sizes.
    int number(String name, int least, int most, int otherwise) throws S3Fault {
        String text = parameters.get(name);
        if (text == null || text.isEmpty()) {
            return otherwise;
        }
        try {
            long value = Long.parseLong(text);
            if (value >= least && value <= Integer.MAX_VALUE) {
                return (int) Math.min(value, most);
            }
        } catch (NumberFormatException notANumber) {
            // Said below, as for a number out of range.
        }
        throw S3Fault.invalidArgument(name, text, name + " must be an integer between " + least + " and " + Integer.MAX_VALUE
                + ".");
    }

    /// What is signed of it: all but the signature itself, encoded anew and sorted.
    String canonical() {
        List<String[]> pairs = new ArrayList<>();
        parameters.forEach((name, value) -> {
            if (!name.equals("X-Amz-Signature")) {
                pairs.add(new String[] {Percent.encode(name, false), Percent.encode(value, false)});
            }
        });
        pairs.sort(Comparator.comparing(pair -> pair[0]));
        return pairs.stream().map(pair -> pair[0] + "=" + pair[1]).collect(Collectors.joining("&"));
    }
}
