package leaseback.manager.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Names, addresses and accounts over HTTP.
final class BillingRoutesTest {
    private static final String ADA = """
            {"name":"Ada Lovelace","street":"Dorfstr. 1","postcode":"10115","city":"Berlin","country":"DE","vatId":"DE123456789",
             "iban":"de89 3704 0044 0532 0130 00","language":"de"}""";
    @TempDir Path folder;

    @Test
    void detailsAreKeptForTheirCustomerAloneAndTheAccountIsNeverShownWhole() throws Exception {
        try (ApiWorld world = new ApiWorld(folder)) {
            UUID ada = world.customer("ada");
            String path = "/api/customer/" + ada + "/billing";
            String token = world.tokenOf(ada);
            assertThat(world.get(token, path).is(404).text("/detail")).contains("no billing details yet");
            ApiWorld.Reply kept = put(world, token, path, ADA).is(200);
            assertThat(kept.text("/iban")).isEqualTo("DE89 **** 3000");
            assertThat(world.get(world.operator, path).is(200).json()).isEqualTo(kept.json());
            world.get(world.tokenOf(world.customer("bob")), path).is(404);
            put(world, world.tokenOf(world.customer("eve")), path, ADA).is(404);

            byte[] sealed = world.database.read(handle ->
                    handle.createQuery("select iban_sealed from billing_details").mapTo(byte[].class).one());
            assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("0532013000");
            assertThat(new String(world.get(world.operator, "/api/audit?limit=500").body(), StandardCharsets.UTF_8))
                    .doesNotContain("0532013000");
        }
    }

    @Test
    void theMaskedAccountSentBackLeavesItAndAnotherOneIsToldByLetter() throws Exception {
        try (ApiWorld world = new ApiWorld(folder)) {
            UUID ada = world.customer("ada");
            String path = "/api/customer/" + ada + "/billing";
            put(world, world.operator, path, ADA).is(200);
            put(world, world.operator, path, ADA.replace("de89 3704 0044 0532 0130 00", "DE89 **** 3000").replace("10115", "10117")).is(200);
            assertThat(world.get(world.operator, "/api/letter?customer=" + ada).json()).isEmpty();
            assertThat(put(world, world.operator, path, ADA.replace("de89 3704 0044 0532 0130 00", "GB82WEST12345698765432")).is(200)
                    .text("/iban")).isEqualTo("GB82 **** 5432");
            assertThat(world.get(world.operator, "/api/letter?customer=" + ada).json().at("/0/text").asString())
                    .contains("GB82 **** 5432", "before it was DE89 **** 3000");
        }
    }

    @Test
    void everyMistakeIsNamed() throws Exception {
        try (ApiWorld world = new ApiWorld(folder)) {
            String path = "/api/provider";
            assertThat(world.get(world.operator, path).is(404).text("/detail")).contains("PUT them to /api/provider");
            assertThat(put(world, world.operator, path, ADA.replace("0130 00", "0130 01")).is(422).text("/detail"))
                    .contains("check digits", "3001").doesNotContain("0532");
            assertThat(put(world, world.operator, path, ADA.replace("de89 3704", "89")).is(422).text("/detail")).contains("an IBAN is");
            assertThat(put(world, world.operator, path, ADA.replace("\"DE\"", "\"Germany\"")).is(422).text("/detail")).contains("ISO 3166");
            assertThat(put(world, world.operator, path, ADA.replace("DE123456789", "123")).is(422).text("/detail")).contains("vatId");
            assertThat(put(world, world.operator, path, ADA.replace("Ada Lovelace", " ")).is(422).text("/detail")).contains("name is one line");
            assertThat(put(world, world.operator, path, ADA.replace("\"city\":\"Berlin\",", "")).is(422).text("/detail")).contains("city is");
            assertThat(put(world, world.operator, path, ADA.replace("\"language\":\"de\"", "\"language\":\"fr\"")).is(422).text("/detail"))
                    .contains("de or en");
            put(world, world.tokenOf(world.customer("ada")), path, ADA).is(403);
            put(world, world.operator, path, ADA).is(200);
            assertThat(world.get(world.operator, path).is(200).text("/city")).isEqualTo("Berlin");
        }
    }

    private static ApiWorld.Reply put(ApiWorld world, String token, String path, String body) {
        return world.send(world.request(token, path).header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(body)));
    }
}
