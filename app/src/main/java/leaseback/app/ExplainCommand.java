package leaseback.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(
        name = "explain",
        description = "Leads a figure back to the readings and terms it was made from.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ExplainCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ApiChoice choice = new ApiChoice();

    @Parameters(paramLabel = "LINE", description = "KIND:ID/LINE as statements show it, such as bill:B-2027-0007/3 or transfer:UUID/1.")
    private String line = "";

    @Override
    public Integer call() throws IOException {
        try (ApiClient api = choice.client()) {
            PrintWriter out = spec.commandLine().getOut();
            for (JsonNode step : api.get("/explain?line=" + URLEncoder.encode(line, StandardCharsets.UTF_8))) {
                String words = step.path("words").asString("");
                out.println("  ".repeat(step.path("depth").asInt()) + step.path("line").asString("") + (words.isEmpty() ? "" : "  " + words));
            }
            out.flush();
        }
        return 0;
    }
}
