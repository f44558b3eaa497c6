package leaseback.manager.web;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What one method on one path does, and for whom.
public record Route(String method, List<String> path, Set<TokenRole> roles, Act act) {
    @FunctionalInterface
    interface Act {
        Answer run(Call call);
    }

    /// @param path with `{name}` where a segment varies; no roles at all means the operator alone
    static Route of(String method, String path, Act act, TokenRole... others) {
        Set<TokenRole> roles = EnumSet.of(TokenRole.OPERATOR);
        roles.addAll(Arrays.asList(others));
        return new Route(method, segments(path), roles, act);
    }

    static List<String> segments(String path) {
        return List.of(path.substring(1).split("/", -1));
    }

    /// What stands for the varying segments, when `asked` is this path.
    Optional<Map<String, String>> match(List<String> asked) {
        if (asked.size() != path.size()) {
            return Optional.empty();
        }
        Map<String, String> variables = new HashMap<>();
        for (int i = 0; i < asked.size(); i++) {
            String segment = path.get(i);
            if (segment.startsWith("{")) {
                variables.put(segment.substring(1, segment.length() - 1), asked.get(i));
            } else if (!segment.equals(asked.get(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(variables);
    }
}
