package leaseback.manager.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The description of the whole API, as a manager with all its parts publishes it.
final class OpenApiTest {
    private static LivingApi api;

    @BeforeAll
    static void open(@TempDir Path folder) throws Exception {
        api = new LivingApi(folder);
    }

    @AfterAll
    static void close() {
        api.close();
    }

    @Test
    void everyRouteSaysWhatItDoesAndWhatItGives() {
        List<String> silent = new ArrayList<>();
        api.contract().document().path("paths").properties().forEach(path -> path.getValue().properties().forEach(operation -> {
            boolean gives = operation.getValue().path("responses").propertyNames().stream().anyMatch(status -> status.startsWith("2"));
            if (operation.getValue().path("summary").asString().isBlank() || !gives) {
                silent.add(operation.getKey() + " " + path.getKey());
            }
        }));
        assertThat(silent).as("""
                these routes do not say what they do; beside Route.of(...) write, such as
                    .says("What it does").takes(Wanted.class).gives(Shown.class).refuses(409, "Why")
                with .pages(...) for lists, .creates(...) for 201, .asks/.needs(...) for what stands after the ?
                (web.Route has them all, docs/api.md an example)""").isEmpty();
    }

    @Test
    void noTwoOperationsHaveOneNameAndEveryReferenceLeadsSomewhere() {
        Set<String> names = new HashSet<>();
        for (JsonNode operation : api.contract().document().findValues("operationId")) {
            assertThat(names.add(operation.asString())).as(operation.asString()).isTrue();
        }
        for (JsonNode reference : api.contract().document().findValues("$ref")) {
            assertThat(api.contract().document().at(reference.asString().substring(1)).isMissingNode()).as(reference.asString()).isFalse();
        }
        assertThat(api.contract().document().path("openapi").asString()).startsWith("3.1.");
    }

    @Test
    void aParserThatIsNotOursReadsAllOfItAndFindsNothingWrong() {
        JsonNode document = api.contract().document();
        SwaggerParseResult read = read(document);
        assertThat(read.getMessages()).isEmpty();
        assertThat(read.getOpenAPI().getPaths().keySet()).hasSameElementsAs(document.path("paths").propertyNames());
        assertThat(read.getOpenAPI().getComponents().getSchemas().keySet()).hasSameElementsAs(document.at("/components/schemas").propertyNames());
        // It is a judge: what is wrong, it sees.
        for (String broken : List.of("/info/title", "/paths/~1api~1quote/post/responses", "/paths/~1api~1quote~1{id}/get/parameters/0/in",
                "/components/securitySchemes/token/type")) {
            ObjectNode lacking = document.deepCopy().asObject();
            int last = broken.lastIndexOf('/');
            lacking.at(broken.substring(0, last)).asObject().remove(broken.substring(last + 1));
            assertThat(read(lacking).getMessages()).as(broken).isNotEmpty();
        }
    }

    private static SwaggerParseResult read(JsonNode document) {
        return new OpenAPIV3Parser().readContents(document.toString(), List.of(), new ParseOptions());
    }

    @Test
    void kindsAreToldApartByTheirDiscriminator() {
        JsonNode states = api.contract().document().at("/components/schemas/LeaseState");
        assertThat(states.at("/discriminator/propertyName").asString()).isEqualTo("name");
        assertThat(states.at("/discriminator/mapping/WARNED").asString()).isEqualTo("#/components/schemas/LeaseStateWarned");
        JsonNode warned = api.contract().document().at("/components/schemas/LeaseStateWarned");
        assertThat(warned.at("/properties/cureBy/format").asString()).isEqualTo("date-time");
        assertThat(warned.path("required").toString()).contains("name", "cureBy", "provision");
        JsonNode request = api.contract().document().at("/components/schemas/QuoteRequest");
        assertThat(request.path("required").toString()).isEqualTo("[\"customerId\",\"offeringId\",\"planId\"]");
        assertThat(request.path("additionalProperties").asBoolean(true)).isFalse();
    }
}
