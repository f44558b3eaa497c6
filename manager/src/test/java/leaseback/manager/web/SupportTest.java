package leaseback.manager.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.UUID;
import leaseback.manager.web.LivingApi.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Help goes with the lease: owed while it runs, and not before or after.
final class SupportTest {
    private static final String QUESTION = "{\"subject\":\"The fan is loud\",\"text\":\"Since Monday, at night.\"}";

    @Test
    void supportIsOwedFromTheFirstStartToTheEndOfTheLeaseAndTheReasonIsTold(@TempDir Path folder) throws Exception {
        try (LivingApi api = new LivingApi(folder)) {
            LivingStory story = new LivingStory(api);
            String ada = story.adas;
            String op = api.operator();
            assertThat(api.get(ada, "/api/entitlement").is(200).json()).isEmpty();
            assertThat(api.post(ada, "/api/support", QUESTION).is(409).detail()).contains("none of your leases comes with support");

            Reply quote = api.post(ada, "/api/quote", "{\"customerId\":\"" + story.ada + "\",\"offeringId\":\"family-tower\",\"planId\":\"nights\"}").is(201);
            assertThat(why(api, ada)).contains("waits for an answer");
            Reply order = api.post(ada, quote.text("/href") + "/accept", "{\"version\":1}").is(201);
            api.post(op, order.text("/href") + "/build", "{}").is(200);
            api.post(op, order.text("/href") + "/deliver", "").is(200);
            assertThat(why(api, ada)).contains("starts for the first time");
            assertThat(api.post(ada, "/api/support", QUESTION).is(409).detail()).contains("no support is owed now").contains("starts for the first time");

            UUID lease = UUID.fromString(order.text("/leaseId"));
            api.enrol(lease);
            JsonNode owed = api.get(ada, "/api/entitlement").is(200).json().get(0);
            assertThat(owed.path("holds").asBoolean()).isTrue();
            assertThat(owed.path("kind").asString()).isEqualTo("SUPPORT");
            Reply asked = api.post(ada, "/api/support", QUESTION).is(201);
            assertThat(asked.text("/leaseId")).isEqualTo(lease.toString());
            assertThat(api.get(op, "/api/support?open=true").is(200).json()).hasSize(1);
            String path = "/api/support/" + asked.text("/id") + "/answer";
            api.post(ada, path, "{\"text\":\"I answer myself.\"}").is(403);
            api.post(op, path, "{\"text\":\"A new one is on its way.\"}").is(200);
            assertThat(api.post(op, path, "{\"text\":\"Or not.\"}").is(409).detail()).contains("an answer stands");
            assertThat(api.get(op, "/api/support?open=true").is(200).json()).isEmpty();
            assertThat(api.get(ada, "/api/support").is(200).json().get(0).path("answer").asString()).isEqualTo("A new one is on its way.");
            assertThat(api.get(ada, "/api/letter").is(200).json().toString()).contains("Your question: The fan is loud");
            for (String wrong : new String[] {
                    "{\"subject\":\"\",\"text\":\"x\"}", "{\"subject\":\"x\",\"text\":\" \"}",
                    "{\"subject\":\"a\\nb\",\"text\":\"x\"}"}) {
                assertThat(api.post(ada, "/api/support", wrong).status()).as(wrong).isEqualTo(422);
            }

            String mallory = story.token(story.customer("mallory"));
            api.get(mallory, "/api/support/" + asked.text("/id")).is(404);
            assertThat(api.get(mallory, "/api/support").is(200).json()).isEmpty();

            api.post(ada, "/api/agreement/" + lease + "/withdraw", "").is(200);
            assertThat(why(api, ada)).contains("has ended");
            assertThat(api.post(ada, "/api/support", QUESTION).is(409).detail()).contains("has ended");
        }
    }

    private static String why(LivingApi api, String token) {
        JsonNode first = api.get(token, "/api/entitlement").is(200).json().get(0);
        assertThat(first.path("holds").asBoolean()).isFalse();
        return first.path("why").asString();
    }
}
