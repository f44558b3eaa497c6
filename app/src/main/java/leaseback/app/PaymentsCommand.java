package leaseback.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
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
        name = "payments",
        description = "Pays what hosts and partners are owed, speaks with the bank by files, and shows what came in and went out.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        subcommands = {PaymentsCommand.Listing.class, PaymentsCommand.Run.class, PaymentsCommand.Export.class, PaymentsCommand.Import.class,
                PaymentsCommand.Assign.class})
final class PaymentsCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what: list, run, export, import or assign");
    }

    @Command(name = "list", description = "Payments of both directions, oldest first.", mixinStandardHelpOptions = true, sortOptions = false)
    static final class Listing implements Callable<Integer> {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Mixin
        private ApiChoice choice = new ApiChoice();

        @Option(names = "--state", paramLabel = "STATE", description = "UNMATCHED, MATCHED, IN_FLIGHT, PAID, REJECTED or RETURNED.")
        private @Nullable String state;

        @Override
        public Integer call() throws IOException {
            try (ApiClient api = choice.client()) {
                PrintWriter out = spec.commandLine().getOut();
                api.list("/payment?limit=500" + (state == null ? "" : "&state=" + state)).forEach(payment -> show(out, payment));
                out.flush();
            }
            return 0;
        }
    }

    @Command(name = "run", description = "Pays everybody who is owed at least a threshold.", mixinStandardHelpOptions = true, sortOptions = false)
    static final class Run implements Callable<Integer> {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Mixin
        private ApiChoice choice = new ApiChoice();

        @Option(names = "--dry-run", description = "Show who would be paid; change nothing.")
        private boolean dryRun;

        @Option(names = "--threshold", paramLabel = "AMOUNT", description = "Less waits (default: ${DEFAULT-VALUE}).", defaultValue = "10.00")
        private BigDecimal threshold = BigDecimal.TEN;

        @Option(names = "--currency", paramLabel = "CODE", description = "Default: ${DEFAULT-VALUE}.", defaultValue = "EUR")
        private String currency = "EUR";

        @Option(names = "--id", paramLabel = "UUID", description = "Of a run that was broken off, to go on with it.")
        private @Nullable UUID id;

        @Override
        public Integer call() throws IOException {
            Map<String, Object> wanted = new HashMap<>();
            wanted.put("threshold", Map.of("minor", threshold.movePointRight(Amount.digits(currency)).longValueExact(), "currency", currency));
            UUID run = id == null ? UUID.randomUUID() : id;
            wanted.put("id", run);
            wanted.put("dryRun", dryRun);
            try (ApiClient api = choice.client()) {
                PrintWriter out = spec.commandLine().getOut();
                if (!dryRun) {
                    out.println("run " + run);
                    out.flush();
                }
                JsonNode done = api.post("/payout-run", wanted);
                done.path("payouts").forEach(payment -> show(out, payment));
                done.path("skipped").forEach(skipped -> out.printf("%16s  waits      %s: %s%n", Amount.shown(skipped.path("owed")),
                        skipped.path("whom").asString(""), skipped.path("reason").asString("")));
                out.println(Amount.shown(done.path("total")) + (dryRun ? " would be paid; nothing was changed" : " on its way"));
                out.flush();
            }
            return 0;
        }
    }

    @Command(name = "export", description = "Writes a run as the file for the bank (pain.001.001.09).", mixinStandardHelpOptions = true,
            sortOptions = false)
    static final class Export implements Callable<Integer> {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Mixin
        private ApiChoice choice = new ApiChoice();

        @Parameters(paramLabel = "RUN", description = "The run's id.")
        private UUID run = new UUID(0, 0);

        @Option(names = "--to", paramLabel = "FILE", description = "A new file (default: RUN.xml).")
        private @Nullable Path to;

        @Override
        public Integer call() throws IOException {
            Path file = to == null ? Path.of(run + ".xml") : to;
            try (ApiClient api = choice.client()) {
                Files.write(file, api.bytes("/payout-run/" + run + "/file"), StandardOpenOption.CREATE_NEW);
            }
            PrintWriter out = spec.commandLine().getOut();
            out.println("written to " + file + "; it holds account numbers: give it to the bank, then delete it");
            out.flush();
            return 0;
        }
    }

    @Command(name = "import", description = "Takes statements of the bank (camt.053); each entry counts once, however often it is sent.",
            mixinStandardHelpOptions = true, sortOptions = false)
    static final class Import implements Callable<Integer> {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Mixin
        private ApiChoice choice = new ApiChoice();

        @Parameters(paramLabel = "FILE", arity = "1..*", description = "The bank's files.")
        private List<Path> files = List.of();

        @Override
        public Integer call() throws IOException {
            PrintWriter out = spec.commandLine().getOut();
            try (ApiClient api = choice.client()) {
                for (Path file : files) {
                    JsonNode report = api.post("/bank-statement", Map.of("camt053", Files.readString(file, StandardCharsets.UTF_8)));
                    out.println(file + ": " + report.path("entries"));
                    out.flush();
                }
            }
            return 0;
        }
    }

    @Command(name = "assign", description = "Says whose an unmatched payment is.", mixinStandardHelpOptions = true, sortOptions = false)
    static final class Assign implements Callable<Integer> {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Mixin
        private ApiChoice choice = new ApiChoice();

        @Parameters(paramLabel = "PAYMENT", description = "Its id.")
        private UUID payment = new UUID(0, 0);

        @Option(names = "--customer", paramLabel = "UUID", description = "Whose it is.")
        private @Nullable UUID customer;

        @Option(names = "--account", paramLabel = "PATH", description = "Or the account of the ledger, such as expenses:bank-fees.")
        private @Nullable String account;

        @Override
        public Integer call() throws IOException {
            if ((customer == null) == (account == null)) {
                throw new ParameterException(spec.commandLine(), "give --customer or --account");
            }
            try (ApiClient api = choice.client()) {
                show(spec.commandLine().getOut(), api.post("/payment/" + payment + "/assign",
                        customer != null ? Map.of("customerId", customer) : Map.of("account", String.valueOf(account))));
            }
            spec.commandLine().getOut().flush();
            return 0;
        }
    }

    private static void show(PrintWriter out, JsonNode payment) {
        out.printf("%16s  %-9s  %-3s  %s  %s  %s  %s%n", Amount.shown(payment.path("amount")), payment.path("state").asString(""),
                payment.path("direction").asString(""), payment.path("valueDate").asString(""), payment.path("id").asString(""),
                payment.path("counterparty").asString(""), payment.path("reference").asString(""));
    }
}
