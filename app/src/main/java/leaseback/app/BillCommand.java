package leaseback.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
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
        description = "Shows bills and payouts, one of them, or all of a customer's month with its settlement; takes back some or all of a bill.",
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

    @Option(names = "--credit", paramLabel = "REASON",
            description = "Takes back all that is left of the bill NUMBER, by a credit note; the customer reads why.")
    private @Nullable String credit;

    @Option(names = "--line", paramLabel = "N", description = "With --credit: of that line alone.")
    private @Nullable Integer line;

    @Option(names = "--amount", paramLabel = "AMOUNT", description = "With --line: so much of it, without tax, such as 16.66.")
    private @Nullable BigDecimal amount;

    @Override
    public Integer call() throws IOException {
        try (ApiClient api = choice.client()) {
            if (credit != null) {
                say(text(api, "/bill/" + credited(api, credit) + "/text"));
            } else if (line != null || amount != null) {
                throw new ParameterException(spec.commandLine(), "--line and --amount say what is taken back: give --credit REASON as well");
            } else if (number != null) {
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

    /// @return the number of the credit note
    private String credited(ApiClient api, String reason) throws IOException {
        if (number == null || (line == null) != (amount == null)) {
            throw new ParameterException(spec.commandLine(), number == null ? "say which bill is taken back: its NUMBER"
                    : "--line and --amount go together; without either all that is left is taken back");
        }
        Map<String, Object> wanted = new LinkedHashMap<>(Map.of("id", UUID.randomUUID().toString(), "reason", reason));
        if (line != null && amount != null) {
            String currency = api.get("/bill/" + number).path("gross").path("currency").asString("");
            wanted.put("parts", List.of(Map.of("line", line, "amount", Map.of("minor", minor(amount, currency), "currency", currency))));
        }
        return api.post("/bill/" + number + "/credit", wanted).path("number").asString("");
    }

    private long minor(BigDecimal given, String currency) {
        try {
            return given.movePointRight(Math.max(0, Currency.getInstance(currency).getDefaultFractionDigits())).longValueExact();
        } catch (ArithmeticException finer) {
            throw new ParameterException(spec.commandLine(), "the smallest amount of " + currency + " is finer than in " + given.toPlainString(), finer);
        }
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
