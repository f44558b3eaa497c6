package leaseback.manager.web;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/// What one method on one path does, for whom, and what it says of itself.
///
///     Route.of("POST", "/api/quote", this::create, TokenRole.CUSTOMER)
///             .says("A price for one machine, both answers worked out").takes(QuoteRequest.class).creates(ShownQuote.class)
///             .refuses(409, "the Idempotency-Key was used for another quote")
///
/// What all routes have in common (no or a bad token, a body that cannot be read, an id of nothing) need not be said.
///
/// @param roles who may call it; nobody in particular, and without a token, when empty
public record Route(String method, List<String> path, Set<TokenRole> roles, Act act, About about) {
    @FunctionalInterface
    interface Act {
        Answer run(Call call);
    }

    /// @param path with `{name}` where a segment varies; no roles at all means the operator alone
    static Route of(String method, String path, Act act, TokenRole... others) {
        Set<TokenRole> roles = EnumSet.of(TokenRole.OPERATOR);
        roles.addAll(Arrays.asList(others));
        return new Route(method, segments(path), roles, act, About.NOTHING);
    }

    /// For anybody, without a token.
    static Route open(String method, String path, Act act) {
        return new Route(method, segments(path), Set.of(), act, About.NOTHING);
    }

    /// What it does, in one line.
    Route says(String summary) {
        return with(about.says(summary));
    }

    /// A parameter after the `?` that may be given.
    Route asks(String parameter, Class<?> type, String words) {
        return with(about.with(new About.Parameter(parameter, type, false, words)));
    }

    /// A parameter after the `?` that must be given.
    Route needs(String parameter, Class<?> type, String words) {
        return with(about.with(new About.Parameter(parameter, type, true, words)));
    }

    /// Reads the JSON of such a record.
    Route takes(Class<?> body) {
        return with(about.with(new About.Body(body, false, true)));
    }

    /// Reads the JSON of such a record, if any.
    Route mayTake(Class<?> body) {
        return with(about.with(new About.Body(body, false, false)));
    }

    /// Reads a JSON array of such records.
    Route takesMany(Class<?> body) {
        return with(about.with(new About.Body(body, true, true)));
    }

    /// Answers 200 with the JSON of such a record.
    Route gives(Class<?> answer) {
        return gives(200, answer);
    }

    Route gives(int status, Class<?> answer) {
        return with(about.with(new About.Outcome(status, Answer.JSON, answer, false, List.of())));
    }

    /// Answers 200 with a JSON array of such records, whole.
    Route givesMany(Class<?> answer) {
        return with(about.with(new About.Outcome(200, Answer.JSON, answer, true, List.of())));
    }

    /// Answers 200 with bytes of this media type.
    Route givesFile(String media) {
        return with(about.with(new About.Outcome(200, media, null, false, List.of())));
    }

    /// Answers 201 with the JSON of such a record, and where it is from now on.
    Route creates(Class<?> answer) {
        return with(about.with(new About.Outcome(201, Answer.JSON, answer, false, List.of("Location"))));
    }

    /// Answers 204 and says nothing more.
    Route goes() {
        return with(about.with(new About.Outcome(204, "", null, false, List.of())));
    }

    /// Answers 200 with a page of a list ([Pages]), and a link to the next one.
    Route pages(Class<?> entry) {
        return pages(entry, UUID.class);
    }

    /// @param id what `after` is
    Route pages(Class<?> entry, Class<?> id) {
        return with(about.with(new About.Outcome(200, Answer.JSON, entry, true, List.of("Link"))))
                .asks("limit", Integer.class, "How many at most: 1 to 500, and 50 unless told")
                .asks("after", id, "The id of the last one that you were given");
    }

    /// Answers 200 with a part of a list as TM Forum's APIs give it ([TmfPages]).
    Route slices(Class<?> entry) {
        return with(about.with(new About.Outcome(200, Answer.JSON, entry, true, List.of("X-Total-Count", "X-Result-Count"))))
                .asks("offset", Integer.class, "How many to pass over: 0 to 10000")
                .asks("limit", Integer.class, "How many at most: 1 to 500, and 50 unless told")
                .asks("fields", String.class, "Names of fields, with commas between; id and href come always");
    }

    /// Answers 200 with such a record, or with those of its fields that were asked for.
    Route chosen(Class<?> answer) {
        return gives(answer).asks("fields", String.class, "Names of fields, with commas between; id and href come always");
    }

    /// Refuses with a problem of this status, beyond what all routes refuse.
    Route refuses(int status, String when) {
        return with(about.refuses(status, when));
    }

    private Route with(About more) {
        return new Route(method, path, roles, act, more);
    }

    /// As a person writes it.
    String pattern() {
        return "/" + String.join("/", path);
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
