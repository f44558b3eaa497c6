package leaseback.manager.web;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Lists and single things as TM Forum's APIs give them: `offset`, `limit`, `fields`, and how many there are in `X-Total-Count`.
final class TmfPages {
    /// Further on one asks by what narrows the list.
    private static final int FURTHEST = 10_000;
    private static final int STEP = 500;

    private TmfPages() {}

    /// A list that is read on from the last one of the part before.
    interface Pager<T, K> {
        List<T> page(@Nullable K after, int limit);
    }

    static <T, K> Answer of(Call call, Pager<T, K> pager, Function<T, K> key, Supplier<Long> total, Function<T, Object> shown) {
        int offset = offset(call);
        int limit = call.limit();
        List<T> found = new ArrayList<>();
        K after = null;
        while (found.size() < offset + limit) {
            List<T> part = pager.page(after, Math.min(STEP, offset + limit - found.size()));
            found.addAll(part);
            if (part.isEmpty()) {
                break;
            }
            after = key.apply(part.getLast());
        }
        return whole(call, found.subList(Math.min(offset, found.size()), found.size()), total.get(), shown);
    }

    /// Of a list that is at hand as a whole.
    static <T> Answer of(Call call, List<T> all, Function<T, Object> shown) {
        int offset = Math.min(offset(call), all.size());
        return whole(call, all.subList(offset, Math.min(all.size(), offset + call.limit())), all.size(), shown);
    }

    private static <T> Answer whole(Call call, List<T> part, long total, Function<T, Object> shown) {
        List<Object> body = part.stream().map(each -> chosen(call, shown.apply(each))).toList();
        return new Answer(200, Answer.JSON, call.wire().bytes(body),
                Map.of("X-Total-Count", String.valueOf(total), "X-Result-Count", String.valueOf(body.size())));
    }

    static Answer one(Call call, Object shown) {
        return Answer.of(Answer.JSON, call.wire().bytes(chosen(call, shown)));
    }

    /// With the fields asked for, and always its id and where it is.
    private static Object chosen(Call call, Object shown) {
        String fields = call.query().get("fields");
        if (fields == null || fields.isBlank()) {
            return shown;
        }
        Set<String> wanted = new HashSet<>(Arrays.asList(fields.split(",")));
        wanted.addAll(List.of("id", "href"));
        JsonNode node = call.wire().tree(shown);
        return node instanceof ObjectNode object ? object.retain(wanted) : node;
    }

    private static int offset(Call call) {
        String offset = call.query().getOrDefault("offset", "0");
        if (!offset.matches("[0-9]{1,5}") || Integer.parseInt(offset) > FURTHEST) {
            throw new Problem(400, "offset is 0 to " + FURTHEST + ", not \"" + offset + "\"");
        }
        return Integer.parseInt(offset);
    }

    /// Of whom: a customer's own, or whom the operator names by `relatedParty.id`; null for everybody's.
    static @Nullable UUID whose(Call call) {
        if (call.caller() instanceof Caller.Buyer buyer) {
            return buyer.customerId();
        }
        String named = call.query().get("relatedParty.id");
        return named == null ? null : Call.uuid(named).orElseThrow(() ->
                new Problem(400, "relatedParty.id is the id of a customer, not \"" + named + "\""));
    }
}
