package leaseback.app;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

@Command(
        name = "status",
        description = "Shows hosts, leases, capacity and objects.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class StatusCommand implements Callable<Integer> {
    private static final JsonMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ApiChoice choice = new ApiChoice();

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        try (ApiClient api = choice.client()) {
            JsonNode status = api.get("/status");
            List<JsonNode> hosts = api.list("/hosts");
            if (json) {
                ObjectNode all = JSON.createObjectNode();
                all.set("status", status);
                all.putArray("hosts").addAll(hosts);
                out.println(JSON.writeValueAsString(all));
            } else {
                print(out, status, hosts);
            }
            out.flush();
        }
        return 0;
    }

    private static void print(PrintWriter out, JsonNode status, List<JsonNode> hosts) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("HOST", "PROCESS", "STATE", "LINE", "WINDOW", "LEASED", "USED", "LEASE"));
        for (JsonNode host : hosts) {
            rows.add(List.of(
                    host.path("serial").asString(""),
                    host.path("processId").asString("-"),
                    host.path("state").asString(""),
                    host.path("reachable").asBoolean(false) ? "up" : "DOWN",
                    host.path("windowOpen").asBoolean(false) ? "open" : "shut",
                    Size.shown(host.path("leasedBytes").asLong(0)),
                    Size.shown(host.path("usedBytes").asLong(0)),
                    host.path("leaseId").asString("")));
        }
        table(out, rows);
        JsonNode storage = status.path("storage");
        out.println();
        out.println("hosts      " + status.path("reachable").asLong(0) + " of " + hosts.size() + " reachable");
        out.println("leases     " + counts(status.path("leases")));
        out.println("orders     " + counts(status.path("orders")));
        out.println("capacity   " + Size.shown(status.path("leasedBytes").asLong(0)) + " leased, "
                + Size.shown(status.path("usedBytes").asLong(0)) + " used by pieces");
        out.println("objects    " + storage.path("objects").asLong(0) + " in " + storage.path("buckets").asLong(0) + " buckets, "
                + Size.shown(storage.path("bytes").asLong(0)));
        out.println("spread     " + status.path("redundancy").asString("-"));
    }

    private static String counts(JsonNode states) {
        List<String> words = new ArrayList<>();
        states.properties().forEach(state -> words.add(state.getValue().asString() + " " + state.getKey().toLowerCase(Locale.ROOT)));
        return words.isEmpty() ? "none" : String.join(", ", words);
    }

    private static void table(PrintWriter out, List<List<String>> rows) {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
