package leaseback.manager.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;
import leaseback.manager.web.ApiWorld.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a customer sees of their money through the API, and that nobody else does.
final class BillRoutesTest {
    @TempDir Path folder;
    private ApiWorld world;
    private UUID ada;
    private String adas;
    private String bobs;

    @BeforeEach
    void aMachineWithInternetIsDelivered() throws Exception {
        world = new ApiWorld(folder);
        ada = world.customer("ada");
        adas = world.tokenOf(ada);
        bobs = world.tokenOf(world.customer("bob"));
        Reply quote = world.post(adas, "/api/quote", """
                {"customerId":"%s","offeringId":"family-tower","options":["ssd-1tb"],"planId":"nights","items":["internet-100","modem"]}""".formatted(ada))
                .is(201);
        Reply order = world.post(adas, quote.text("/href") + "/accept", "{\"version\":1}").is(201);
        world.post(world.factoryLine, order.text("/href") + "/build", "{}").is(200);
        world.post(world.factoryLine, order.text("/href") + "/deliver", "").is(200);
        world.bill();
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void aBillIsReadByItsCustomerAndTheOperatorAlone() {
        Reply bills = world.get(adas, "/api/bill").is(200);
        assertThat(bills.json()).hasSize(1);
        String number = bills.text("/0/number");
        // 649 and 40 less a tenth, and the modem.
        assertThat(bills.json().at("/0/gross/minor").asLong()).isEqualTo(68900 - 6890 + 6900);
        assertThat(bills.text("/0/state")).isEqualTo("SENT");
        assertThat(world.get(adas, "/api/bill/" + number).is(200).json().at("/open/minor").asLong()).isEqualTo(68910);
        assertThat(world.get(adas, "/api/bill/" + bills.text("/0/id")).is(200).text("/number")).isEqualTo(number);
        assertThat(text(world.get(adas, "/api/bill/" + number + "/text").is(200))).contains("Bill " + number, "Modem", "EUR 69.00", "EUR 689.10");
        world.get(world.operator, "/api/bill/" + number).is(200);
        world.get(bobs, "/api/bill/" + number).is(404);
        world.get(bobs, "/api/bill/" + number + "/text").is(404);
        assertThat(world.get(bobs, "/api/bill?customer=" + ada).is(200).json()).isEmpty();
        assertThat(world.get(world.operator, "/api/bill?customer=" + ada + "&kind=PAYOUT").is(200).json()).isEmpty();
        assertThat(world.get(adas, "/api/bill?kind=GIFT").is(400).text("/detail")).contains("BILL or PAYOUT");
        world.get(adas, "/api/bill/B-1-1").is(404);
        // And where it came from.
        assertThat(world.get(world.operator, "/api/explain?line=bill:" + number + "/1").is(200).json().toString()).contains("Family tower", "order O-");
    }

    @Test
    void aMonthIsPreviewedAndSubscriptionsBeginAndEnd() {
        assertThat(world.get(adas, "/api/subscription").is(200).json()).hasSize(1);
        assertThat(world.get(adas, "/api/product").is(200).json().toString()).contains("WEB_HOSTING", "STORAGE");
        Reply made = world.post(adas, "/api/subscription", "{\"product\":\"WEB_HOSTING\"}").is(201);
        assertThat(world.post(adas, "/api/subscription", "{\"product\":\"MOON\"}").is(404).text("/detail")).contains("MOON");
        world.post(adas, "/api/subscription", "{\"product\":\"WEB_HOSTING\",\"customerId\":\"" + UUID.randomUUID() + "\"}").is(404);
        world.post(bobs, "/api/subscription/" + made.text("/id") + "/end", "").is(404);
        assertThat(world.post(adas, "/api/subscription/" + made.text("/id") + "/end", "{\"at\":\"2020-01-01T00:00:00Z\"}").is(422).text("/detail"))
                .contains("now or later");
        world.post(adas, "/api/subscription/" + made.text("/id") + "/end", "").is(200);
        assertThat(world.post(adas, "/api/subscription/" + made.text("/id") + "/end", "").is(409).text("/detail")).contains("ended at");
        String month = world.clock.instant().toString().substring(0, 7);
        Reply preview = world.post(adas, "/api/billPreview", "{\"month\":\"" + month + "\"}").is(200);
        assertThat(preview.text("/documents/0/lines/0/text")).contains("Internet access");
        assertThat(world.post(adas, "/api/billPreview", "{}").is(422).text("/detail")).contains("of which month");
        assertThat(world.get(adas, "/api/bill").is(200).json()).hasSize(1);
        world.post(bobs, "/api/billPreview", "{\"month\":\"" + month + "\",\"customerId\":\"" + ada + "\"}").is(404);
        assertThat(text(world.get(adas, "/api/statement?month=" + month).is(200))).contains("Bill B-");
        world.get(bobs, "/api/statement?month=" + month + "&customer=" + ada).is(404);
        world.get(bobs, "/api/statement?month=" + month).is(404);
        world.get(adas, "/api/statement?month=May").is(400);
    }

    @Test
    void theScaleIsPublishedAheadAndReadByAll() {
        Reply scale = world.get(adas, "/api/scale").is(200);
        assertThat(scale.text("/currency")).isEqualTo("EUR");
        String body = "{\"scale\":" + scale.json() + ",\"from\":\"%s\"}";
        world.post(adas, "/api/scale", body.formatted("2040-01-01T00:00:00Z")).is(403);
        assertThat(world.post(world.operator, "/api/scale", body.formatted("2020-01-01T00:00:00Z")).is(422).text("/detail")).contains("ahead");
        assertThat(world.post(world.operator, "/api/scale", body.formatted("2040-01-01T00:00:00Z")).is(200).json().at("/version").asInt()).isEqualTo(2);
        assertThat(world.get(adas, "/api/scale").is(200).json().at("/version").asInt()).isEqualTo(1);
        assertThat(world.get(adas, "/api/scale?at=2040-02-01T00:00:00Z").is(200).json().at("/version").asInt()).isEqualTo(2);
        assertThat(world.get(adas, "/api/scale?currency=JPY").is(404).text("/detail")).contains("JPY");
    }

    private static String text(Reply reply) {
        return new String(reply.body(), StandardCharsets.UTF_8);
    }
}
