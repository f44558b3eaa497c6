package leaseback.app;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.Reader;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(
        name = "ledger",
        description = "Shows the accounts, checks that nothing posted was altered, and writes the journal for other programs.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        subcommands = {LedgerCommand.Balances.class, LedgerCommand.Verify.class, LedgerCommand.Export.class, LedgerCommand.Margin.class})
final class LedgerCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what: balances, margin, verify or export");
    }

    @Command(name = "balances", description = "What every account stands at.", mixinStandardHelpOptions = true, sortOptions = false)
    static final class Balances implements Callable<Integer> {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Mixin
        private ApiChoice choice = new ApiChoice();

        @Option(names = "--at", paramLabel = "INSTANT", description = "Just before then, such as 2027-01-31T23:00:00Z (default: now).")
        private @Nullable String at;

        @Override
        public Integer call() throws IOException {
            try (ApiClient api = choice.client()) {
                PrintWriter out = spec.commandLine().getOut();
                for (JsonNode balance : api.get("/ledger/balances" + (at == null ? "" : "?at=" + at))) {
                    out.printf("%16s  %s%n", Amount.shown(balance.path("balance")), balance.path("account").asString(""));
                }
                out.flush();
            }
            return 0;
        }
    }

    @Command(name = "margin", description = "What each service brought and cost.", mixinStandardHelpOptions = true, sortOptions = false)
    static final class Margin implements Callable<Integer> {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Mixin
        private ApiChoice choice = new ApiChoice();

        @Option(names = "--month", paramLabel = "MONTH", description = "Such as 2027-03.", required = true)
        private String month = "";

        @Option(names = "--months", paramLabel = "N", description = "So many, from that one on (default: 1).", defaultValue = "1")
        private int months = 1;

        @Option(names = "--currency", paramLabel = "CODE", description = "ISO 4217 (default: EUR).", defaultValue = "EUR")
        private String currency = "EUR";

        @Override
        public Integer call() throws IOException {
            try (ApiClient api = choice.client()) {
                JsonNode margin = api.get("/margin?month=" + encoded(month) + "&months=" + months + "&currency=" + encoded(currency));
                PrintWriter out = spec.commandLine().getOut();
                out.printf("%-14s%18s%18s%18s%18s%18s%n", "", "revenue", "hosts", "incentives", "fees", "margin");
                margin.path("services").forEach(service -> row(out, service));
                row(out, margin.path("total"));
                compare(api, out);
                out.flush();
            }
            return 0;
        }

        /// Nothing where no other cloud's prices are given.
        private void compare(ApiClient api, PrintWriter out) throws IOException {
            Optional<JsonNode> found = api.find("/margin/comparison?month=" + encoded(month) + "&months=" + months + "&currency=" + encoded(currency));
            if (found.isEmpty()) {
                return;
            }
            JsonNode other = found.get();
            out.printf("%nWhat users used would have cost them at %s:%n", other.path("name").asString(""));
            other.path("costs").forEach(cost -> out.printf("%-14s%18s%n", cost.path("service").asString(""), Amount.shown(cost.path("amount"))));
            out.printf("%-14s%18s%n", "total", Amount.shown(other.path("total")));
        }

        private static String encoded(String text) {
            return URLEncoder.encode(text, StandardCharsets.UTF_8);
        }

        private static void row(PrintWriter out, JsonNode service) {
            out.printf("%-14s", service.path("name").asString(""));
            for (String column : new String[] {"revenue", "hosts", "incentives", "fees", "margin"}) {
                out.printf("%18s", Amount.shown(service.path(column)));
            }
            out.println();
        }
    }

    @Command(name = "verify", description = "Recomputes the hashes of all closed days; ends with 1 and names the first that differs.",
            mixinStandardHelpOptions = true, sortOptions = false)
    static final class Verify implements Callable<Integer> {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Mixin
        private ApiChoice choice = new ApiChoice();

        @Override
        public Integer call() throws IOException {
            try (ApiClient api = choice.client()) {
                JsonNode verdict = api.get("/ledger/verify");
                PrintWriter out = spec.commandLine().getOut();
                String wrong = verdict.path("wrong").asString("");
                out.println(verdict.path("closedDays").asLong() + " days are closed; " + verdict.path("transfers").asLong()
                        + " transfers in them are as they were; the last hash is " + verdict.path("lastHash").asString(""));
                if (!wrong.isEmpty()) {
                    out.println("ALTERED: " + verdict.path("firstWrong").asString("") + ": " + wrong);
                }
                if (!verdict.path("appendOnly").asBoolean(false)) {
                    out.println("note: the manager's database role may alter what is posted; give it a role that is no superuser");
                }
                out.flush();
                return wrong.isEmpty() ? 0 : 1;
            }
        }
    }

    @Command(name = "export", description = "Writes the whole ledger as a journal: leaseback ledger export | hledger check --strict -f -",
            mixinStandardHelpOptions = true, sortOptions = false)
    static final class Export implements Callable<Integer> {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Mixin
        private ApiChoice choice = new ApiChoice();

        /// For which program.
        enum Format {
            HLEDGER
        }

        @Option(names = "--format", paramLabel = "FORMAT", description = "hledger (default).", defaultValue = "hledger")
        private Format format = Format.HLEDGER;

        @Override
        public Integer call() throws IOException {
            String query = switch (format) {
                case HLEDGER -> "?format=hledger";
            };
            try (ApiClient api = choice.client(); Reader journal =
                    new InputStreamReader(api.stream("/ledger/export" + query), StandardCharsets.UTF_8)) {
                PrintWriter out = spec.commandLine().getOut();
                journal.transferTo(out);
                out.flush();
                if (out.checkError()) {
                    throw new IOException("the journal could not be written to its end");
                }
            }
            return 0;
        }
    }
}
