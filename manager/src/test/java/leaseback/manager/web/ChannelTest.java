package leaseback.manager.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import leaseback.manager.web.ApiWorld.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Others sell for us, machines are leased or given, and many are ordered at once.
final class ChannelTest {
    private static final String FIRST = "{\"version\":1}";
    @TempDir Path folder;
    private ApiWorld world;
    private UUID ada;
    private String adas;

    @BeforeEach
    void open() throws Exception {
        world = new ApiWorld(folder);
        ada = world.customer("ada");
        adas = world.tokenOf(ada);
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void aRetailersQuoteCarriesItsMarginAndItsOrderRecordsIt() {
        channel("corner-shop", "RETAILER", "MARGIN", 12);
        channel("fibre-inc", "INTERNET_PROVIDER", "COMMISSION", 5);
        String shop = world.post(world.operator, "/api/salesChannel/corner-shop/token", "{\"name\":\"till\"}").is(201).text("/token");
        String isp = world.post(world.operator, "/api/salesChannel/fibre-inc/token", "{\"name\":\"till\"}").is(201).text("/token");
        world.quote(adas, ada);

        Reply quote = world.post(shop, "/api/quote", request(",\"channelId\":\"corner-shop\"")).is(201);
        // 12 percent of 620.10 and of 689.00.
        assertThat(quote.json().at("/commission/accepted/minor").asLong()).isEqualTo(7441);
        assertThat(quote.json().at("/commission/declined/minor").asLong()).isEqualTo(8268);
        assertThat(quote.json().at("/accepted/total/minor").asLong()).isEqualTo(62010);
        assertThat(world.get(shop, "/api/quote").is(200).json().size()).isEqualTo(1);
        assertThat(world.get(isp, "/api/quote").is(200).json().size()).isZero();
        world.get(isp, quote.text("/href")).is(404);
        world.post(isp, quote.text("/href") + "/accept", FIRST).is(404);
        Reply counter = world.post(shop, quote.text("/href") + "/counter", "{\"version\":1,\"leasedBytes\":150000000000}").is(201);
        assertThat(counter.json().at("/commission/accepted/minor").asLong()).isEqualTo(7441);

        Reply order = world.post(shop, quote.text("/href") + "/accept", "{\"version\":2,\"channel\":\"SHOP\"}").is(201);
        assertThat(order.text("/channel/channelId")).isEqualTo("corner-shop");
        assertThat(order.text("/channel/terms")).isEqualTo("MARGIN");
        assertThat(order.json().at("/channel/amount/minor").asLong()).isEqualTo(7441);
        assertThat(world.get(shop, "/api/productOrder").is(200).json().size()).isEqualTo(1);
        assertThat(world.get(isp, "/api/productOrder").is(200).json().size()).isZero();
        world.get(shop, order.text("/href")).is(200);
        world.get(isp, order.text("/href")).is(404);
        world.get(adas, quote.text("/href")).is(200);

        assertThat(world.post(shop, "/api/quote", request("")).is(403).text("/detail")).contains("\"channelId\":\"corner-shop\"");
        world.post(shop, "/api/quote", request(",\"channelId\":\"fibre-inc\"")).is(403);
        world.get(shop, "/api/customer").is(403);
        world.get(shop, order.text("/agreement")).is(403);
        assertThat(world.post(adas, "/api/quote", request(",\"channelId\":\"nobody\"")).is(422).text("/detail")).contains("see salesChannel");
        assertThat(world.post(world.operator, "/api/token", "{\"name\":\"x\",\"role\":\"CHANNEL\"}").is(422).text("/detail"))
                .contains("/api/salesChannel/ID/token");
        assertThat(world.post(world.operator, "/api/salesChannel",
                "{\"id\":\"greedy\",\"kind\":\"RETAILER\",\"name\":\"Greedy\",\"terms\":\"MARGIN\",\"percent\":61}").is(422).text("/detail"))
                .contains("0 to 60 percent");
    }

    @Test
    void aMachineIsLeasedByTheMonthToTheCentOrGiven() {
        channel("corner-shop", "RETAILER", "COMMISSION", 10);
        Reply leased = world.post(adas, "/api/quote", request(",\"channelId\":\"corner-shop\",\"acquisition\":{\"kind\":\"MACHINE_LEASE\",\"months\":36}"))
                .is(201);
        // 620.10 are 36 rates of 17.22 and 18 cents.
        assertThat(leased.json().at("/accepted/total/minor").asLong()).isEqualTo(18);
        assertThat(leased.json().at("/accepted/monthly/0/price/minor").asLong()).isEqualTo(1722);
        assertThat(leased.json().at("/declined/total/minor").asLong() + 36 * leased.json().at("/declined/monthly/0/price/minor").asLong())
                .isEqualTo(68900);
        assertThat(leased.json().at("/commission/accepted/minor").asLong()).isEqualTo(6201);
        assertThat(leased.text("/offer")).contains("36 monthly rates, and after the last one it is yours", "one of 36 rates: EUR 17.22");
        Reply counter = world.post(adas, leased.text("/href") + "/counter", "{\"version\":1,\"leasedBytes\":150000000000}").is(201);
        assertThat(counter.json().at("/accepted/monthly/0/price/minor").asLong()).isEqualTo(1722);
        Reply order = world.post(adas, leased.text("/href") + "/accept", "{\"version\":2}").is(201);
        assertThat(order.text("/acquisition/kind")).isEqualTo("MACHINE_LEASE");

        Reply given = world.post(adas, "/api/quote", request(",\"channelId\":\"corner-shop\",\"acquisition\":{\"kind\":\"GIFT\"}")).is(201);
        assertThat(given.json().at("/accepted/total/minor").asLong()).isZero();
        assertThat(given.json().at("/declined/total/minor").asLong()).isZero();
        assertThat(given.json().at("/commission/accepted/minor").asLong()).isZero();
        assertThat(given.text("/offer")).contains("The machine is a gift to you", "A gift to you: EUR -620.10");
        assertThat(world.post(adas, given.text("/href") + "/accept", FIRST).is(201).text("/acquisition/kind")).isEqualTo("GIFT");
        assertThat(world.post(adas, "/api/quote", request(",\"acquisition\":{\"kind\":\"MACHINE_LEASE\"}")).is(422).text("/detail"))
                .contains("2 to 120 months");
    }

    @Test
    void aHundredMachinesInOneCallHaveEachTheirOwnLease() {
        String wanted = "{\"count\":%d,\"quote\":" + request("") + "}";
        assertThat(world.post(adas, "/api/bulkQuote", wanted.formatted(201)).is(422).text("/detail")).contains("make several calls");
        String plan = world.get(world.operator, "/api/leasePlan/nights").json().toString().replace("\"most\":20}", "\"most\":500}");
        world.post(world.operator, "/api/leasePlan", plan).is(201);
        Reply bulk = world.post(adas, "/api/bulkQuote", wanted.formatted(100)).is(201);
        assertThat(bulk.json().at("/accepted/minor").asLong()).isEqualTo(100 * 62010);
        assertThat(bulk.json().at("/declined/minor").asLong()).isEqualTo(100 * 68900);
        assertThat(world.get(adas, "/api/bulkQuote/" + bulk.text("/id")).is(200).json()).isEqualTo(bulk.json());
        String accept = "/api/bulkQuote/" + bulk.text("/id") + "/accept";
        assertThat(world.post(adas, accept, "{\"version\":2}").is(409).text("/detail")).contains("stands at version 1");
        assertThat(world.count("customer_order")).isZero();
        Reply placed = world.post(adas, accept, FIRST).is(200);
        assertThat(placed.json().at("/total/minor").asLong()).isEqualTo(100 * 62010);
        for (String field : List.of("id", "number", "quoteId", "leaseId")) {
            List<String> all = placed.json().at("/orders").findValuesAsString(field);
            assertThat(new HashSet<>(all)).as(field).hasSize(100);
        }
        world.post(adas, accept, FIRST).is(200);
        world.post(adas, "/api/bulkQuote/" + bulk.text("/id") + "/decline", FIRST).is(409);
        assertThat(world.count("customer_order")).isEqualTo(100);
        assertThat(world.count("lease where state = 'ACCEPTED'")).isEqualTo(100);
        Reply chain = world.get(world.operator, "/api/decisionChain").is(200);
        assertThat(chain.json().at("/length").asLong()).isEqualTo(100);
        assertThat(chain.json().has("fault")).isFalse();
        world.get(world.tokenOf(world.customer("eve")), "/api/bulkQuote/" + bulk.text("/id")).is(404);
    }

    private void channel(String id, String kind, String terms, int percent) {
        world.post(world.operator, "/api/salesChannel", "{\"id\":\"" + id + "\",\"kind\":\"" + kind + "\",\"name\":\"" + id + "\",\"terms\":\"" + terms
                + "\",\"percent\":" + percent + "}").is(201);
    }

    private String request(String more) {
        return "{\"customerId\":\"" + ada + "\",\"offeringId\":\"family-tower\",\"options\":[\"ssd-1tb\"],\"planId\":\"nights\"" + more + "}";
    }
}
