package leaseback.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
        name = "bill",
        description = "Shows bills and payouts, one of them, or all of a customer's month with its settlement.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class BillCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ApiChoice choice = new ApiChoice();

    @Parameters(index = "0", arity = "0..1", paramLabel = "NUMBER", description = "Of a bill or payout, such as B-2027-000012.")
    private @Nullable String number;

    @Option(names = "--pdf", paramLabel = "FILE", description = "Writes it as pages; an invoice has its XML of EN 16931 inside.")
    private @Nullable Path pdf;

    @Option(names = "--xml", paramLabel = "FILE", description = "Writes an invoice as XML of EN 16931.")
    private @Nullable Path xml;

    @Option(names = "--customer", paramLabel = "CUSTOMER", description = "Whose: an id, an e-mail address or a name.")
    private @Nullable String customer;

    @Option(names = "--month", paramLabel = "MONTH", description = "All of that month as one statement, such as 2027-03; with --customer.")
    private @Nullable String month;

    @Option(names = "--dry-run", description = "What the month comes to as far as it is known now; nothing is kept.")
    private boolean dryRun;

    @Override
    public Integer call() throws IOException {
        try (ApiClient api = choice.client()) {
            if (number != null) {
                if (pdf != null) {
                    Files.write(pdf, api.bytes("/bill/" + number + "/pdf"));
                }
                if (xml != null) {
                    Files.write(xml, api.bytes("/bill/" + number + "/xml"));
                }
                say(text(api, "/bill/" + number + "/text"));
            } else if (month != null) {
                if (customer == null) {
                    throw new ParameterException(spec.commandLine(), "say whose month it is: --customer");
                }
                String whose = find(api, customer);
                if (dryRun) {
                    for (JsonNode bill : api.post("/billPreview", Map.of("customerId", whose, "month", month)).path("documents")) {
                        say(line(bill));
                        bill.path("lines").forEach(each -> say("  " + Amount.shown(each.path("amount")) + "  " + each.path("text").asString("")));
                    }
                } else {
                    say(text(api, "/statement?customer=" + whose + "&month=" + month));
                }
            } else {
                for (JsonNode bill : api.list("/bill" + (customer == null ? "" : "?customer=" + find(api, customer)))) {
                    say(line(bill));
                }
            }
        }
        return 0;
    }

    private static String line(JsonNode bill) {
        String state = bill.path("state").asString("");
        return String.format(Locale.ROOT, "%s  %s  %14s  due %s%s", bill.path("number").asString(""), bill.path("from").asString("").substring(0, 10),
                Amount.shown(bill.path("gross")), bill.path("due").asString(""), state.isEmpty() ? "" : "  " + state.toLowerCase(Locale.ROOT));
    }

    private String find(ApiClient api, String wanted) throws IOException {
        List<JsonNode> found = api.list("/customer").stream().filter(each -> List.of(each.path("id").asString(""), each.path("email").asString(""),
                each.path("name").asString("")).contains(wanted)).toList();
        if (found.size() != 1) {
            throw new ParameterException(spec.commandLine(), found.isEmpty() ? "there is no customer " + wanted
                    : found.size() + " customers are called " + wanted + "; give the e-mail address");
        }
        return found.getFirst().path("id").asString("");
    }

    private static String text(ApiClient api, String path) throws IOException {
        return new String(api.bytes(path), StandardCharsets.UTF_8);
    }

    private void say(String text) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(text.stripTrailing());
        out.flush();
    }
}
