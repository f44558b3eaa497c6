package leaseback.app;

import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// On a terminal, and with `--follow`, it stays until nothing waits for repair.
@Command(
        name = "storage",
        description = "Shows how well what is stored is kept: durability now, pieces at risk, repair, audits.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class StorageCommand implements Callable<Integer> {
    private static final JsonMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int WIDTH = 40;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ApiChoice choice = new ApiChoice();

    @Option(names = "--follow", description = "Wait until nothing waits for repair, a line a second where the output is no terminal.")
    private boolean follow;

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        try (ApiClient api = choice.client()) {
            JsonNode report = api.get("/storage");
            if (json) {
                out.println(JSON.writeValueAsString(report));
            } else {
                print(out, api.get("/status").path("storage"), report);
                capacity(out, api.get("/capacity"));
                out.flush();
                boolean terminal = Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
                if (follow || terminal) {
                    follow(out, api, report, terminal, follow ? Integer.MAX_VALUE : 30);
                }
            }
            out.flush();
        }
        return 0;
    }

    private static void print(PrintWriter out, JsonNode kept, JsonNode report) {
        out.println("objects    " + kept.path("objects").asLong(0) + " in " + kept.path("buckets").asLong(0) + " buckets, "
                + Size.shown(kept.path("bytes").asLong(0)));
        JsonNode figures = report.path("figures");
        if (!figures.isObject()) {
            out.println("durability not known yet: the first walk over all segments has not ended");
        } else {
            durability(out, figures);
        }
        JsonNode done = report.path("lastDay");
        out.println("repair     " + (report.path("waiting").asLong(0) == 0 ? "nothing waits" : report.path("waiting").asLong(0)
                + " segments wait, " + report.path("waitingPieces").asLong(0) + " pieces to make or to move"));
        out.println("last day   " + done.path("pieces").asLong(0) + " pieces made or moved, " + Size.shown(done.path("readBytes").asLong(0))
                + " read, " + Size.shown(done.path("sentBytes").asLong(0)) + " sent, " + done.path("failed").asLong(0) + " attempts failed");
        JsonNode audits = report.path("audits");
        out.println("audits     " + audits.path("good").asLong(0) + " cells right on " + audits.path("hosts").asLong(0) + " hosts, "
                + audits.path("altered").asLong(0) + " altered, " + audits.path("missing").asLong(0) + " missing, "
                + audits.path("silent").asLong(0) + " not answered");
        for (JsonNode waiting : report.path("next")) {
            if (!waiting.path("said").asString("").isEmpty()) {
                out.println("waits      " + waiting.path("contentId").asString("") + ": " + waiting.path("said").asString(""));
            }
        }
        for (JsonNode host : report.path("troubled")) {
            out.println("host       " + host.path("serial").asString("") + " " + host.path("step").asString("").toLowerCase(Locale.ROOT)
                    + ": " + host.path("why").asString(""));
        }
        for (JsonNode host : report.path("leaving")) {
            out.println("leaving    " + host.path("serial").asString("") + ": " + (host.path("emptiedAt").isString()
                    ? "empty since " + host.path("emptiedAt").asString("") : host.path("pieces").asString("?") + " pieces left"));
        }
    }

    private static void capacity(PrintWriter out, JsonNode capacity) {
        if (capacity.path("hosts").asLong(0) == 0) {
            out.println("capacity   no host is under lease");
            return;
        }
        JsonNode lowest = capacity.path("lowest");
        out.println("capacity   " + Size.shown(capacity.path("committedBytes").asLong(0)) + " leased on " + capacity.path("hosts").asLong(0)
                + " hosts, " + Size.shown(capacity.path("usedBytes").asLong(0)) + " used; least at " + lowest.path("name").asString("") + ": "
                + Size.shown(lowest.path("effectiveBytes").asLong(0)) + " can be counted upon");
        out.println("           by hour, UTC: how much of what is leased can be counted upon (full bar: all)");
        out.println("                0     6     12    18");
        capacity.path("week").forEach(line -> out.println("           " + line.asString("")));
        if (capacity.path("shortage").isString()) {
            out.println("full       nobody new is taken on: " + capacity.path("shortage").asString(""));
        }
    }

    private static void durability(PrintWriter out, JsonNode figures) {
        JsonNode worst = figures.path("worst").path(0);
        if (!worst.isObject()) {
            out.println("durability nothing is on hosts");
            return;
        }
        int margin = worst.path("margin").asInt(0);
        out.println("durability " + (margin < 0 ? "LOST: " + figures.path("lost").asLong(0) + " segments have too few pieces left"
                : "the worst of " + figures.path("segments").asLong(0) + " segments bears " + margin + " more losses ("
                        + worst.path("surviving").asInt(0) + " of " + worst.path("n").asInt(0) + " pieces, any " + worst.path("k").asInt(0)
                        + " read it)"));
        List<String> margins = new ArrayList<>();
        figures.path("byMargin").properties().forEach(entry -> margins.add(entry.getValue().asLong(0) + " bear " + entry.getKey()));
        out.println("segments   " + String.join(", ", margins));
        List<String> states = new ArrayList<>();
        figures.path("byState").properties().forEach(entry ->
                states.add(entry.getValue().asLong(0) + " " + entry.getKey().toLowerCase(Locale.ROOT).replace('_', ' ')));
        out.println("pieces     " + String.join(", ", states));
        out.println("at risk    " + figures.path("toMake").asLong(0) + " pieces to make or to move; " + figures.path("unreadable").asLong(0)
                + " segments cannot be read at this hour");
        if (figures.path("outage").asBoolean(false)) {
            out.println("outage     more than half of the hosts that should be on are away: look at this manager's network first");
        }
    }

    /// Until nothing waits, or nothing has changed for so many rounds: a bar that is drawn over, or a line at every change.
    private static void follow(PrintWriter out, ApiClient api, JsonNode first, boolean terminal, int patience)
            throws IOException, InterruptedException {
        long doneBefore = first.path("lastDay").path("pieces").asLong(0);
        String last = "";
        JsonNode now = first;
        int still = 0;
        while (now.path("waiting").asLong(0) > 0 && still < patience) {
            String line = progress(now.path("lastDay").path("pieces").asLong(0) - doneBefore, now.path("waitingPieces").asLong(0));
            if (!line.equals(last)) {
                out.print(terminal ? "\r" + line : line + System.lineSeparator());
                out.flush();
            }
            still = line.equals(last) ? still + 1 : 0;
            last = line;
            Thread.sleep(PAUSE);
            now = api.get("/storage");
        }
        if (!last.isEmpty() && now.path("waiting").asLong(0) == 0) {
            String line = progress(Math.max(1, now.path("lastDay").path("pieces").asLong(0) - doneBefore), 0);
            out.println(terminal ? "\r" + line : line);
        } else if (!last.isEmpty()) {
            out.println();
            out.println("repair     has not moved for " + patience + " s; --follow waits on");
        }
    }

    static String progress(long done, long left) {
        int filled = (int) (WIDTH * Math.max(0, done) / Math.max(1, Math.max(0, done) + left));
        return "repair     [" + "#".repeat(filled) + ".".repeat(WIDTH - filled) + "] " + Math.max(0, done) + " pieces done, " + left + " left    ";
    }
}
