package leaseback.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import leaseback.manager.Manager;
import leaseback.manager.ManagerSettings;
import leaseback.manager.clock.SettableClock;
import tools.jackson.databind.JsonNode;

/// A manager of its own whose clock is set, and real agents: what a story is lived through. Everything but the clock's start goes
/// through the public API.
final class StoryWorld implements AutoCloseable {
    static final ZoneId ZONE = ZoneId.of("Europe/Berlin");
    static final LocalDate BEGIN = LocalDate.of(2027, 1, 4);
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final Duration PUT_AWAY = Duration.ofSeconds(30);
    private static final List<String> HOST_JVM = List.of("-Xms16m", "-Xmx64m", "-XX:+UseSerialGC");

    private final Path folder;
    private final PrintWriter out;
    private final Manager manager;
    private final ApiClient operator;
    private final List<Child> agents = new ArrayList<>();
    private final List<AutoCloseable> clients = new ArrayList<>();
    private final Set<String> read = new HashSet<>();
    private final Map<String, String> partners = new HashMap<>();
    private Instant now;

    StoryWorld(Path folder, PrintWriter out) throws IOException {
        this.folder = folder;
        this.out = out;
        now = BEGIN.atTime(9, 0).atZone(ZONE).toInstant();
        Path own = folder.resolve("manager");
        manager = Manager.start(new ManagerSettings(own, null, own.resolve("master.key"), "127.0.0.1", List.of(), ManagerSettings.Ports.ANY,
                UpCommand.REGION, Duration.ofSeconds(1), new SettableClock(now), new SecureRandom()).withPretendBank());
        operator = new ApiClient(manager.web().resolve("/api"), Files.readString(own.resolve("operator.token")).strip());
    }

    /// Leaves everything as it is and says where to look at it, until the program is told to end.
    void show() throws InterruptedException {
        out.println("Console: " + manager.web() + ", operator, password in " + folder.resolve("manager").resolve("operator.password"));
        out.println("Ctrl-C ends it.");
        out.flush();
        CountDownLatch end = new CountDownLatch(1);
        Thread teller = Thread.currentThread();
        // Whoever told the story also puts it away.
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> {
            end.countDown();
            try {
                teller.join(PUT_AWAY);
            } catch (InterruptedException pressed) {
                Thread.currentThread().interrupt();
            }
        }));
        end.await();
    }

    ApiClient operator() {
        return operator;
    }

    /// A customer, who acts by their own token alone.
    ///
    /// @param api as that customer
    record Person(String id, String name, ApiClient api) {}

    Person person(String name, String email) throws IOException {
        String id = operator.post("/customer", Map.of("name", name, "email", email, "zone", ZONE.getId(), "roles", List.of("USER"))).path("id").asString();
        String token = operator.post("/token", Map.of("name", email, "role", "CUSTOMER", "customerId", id)).path("token").asString();
        ApiClient api = new ApiClient(manager.web().resolve("/api"), token);
        clients.add(api);
        return new Person(id, name, api);
    }

    LocalDate today() {
        return now.atZone(ZONE).toLocalDate();
    }

    /// Lets time pass to an hour of a day, by the wall clock of the story.
    void until(LocalDate day, LocalTime time) throws IOException {
        Instant to = day.atTime(time).atZone(ZONE).toInstant();
        if (to.isAfter(now)) {
            operator.post("/clock", Map.of("to", to.toString()));
            now = to;
        }
    }

    /// Builds and delivers what was ordered, and boots its agent; returns when its lease runs.
    ///
    /// @return the machine's serial number
    String deliver(JsonNode order) throws IOException, InterruptedException {
        String path = "/productOrder/" + order.path("id").asString();
        JsonNode built = operator.post(path + "/build", null);
        operator.post(path + "/deliver", null);
        String serial = built.path("serial").asString();
        JsonNode manifest = tools.jackson.databind.json.JsonMapper.shared()
                .readTree(java.util.Base64.getDecoder().decode(built.path("manifest").asString()));
        boot(serial, manifest.path("leaseBack"), built.path("claimCode").asString());
        await(serial + " to enrol", () -> operator.list("/hosts").stream().anyMatch(host -> host.path("serial").asString("").equals(serial)
                && host.path("reachable").asBoolean(false)));
        return serial;
    }

    private void boot(String serial, JsonNode leaseBack, String claimCode) throws IOException {
        Path home = folder.resolve("hosts").resolve(serial);
        new FirstBoot(List.of(URI.create(leaseBack.path("managerUrl").asString())), List.of(manager.line()))
                .write(home, leaseBack.path("caPem").asString(), claimCode);
        agents.add(Child.start("host " + serial, HOST_JVM, List.of("host", "--data", home.toString(), "--page-port", "0", "--no-battery",
                "--manager", manager.webTls().toString(), "--line", manager.line()), Map.of("MALLOC_ARENA_MAX", "2"),
                folder.resolve("logs").resolve(serial + ".log")));
    }

    /// What is measured of a lease or a customer on one day.
    static Map<String, Object> reading(String role, String subject, String meter, LocalDate day, long quantity) {
        UUID id = UUID.nameUUIDFromBytes((subject + meter + day).getBytes(StandardCharsets.UTF_8));
        return Map.of("id", id.toString(), "relatedParty", List.of(Map.of("id", subject, "role", role)), "usageCharacteristic", List.of(
                value("meter", meter), value("quantity", quantity), value("from", day.atStartOfDay(ZONE).toInstant().toString()),
                value("to", day.plusDays(1).atStartOfDay(ZONE).toInstant().toString()), value("source", "story")));
    }

    private static Map<String, Object> value(String name, Object value) {
        return Map.of("name", name, "value", value);
    }

    void send(List<Map<String, Object>> readings) throws IOException {
        operator.post("/usage", readings);
    }

    JsonNode agreement(String id) throws IOException {
        return operator.get("/agreement/" + id);
    }

    void await(String what, Condition condition) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > deadline) {
                StringBuilder logs = new StringBuilder();
                agents.forEach(agent -> logs.append('\n').append(agent.name()).append(" ends with:\n").append(agent.lastLines(8)));
                throw new IOException("waited " + PATIENCE.toSeconds() + " s for " + what + logs);
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    interface Condition {
        boolean holds() throws IOException;
    }

    /// The letters that a person has not read yet, but for the monthly statements, which are told on their own.
    void readLetters(Person person) throws IOException {
        for (JsonNode letter : person.api().list("/letter")) {
            if (read.add(letter.path("id").asString()) && !letter.path("about").asString("").startsWith("settlement:")) {
                say(date(letter.path("at").asString()) + "  letter to " + person.name() + ": " + letter.path("subject").asString());
                indented(letter.path("text").asString(""));
            }
        }
    }

    /// A month as that person reads it.
    void statement(Person person, YearMonth month) throws IOException {
        String text = new String(person.api().bytes("/statement?month=" + month), StandardCharsets.UTF_8);
        say("");
        say("--- " + person.name() + ", statement for " + month);
        text.lines().forEach(this::say);
    }

    /// Who writes and pays the bills.
    void introduce(Person person, Map<String, Object> details) throws IOException {
        operator.put("/provider", Map.of("name", "Nordlicht Computer GmbH", "street", "Hafenstraße 12", "postcode", "20457", "city", "Hamburg",
                "country", "DE", "vatId", "DE123456789", "iban", "DE89370400440532013000", "language", "en"));
        person.api().put("/customer/" + person.id() + "/billing", details);
    }

    /// A partner supplies a product that we bill, for so much a month.
    void supplied(String product, String partner, String name, long minor) throws IOException {
        operator.put("/partner/" + partner + "/billing", Map.of("name", name, "street", "Kabelweg 3", "postcode", "20097", "city", "Hamburg",
                "country", "DE", "vatId", "DE234567891", "iban", "DE75512108001245126199", "language", "en"));
        operator.post("/supply", Map.of("product", product, "partner", partner, "monthly", Map.of("minor", minor, "currency", "EUR")));
        partners.put(partner, name);
    }

    /// Whatever is owed is paid by bank transfer.
    void pay(Person person) throws IOException {
        for (JsonNode bill : person.api().list("/bill?kind=BILL")) {
            if (bill.path("open").path("minor").asLong() > 0) {
                String number = bill.path("number").asString();
                operator.post("/payment", Map.of("id", UUID.nameUUIDFromBytes((number + today()).getBytes(StandardCharsets.UTF_8)).toString(),
                        "amount", bill.path("open"), "reference", number, "payer", person.name(), "valueDate", today().toString(), "through", "BANK"));
            }
        }
    }

    /// Whoever is owed five euros or more is paid.
    void payOut() throws IOException {
        JsonNode run = operator.post("/payout-run", Map.of("id", UUID.nameUUIDFromBytes(("payouts " + today()).getBytes(StandardCharsets.UTF_8)).toString(),
                "threshold", Map.of("minor", 500, "currency", "EUR")));
        for (JsonNode payment : run.path("payouts")) {
            String partner = payment.path("partner").asString("");
            String whom = partner.isEmpty() ? "" : " to " + partners.getOrDefault(partner, partner);
            tell("Paid out by bank" + whom + ": " + Amount.shown(payment.path("amount")) + " (" + payment.path("state").asString() + ").");
        }
    }

    /// What the books say at the end, and that they add up.
    void books() throws IOException, InterruptedException {
        Path journal = folder.resolve("ledger.journal");
        say("");
        say("--- The books");
        for (JsonNode balance : operator.get("/ledger/balances")) {
            if (balance.path("balance").path("minor").asLong() != 0) {
                say(String.format(Locale.ROOT, "%16s  %s", Amount.shown(balance.path("balance")), balance.path("account").asString()));
            }
        }
        JsonNode verdict = operator.get("/ledger/verify");
        if (!verdict.path("wrong").asString("").isEmpty()) {
            throw new IOException("the ledger was altered: " + verdict.path("wrong").asString());
        }
        say(verdict.path("closedDays").asLong() + " days are closed and chained; " + verdict.path("transfers").asLong() + " transfers are as they were");
        Files.write(journal, operator.bytes("/ledger/export?format=hledger"));
        try {
            Process check = new ProcessBuilder("hledger", "check", "--strict", "-f", journal.toString()).redirectErrorStream(true).start();
            String words = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (check.waitFor() != 0) {
                throw new IOException("hledger refuses the journal:\n" + words);
            }
            say("hledger check --strict: passed");
        } catch (IOException absent) {
            if (String.valueOf(absent.getMessage()).startsWith("hledger refuses")) {
                throw absent;
            }
            say("hledger is not installed here, so nobody else has checked the journal");
        }
    }

    /// How a line of a document came about.
    void explain(String line) throws IOException {
        say("");
        say("--- ./leaseback explain " + line);
        int shown = 0;
        for (JsonNode step : operator.get("/explain?line=" + line)) {
            if (shown++ == 12) {
                say("  ...");
                return;
            }
            say("  ".repeat(step.path("depth").asInt() + 1) + step.path("words").asString(""));
        }
    }

    void say(String words) {
        out.println(words);
        out.flush();
    }

    /// With the day before it.
    void tell(String words) {
        say(today() + "  " + words);
    }

    void indented(String text) {
        text.lines().forEach(line -> say("    | " + line));
    }

    private static String date(String instant) {
        return Instant.parse(instant).atZone(ZONE).toLocalDate().toString();
    }

    @Override
    public void close() throws InterruptedException {
        for (Child agent : agents) {
            agent.stop(Duration.ofSeconds(10));
        }
        operator.close();
        for (AutoCloseable client : clients) {
            try {
                client.close();
            } catch (Exception failed) {
                say("a client did not close: " + failed.getMessage());
            }
        }
        manager.close();
    }
}
