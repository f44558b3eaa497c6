package leaseback.manager.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import leaseback.manager.hub.Ears;
import leaseback.manager.web.LivingApi.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a buyer's system is told of a lease's life, and that it need not ask.
final class TmfHubTest {
    private final JsonMapper json = new JsonMapper();

    @Test
    void aBuyersSystemIsToldTheLifeOfALease(@TempDir Path folder) throws Exception {
        try (LivingApi api = new LivingApi(folder); Ears ears = new Ears()) {
            LivingStory story = new LivingStory(api);
            String op = api.operator();
            for (String hub : TmfEvents.TYPES.keySet()) {
                String body = "{\"callback\":\"" + ears.url(hub + "listener") + "\"}";
                api.post(story.adas, hub + "hub", body).is(403);
                api.get(story.adas, hub + "hub").is(403);
                assertThat(api.post(op, hub + "hub", body).is(201).text("/id"))
                        .isEqualTo(api.post(op, hub + "hub", body).is(201).text("/id"));
            }
            api.post(op, "/api/salesChannel", """
                    {"id":"shop","kind":"RETAILER","name":"Shop","terms":"MARGIN","percent":5}""").is(201);
            String shop = api.post(op, "/api/salesChannel/shop/token", "{\"name\":\"till\"}").is(201).text("/token");
            api.post(shop, Tmf.QUOTES + "hub", "{\"callback\":\"" + ears.url("/mine") + "\"}").is(403);
            assertThat(api.post(op, Tmf.QUOTES + "hub", "{\"callback\":\"file:///etc/passwd\"}").is(422).detail()).contains("https://");

            ears.behave(503);
            Reply offering = api.get(op, Tmf.CATALOG + "productOffering/family-tower");
            api.call(op, "PATCH", offering.text("/href"), "{\"description\":\"Quiet.\"}").is(200);
            Reply quote = api.post(story.adas, "/api/quote", "{\"customerId\":\"" + story.ada
                    + "\",\"offeringId\":\"family-tower\",\"options\":[\"ssd-1tb\"],\"planId\":\"nights\"}").is(201);
            Reply order = api.post(story.adas, quote.text("/href") + "/accept", "{\"version\":1}").is(201);
            Reply build = api.post(op, order.text("/href") + "/build", "").is(200);
            api.post(op, order.text("/href") + "/deliver", "").is(200);
            UUID lease = UUID.fromString(order.text("/leaseId"));
            api.enrol(lease);
            api.post(story.adas, "/api/agreement/" + lease + "/notice", "").is(200);
            Reply late = api.post(story.adas, "/api/quote", "{\"customerId\":\"" + story.ada
                    + "\",\"offeringId\":\"family-tower\",\"options\":[\"ssd-1tb\"],\"planId\":\"nights\"}").is(201);
            api.post(op, "/api/clock", "{\"to\":\"2027-02-05T12:00:00Z\"}").is(200);
            until(() -> api.get(op, Tmf.BILLS + "hub").json().get(0).path("failures").asInt() > 0);
            ears.behave(200);
            until(() -> TmfEvents.TYPES.keySet().stream().allMatch(hub ->
                    api.get(op, hub + "hub").json().get(0).path("waiting").asInt() == 0));

            assertThat(told(ears, Tmf.CATALOG)).containsExactly("ProductOfferingAttributeValueChangeEvent family-tower");
            String first = quote.text("/id");
            assertThat(told(ears, Tmf.QUOTES)).containsExactly("QuoteCreateEvent " + first, "QuoteStateChangeEvent " + first,
                    "QuoteCreateEvent " + late.text("/id"), "QuoteStateChangeEvent " + late.text("/id"));
            String bought = order.text("/id");
            assertThat(told(ears, Tmf.ORDERS)).containsExactly("ProductOrderCreateEvent " + bought, "ProductOrderStateChangeEvent " + bought,
                    "ProductOrderStateChangeEvent " + bought);
            assertThat(told(ears, Tmf.AGREEMENTS).stream().filter(each -> each.endsWith(lease.toString())).toList()).startsWith(
                    "AgreementCreateEvent " + lease, "AgreementStateChangeEvent " + lease, "AgreementStateChangeEvent " + lease,
                    "AgreementStateChangeEvent " + lease, "AgreementStateChangeEvent " + lease, "AgreementAttributeValueChangeEvent " + lease);
            assertThat(told(ears, Tmf.BILLS)).isNotEmpty().allMatch(each -> each.startsWith("CustomerBillCreateEvent "));
            assertThat(told(ears, Tmf.BILLS)).hasSize(api.get(op, Tmf.BILLS + "customerBill").json().size());

            JsonNode event = json.readTree(body(ears.heard().stream().filter(each -> each.contains("\"QuoteCreateEvent\"")).findFirst().orElseThrow()));
            assertThat(event.path("eventTime").asString()).isEqualTo("2027-01-04T08:00:00Z");
            assertThat(event.at("/event/quote/relatedParty/0/id").asString()).isEqualTo(story.ada.toString());
            Set<String> types = new HashSet<>();
            TmfEvents.TYPES.values().forEach(types::addAll);
            Set<String> secrets = Set.of(build.text("/claimCode"), story.adas, op, shop);
            for (String each : ears.heard()) {
                assertThat(types).contains(json.readTree(body(each)).path("eventType").asString());
                assertThat(secrets).noneMatch(each::contains);
            }
            assertThat(build.text("/claimCode")).isNotBlank();

            String gone = api.get(op, Tmf.QUOTES + "hub").json().get(0).path("href").asString();
            api.call(op, "DELETE", gone, "").is(204);
            ears.heard().clear();
            api.post(story.adas, "/api/quote", "{\"customerId\":\"" + story.ada
                    + "\",\"offeringId\":\"family-tower\",\"options\":[\"ssd-1tb\"],\"planId\":\"nights\"}").is(201);
            until(() -> !told(ears, Tmf.AGREEMENTS).isEmpty());
            assertThat(told(ears, Tmf.QUOTES)).isEmpty();
        }
    }

    /// Types and ids, each event once, in the order in which they were first heard.
    private List<String> told(Ears ears, String hub) {
        List<String> all = new ArrayList<>();
        Set<String> known = new HashSet<>();
        for (String each : ears.heard()) {
            JsonNode event = json.readTree(body(each));
            if (each.startsWith(hub) && known.add(event.path("eventId").asString())) {
                all.add(event.path("eventType").asString() + " " + event.path("event").iterator().next().path("id").asString());
            }
        }
        return all;
    }

    private static String body(String heard) {
        return heard.substring(heard.indexOf(' ') + 1);
    }

    private static void until(BooleanSupplier done) throws IOException {
        Instant last = Instant.now().plusSeconds(60);
        while (!done.getAsBoolean()) {
            assertThat(Instant.now()).as("by now it should have happened").isBefore(last);
            try {
                Thread.sleep(50);
            } catch (InterruptedException stopped) {
                throw new IOException(stopped);
            }
        }
    }
}
