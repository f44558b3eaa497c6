package leaseback.manager.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import leaseback.manager.web.ApiWorld.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A lease comes to its end: three letters, a second incentive, and a yes, a no or silence.
final class RenewalTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final String YES = "{\"version\":%d,\"decision\":\"ACCEPTED\"}";
    @TempDir Path folder;
    private ApiWorld world;
    private UUID ada;
    private String adas;
    private String agreement;
    private UUID lease;

    @BeforeEach
    void aRunningLease() throws Exception {
        world = new ApiWorld(folder);
        // A year instead of two; the first letter offers more of the same, the second one a bonus, the third one more pay besides.
        String plan = world.get(world.operator, "/api/leasePlan/nights").is(200).json().toString()
                .replace("\"termMonths\":24", "\"termMonths\":12").replaceFirst(",\"renewal\":\\[]", "");
        world.post(world.operator, "/api/leasePlan", plan.substring(0, plan.length() - 1) + """
                ,"renewal":[
                 {"daysBefore":30,"incentives":[{"kind":"PAYOUT_MONTHLY","amount":{"minor":400,"currency":"EUR"}},
                   {"kind":"RENEWAL_BONUS","amount":{"minor":2500,"currency":"EUR"}}]},
                 {"daysBefore":7,"termMonths":24,"share":{"kind":"PERCENT","percent":20},
                   "incentives":[{"kind":"PAYOUT_MONTHLY","amount":{"minor":550,"currency":"EUR"}},
                   {"kind":"RENEWAL_BONUS","amount":{"minor":2500,"currency":"EUR"}}]}]}""").is(201);
        ada = world.customer("ada");
        adas = world.tokenOf(ada);
        Reply order = world.post(adas, world.quote(adas, ada).text("/href") + "/accept", "{\"version\":1}").is(201);
        agreement = order.text("/agreement");
        lease = UUID.fromString(order.text("/leaseId"));
        world.post(world.factoryLine, order.text("/href") + "/build", "{}").is(200);
        world.post(world.factoryLine, order.text("/href") + "/deliver", "").is(200);
        world.database.transact(handle -> {
            world.leases.enrolled(handle, lease, world.clock.instant());
            return 0;
        });
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void threeLettersBringBetterOffersAndTheLastOneIsTaken() throws Exception {
        Instant end = end();
        to(before(end, 90).minusSeconds(1));
        assertThat(world.get(adas, agreement + "/renewal").is(200).json().size()).isZero();
        assertThat(world.post(adas, agreement + "/renewal", YES.formatted(1)).is(409).text("/detail")).contains("90 days before");

        to(before(end, 90));
        Reply first = world.get(adas, agreement + "/renewal").is(200);
        assertThat(first.json().at("/0/version").asInt()).isEqualTo(1);
        assertThat(first.text("/0/expiresAt")).isEqualTo(end.toString());
        // The discount and the larger drive of the sale were given once; pay and support go on.
        assertThat(first.text("/0/offer")).contains("EUR 4.00", "as today", "For 12 months more").doesNotContain("less for the machine");
        to(before(end, 30));
        Reply second = world.get(adas, agreement + "/renewal").is(200);
        assertThat(second.json().at("/0/version").asInt()).isEqualTo(2);
        assertThat(second.text("/0/offer")).contains("We pay you EUR 25.00 each time you renew", "takes the place of version 1");
        assertThat(world.post(adas, agreement + "/renewal", YES.formatted(1)).is(409).text("/detail")).contains("stands at version 2, not 1");
        to(before(end, 7));
        Reply third = world.get(adas, agreement + "/renewal").is(200);
        assertThat(third.json().at("/0/version").asInt()).isEqualTo(3);
        assertThat(third.text("/0/offer")).contains("EUR 5.50; today EUR 4.00", "400 GB; today 300 GB", "For 24 months more");
        assertThat(world.get(adas, third.text("/0/href") + "/version").is(200).json().size()).isEqualTo(2);
        Reply letters = world.get(adas, "/api/letter").is(200);
        assertThat(letters.json().findValuesAsString("about")).containsExactly(about(end, 90), about(end, 30), about(end, 7));
        assertThat(letters.text("/2/text")).contains("In 7 days", "answer version 3", "If you do not answer, the lease ends");

        world.post(world.tokenOf(world.customer("eve")), agreement + "/renewal", YES.formatted(3)).is(404);
        Reply yes = world.post(adas, agreement + "/renewal", """
                {"version":3,"decision":"ACCEPTED","channel":"PHONE","checkboxes":["I go on."]}""").is(200);
        assertThat(yes.text("/state/name")).isEqualTo("ACCEPTED");
        assertThat(world.post(adas, agreement + "/renewal", YES.formatted(3)).is(200).text("/state/at")).isEqualTo(yes.text("/state/at"));
        assertThat(world.post(adas, agreement + "/renewal", "{\"version\":3,\"decision\":\"DECLINED\"}").is(409).text("/detail"))
                .contains("an answer is final");
        evidenceHolds(yes.text("/href"));

        to(end);
        Reply renewed = world.get(adas, agreement).is(200);
        assertThat(renewed.text("/state/name")).isEqualTo("ACTIVE");
        assertThat(renewed.json().at("/monthlyPay/minor").asLong()).isEqualTo(550);
        assertThat(renewed.json().at("/state/leasedBytes").asLong()).isEqualTo(400_000_000_000L);
        Reply terms = world.get(adas, agreement + "/terms").is(200);
        assertThat(terms.json().findValuesAsString("why")).containsExactly("as offered", "renewed");
        assertThat(terms.json().at("/1/plan/incentives").findValuesAsString("kind")).contains("RENEWAL_BONUS");
        assertThat(end()).isEqualTo(end.atZone(BERLIN).plusMonths(24).toInstant());
    }

    @Test
    void threeTermsInARowFollowWithoutAGap() {
        for (int cycle = 1; cycle <= 3; cycle++) {
            Instant end = end();
            to(before(end, 90));
            assertThat(world.get(adas, agreement + "/renewal").json().size()).isEqualTo(cycle);
            to(before(end, 30));
            world.post(adas, agreement + "/renewal", YES.formatted(cycle == 1 ? 2 : 1)).is(200);
            to(before(end, 7));
            to(end);
            assertThat(world.get(adas, agreement).text("/state/name")).isEqualTo("ACTIVE");
        }
        assertThat(end()).isEqualTo(Instant.parse("2026-11-22T12:00:00Z").atZone(BERLIN).plusMonths(48).toInstant());
        assertThat(world.get(adas, agreement + "/terms").json().findValuesAsString("why"))
                .containsExactly("as offered", "renewed", "renewed", "renewed");
        assertThat(world.get(adas, "/api/letter").json().size()).isEqualTo(6);
        assertThat(world.get(world.operator, "/api/decisionChain").json().has("fault")).isFalse();
        assertThat(world.get(world.operator, "/api/decisionChain").json().at("/length").asLong()).isEqualTo(4);
    }

    @Test
    void aNoStopsTheLettersAndTheLeaseEndsAtItsTerm() {
        Instant end = end();
        to(before(end, 90));
        world.post(adas, agreement + "/renewal", "{\"version\":1,\"decision\":\"DECLINED\"}").is(200);
        to(before(end, 30));
        to(before(end, 7));
        assertThat(world.get(adas, "/api/letter").json().size()).isEqualTo(1);
        to(end);
        assertThat(world.get(adas, agreement).text("/state/name")).isEqualTo("STANDING_DOWN");
        assertThat(world.get(adas, agreement).text("/state/ending")).isEqualTo("EXPIRED");
    }

    @Test
    void silenceIsANoAndAfterwardsAFreshQuoteIsPossible() {
        Instant end = end();
        to(before(end, 90));
        to(end);
        assertThat(world.get(adas, agreement).text("/state/ending")).isEqualTo("EXPIRED");
        assertThat(world.post(adas, agreement + "/renewal", YES.formatted(1)).is(410).text("/detail")).contains("ask for a new offer");
        assertThat(world.quote(adas, ada).text("/state/name")).isEqualTo("OPEN");
    }

    @Test
    void whoHasGivenNoticeIsNotAskedAndWhoIsSuspendedIsAskedWhenCured() {
        Instant end = end();
        to(before(end, 90).minus(Duration.ofDays(1)));
        act(() -> world.database.transact(handle -> {
            world.leases.warn(handle, lease, "presence", "test", "away");
            return 0;
        }));
        to(before(end, 90));
        to(before(end, 90).plus(Duration.ofDays(7)));
        assertThat(world.get(adas, agreement).text("/state/name")).isEqualTo("SUSPENDED");
        // The warned one was told at T-90; its yes waits until it is cured.
        assertThat(world.post(adas, agreement + "/renewal", YES.formatted(1)).is(409).text("/detail")).contains("put that right first");
        act(() -> world.database.transact(handle -> {
            world.leases.cure(handle, lease, "test", "back");
            return 0;
        }));
        world.post(adas, agreement + "/notice", "").is(200);
        assertThat(world.post(adas, agreement + "/renewal", YES.formatted(1)).is(409).text("/detail")).contains("NOTICE_BY_CUSTOMER");
        to(before(end, 30));
        assertThat(world.get(adas, "/api/letter").json().size()).isEqualTo(1);
    }

    @Test
    void aSuspendedLeaseIsOfferedNothingUntilItIsCured() {
        Instant end = end();
        to(before(end, 90).minus(Duration.ofDays(8)));
        act(() -> world.database.transact(handle -> {
            world.leases.warn(handle, lease, "presence", "test", "away");
            return 0;
        }));
        to(world.clock.instant().plus(Duration.ofDays(7)));
        to(before(end, 90));
        assertThat(world.get(adas, agreement + "/renewal").json().size()).isZero();
        act(() -> world.database.transact(handle -> {
            world.leases.cure(handle, lease, "test", "back");
            return 0;
        }));
        to(before(end, 90).plus(Duration.ofDays(7)));
        assertThat(world.get(adas, agreement + "/renewal").json().size()).isEqualTo(1);
    }

    @Test
    void aPlanWhoseRenewalCannotBeIsRefusedWithWhatToChange() {
        String plan = world.get(world.operator, "/api/leasePlan/always").is(200).json().toString().replaceFirst(",\"renewal\":\\[]", "");
        String start = plan.substring(0, plan.length() - 1) + ",\"renewal\":[";
        assertThat(world.post(world.operator, "/api/leasePlan", start + "{\"daysBefore\":60}]}").is(422).text("/detail"))
                .contains("90, 30 or 7 days");
        assertThat(world.post(world.operator, "/api/leasePlan", start
                + "{\"daysBefore\":90,\"incentives\":[{\"kind\":\"DISCOUNT_PURCHASE\",\"percent\":5}]}]}").is(422).text("/detail"))
                .contains("RENEWAL_BONUS");
        assertThat(world.post(world.operator, "/api/leasePlan", start + "{\"daysBefore\":7},{\"daysBefore\":7}]}").is(422).text("/detail"))
                .contains("two steps");
        assertThat(world.post(adas, agreement + "/renewal", "{\"version\":1}").is(422).text("/detail")).contains("\"decision\":\"ACCEPTED\"");
    }

    private void evidenceHolds(String href) throws Exception {
        Files.write(folder.resolve("evidence.tar"), world.get(adas, href + "/evidence").is(200).body());
        assertThat(run("tar xf evidence.tar")).isZero();
        assertThat(Files.readString(folder.resolve("decision.json"))).contains("\"about\":\"RENEWAL\"", "\"channel\":\"PHONE\"", "I go on.",
                "\"agreementId\":\"" + lease + "\"");
        List<String> commands = Files.readAllLines(folder.resolve("README.txt")).stream().filter(line -> line.startsWith("    "))
                .map(String::strip).toList();
        for (String command : commands) {
            assertThat(run(command)).as(command).isZero();
        }
        assertThat(world.get(world.operator, "/api/decisionChain").is(200).json().has("fault")).isFalse();
    }

    private int run(String command) throws Exception {
        Process process = new ProcessBuilder("sh", "-c", command).directory(folder.toFile()).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private Instant end() {
        return Instant.parse(world.get(adas, agreement).is(200).text("/state/term/to"));
    }

    private String about(Instant end, int days) {
        return "renewal:" + lease + ":" + end.atZone(BERLIN).toLocalDate() + ":T-" + days;
    }

    private static Instant before(Instant end, int days) {
        return end.atZone(BERLIN).minusDays(days).toInstant();
    }

    private void to(Instant instant) {
        world.clock.move(Duration.between(world.clock.instant(), instant));
        world.timetable.run();
    }

    private void act(Runnable act) {
        act.run();
        world.timetable.run();
    }
}
