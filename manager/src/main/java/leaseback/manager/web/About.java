package leaseback.manager.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a route says of itself to those who call it. `/api/openapi.json` is made of this, and of the records named here.
///
/// @param summary    in one line; empty while nobody has written it
/// @param body       null where none is read
/// @param outcomes   what comes back when all went well
/// @param refusals   what it refuses beyond what all routes do, by status
record About(String summary, List<Parameter> parameters, @Nullable Body body, List<Outcome> outcomes, Map<Integer, String> refusals) {
    static final About NOTHING = new About("", List.of(), null, List.of(), Map.of());

    About {
        parameters = List.copyOf(parameters);
        outcomes = List.copyOf(outcomes);
        refusals = Map.copyOf(refusals);
    }

    /// @param type what its text is read as
    record Parameter(String name, Class<?> type, boolean needed, String words) {}

    /// @param many whether it is an array of them
    record Body(Class<?> type, boolean many, boolean needed) {}

    /// @param media   the media type; empty where nothing comes
    /// @param type    of the JSON; null for bytes of another kind
    /// @param many    whether it is an array of them
    /// @param headers names of headers that may come with it
    record Outcome(int status, String media, @Nullable Class<?> type, boolean many, List<String> headers) {}

    /// Whether there is enough of it for a caller.
    boolean told() {
        return !summary.isBlank() && !outcomes.isEmpty();
    }

    About says(String words) {
        return new About(words, parameters, body, outcomes, refusals);
    }

    About with(Parameter parameter) {
        List<Parameter> all = new ArrayList<>(parameters);
        all.add(parameter);
        return new About(summary, all, body, outcomes, refusals);
    }

    About with(Body wanted) {
        return new About(summary, parameters, wanted, outcomes, refusals);
    }

    About with(Outcome outcome) {
        List<Outcome> all = new ArrayList<>(outcomes);
        all.add(outcome);
        return new About(summary, parameters, body, all, refusals);
    }

    About refuses(int status, String when) {
        Map<Integer, String> all = new TreeMap<>(refusals);
        all.put(status, when);
        return new About(summary, parameters, body, outcomes, all);
    }
}
