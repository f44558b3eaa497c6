package leaseback.testbed.world;

import static leaseback.testbed.world.World.hosts;
import static leaseback.testbed.world.World.users;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Money through the public API and the command line, and hledger, which knows nothing of us, as its judge.
class LedgerWalkTest {
    private static final int TRANSFERS = 60;
    private static World world;
    private static String posted = "";
    private static String reading = "";

    @TempDir
    private Path folder;

    @BeforeAll
    static void aMonthOfMoney() throws IOException {
        world = World.with(hosts(0), users(0));
        Random random = new Random(4);
        UUID ada = UUID.randomUUID();
        UUID bob = UUID.randomUUID();
        List<String> accounts = List.of("assets:bank", "assets:user:" + ada + ":receivable", "liabilities:host:" + bob + ":payable",
                "liabilities:host:" + bob + ":held", "revenue:storage", "liabilities:vat:DE", "expenses:host-compensation:disk");
        List<String> currencies = List.of("EUR", "JPY", "KWD");
        reading = UUID.randomUUID().toString();
        world.api().post("/usage", List.of(Map.of("id", reading, "relatedParty", List.of(Map.of("id", bob.toString(), "role", "host")),
                "usageCharacteristic", List.of(value("meter", "disk-reserved"), value("quantity", 720_000_000_000L),
                        value("from", "2026-10-01T00:00:00Z"), value("to", "2026-11-01T00:00:00Z"), value("source", "pulse")))));
        for (int i = 0; i < TRANSFERS; i++) {
            List<Map<String, Object>> legs = new ArrayList<>();
            for (int leg = random.nextInt(3); leg >= 0; leg--) {
                int debit = random.nextInt(accounts.size());
                legs.add(Map.of("debit", accounts.get(debit), "credit", accounts.get((debit + 1 + random.nextInt(accounts.size() - 1))
                        % accounts.size()), "source", "reading:" + reading,
                        "amount", Map.of("minor", 1 + random.nextInt(1_000_000), "currency", currencies.get(random.nextInt(3)))));
            }
            String id = UUID.randomUUID().toString();
            Map<String, Object> transfer = Map.of("id", id, "code", "payout", "description", "No. " + i + "; half | \"quoted\" für Straße",
                    "valueDate", "2026-10-31", "legs", legs);
            JsonNode first = world.api().post("/ledger/transfer", transfer);
            assertThat(world.api().post("/ledger/transfer", transfer)).isEqualTo(first);
            if (i % 10 == 9) {
                world.api().post("/ledger/transfer/" + id + "/reversal", Map.of("id", UUID.randomUUID().toString(), "reason", "a mistake"));
                world.clock().move(Duration.ofDays(1));
            }
            posted = id;
        }
        world.clock().move(Duration.ofHours(1));
        World.await("six days are closed", () -> {
            try {
                return world.api().get("/ledger/verify").path("closedDays").asInt() >= 6;
            } catch (IOException unanswered) {
                return false;
            }
        });
    }

    private static Map<String, Object> value(String name, Object value) {
        return Map.of("name", name, "value", value);
    }

    @AfterAll
    static void close() throws IOException {
        world.close();
    }

    @Test
    void hledgerFindsTheJournalSoundAndTheSameBalances() throws Exception {
        Client hledger = Client.require("hledger", "hledger", Map.of("LANG", "C.UTF-8"), folder);
        Path journal = journal();
        hledger.run("check", "--strict", "-f", journal.toString());
        List<String> theirs = Arrays.stream(hledger.run("balance", "--flat", "-N", "-E", "--layout=bare", "-O", "csv", "-f", journal.toString())
                .split("\n")).skip(1).map(line -> line.replace("\"", "")).sorted().toList();
        List<String> ours = new ArrayList<>();
        for (JsonNode balance : world.api().get("/ledger/balances")) {
            long net = balance.path("debit").path("minor").asLong() - balance.path("credit").path("minor").asLong();
            String currency = balance.path("debit").path("currency").asString("");
            int digits = java.util.Currency.getInstance(currency).getDefaultFractionDigits();
            ours.add(balance.path("account").asString("") + "," + currency + "," + java.math.BigDecimal.valueOf(net, digits).toPlainString());
        }
        assertThat(theirs.stream().filter(line -> !line.endsWith(",0")).toList())
                .isEqualTo(ours.stream().filter(line -> !line.matches(".*,0[.0]*")).sorted().toList());
    }

    @Test
    void hledgerRefusesAJournalInWhichOneCentWasChanged() throws Exception {
        Client hledger = Client.require("hledger", "hledger", Map.of("LANG", "C.UTF-8"), folder);
        List<String> lines = Files.readAllLines(journal());
        int changed = 0;
        for (int i = 0; i + 1 < lines.size() && changed < 3; i++) {
            // A leg is two lines, of one amount with both signs.
            if (lines.get(i).contains(" EUR  ; source:") && lines.get(i).contains("assets:bank")) {
                List<String> tampered = new ArrayList<>(lines);
                tampered.set(i, plusOneCent(lines.get(i)));
                assertThat(hledger.attempt("check", "--strict", "-f", write(tampered)).status()).as(lines.get(i)).isNotZero();
                int other = lines.get(i).contains("  -") ? i - 1 : i + 1;
                tampered.set(other, plusOneCent(lines.get(other)));
                assertThat(hledger.attempt("check", "--strict", "-f", write(tampered)).output()).as("both sides of " + lines.get(i))
                        .contains("assertion");
                changed++;
            }
        }
        assertThat(changed).isPositive();
    }

    @Test
    void theCommandsShowCheckAndExplain() throws Exception {
        assertThat(said("ledger", "verify")).contains("days are closed").doesNotContain("ALTERED").doesNotContain("note:");
        assertThat(said("ledger", "balances")).contains("assets:bank").contains(" KWD  ").contains(" JPY  ");
        assertThat(said("explain", "transfer:" + posted + "/1").lines().toList()).hasSize(2)
                .satisfies(lines -> assertThat(lines.getFirst()).startsWith("transfer:" + posted + "/1  ").contains(" from ").contains("No. 59"))
                .satisfies(lines -> assertThat(lines.getLast()).startsWith("  reading:" + reading).contains("720000000000 byte-hour disk-reserved"));
        assertThat(said("explain", "reading:" + reading)).contains("posted as: ");
    }

    @Test
    void whatIsWrongIsRefusedWithWordsAndNothingIsPosted() throws IOException {
        JsonNode before = world.api().get("/ledger/balances");
        assertThatThrownBy(() -> world.api().get("/ledger/account?path=assets:cash&currency=EUR")).hasMessageContaining("404");
        assertThatThrownBy(() -> world.api().get("/ledger/export?format=excel")).hasMessageContaining("format is hledger");
        assertThatThrownBy(() -> world.api().get("/ledger/transfer/" + UUID.randomUUID())).hasMessageContaining("there is no transfer");
        assertThatThrownBy(() -> world.api().get("/explain?line=bill:B-1/1")).hasMessageContaining("there is no line bill:B-1/1");
        assertThatThrownBy(() -> world.api().post("/ledger/transfer", Map.of("id", posted, "code", "payout", "description", "other",
                "valueDate", "2026-10-31", "legs", List.of(Map.of("debit", "assets:bank", "credit", "revenue:storage", "source", "bill:B/1",
                        "amount", Map.of("minor", 1, "currency", "EUR")))))).hasMessageContaining("409");
        assertThatThrownBy(() -> world.api().post("/ledger/transfer", Map.of("id", UUID.randomUUID().toString(), "code", "payout",
                "description", "to nowhere", "valueDate", "2026-10-31", "legs", List.of(Map.of("debit", "assets:cash", "credit",
                        "revenue:storage", "source", "bill:B/1", "amount", Map.of("minor", 1, "currency", "EUR"))))))
                .hasMessageContaining("422").hasMessageContaining("the chart of accounts has no");
        assertThat(world.api().get("/ledger/balances")).isEqualTo(before);
    }

    private static String plusOneCent(String line) {
        int at = line.indexOf(" EUR");
        char last = line.charAt(at - 1);
        return line.substring(0, at - 1) + (last == '9' ? '8' : (char) (last + 1)) + line.substring(at);
    }

    private Path journal() throws IOException, InterruptedException {
        return Files.writeString(folder.resolve("ledger.journal"), said("ledger", "export", "--format", "hledger"));
    }

    private String write(List<String> lines) throws IOException {
        return Files.write(folder.resolve("tampered.journal"), lines).toString();
    }

    private static String said(String... command) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(List.of("--api", world.manager().web().resolve("/api").toString()));
        return Program.said(Map.of("LEASEBACK_TOKEN", Files.readString(world.folder().resolve("manager/operator.token")).strip()),
                arguments.toArray(String[]::new));
    }
}
