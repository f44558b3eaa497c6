package leaseback.manager.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import leaseback.manager.web.LivingApi.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Orders taken back, and lists in parts, as TM Forum's APIs have them.
final class TmfListsTest {
    private static final String CANCEL = Tmf.ORDERS + "cancelProductOrder";
    @TempDir Path folder;
    private LivingApi api;
    private LivingStory story;
    private String op;

    @BeforeEach
    void open() throws IOException {
        api = new LivingApi(folder);
        story = new LivingStory(api);
        op = api.operator();
    }

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void anOrderIsTakenBackUntilTheFourteenthDayAndNotAfter() {
        String waiting = bought("accept");
        String delivered = delivered();
        String running = delivered();
        api.enrol(UUID.fromString(api.get(op, "/api/productOrder/" + running).text("/leaseId")));
        String late = delivered();
        String declined = bought("decline");
        String mallorys = story.token(story.customer("mallory"));
        assertThat(cancel(mallorys, waiting, 404)).isEqualTo("there is no order " + waiting);
        api.post(op, CANCEL, "{\"cancellationReason\":\"x\"}").is(422);
        assertThat(cancel(story.adas, declined, 409)).contains("came without a lease");
        for (String order : List.of(waiting, delivered, running)) {
            cancel(story.adas, order, 201);
            Reply again = api.post(story.adas, CANCEL, "{\"productOrder\":{\"id\":\"" + order + "\"}}").is(409);
            assertThat(again.detail()).contains("WITHDRAWN");
        }
        assertThat(api.get(story.adas, Tmf.AGREEMENTS + "agreement?fields=status").json().findValuesAsString("status"))
                .filteredOn("terminated"::equals).hasSize(3);
        assertThat(api.post(op, "/api/productOrder/" + waiting + "/build", "").is(409).detail()).contains("WITHDRAWN");
        api.post(op, "/api/clock", "{\"to\":\"2027-01-18T23:00:00Z\"}").is(200);
        assertThat(cancel(story.adas, late, 409)).contains("give notice instead");

        Reply all = api.get(story.adas, CANCEL).is(200);
        assertThat(all.json().findValuesAsString("effectiveCancellationDate")).containsOnly("2027-01-04T08:00:00Z");
        List<String> ids = new ArrayList<>();
        all.json().forEach(each -> ids.add(each.path("id").asString()));
        assertThat(ids).containsExactlyInAnyOrder(waiting, delivered, running);
        assertThat(api.get(mallorys, CANCEL).is(200).json()).isEmpty();
        api.get(mallorys, CANCEL + "/" + waiting).is(404);
        api.get(story.adas, CANCEL + "/" + late).is(404);
    }

    @Test
    void everyListComesInPartsThatSayHowManyThereAre() throws Exception {
        for (int i = 0; i < 3; i++) {
            cancel(story.adas, bought("accept"), 201);
        }
        String lease = api.get(story.adas, "/api/agreement").json().get(0).path("id").asString();
        for (int day = 5; day < 8; day++) {
            api.post(op, Tmf.USAGES + "usage", """
                    [{"id":"%s","relatedParty":[{"id":"%s","role":"lease"}],"usageCharacteristic":[{"name":"meter","value":"presence"},
                    {"name":"quantity","value":60},{"name":"from","value":"2027-01-0%dT22:00:00Z"},{"name":"to","value":"2027-01-0%dT23:00:00Z"},
                    {"name":"source","value":"pulse"}]}]""".formatted(UUID.randomUUID(), lease, day, day)).is(201);
        }
        api.post(op, "/api/clock", "{\"to\":\"2027-02-03T12:00:00Z\"}").is(200);
        String usage = Tmf.USAGES + "usage?subject=" + lease + "&from=2027-01-05T00:00:00Z&to=2027-01-08T00:00:00Z&meter=presence";
        for (String list : List.of(Tmf.CATALOG + "productOffering?", Tmf.CATALOG + "productOfferingPrice?", Tmf.QUOTES + "quote?",
                Tmf.ORDERS + "productOrder?", CANCEL + "?", Tmf.AGREEMENTS + "agreement?", Tmf.AGREEMENTS + "agreementSpecification?", usage + "&")) {
            Reply whole = api.get(op, list + "limit=500").is(200);
            int total = whole.json().size();
            assertThat(total).as(list).isGreaterThan(1);
            List<String> ids = new ArrayList<>();
            for (int offset = 0; offset <= total; offset += 2) {
                HttpResponse<String> part = part(list + "limit=2&fields=id&offset=" + offset);
                assertThat(part.headers().firstValue("X-Total-Count")).as(list).contains(String.valueOf(total));
                Reply same = api.get(op, list + "limit=2&fields=id&offset=" + offset).is(200);
                assertThat(part.headers().firstValue("X-Result-Count")).contains(String.valueOf(same.json().size()));
                same.json().forEach(each -> {
                    assertThat(each.propertyNames()).containsExactlyInAnyOrder("id", "href");
                    assertThat(api.get(op, each.path("href").asString()).is(200).text("/id")).isEqualTo(each.path("id").asString());
                    ids.add(each.path("id").asString());
                });
            }
            assertThat(ids).as(list).hasSize(total);
            assertThat(new HashSet<>(ids)).as(list).hasSize(total);
            api.get(op, list + "offset=10001").is(400);
        }
    }

    @Test
    void anotherNameOfASystemLeavesItsRulesAsTheyAre() {
        Reply tower = api.get(op, "/api/productOffering/family-tower").is(200);
        String ruled = tower.json().toString().replaceFirst("\"preconfigure\":\"[A-Z_]+\"", "\"preconfigure\":\"ALWAYS\"");
        api.post(op, "/api/productOffering", ruled).is(201);
        api.call(op, "PATCH", Tmf.CATALOG + "productOffering/family-tower", "{\"name\":\"Tower\"}").is(200);
        Reply after = api.get(op, "/api/productOffering/family-tower").is(200);
        assertThat(after.text("/preconfigure")).isEqualTo("ALWAYS");
        assertThat(after.json().path("rules")).isEqualTo(tower.json().path("rules"));
        assertThat(api.post(op, Tmf.CATALOG + "productOffering", """
                {"id":"family-tower","name":"Again","description":"ACCESSORY","productOfferingPrice":[{"price":{"unit":"EUR","value":1}}]}""")
                .is(409).detail()).contains("PATCH");
        assertThat(api.post(op, Tmf.CATALOG + "productOffering", """
                {"id":"half","name":"Half","description":"ACCESSORY","productOfferingPrice":[{"price":{"unit":"EUR","value":0.005}}]}""").is(422)
                .detail()).contains("cents");
    }

    private String bought(String verdict) {
        Reply quote = api.post(story.adas, "/api/quote", "{\"customerId\":\"" + story.ada
                + "\",\"offeringId\":\"family-tower\",\"options\":[\"ssd-1tb\"],\"planId\":\"nights\"}").is(201);
        return api.post(story.adas, quote.text("/href") + "/" + verdict, "{\"version\":1}").is(201).text("/id");
    }

    private String delivered() {
        String order = bought("accept");
        api.post(op, "/api/productOrder/" + order + "/build", "").is(200);
        api.post(op, "/api/productOrder/" + order + "/deliver", "").is(200);
        return order;
    }

    private String cancel(String token, String order, int status) {
        return api.post(token, CANCEL, "{\"productOrder\":{\"id\":\"" + order + "\"}}").is(status).detail();
    }

    private HttpResponse<String> part(String path) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(URI.create(api.url() + path)).header("Authorization", "Bearer " + op).build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
