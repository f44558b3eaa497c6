package leaseback.manager.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;
import leaseback.manager.web.LivingApi.Reply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What holds for every route there is, whoever adds it: taken from what the manager publishes about itself.
final class EveryRouteTest {
    /// They need a machine that is enrolled, a bucket that holds something, or a year: their own tests call them, and hold them against
    /// the description as well.
    private static final Set<String> ELSEWHERE = Set.of(
            "GET /api/addendum/{id}", "GET /api/addendum/{id}/document", "GET /api/addendum/{id}/evidence", "GET /api/addendum/{id}/version",
            "GET /api/bucket/{name}/constraint", "PUT /api/bucket/{name}/constraint", "GET /api/whereabouts",
            "POST /api/addendum/{id}/accept", "POST /api/addendum/{id}/decline", "POST /api/agreement/{id}/amendment", "POST /api/upgrade",
            "POST /api/upgrade/{id}/install", "POST /api/machine", "GET /api/machine/{serial}",
            "GET /api/agreement/{id}/holiday", "POST /api/agreement/{id}/holiday",
            "DELETE /api/agreement/{id}/holiday/{date}", "GET /api/salesChannel",
            "POST /api/salesChannel", "POST /api/salesChannel/{id}/token", "POST /api/bulkQuote",
            "GET /api/bulkQuote/{id}", "POST /api/bulkQuote/{id}/accept", "POST /api/bulkQuote/{id}/decline",
            "GET /api/partner/{item}/billing", "PUT /api/partner/{item}/billing",
            "GET /api/payment", "POST /api/payment", "GET /api/payment/{id}", "POST /api/payment/{id}/assign", "POST /api/payment/{id}/reject",
            "POST /api/payout-run", "GET /api/payout-run/{id}", "GET /api/payout-run/{id}/file", "POST /api/bank-statement",
            "POST /api/standard", "POST /api/tamper", "POST /api/tamper/{id}/clear", "POST /api/upgradePart",
            "GET /api/customer/{id}/erasure/receipt", "GET /api/customer/{id}/erasure/receipt.sig",
            "GET /api/hosts/{id}", "GET /api/hosts/{id}/receipt", "POST /api/hosts/{id}/drain", "PUT /api/hosts/{id}/operator",
            "POST /api/agreement/{id}/renewal", "POST /api/agreement/{id}/prolong", "POST /api/agreement/{id}/withdraw",
            "POST /api/agreement/{id}/notice", "POST /api/keys/retire", "POST /api/ledger/transfer",
            "GET /api/ledger/transfer/{id}", "POST /api/ledger/transfer/{id}/reversal", "PUT /api/storageClass/{name}/strict",
            "PUT /api/customer/{id}/constraint", "GET /api/statement");
    private static final List<String> NONSENSE = List.of("", "{", "[]", "{}", "null", "5", "\"x\"", "true", "{} {}", "{\"a\":1,\"a\":2}",
            "{\"nobodyKnowsThisField\":1}", "[null]", "[[]]", "[{}]", "[".repeat(3000), "{\"a\":".repeat(1200) + "1" + "}".repeat(1200),
            "\u0000", "{\"name\":\"\\ud800\"}");
    private static final List<String> VALUES = List.of("null", "5", "-1", "1e400", "99999999999999999999", "1.5", "\"\"", "\"x\"", "true", "[]",
            "{}", "[null]", "\"a\\u0000b\"", "\"\\ud800\"", "\"'; drop table lease; --\"", "\"" + "x".repeat(70_000) + "\"",
            "\"2027-13-45T99:99:99Z\"", "\"+1000000000-01-01T00:00:00Z\"");
    private static final List<String> IDS = List.of("x", "%00", "..%2F..", "%F0%9F%92%A9", "1", "00000000-0000-0000-0000-000000000000", "x".repeat(3000));
    private static final List<String> PAGES = List.of("limit=0", "limit=-1", "limit=501", "limit=x", "limit=99999999999", "after=x", "after=%00",
            "customer=x", "from=x", "to=yesterday", "at=+1000000000-01-01T00:00:00Z", "currency=%00", "month=2027-13", "kind=x", "path=%00",
            "offset=-1", "fields=%00", "actor=%00", "subject=%00");
    private static LivingApi api;
    private static LivingStory story;

    @BeforeAll
    static void open(@TempDir Path folder) throws Exception {
        api = new LivingApi(folder);
        api.watchTheAudit();
        story = new LivingStory(api);
        story.tell();
    }

    @AfterAll
    static void close() {
        api.close();
    }

    @Test
    void theStoryCallsEveryRoute() {
        Set<String> left = new TreeSet<>(api.contract().operations());
        left.removeAll(api.contract().walked());
        left.removeAll(ELSEWHERE);
        assertThat(left).as("add a call with success to LivingStory, so that what is published about it is tested").isEmpty();
    }

    @Test
    void everyActLeavesALineInTheAuditLog() {
        assertThat(api.unheard()).isEmpty();
    }

    @Test
    void anotherCustomerNeverGetsWhatIsNotTheirs() {
        UUID mallory = story.customer("mallory" + UUID.randomUUID().toString().substring(0, 8));
        String token = story.token(mallory);
        Map<String, Long> before = rows();
        List<String> leaks = new ArrayList<>();
        for (Operation operation : operations()) {
            if (operation.open()) {
                continue;
            }
            for (String path : operation.paths(story.hers)) {
                for (String body : operation.writes() ? List.of("", "{}", "{\"customerId\":\"" + story.ada + "\",\"version\":1,\"month\":\"2027-01\"}")
                        : List.of("")) {
                    Reply reply = send(token, operation.method(), path, body);
                    boolean forbidden = !operation.roles().contains("CUSTOMER");
                    if (forbidden && reply.status() != 403) {
                        leaks.add(operation + " is not for customers, and answered " + reply.status());
                    } else if (operation.pattern().contains("{") && reply.status() < 300 && hers(path)) {
                        leaks.add(operation.method() + " " + path + " answered " + reply.status());
                    } else if (reply.status() < 300 && story.hers.stream().anyMatch(Contract.words(reply.body())::contains)) {
                        leaks.add(operation.method() + " " + path + " shows " + Contract.words(reply.body()));
                    } else if (reply.status() >= 500) {
                        leaks.add(operation.method() + " " + path + " answered " + reply.status());
                    }
                }
            }
        }
        assertThat(leaks).isEmpty();
        assertThat(changed(before)).isEmpty();
        for (String path : List.of("/api/letter", "/api/bill", "/api/token", "/api/settlement", "/api/statement?month=2027-01&x=", "/api/subscription")) {
            Reply reply = send(token, "GET", path + (path.contains("?") ? "&" : "?") + "customer=" + story.ada, "");
            assertThat(reply.status() < 300 && story.hers.stream().anyMatch(Contract.words(reply.body())::contains)).as(path).isFalse();
        }
    }

    @Test
    void aFactoryLineDoesItsOwnWorkAndNothingElse() {
        String line = api.post(api.operator(), "/api/token", "{\"name\":\"other line\",\"role\":\"FACTORY\"}").is(201).text("/token");
        for (Operation operation : operations()) {
            if (!operation.open() && !operation.roles().contains("FACTORY")) {
                assertThat(send(line, operation.method(), operation.paths(Set.of("x")).getFirst(), "").status()).as(operation.toString())
                        .isEqualTo(403);
            }
        }
    }

    @Test
    void aChannelSeesWhatCameThroughItAndNothingElse() {
        Channel north = channel("north");
        Channel south = channel("south");
        Map<String, Long> before = rows();
        List<String> leaks = new ArrayList<>();
        for (Channel each : List.of(north, south)) {
            Set<String> others = new TreeSet<>(story.hers);
            others.addAll(each.equals(north) ? south.its() : north.its());
            // Whoever sells to her knows who she is.
            Set<String> secret = new TreeSet<>(others);
            secret.removeAll(Set.of(story.ada.toString(), "ada@example.org"));
            for (Operation operation : operations()) {
                if (!operation.open()) {
                    intrude(each, operation, others, secret, leaks);
                }
            }
            for (String list : List.of("/api/quote", "/api/productOrder")) {
                Reply own = api.get(each.token(), list + "?limit=500").is(200);
                assertThat(own.json()).as(each.id() + " " + list).hasSize(1);
                assertThat(each.its()).contains(own.json().get(0).path("id").asString());
                assertThat(Contract.words(send(each.token(), "GET", list + "?limit=500&customer=" + story.ada, "").body())).doesNotContain(secret);
            }
        }
        assertThat(leaks).isEmpty();
        assertThat(changed(before)).isEmpty();
    }

    private static void intrude(Channel channel, Operation operation, Set<String> others, Set<String> secret, List<String> leaks) {
        boolean forbidden = !operation.roles().contains("CHANNEL");
        for (String path : operation.paths(others)) {
            for (String body : operation.writes() ? List.of("", "{}", "{\"customerId\":\"" + story.ada + "\",\"version\":1}") : List.of("")) {
                Reply reply = send(channel.token(), operation.method(), path, body);
                if (forbidden && reply.status() != 403) {
                    leaks.add(operation + " is not for channels, and answered " + channel.id() + " " + reply.status());
                } else if (operation.pattern().contains("{") && reply.status() < 300 && others.stream().anyMatch(path::contains)) {
                    leaks.add(operation.method() + " " + path + " answered " + channel.id() + " " + reply.status());
                } else if (reply.status() < 300 && secret.stream().anyMatch(Contract.words(reply.body())::contains)) {
                    leaks.add(operation.method() + " " + path + " shows " + channel.id() + " " + Contract.words(reply.body()));
                } else if (reply.status() >= 500) {
                    leaks.add(operation.method() + " " + path + " answered " + channel.id() + " " + reply.status());
                }
            }
        }
    }

    /// @param its what came through it: a quote, its order and its lease
    private record Channel(String id, String token, Set<String> its) {}

    private static Channel channel(String id) {
        api.post(api.operator(), "/api/salesChannel", "{\"id\":\"" + id + "\",\"kind\":\"RETAILER\",\"name\":\"" + id
                + "\",\"terms\":\"MARGIN\",\"percent\":5}").is(201);
        String token = api.post(api.operator(), "/api/salesChannel/" + id + "/token", "{\"name\":\"till\"}").is(201).text("/token");
        api.bears(token, "channel:" + id);
        Reply quote = api.post(token, "/api/quote", "{\"customerId\":\"" + story.ada + "\",\"offeringId\":\"family-tower\",\"options\":"
                + "[\"ssd-1tb\"],\"planId\":\"nights\",\"channelId\":\"" + id + "\"}").is(201);
        Reply order = api.post(token, quote.text("/href") + "/accept", "{\"version\":1}").is(201);
        return new Channel(id, token, Set.of(quote.text("/id"), order.text("/id"), order.text("/leaseId"), order.text("/number")));
    }

    @Test
    void withoutATokenNobodyGetsAnything() {
        for (Operation operation : operations()) {
            if (!operation.open()) {
                for (String token : List.of("", "lbt_nobody", "x y z")) {
                    Reply reply = send(token, operation.method(), operation.paths(story.hers).getFirst(), "");
                    assertThat(reply.status()).as(operation.toString()).isEqualTo(401);
                    assertThat(reply.type()).isEqualTo("application/problem+json");
                }
            }
        }
    }

    @Test
    void whateverIsSentIsRefusedWithWhatToChangeAndNothingIsHalfWritten() {
        List<String> wrong = new ArrayList<>();
        for (Operation operation : operations()) {
            List<String> bodies = new ArrayList<>();
            if (operation.writes()) {
                bodies.addAll(NONSENSE);
                bodies.addAll(mutations(operation.body()));
            }
            String fitting = operation.paths(Set.of(UUID.randomUUID().toString())).getFirst();
            Map<String, Long> before = rows();
            boolean taken = false;
            for (String body : bodies) {
                taken |= refused(operation, fitting, body, wrong) < 400;
            }
            if (!taken && !changed(before).isEmpty()) {
                wrong.add(operation + " refused all of it, and changed " + changed(before));
            }
            if (operation.pattern().contains("{")) {
                IDS.forEach(id -> refused(operation, operation.paths(Set.of(id)).getFirst(), "", wrong));
            }
            PAGES.forEach(query -> refused(operation, fitting + "?" + query, "", wrong));
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void aBodyOfAnotherKindOrTooLargeIsRefused() {
        for (Operation operation : operations()) {
            if (operation.writes()) {
                URI at = URI.create(api.url() + operation.paths(story.hers).getFirst());
                Reply text = patiently(() -> api.raw(api.operator(), HttpRequest.newBuilder(at).header("Content-Type", "text/plain")
                        .method(operation.method(), HttpRequest.BodyPublishers.ofString("{}"))));
                assertThat(text.status()).as(operation.toString()).isEqualTo(415);
                Reply large = patiently(() -> api.raw(api.operator(), HttpRequest.newBuilder(at).header("Content-Type", "application/json")
                        .expectContinue(true).method(operation.method(), HttpRequest.BodyPublishers.ofString("\"" + "x".repeat(1 << 20) + "\""))));
                assertThat(large.status()).as(operation.toString()).isEqualTo(413);
            }
        }
    }

    /// What is too large ends its connection, and the next request may meet it just then.
    private static Reply patiently(Supplier<Reply> call) {
        for (int turn = 0; turn < 5; turn++) {
            try {
                return call.get();
            } catch (AssertionError gone) {
                if (!(gone.getCause() instanceof IOException)) {
                    throw gone;
                }
            }
        }
        return call.get();
    }

    private static int refused(Operation operation, String path, String body, List<String> wrong) {
        if (operation.acts()) {
            return 200;
        }
        Reply reply = send(api.operator(), operation.method(), path, body);
        String sent = operation.method() + " " + shortened(path) + " with " + shortened(body) + " answered " + reply.status();
        if (reply.status() >= 500) {
            wrong.add(sent + " " + reply.detail());
        } else if (reply.status() >= 400) {
            if (!reply.type().equals("application/problem+json") || reply.detail().isBlank() || reply.json().path("status").asInt() != reply.status()) {
                wrong.add(sent + " as " + reply.type() + " " + Contract.words(reply.body()));
            }
        }
        return reply.status();
    }

    /// What would be taken, with one field at a time put wrong or left out.
    private static List<String> mutations(JsonNode schema) {
        List<String> all = new ArrayList<>();
        boolean many = resolved(schema).path("type").asString("").equals("array");
        Map<String, String> fields = fields(many ? schema.path("items") : schema);
        for (String name : fields.keySet()) {
            for (String value : VALUES) {
                Map<String, String> changed = new LinkedHashMap<>(fields);
                changed.put(name, value);
                all.add(written(changed, many));
            }
            Map<String, String> lacking = new LinkedHashMap<>(fields);
            lacking.remove(name);
            all.add(written(lacking, many));
        }
        return all;
    }

    private static String written(Map<String, String> fields, boolean many) {
        List<String> each = fields.entrySet().stream().map(field -> "\"" + field.getKey() + "\":" + field.getValue()).toList();
        String object = "{" + String.join(",", each) + "}";
        return many ? "[" + object + "]" : object;
    }

    private static Map<String, String> fields(JsonNode schema) {
        Map<String, String> fields = new LinkedHashMap<>();
        resolved(schema).path("properties").properties().forEach(field -> fields.put(field.getKey(), example(field.getValue(), 0)));
        return fields;
    }

    private static String example(JsonNode given, int depth) {
        JsonNode schema = resolved(given);
        if (schema.has("const")) {
            return schema.path("const").toString();
        }
        if (schema.has("enum")) {
            return schema.path("enum").get(0).toString();
        }
        JsonNode one = schema.has("anyOf") ? schema.path("anyOf").get(0) : schema.path("oneOf").path(0);
        if (!one.isMissingNode()) {
            return depth > 6 ? "null" : example(one, depth + 1);
        }
        String type = schema.path("type").isArray() ? schema.path("type").get(0).asString() : schema.path("type").asString("object");
        return switch (type) {
            case "string" -> switch (schema.path("format").asString("")) {
                case "uuid" -> "\"" + UUID.randomUUID() + "\"";
                case "date-time" -> "\"2027-03-01T00:00:00Z\"";
                case "date" -> "\"2027-03-01\"";
                default -> schema.path("pattern").asString("").startsWith("^[0-9]{4}") ? "\"2027-03\""
                        : schema.has("pattern") ? "\"22:00\""
                        : schema.path("description").asString("").contains("zone") ? "\"UTC\"" : "\"EUR\"";
            };
            case "integer" -> "1";
            case "number" -> "1.0";
            case "boolean" -> "false";
            case "array" -> depth > 6 ? "[]" : "[" + example(schema.path("items"), depth + 1) + "]";
            default -> {
                Map<String, String> inner = new LinkedHashMap<>();
                if (depth <= 6) {
                    schema.path("properties").properties().forEach(field -> inner.put(field.getKey(), example(field.getValue(), depth + 1)));
                }
                yield written(inner, false);
            }
        };
    }

    private static JsonNode resolved(JsonNode schema) {
        return schema.has("$ref") ? api.contract().document().at(schema.path("$ref").asString().substring(1)) : schema;
    }

    /// One operation as it is published.
    private record Operation(String method, String pattern, Set<String> roles, JsonNode body) {
        boolean open() {
            return roles.isEmpty();
        }

        boolean writes() {
            return !method.equals("GET");
        }

        /// Without a body that could be wrong, and on the whole: the operator's own buttons.
        boolean acts() {
            return pattern.equals("/api/keys/rotate") || pattern.equals("/api/keys/retire") || pattern.equals("/api/clock");
        }

        /// Each of `values` in the place of what varies.
        List<String> paths(Set<String> values) {
            return pattern.contains("{") ? values.stream().map(each -> pattern.replaceAll("[{][^}]*[}]", each)).toList() : List.of(pattern);
        }
    }

    private static List<Operation> operations() {
        List<Operation> all = new ArrayList<>();
        api.contract().document().path("paths").properties().forEach(path -> path.getValue().properties().forEach(each -> {
            Set<String> roles = new TreeSet<>();
            each.getValue().path("security").forEach(either -> either.path("token").forEach(role -> roles.add(role.asString())));
            all.add(new Operation(each.getKey().toUpperCase(Locale.ROOT), path.getKey(), roles,
                    each.getValue().path("requestBody").path("content").path("application/json").path("schema")));
        }));
        assertThat(all).hasSizeGreaterThan(100);
        return all;
    }

    private static boolean hers(String path) {
        return story.hers.stream().anyMatch(path::contains);
    }

    private static Reply send(String token, String method, String path, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(api.url() + path)).method(method,
                body.isEmpty() ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        return api.raw(token, body.isEmpty() ? request : request.header("Content-Type", "application/json"));
    }

    /// How many rows each table has, but for those that the manager's own chores write.
    private static Map<String, Long> rows() {
        return api.database().read(handle -> {
            Map<String, Long> rows = new LinkedHashMap<>();
            for (String table : List.of("customer", "quote", "customer_order", "lease", "api_token", "reading", "item", "offering",
                    "lease_plan", "subscription", "product", "scale", "outage", "access_key", "customer_password")) {
                rows.put(table, handle.createQuery("select count(*) from " + table).mapTo(Long.class).one());
            }
            return rows;
        });
    }

    private static Map<String, Long> changed(Map<String, Long> before) {
        Map<String, Long> changed = new LinkedHashMap<>();
        rows().forEach((table, count) -> {
            if (!count.equals(before.get(table))) {
                changed.put(table, count - before.getOrDefault(table, 0L));
            }
        });
        return changed;
    }

    private static String shortened(String text) {
        return text.length() > 400 ? text.substring(0, 200) + "... (" + text.length() + " characters)" : text;
    }
}
