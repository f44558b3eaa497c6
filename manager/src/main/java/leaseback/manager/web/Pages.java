package leaseback.manager.web;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Lists as the API gives them: a JSON array, and a `Link: <...>; rel="next"` when there is more.
final class Pages {
    private Pages() {}

    /// @param found one more than the limit asked for, when there is more
    /// @param id    by which the next page is asked for
    static <T> Answer of(Call call, List<T> found, Function<T, Object> id, Function<T, Object> shown) {
        int limit = call.limit();
        List<T> page = found.size() > limit ? found.subList(0, limit) : found;
        byte[] body = call.wire().bytes(page.stream().map(shown).toList());
        Map<String, String> headers = found.size() > limit
                ? Map.of("Link", "<" + call.path() + "?limit=" + limit + "&after=" + id.apply(page.getLast()) + others(call) + ">; rel=\"next\"")
                : Map.of();
        return new Answer(200, Answer.JSON, body, headers);
    }

    /// What else was asked for: the next page is a page of the same list.
    private static String others(Call call) {
        return new TreeMap<>(call.query()).entrySet().stream().filter(each -> !Set.of("limit", "after").contains(each.getKey()))
                .map(each -> "&" + URLEncoder.encode(each.getKey(), StandardCharsets.UTF_8) + "="
                        + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining());
    }

    static Answer one(Call call, Object shown) {
        return Answer.of(Answer.JSON, call.wire().bytes(shown));
    }

    static Answer created(Call call, String location, Object shown) {
        return new Answer(201, Answer.JSON, call.wire().bytes(shown), Map.of("Location", location));
    }
}
