package leaseback.manager.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import leaseback.manager.web.ApiWorld.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsageRoutesTest {
    private static final UUID HOST = new UUID(7, 7);

    @TempDir
    private Path folder;

    private ApiWorld world;

    @BeforeEach
    void open() throws Exception {
        world = new ApiWorld(folder);
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void whatIsSentTwiceCountsOnceAndACorrectionCountsInstead() {
        UUID first = UUID.randomUUID();
        UUID second = UUID.randomUUID();
        String both = list(usage(first, 480, "2027-01-01", ""), usage(second, 300, "2027-01-02", ""));
        Reply kept = world.post(world.operator, "/api/usage", both).is(201);
        assertThat(kept.json().toString()).isEqualTo("{\"fresh\":2,\"received\":2}");
        assertThat(world.post(world.operator, "/api/usage", both).is(201).json().path("fresh").asInt()).isZero();
        UUID correction = UUID.randomUUID();
        world.post(world.operator, "/api/usage", list(usage(correction, 420, "2027-01-02",
                ",{\"name\":\"replaces\",\"value\":\"" + second + "\"}"))).is(201);

        String january = "?subject=" + HOST + "&from=2027-01-01T00:00:00Z&to=2027-02-01T00:00:00Z";
        Reply sum = world.get(world.operator, "/api/usage/sum" + january + "&meter=presence").is(200);
        assertThat(sum.json().path("quantity").asLong()).isEqualTo(900);
        assertThat(sum.text("/unit")).isEqualTo("minute");
        assertThat(sum.json().path("readings").toString()).isEqualTo("[\"" + first + "\",\"" + correction + "\"]");
        assertThat(world.get(world.operator, "/api/usage/sum" + january + "&meter=presence&knownBefore=2026-01-01T00:00:00Z").is(200)
                .json().path("quantity").asLong()).isZero();

        List<String> listed = new ArrayList<>();
        String next = "/api/usage" + january + "&meter=presence&limit=2";
        for (int page = 0; page < 2; page++) {
            Reply reply = world.get(world.operator, next).is(200);
            reply.json().forEach(usage -> listed.add(usage.path("id").asString()));
            next = reply.whole().headers().firstValue("link").orElse("").replaceFirst("<([^>]*)>.*", "$1");
        }
        assertThat(next).isEmpty();
        assertThat(listed).containsExactlyInAnyOrder(first.toString(), second.toString(), correction.toString());
        Reply one = world.get(world.operator, "/api/usage/" + second).is(200);
        assertThat(one.text("/status")).isEqualTo("received");
        assertThat(one.text("/usageDate")).isEqualTo("2027-01-02T00:00:00Z");
        assertThat(one.text("/relatedParty/0/role")).isEqualTo("host");
        assertThat(one.json().path("usageCharacteristic").toString())
                .contains("{\"name\":\"replacedBy\",\"value\":\"" + correction + "\",\"valueType\":\"string\"}");
        assertThat(world.get(world.operator, "/api/audit?limit=500").is(200).json().toString()).contains("record usage");
    }

    @Test
    void whatIsWrongIsToldByItsPlaceAndNothingOfItIsKept() {
        String good = usage(UUID.randomUUID(), 1, "2027-01-01", "");
        Map<String, Integer> wrong = new LinkedHashMap<>();
        wrong.put("nonsense", 400);
        wrong.put("{}", 400);
        wrong.put(list(good, "null"), 422);
        wrong.put(list(good, good.replace("\"presence\"", "\"kindness\"")), 422);
        wrong.put(list(good, good.replace("\"value\":1", "\"value\":-1")), 422);
        wrong.put(list(good, good.replace("\"value\":1", "\"value\":1.5")), 422);
        wrong.put(list(good, good.replace("\"value\":1", "\"value\":99999999999999999999")), 422);
        wrong.put(list(good, good.replace("2027-01-01T00:00:00Z", "yesterday")), 422);
        wrong.put(list(good, good.replace("2027-01-01T00:00:00Z", "2028-01-01T00:00:00Z")), 422);
        wrong.put(list(good, good.replace("\"host\"", "\"neighbour\"")), 422);
        wrong.put(list(good, good.replace("\"minute\"", "\"hour\"")), 422);
        wrong.put(list(good, good.replace("\"source\"", "\"sauce\"")), 422);
        wrong.put(list(good, good.replace("\"value\":1", "\"value\":2")), 409);
        wrong.put(list(good, good.replace("\"id\"", "\"di\"")), 400);
        wrong.forEach((body, status) -> {
            Reply reply = world.post(world.operator, "/api/usage", body).is(status);
            assertThat(reply.whole().headers().firstValue("content-type")).hasValue("application/problem+json");
            assertThat(reply.text("/detail")).as(body).isNotBlank();
        });
        assertThat(world.post(world.operator, "/api/usage", list(good, good.replace("\"presence\"", "\"kindness\""))).text("/detail"))
                .isEqualTo("[1]: there is no meter \"kindness\"; there are presence, window, disk-reserved, disk-used, cpu-available,"
                        + " cpu-delivered, cpu-asked, egress, ingress, requests, stored, hits, audits, audits-passed");
        assertThat(world.count("reading")).isZero();
        for (String query : List.of("", "?subject=x&from=2027-01-01T00:00:00Z&to=2027-02-01T00:00:00Z", "?subject=" + HOST,
                "?subject=" + HOST + "&from=then&to=now")) {
            world.get(world.operator, "/api/usage" + query).is(400);
        }
        UUID ada = world.customer("ada");
        assertThat(world.post(world.tokenOf(ada), "/api/usage", list(good)).status()).isEqualTo(403);
        assertThat(world.get(world.tokenOf(ada), "/api/ledger/balances").status()).isEqualTo(403);
        assertThat(world.get("", "/api/ledger/export?format=hledger").status()).isEqualTo(401);
    }

    private static String list(String... usages) {
        return "[" + String.join(",", usages) + "]";
    }

    private static String usage(UUID id, long quantity, String day, String more) {
        return """
                {"id":"%s","relatedParty":[{"id":"%s","role":"host"}],"usageCharacteristic":[{"name":"meter","value":"presence"},
                {"name":"quantity","value":%d},{"name":"unit","value":"minute"},{"name":"from","value":"%sT00:00:00Z"},
                {"name":"to","value":"%sT23:00:00Z"},{"name":"source","value":"pulse"}%s]}""".formatted(id, HOST, quantity, day, day, more);
    }
}
