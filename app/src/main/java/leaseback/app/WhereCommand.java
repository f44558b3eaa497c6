package leaseback.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(
        name = "where",
        description = "Shows on which hosts the pieces of an object lie, or of all under a prefix that ends in *. Each look is audited.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class WhereCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ApiChoice choice = new ApiChoice();

    @Parameters(paramLabel = "s3://BUCKET/KEY", description = "An object; s3://BUCKET/PREFIX* or s3://BUCKET for all of them together.")
    private String place = "";

    @Option(names = "--addresses", description = "With the addresses the hosts were last seen at, and since when.")
    private boolean addresses;

    @Override
    public Integer call() throws Exception {
        if (!place.matches("s3://[^/]+(/.*)?")) {
            throw new IOException("name it as s3://BUCKET/KEY, not " + place);
        }
        String[] parts = place.substring("s3://".length()).split("/", 2);
        String key = parts.length == 1 ? "" : parts[1];
        boolean whole = key.isEmpty() || key.endsWith("*");
        String query = "?bucket=" + encoded(parts[0]) + (whole ? "&prefix=" + encoded(key.replaceFirst("\\*$", "")) : "&key=" + encoded(key))
                + (addresses ? "&addresses=true" : "");
        try (ApiClient api = choice.client()) {
            JsonNode found = api.get("/whereabouts" + query);
            PrintWriter out = spec.commandLine().getOut();
            out.println(found.path("objects").asLong() + " objects, " + Size.shown(found.path("bytes").asLong()) + ", in "
                    + found.path("segments").asLong() + " segments, " + found.path("inline").asLong() + " of them in the manager's database");
            for (JsonNode holder : found.path("holders")) {
                String serial = holder.path("serial").asString("");
                String line = (serial.isEmpty() ? holder.path("host").asString("") : serial) + "  " + holder.path("place").asString("") + "  "
                        + (holder.path("reachable").asBoolean(false) ? "up" : "away") + "  " + holder.path("pieces").asLong() + " pieces";
                String address = holder.path("address").asString("");
                out.println(address.isEmpty() ? line : line + "  " + address + " port " + holder.path("port").asLong() + " since "
                        + holder.path("since").asString(""));
            }
            out.flush();
        }
        return 0;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
