package leaseback.manager.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import leaseback.manager.catalog.Option;
import leaseback.manager.web.ApiWorld.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The answer to an offer changes what is built, by rules that are data.
final class BuildRuleTest {
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
    void aYesBuildsInBatteryAndModemAndANoASmallerDriveAndAPlainCard() {
        offer("""
                "preconfigure":"ON_ACCEPT","rules":[
                 {"when":"ACCEPTED","adds":["Bridge battery, 15 minutes","Modem"],"firmware":{"WakeOnLan":"Enabled"}},
                 {"when":"DECLINED","leavesOut":["Network card, wakes on LAN"],"adds":["Network card, plain"],"smaller":["DRIVE"],
                  "firmware":{"WakeOnLan":"Disabled"}}]""");
        Reply quote = quote("\"drive-40\"");
        // 15 percent is off the machine as ordered, and the next larger drive comes with it; the rules alone make the difference else.
        assertThat(bill(quote, "accepted")).contains("Drive, 80 GB", "Bridge battery, 15 minutes", "Modem", "Network card, wakes on LAN")
                .anyMatch(line -> line.startsWith("Leaseback agent"));
        assertThat(bill(quote, "declined")).containsExactly("Case", "Drive, 20 GB", "Network card, plain");
        assertThat(quote.json().at("/declined/total/minor").asLong()).isEqualTo(50_000);
        assertThat(quote.json().at("/accepted/build/firmware").toString()).isEqualTo("{\"WakeOnLan\":\"Enabled\"}");
        assertThat(quote.text("/offer")).contains("Free upgrade, for the lease: Drive, 80 GB", "Network card, plain");
        String manifest = built(world.post(adas, quote.text("/href") + "/decline", FIRST).is(201));
        assertThat(manifest).contains("\"WakeOnLan\":\"Disabled\"", "Drive, 20 GB").doesNotContain("agent", "claimCodeHash");
    }

    @Test
    void whereEveryMachineIsMadeReadyTheAgentIsThereMaskedAfterANo() {
        offer("\"preconfigure\":\"ALWAYS\"");
        Reply quote = quote("");
        assertThat(quote.text("/offer")).contains("our agent masked and a part of its drive reserved");
        assertThat(bill(quote, "declined")).contains("Lease partition, reserved; its owner takes it with one command",
                "Leaseback agent, masked until its owner says yes");
        assertThat(quote.json().at("/declined/build/firmware/WakeOnLan").asString()).isEqualTo("Disabled");
        assertThat(built(world.post(adas, quote.text("/href") + "/decline", FIRST).is(201))).contains("masked").doesNotContain("claimCodeHash");
    }

    @Test
    void theStarterCatalogueHasItsRulesAsDataAndUpgradesOfEveryKind() {
        JsonNode tower = world.get(adas, "/api/productOffering/family-tower").is(200).json();
        assertThat(tower.at("/rules").findValuesAsString("when")).containsExactly("ACCEPTED", "DECLINED");
        assertThat(tower.at("/preconfigure").asString()).isEqualTo("ON_ACCEPT");
        List<String> kinds = world.get(adas, "/api/upgradePart").is(200).json().findValuesAsString("kind");
        for (Option.Kind kind : Option.Kind.values()) {
            assertThat(kinds).contains(kind.name());
        }
    }

    @Test
    void aRuleThatCannotBeIsRefusedWithWhatToChange() {
        assertThat(put("\"rules\":[{\"when\":\"ACCEPTED\",\"smaller\":[\"DRIVE\"]}]").is(422).text("/detail")).contains("by an incentive");
        assertThat(put("\"rules\":[{\"when\":\"DECLINED\",\"leavesOut\":[\"Abacus\"]}]").is(422).text("/detail")).contains("none of its parts");
        assertThat(put("\"rules\":[{\"adds\":[\"Modem\"]}]").is(422).text("/detail")).contains("ACCEPTED or DECLINED");
        put("\"preconfigure\":\"NEVER\"").is(400);
    }

    private void offer(String rules) {
        put(rules).is(201);
    }

    private Reply put(String rules) {
        return world.post(world.operator, "/api/productOffering", """
                {"id":"box","name":"Box","description":"A box.","price":{"minor":50000,"currency":"EUR"},
                 "parts":["Case","Network card, wakes on LAN"],"idleWatts":20,"options":[
                  {"id":"drive-20","kind":"DRIVE","name":"Drive, 20 GB","bytes":20000000000,"price":{"minor":0,"currency":"EUR"}},
                  {"id":"drive-40","kind":"DRIVE","name":"Drive, 40 GB","bytes":40000000000,"price":{"minor":2000,"currency":"EUR"}},
                  {"id":"drive-80","kind":"DRIVE","name":"Drive, 80 GB","bytes":80000000000,"price":{"minor":5000,"currency":"EUR"}}],"""
                + rules + "}");
    }

    private Reply quote(String options) {
        return world.post(adas, "/api/quote", "{\"customerId\":\"" + ada + "\",\"offeringId\":\"box\",\"planId\":\"nights\",\"options\":[" + options + "]}")
                .is(201);
    }

    private static List<String> bill(Reply quote, String answer) {
        return quote.json().at("/" + answer + "/build/bill").valueStream().map(JsonNode::asString).toList();
    }

    private String built(Reply order) {
        return new String(Base64.getDecoder().decode(world.post(world.factoryLine, order.text("/href") + "/build", "").is(200).text("/manifest")),
                StandardCharsets.UTF_8);
    }
}
