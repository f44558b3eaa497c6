package leaseback.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(
        name = "lease",
        description = "Shows leases, or one with its life so far; and pauses, resumes, withdraws or ends one.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class LeaseCommand implements Callable<Integer> {
    private static final Set<String> RUNNING = Set.of("ACTIVE", "PAUSED", "WARNED", "SUSPENDED");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ApiChoice choice = new ApiChoice();

    @Parameters(index = "0", arity = "0..1", paramLabel = "LEASE", description = "Its number, such as L-7K3M9Q2X, or the serial number of its machine.")
    private @Nullable String name;

    @Parameters(index = "1", arity = "0..1", paramLabel = "ACT", description = "pause, resume, withdraw or notice.")
    private @Nullable String act;

    @Option(names = "--until", paramLabel = "INSTANT", description = "When a pause ends by itself, such as 2027-08-20T18:00:00Z.")
    private @Nullable Instant until;

    @Option(names = "--reason", paramLabel = "WORDS", description = "Why; it stands in the lease's record.")
    private String reason = "asked for with ./leaseback lease";

    @Override
    public Integer call() throws Exception {
        try (ApiClient api = choice.client()) {
            if (name == null) {
                list(api);
                return 0;
            }
            String path = "/agreement/" + find(api, name);
            if (act != null) {
                JsonNode after = switch (act) {
                    case "pause" -> api.post(path + "/pause", Map.of("until", pauseEnd().toString(), "reason", reason));
                    case "resume", "withdraw" -> api.post(path + "/" + act, null);
                    case "notice" -> api.post(path + "/notice", Map.of("reason", reason));
                    default -> throw new ParameterException(spec.commandLine(), "a lease knows pause, resume, withdraw and notice, not " + act);
                };
                say(line(after));
            } else {
                show(api, path);
            }
        }
        return 0;
    }

    private Instant pauseEnd() {
        if (until == null) {
            throw new ParameterException(spec.commandLine(), "say when the pause ends: --until 2027-08-20T18:00:00Z");
        }
        return until;
    }

    private void list(ApiClient api) throws IOException {
        for (JsonNode lease : api.list("/agreement")) {
            say(line(lease));
        }
    }

    private void show(ApiClient api, String path) throws IOException {
        JsonNode lease = api.get(path);
        say(line(lease));
        for (JsonNode step : lease.path("history")) {
            String from = step.path("from").asString("");
            String to = step.path("to").asString("");
            say("  " + step.path("at").asString("") + "  " + (from.equals(to) ? "stays " : "") + to + "  by " + step.path("actor").asString("")
                    + ": " + step.path("reason").asString(""));
        }
        for (JsonNode terms : api.list(path + "/terms")) {
            say(String.format(Locale.ROOT, "  terms %d from %s: %s a month, %s (%s)", terms.path("version").asInt(),
                    terms.path("effectiveAt").asString(""), Amount.shown(terms.path("monthlyPay")), terms.path("plan").path("name").asString(""),
                    terms.path("why").asString("")));
        }
        if (RUNNING.contains(lease.path("state").path("name").asString(""))) {
            standing(api.get(path + "/compliance"));
        }
    }

    private void standing(JsonNode standing) {
        JsonNode kept = standing.path("lastMonth").path("kept");
        say(String.format(Locale.ROOT, "  kept %.1f %% of the agreed hours in the last 30 days: %d of %d minutes",
                100 * standing.path("score").asDouble(), kept.path("good").asLong(), kept.path("asked").asLong()));
        for (JsonNode open : standing.path("open")) {
            say("  not as agreed: " + open.asString(""));
        }
        say("  next: " + standing.path("next").asString(""));
    }

    private static String line(JsonNode lease) {
        JsonNode state = lease.path("state");
        String next = lease.path("nextAt").asString("");
        String end = state.path("term").path("ending").asString(state.path("ending").asString(""));
        return lease.path("number").asString("") + "  " + state.path("name").asString("")
                + (end.isEmpty() ? "" : " (" + end.toLowerCase(Locale.ROOT).replace('_', ' ') + ")") + "  " + Amount.shown(lease.path("monthlyPay"))
                + " a month" + (next.isEmpty() ? "" : ", next by itself at " + next);
    }

    private String find(ApiClient api, String wanted) throws IOException {
        List<JsonNode> byNumber = api.list("/agreement").stream().filter(lease -> lease.path("number").asString("").equals(wanted)).toList();
        if (!byNumber.isEmpty()) {
            return byNumber.getFirst().path("id").asString("");
        }
        return api.list("/hosts").stream().filter(host -> host.path("serial").asString("").equals(wanted)).findFirst()
                .map(host -> host.path("leaseId").asString(""))
                .orElseThrow(() -> new ParameterException(spec.commandLine(), "no lease and no host is called " + wanted
                        + "; `leaseback lease` shows all leases"));
    }

    private void say(String text) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(text);
        out.flush();
    }
}
