package leaseback.manager.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import leaseback.manager.web.ApiWorld.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A customer proposes something else, says yes to one exact version, and everybody can check it afterwards.
final class NegotiationTest {
    private static final String HALF = "{\"version\":%d,\"leasedBytes\":150000000000}";
    @TempDir Path folder;
    private ApiWorld world;
    private UUID ada;
    private String adas;

    @BeforeEach
    void open() throws Exception {
        world = new ApiWorld(folder);
        ada = world.customer("ada");
        adas = world.tokenOf(ada);
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void halfTheDiskPaysThreeQuartersAndTheLeaseFollows() {
        Reply quote = world.quote(adas, ada);
        Reply second = world.post(adas, quote.text("/href") + "/counter", HALF.formatted(1)).is(201);
        assertThat(second.json().at("/version").asInt()).isEqualTo(2);
        // 4.00: half for the disk, of which half is lent, and half for the hours, which stay.
        assertThat(second.text("/offer")).contains("version 2", "150 GB", "We pay you EUR 3.00", "takes the place of version 1");
        assertThat(second.text("/documentSha256")).isNotEqualTo(quote.text("/documentSha256"));
        assertThat(world.get(adas, quote.text("/href")).is(200).json().at("/version").asInt()).isEqualTo(2);
        assertThat(world.get(adas, quote.text("/href") + "/version").is(200).json().findValuesAsString("name")).isNotEmpty();

        Reply third = world.post(adas, quote.text("/href") + "/counter", "{\"version\":2,\"serving\":" + days("23:00", "05:00") + "}").is(201);
        // Six hours of seven: 4.00 x (1/4 + 6/14) = 2.71; the disk stays as proposed before.
        assertThat(third.text("/offer")).contains("150 GB", "from 23:00 to 05:00", "We pay you EUR 2.71");

        assertThat(world.post(adas, quote.text("/href") + "/accept", "{\"version\":1}").is(409).text("/detail")).contains("version 3, not 1");
        Reply order = world.post(adas, quote.text("/href") + "/accept", "{\"version\":3}").is(201);
        Reply lease = world.get(adas, order.text("/agreement")).is(200);
        assertThat(lease.json().at("/monthlyPay/minor").asLong()).isEqualTo(271);
        assertThat(lease.json().at("/share/bytes").asLong()).isEqualTo(150_000_000_000L);
        Reply built = world.post(world.factoryLine, order.text("/href") + "/build", "").is(200);
        assertThat(new String(java.util.Base64.getDecoder().decode(built.text("/manifest")), StandardCharsets.UTF_8))
                .contains("\"leasedBytes\":150000000000");
    }

    @Test
    void whatIsOutsideTheLimitsIsRefusedWithWhatWouldBeAllowed() {
        Reply quote = world.quote(adas, ada);
        String counter = quote.text("/href") + "/counter";
        assertThat(world.post(adas, counter, "{\"version\":1,\"leasedBytes\":1000}").is(422).text("/detail"))
                .contains("from 67108864 to 1000000000000 bytes of this drive, not 1000");
        assertThat(world.post(adas, counter, "{\"version\":1,\"serving\":" + days("02:00", "03:00") + "}").is(422).text("/detail"))
                .contains("28 hours a week at least, not 7 hours");
        assertThat(world.post(adas, counter, "{\"version\":1}").is(422).text("/detail")).contains("leasedBytes, serving or processor");
        assertThat(world.post(adas, counter, "{\"version\":1,\"serving\":[]}").is(422).text("/detail")).contains("a window at least");
        assertThat(world.post(adas, counter, "{\"leasedBytes\":5}").is(422).text("/detail")).contains("which version");
        assertThat(world.post(adas, counter, HALF.formatted(2)).is(409).text("/detail")).contains("version 1, not 2");
        Reply always = world.post(adas, "/api/quote", "{\"customerId\":\"" + ada
                + "\",\"offeringId\":\"family-tower\",\"planId\":\"always\"}").is(201);
        assertThat(world.post(adas, always.text("/href") + "/counter", HALF.formatted(1)).is(422).text("/detail"))
                .contains("always is not bargained over");
        assertThat(world.count("quote_version")).isZero();
        assertThat(world.get(adas, quote.text("/href")).json().at("/version").asInt()).isEqualTo(1);
        world.post(world.tokenOf(world.customer("eve")), counter, HALF.formatted(1)).is(404);
    }

    @Test
    void noMoreThanTheMostIsPaidHoweverMuchIsLent() {
        Reply quote = world.quote(adas, ada);
        Reply second = world.post(adas, quote.text("/href") + "/counter", "{\"version\":1,\"leasedBytes\":1000000000000,\"serving\":"
                + days("00:00", "00:00") + "}").is(201);
        assertThat(second.text("/offer")).contains("We pay you EUR 8.00", "at all hours");
    }

    @Test
    void theSameProposalTwiceMakesOneVersion() {
        Reply quote = world.quote(adas, ada);
        Reply once = world.post(adas, quote.text("/href") + "/counter", HALF.formatted(1)).is(201);
        assertThat(world.post(adas, quote.text("/href") + "/counter", HALF.formatted(1)).is(201).text("/documentSha256"))
                .isEqualTo(once.text("/documentSha256"));
        assertThat(world.count("quote_version")).isEqualTo(1);
    }

    @Test
    void anAnsweredOrExpiredQuoteIsNotBargainedOver() {
        Reply first = world.quote(adas, ada);
        world.post(adas, first.text("/href") + "/decline", "{\"version\":1}").is(201);
        assertThat(world.post(adas, first.text("/href") + "/counter", HALF.formatted(1)).is(409).text("/detail")).contains("DECLINED");
        Reply second = world.quote(adas, ada);
        world.clock.move(Duration.ofDays(10));
        world.post(adas, second.text("/href") + "/counter", HALF.formatted(1)).is(201);
        world.clock.move(Duration.ofDays(4));
        // A proposal does not make the offer stand longer.
        world.post(adas, second.text("/href") + "/accept", "{\"version\":2}").is(410);
        world.post(adas, second.text("/href") + "/counter", "{\"version\":2,\"leasedBytes\":200000000000}").is(410);
        assertThat(world.get(adas, "/api/agreement/" + second.text("/leaseId")).text("/state/name")).isEqualTo("LAPSED");
    }

    @Test
    void ofAYesAndAProposalAtOnceOneWins() throws Exception {
        for (int round = 0; round < 5; round++) {
            Reply quote = world.quote(adas, ada);
            CountDownLatch go = new CountDownLatch(1);
            List<Integer> statuses = new ArrayList<>();
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<Reply>> answers = List.of("accept", "counter", "accept").stream().map(verb -> threads.submit(() -> {
                    go.await();
                    return world.post(adas, quote.text("/href") + "/" + verb, verb.equals("accept") ? "{\"version\":1}" : HALF.formatted(1));
                })).toList();
                go.countDown();
                for (Future<Reply> answer : answers) {
                    statuses.add(answer.get(30, TimeUnit.SECONDS).status());
                }
            }
            Reply after = world.get(adas, quote.text("/href"));
            if (statuses.get(1) == 201) {
                assertThat(statuses).containsExactly(409, 201, 409);
                assertThat(after.text("/state/name")).isEqualTo("OPEN");
                assertThat(after.json().at("/version").asInt()).isEqualTo(2);
            } else {
                assertThat(statuses).containsExactly(201, 409, 201);
                assertThat(after.text("/state/name")).isEqualTo("ACCEPTED");
                assertThat(after.json().at("/version").asInt()).isEqualTo(1);
            }
        }
        assertThat(world.count("decision")).isEqualTo(world.count("customer_order"));
        assertThat(world.get(world.operator, "/api/decisionChain").is(200).json().has("fault")).isFalse();
    }

    @Test
    void opensslAloneFindsTheEvidenceGenuineAndAChangedWordNot() throws Exception {
        Reply quote = world.quote(adas, ada);
        assertThat(world.get(adas, quote.text("/href") + "/evidence").is(404).text("/detail")).contains("accept or decline");
        world.post(adas, quote.text("/href") + "/accept", """
                {"version":1,"channel":"SHOP","session":"tablet-3","checkboxes":["I lend a part of the drive."]}""").is(201);
        Files.write(folder.resolve("evidence.tar"), world.get(adas, quote.text("/href") + "/evidence").is(200).body());
        assertThat(run("tar xf evidence.tar")).isZero();
        assertThat(Files.readString(folder.resolve("decision.json"))).contains("\"checkboxes\":[\"I lend a part of the drive.\"]",
                "\"session\":\"tablet-3\"", "\"language\":\"en\"", "\"termsVersion\":\"nights/1\"",
                "EUR 620.10 with the lease, EUR 689.00 without; EUR 4.00 paid to you", "\"number\":1", "0".repeat(64));
        assertThat(Files.readAllBytes(folder.resolve("offer.txt")))
                .isEqualTo(world.get(adas, quote.text("/href") + "/document").is(200).body());
        List<String> commands = Files.readAllLines(folder.resolve("README.txt")).stream().filter(line -> line.startsWith("    "))
                .map(String::strip).toList();
        assertThat(commands).hasSize(3);
        for (String command : commands) {
            assertThat(run(command)).as(command).isZero();
        }
        Files.writeString(folder.resolve("offer.txt"), Files.readString(folder.resolve("offer.txt")).replace("EUR 4.00", "EUR 1.00"));
        assertThat(run(commands.get(1))).isNotZero();
        Files.writeString(folder.resolve("decision.json"), Files.readString(folder.resolve("decision.json")).replace("tablet-3", "tablet-4"));
        assertThat(run(commands.get(0))).isNotZero();
        world.get(world.tokenOf(world.customer("eve")), quote.text("/href") + "/evidence").is(404);
    }

    @Test
    void aDecisionTakenOutOrChangedShows() {
        for (String verb : List.of("accept", "decline", "accept")) {
            world.post(adas, world.quote(adas, ada).text("/href") + "/" + verb, "{\"version\":1}").is(201);
        }
        Reply whole = world.get(world.operator, "/api/decisionChain").is(200);
        assertThat(whole.json().at("/length").asLong()).isEqualTo(3);
        assertThat(whole.json().has("fault")).isFalse();
        world.get(adas, "/api/decisionChain").is(403);
        change("update decision set evidence = convert_to(replace(convert_from(evidence, 'UTF8'), 'DECLINED', 'ACCEPTED'), 'UTF8')"
                + " where chain_number = 2");
        assertThat(world.get(world.operator, "/api/decisionChain").text("/fault")).contains("number 3 does not follow");
        change("delete from decision where chain_number = 2");
        assertThat(world.get(world.operator, "/api/decisionChain").text("/fault")).contains("number 2 is missing");
        change("delete from decision where chain_number >= 2");
        assertThat(world.get(world.operator, "/api/decisionChain").text("/fault")).contains("has 3 decisions", "number 1");
    }

    @Test
    void aQualificationSaysNoWithAllItsReasons() {
        String question = "{\"customerId\":\"" + ada + "\",\"planId\":\"nights\",\"upstreamKbits\":%s}";
        Reply yes = world.post(adas, "/api/offerQualification", question.formatted("10000")).is(200);
        assertThat(yes.text("/result")).isEqualTo("qualified");
        assertThat(world.post(adas, "/api/offerQualification", question.formatted("null")).is(200).json().toString())
                .contains("unqualified", "tell us how fast");
        world.post(adas, "/api/customer/" + ada + "/flag", "{\"flag\":\"minor\",\"set\":true}").is(403);
        world.post(world.operator, "/api/customer/" + ada + "/flag", "{\"flag\":\"minor\",\"set\":true}").is(200);
        assertThat(world.post(adas, "/api/offerQualification", question.formatted("500")).is(200).json().toString())
                .contains("unqualified", "500 kbit/s; at least 2000", "a parent can");
        assertThat(world.post(adas, "/api/quote", "{\"customerId\":\"" + ada
                + "\",\"offeringId\":\"family-tower\",\"planId\":\"nights\"}").is(422).text("/detail")).contains("under age");
        world.post(world.operator, "/api/customer/" + ada + "/flag", "{\"flag\":\"minor\",\"set\":false}").is(200);
        world.quote(adas, ada);
        assertThat(world.post(adas, "/api/offerQualification", "{}").is(422).text("/detail")).contains("customerId and planId");
        assertThat(world.post(adas, "/api/offerQualification", question.formatted("1").replace("nights", "never")).is(422).text("/detail"))
                .contains("never");
    }

    @Test
    void aPlanMayAskForABatteryThatLasts() {
        String plan = world.get(world.operator, "/api/leasePlan/nights").is(200).json().toString()
                .replace("\"kind\":\"LEASES_AT_MOST\",\"most\":20", "\"kind\":\"BACKUP_POWER\",\"leastMinutes\":15")
                .replaceAll("\\{\"kind\":\"UPSTREAM\"[^}]*\\},?", "");
        world.post(world.operator, "/api/leasePlan", plan).is(201);
        String question = "{\"customerId\":\"" + ada + "\",\"planId\":\"nights\",%s}";
        assertThat(asked(question, "\"batteryMinutes\":15")).contains("\"qualified\"");
        assertThat(asked(question, "\"batteryMinutes\":14")).contains("unqualified", "keeps it on for 14 minutes; at least 15 are needed");
        assertThat(asked(question, "\"country\":\"DE\"")).contains("unqualified", "tell us how long");
        String host = UUID.randomUUID().toString();
        assertThat(world.post(adas, "/api/offerQualification", question.formatted("\"hostId\":\"" + host + "\"")).is(422).text("/detail"))
                .contains("no host " + host);
        Reply quote = world.quote(adas, ada);
        change("insert into host (id, alias, serial, machine_id, owner_id, lease_id, state, enrolled_at) values ('" + host
                + "', 0, 'LB-1', gen_random_uuid(), '" + ada + "', '" + quote.text("/leaseId") + "', 'ACTIVE', now())");
        assertThat(asked(question, "\"hostId\":\"" + host + "\"")).contains("unqualified", "keeps it on for 0 minutes");
        // It tells what is in it; what the machine draws is in the offer.
        change("update host set battery_percent = 90, battery_discharging = false, battery_milliwatt_hours = 40000");
        assertThat(asked(question, "\"hostId\":\"" + host + "\"")).contains("\"qualified\"");
        change("update host set battery_discharging = true, battery_minutes = 3");
        assertThat(asked(question, "\"hostId\":\"" + host + "\"")).contains("keeps it on for 3 minutes");
    }

    private String asked(String question, String fact) {
        return world.post(adas, "/api/offerQualification", question.formatted(fact)).is(200).json().toString();
    }

    @Test
    void whatSpeaksAgainstTheCustomerSinceTheQuoteWasMadeStopsTheYesAndNotTheNo() {
        Reply quote = world.quote(adas, ada);
        world.post(world.operator, "/api/customer/" + ada + "/flag", "{\"flag\":\"sanctioned\",\"set\":true}").is(200);
        assertThat(world.post(adas, quote.text("/href") + "/accept", "{\"version\":1}").is(409).text("/detail"))
                .contains("no longer for this customer");
        assertThat(world.count("decision")).isZero();
        assertThat(world.count("customer_order")).isZero();
        world.post(adas, quote.text("/href") + "/decline", "{\"version\":1}").is(201);
    }

    @Test
    void ofTwoYesesAtOnceTheSecondCountsTheFirst() throws Exception {
        String one = world.get(world.operator, "/api/leasePlan/nights").is(200).json().toString()
                .replace("\"kind\":\"LEASES_AT_MOST\",\"most\":20", "\"kind\":\"LEASES_AT_MOST\",\"most\":1");
        assertThat(one).contains("\"most\":1}");
        world.post(world.operator, "/api/leasePlan", one).is(201);
        List<Reply> quotes = List.of(world.quote(adas, ada), world.quote(adas, ada), world.quote(adas, ada));
        CountDownLatch go = new CountDownLatch(1);
        List<Integer> statuses = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Reply>> answers = quotes.stream().map(quote -> threads.submit(() -> {
                go.await();
                return world.post(adas, quote.text("/href") + "/accept", "{\"version\":1}");
            })).toList();
            go.countDown();
            for (Future<Reply> answer : answers) {
                statuses.add(answer.get(30, TimeUnit.SECONDS).status());
            }
        }
        assertThat(statuses).containsExactlyInAnyOrder(201, 409, 409);
        assertThat(world.get(world.operator, "/api/decisionChain").json().at("/length").asLong()).isEqualTo(1);
    }

    @Test
    void aModemIsBoughtAndInternetIsCheaperWithTheLease() {
        String asked = "{\"customerId\":\"" + ada + "\",\"offeringId\":\"corner-server\",\"planId\":\"after-hours\",\"items\":[%s]}";
        Reply quote = world.post(adas, "/api/quote", asked.formatted("\"modem\",\"internet-100\"")).is(201);
        assertThat(quote.json().at("/declined/total/minor").asLong()).isEqualTo(149900 + 6900);
        assertThat(quote.text("/offer")).contains("Modem: EUR 69.00", "EUR 25.00 with the lease and EUR 35.00 without",
                "Credit for the lease: Internet access");
        Reply counter = world.post(adas, quote.text("/href") + "/counter", "{\"version\":1,\"leasedBytes\":400000000000}").is(201);
        assertThat(counter.text("/offer")).contains("Modem: EUR 69.00", "Every month, beside the machine, EUR 25.00");
        Reply order = world.post(adas, quote.text("/href") + "/decline", "{\"version\":2}").is(201);
        assertThat(order.json().at("/monthly").findValuesAsString("text")).containsExactly("Internet access, 100 Mbit/s, 20 up");
        assertThat(world.post(adas, "/api/quote", asked.formatted("\"abacus\"")).is(422).text("/detail")).contains("abacus", "productItem");
        world.post(adas, "/api/productItem", "{}").is(403);
        world.post(world.operator, "/api/productItem",
                "{\"id\":\"mouse\",\"kind\":\"ACCESSORY\",\"name\":\"Mouse\",\"price\":{\"minor\":900,\"currency\":\"EUR\"}}").is(201);
        assertThat(world.get(adas, "/api/productItem").is(200).json().findValuesAsString("id"))
                .containsExactly("internet-100", "modem", "mouse", "next-day-service");
    }

    private void change(String sql) {
        world.database.transact(handle -> handle.execute(sql));
    }

    private int run(String command) throws Exception {
        Process process = new ProcessBuilder("sh", "-c", command).directory(folder.toFile()).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private static String days(String from, String to) {
        List<String> windows = new ArrayList<>();
        for (java.time.DayOfWeek day : java.time.DayOfWeek.values()) {
            windows.add("{\"day\":\"" + day + "\",\"from\":\"" + from + "\",\"to\":\"" + to + "\"}");
        }
        return "[" + String.join(",", windows) + "]";
    }
}
