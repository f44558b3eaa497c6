package leaseback.app;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(
        name = "drain",
        description = "Sends a host away: nothing new goes to it, and what it holds is moved to others while it is on.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class DrainCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ApiChoice choice = new ApiChoice();

    @Parameters(paramLabel = "HOST", description = "Its serial number, as `leaseback status` shows it.")
    private String serial = "";

    @Option(names = "--reason", paramLabel = "WORDS", description = "Why, for the audit log.")
    private String reason = "asked for by the operator";

    @Override
    public Integer call() throws Exception {
        try (ApiClient api = choice.client()) {
            List<JsonNode> found = api.list("/hosts").stream().filter(host -> host.path("serial").asString("").equals(serial)).toList();
            if (found.isEmpty()) {
                throw new ParameterException(spec.commandLine(), "no host is called " + serial + "; `leaseback status` shows them all");
            }
            JsonNode draining = api.post("/hosts/" + found.getFirst().path("id").asString("") + "/drain", Map.of("reason", reason));
            PrintWriter out = spec.commandLine().getOut();
            out.println(serial + " leaves: " + draining.path("next").asString("").replace("GET /api/storage", "`leaseback storage`"));
            out.flush();
        }
        return 0;
    }
}
