package leaseback.manager.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Our answers against the models that TM Forum publishes: `-Dleaseback.tmf.models=FOLDER`, with their swagger files of version 4 in it as
/// `TMF620.json`, `TMF622.json` and so on.
@EnabledIfSystemProperty(named = "leaseback.tmf.models", matches = ".+", disabledReason = "no TM Forum models are at hand")
final class TmfModelsTest {
    private static final Map<String, String> MODELS = Map.of(
            Tmf.CATALOG + "productOffering", "TMF620 ProductOffering", Tmf.CATALOG + "productOfferingPrice", "TMF620 ProductOfferingPrice",
            Tmf.QUOTES + "quote", "TMF648 Quote", Tmf.ORDERS + "productOrder", "TMF622 ProductOrder",
            Tmf.AGREEMENTS + "agreement", "TMF651 Agreement", Tmf.AGREEMENTS + "agreementSpecification", "TMF651 AgreementSpecification",
            Tmf.BILLS + "customerBill", "TMF678 CustomerBill");
    private final JsonMapper json = new JsonMapper();

    @Test
    void whatWeAnswerIsWhatTheirModelsSay(@TempDir Path folder) throws IOException {
        try (LivingApi api = new LivingApi(folder)) {
            LivingStory story = new LivingStory(api);
            story.tell();
            List<String> wrong = new ArrayList<>();
            MODELS.forEach((path, model) -> wrong.addAll(judged(model, api.get(story.adas, path).is(200).json())));
            String bill = api.get(story.adas, "/api/bill").json().get(0).path("number").asString();
            wrong.addAll(judged("TMF678 AppliedCustomerBillingRate",
                    api.get(story.adas, Tmf.BILLS + "appliedCustomerBillingRate?bill.id=" + bill).is(200).json()));
            for (JsonNode each : api.get(story.adas, "/api/agreement").json()) {
                wrong.addAll(judged("TMF635 Usage", api.get(api.operator(), Tmf.USAGES + "usage?subject=" + each.path("id").asString()
                        + "&from=2027-01-01T00:00:00Z&to=2028-01-01T00:00:00Z").is(200).json()));
            }
            assertThat(wrong).isEmpty();
        }
    }

    private List<String> judged(String model, JsonNode answers) {
        assertThat(answers.isArray()).isTrue();
        String[] words = model.split(" ");
        JsonNode swagger = json.readTree(Path.of(System.getProperty("leaseback.tmf.models"), words[0] + ".json").toFile());
        ObjectNode root = json.createObjectNode().put("$ref", "#/definitions/" + words[1]);
        ObjectNode all = json.createObjectNode();
        all.putArray("allOf").add(root);
        all.set("definitions", swagger.path("definitions"));
        assertThat(swagger.path("definitions").has(words[1])).as(model).isTrue();
        Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_4).getSchema(all);
        List<String> wrong = new ArrayList<>();
        // Where things are is told from the root; they want the whole address, which whoever asked knows.
        for (JsonNode answer : json.readTree(answers.toString().replace("\"href\":\"/", "\"href\":\"http://127.0.0.1/"))) {
            schema.validate(answer).forEach(error -> wrong.add(model + " " + error.getInstanceLocation() + ": " + error.getMessage()));
        }
        return wrong;
    }
}
