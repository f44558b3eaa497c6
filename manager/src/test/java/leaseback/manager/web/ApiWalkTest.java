package leaseback.manager.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import leaseback.manager.order.ClaimCodes.Outcome;
import leaseback.manager.web.ApiWorld.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// From the catalogue to the running lease, and the machine whose buyer says no.
final class ApiWalkTest {
    @TempDir Path folder;
    private ApiWorld world;

    @BeforeEach
    void open() throws Exception {
        world = new ApiWorld(folder);
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void anAcceptedMachineIsBuiltDeliveredAndLeasedBack() {
        UUID ada = world.customer("ada");
        String adas = world.tokenOf(ada);
        assertThat(world.get(adas, "/api/productOffering").is(200).json().findValuesAsString("id"))
                .contains("family-tower", "ssd-1tb");
        assertThat(world.get(adas, "/api/leasePlan").is(200).json().findValuesAsString("id")).contains("nights");

        Reply quote = world.quote(adas, ada);
        String id = quote.text("/id");
        // 689.00 with the drive, less ten percent; the drive is upgraded from 1 TB to 2 TB for nothing.
        assertThat(quote.json().at("/declined/total/minor").asLong()).isEqualTo(68900);
        assertThat(quote.json().at("/accepted/total/minor").asLong()).isEqualTo(62010);
        assertThat(quote.text("/state/name")).isEqualTo("OPEN");

        Reply order = world.post(adas, "/api/quote/" + id + "/accept",
                "{\"version\":1,\"documentSha256\":\"" + quote.text("/documentSha256") + "\",\"channel\":\"WEB\"}").is(201);
        String orderPath = order.text("/href");
        String agreement = order.text("/agreement");
        assertThat(order.text("/number")).startsWith("O-");
        assertThat(order.json().at("/total/minor").asLong()).isEqualTo(62010);
        assertThat(order.text("/state/name")).isEqualTo("ACKNOWLEDGED");
        assertThat(world.get(adas, "/api/quote/" + id).text("/state/name")).isEqualTo("ACCEPTED");
        assertThat(world.get(adas, "/api/customer/" + ada).json().at("/roles").toString()).contains("HOST", "USER");

        Reply built = world.post(world.factoryLine, orderPath + "/build", "{\"serial\":\"LB-000123\"}").is(200);
        JsonNode manifest = json(Base64.getDecoder().decode(built.text("/manifest")));
        assertThat(manifest.at("/serial").asString()).isEqualTo("LB-000123");
        assertThat(manifest.at("/leaseBack/leasedBytes").asLong()).isEqualTo(300_000_000_000L);
        assertThat(manifest.at("/leaseBack/managerUrl").asString()).isEqualTo("https://127.0.0.1:8443");
        assertThat(manifest.at("/leaseBack/caPem").asString()).isEqualTo(ApiWorld.CA_PEM);
        assertThat(manifest.at("/firmware/RtcWake").asString()).isEqualTo("Enabled");
        assertThat(manifest.at("/bill").toString()).contains("2 TB").doesNotContain("1 TB").contains("agent")
                .contains("Lease partition");
        String code = built.text("/claimCode");
        assertThat(new String(world.get(world.factoryLine, orderPath + "/manifest").is(200).body(), StandardCharsets.UTF_8))
                .doesNotContain(code);

        assertThat(redeem(code)).isInstanceOf(Outcome.Undelivered.class);
        assertThat(world.post(world.factoryLine, orderPath + "/deliver", "{}").is(200).text("/state/name"))
                .isEqualTo("DELIVERED");
        assertThat(redeem(code)).isEqualTo(new Outcome.Redeemed(UUID.fromString(built.text("/machineId")), "LB-000123",
                UUID.fromString(order.text("/leaseId")), ada, null));
        world.database.transact(handle -> {
            world.leases.enrolled(handle, UUID.fromString(order.text("/leaseId")), world.clock.instant());
            return 0;
        });
        Reply running = world.get(adas, agreement).is(200);
        assertThat(running.text("/state/name")).isEqualTo("ACTIVE");
        assertThat(running.json().at("/history").findValuesAsString("to"))
                .containsExactly("OFFERED", "ACCEPTED", "CONFIGURED", "DELIVERED", "ACTIVE");
        assertThat(running.json().at("/history").findValuesAsString("actor"))
                .containsExactly("customer:" + ada, "customer:" + ada, "factory:line-1", "factory:line-1", "agent");
        assertThat(world.get(world.operator, "/api/audit").json().findValuesAsString("act"))
                .contains("add customer", "make quote", "accept quote", "build machine", "deliver machine", "redeem claim code");
        assertThat(world.get(world.operator, "/api/status").json().at("/leases/ACTIVE").asLong()).isEqualTo(1);
    }

    @Test
    void aDeclinedMachineIsSmallerAndKnowsNothingOfUs() {
        UUID bob = world.customer("bob");
        Reply quote = world.quote(world.operator, bob);
        Reply order = world.post(world.operator, "/api/quote/" + quote.text("/id") + "/decline", "{\"version\":1}").is(201);
        assertThat(order.json().has("leaseId")).isFalse();
        assertThat(order.json().at("/total/minor").asLong()).isEqualTo(68900);
        Reply built = world.post(world.factoryLine, order.text("/href") + "/build", "").is(200);
        assertThat(built.json().has("claimCode")).isFalse();
        JsonNode manifest = json(Base64.getDecoder().decode(built.text("/manifest")));
        assertThat(manifest.at("/leaseBack").isNull()).isTrue();
        assertThat(manifest.at("/firmware/RtcWake").asString()).isEqualTo("Disabled");
        assertThat(manifest.at("/bill").toString()).contains("1 TB").doesNotContain("2 TB", "agent", "partition");
        world.post(world.factoryLine, order.text("/href") + "/deliver", "").is(200);
        assertThat(world.get(world.operator, "/api/agreement/" + quote.text("/leaseId")).text("/state/name"))
                .isEqualTo("DECLINED");
        assertThat(world.count("claim_code")).isZero();
        assertThat(world.get(world.operator, "/api/customer/" + bob).json().at("/roles").toString()).doesNotContain("HOST");
    }

    @Test
    void theOfferSaysInPlainWordsWhatIsAskedAndGiven() {
        Reply quote = world.quote(world.operator, world.customer("ada"));
        assertThat(quote.text("/offer"))
                .contains("15 % of the drive", "300 GB", "every day from 22:00 to 05:00", "every day from 23:00 to 07:00",
                "You pay 10 % less", "We pay you EUR 4.00", "free technical and hardware support",
                        "EUR 620.10 with the lease and EUR 689.00 without",
                // 28 W for 49 hours a week, 4.348 weeks a month
                "28 W for 49 hours a week is 6.0 kWh a month, EUR 1.91", "after 24 months", "30 days ahead", "silence is a no");
        byte[] document = world.get(world.operator, quote.text("/href") + "/document").is(200).body();
        assertThat(new String(document, StandardCharsets.UTF_8)).isEqualTo(quote.text("/offer"));
    }

    @Test
    void aDevelopersMachineLeasesTheBytesItNames() {
        UUID ada = world.customer("ada");
        String asked = "{\"customerId\":\"" + ada
                + "\",\"offeringId\":\"corner-server\",\"planId\":\"always\",\"zone\":\"UTC\",\"leasedBytes\":%s}";
        Reply quote = world.post(world.operator, "/api/quote", asked.formatted("2147483648")).is(201);
        String order = world.post(world.operator, quote.text("/href") + "/accept", "{\"version\":1}").is(201).text("/href");
        Reply built = world.post(world.operator, order + "/build", "{}").is(200);
        assertThat(json(Base64.getDecoder().decode(built.text("/manifest"))).at("/leaseBack/leasedBytes").asLong())
                .isEqualTo(2147483648L);
        assertThat(world.post(world.operator, "/api/quote", asked.formatted("1000")).is(422).text("/detail"))
                .contains("from 67108864 to 1000000000000 bytes, not 1000");
    }

    @Test
    void theFactoryIsShownTheClaimCodeOnceAndTheSameManifestAgain() {
        String order = accepted(world.customer("ada"));
        Reply first = world.post(world.factoryLine, order + "/build", "").is(200);
        Reply again = world.post(world.factoryLine, order + "/build", "{}").is(200);
        assertThat(first.json().has("claimCode")).isTrue();
        assertThat(again.json().has("claimCode")).isFalse();
        assertThat(again.text("/manifest")).isEqualTo(first.text("/manifest"));
        assertThat(world.post(world.factoryLine, order + "/build", "{\"serial\":\"OTHER-1\"}").is(409).text("/detail"))
                .contains("OTHER-1");
        String second = accepted(world.customer("bob"));
        assertThat(world.post(world.factoryLine, second + "/build", "{\"serial\":\"" + first.text("/serial") + "\"}").is(409)
                .text("/detail"))
                .contains("taken");
        assertThat(world.count("machine")).isEqualTo(1);
    }

    @Test
    void opensslFindsTheManifestAndTheDecisionGenuine() throws Exception {
        UUID ada = world.customer("ada");
        Reply quote = world.quote(world.operator, ada);
        String order = world.post(world.operator, quote.text("/href") + "/accept", "{\"version\":1}").is(201).text("/href");
        world.post(world.factoryLine, order + "/build", "").is(200);
        Path key = Files.write(folder.resolve("provider.pem"), world.get("", "/api/signingKey").is(200).body());
        Path manifest = Files.write(folder.resolve("manifest"), world.get(world.factoryLine, order + "/manifest").is(200).body());
        Path manifestSig = Files.write(folder.resolve("manifest.sig"), world.get(world.factoryLine, order + "/manifest.sig")
                .is(200).body());
        assertThat(openssl(key, manifestSig, manifest)).isZero();
        Path decision = Files.write(folder.resolve("decision"), world.get(world.operator, quote.text("/href") + "/decision")
                .is(200).body());
        Path decisionSig = Files.write(folder.resolve("decision.sig"),
                world.get(world.operator, quote.text("/href") + "/decision.sig").is(200).body());
        assertThat(openssl(key, decisionSig, decision)).isZero();
        assertThat(json(Files.readAllBytes(decision)).at("/documentSha256").asString()).isEqualTo(quote.text("/documentSha256"));
        Files.writeString(manifest, Files.readString(manifest).replace("300000000000", "900000000000"));
        assertThat(openssl(key, manifestSig, manifest)).isNotZero();
    }

    @Test
    void theFirstAnswerStands() {
        Reply quote = world.quote(world.operator, world.customer("ada"));
        String path = quote.text("/href");
        Reply once = world.post(world.operator, path + "/accept", "{\"version\":1}").is(201);
        assertThat(world.post(world.operator, path + "/accept", "{\"version\":1}").is(201).text("/id"))
                .isEqualTo(once.text("/id"));
        assertThat(world.post(world.operator, path + "/decline", "{\"version\":1}").is(409).text("/detail"))
                .contains("was ACCEPTED", "new quote");
        assertThat(world.count("customer_order")).isEqualTo(1);
    }

    @Test
    void ofYesAndNoAtOnceOneWins() throws Exception {
        Reply quote = world.quote(world.operator, world.customer("ada"));
        CountDownLatch go = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Reply>> answers = List.of("accept", "decline", "accept", "decline").stream()
                    .map(verb -> threads.submit(() -> {
                go.await();
                return world.post(world.operator, quote.text("/href") + "/" + verb, "{\"version\":1}");
            })).toList();
            go.countDown();
            int[] statuses = new int[4];
            for (int i = 0; i < 4; i++) {
                statuses[i] = answers.get(i).get(30, TimeUnit.SECONDS).status();
            }
            assertThat(statuses).containsExactlyInAnyOrder(201, 201, 409, 409);
            assertThat(statuses[0]).isEqualTo(statuses[2]);
        }
        assertThat(world.count("customer_order")).isEqualTo(1);
        assertThat(world.count("decision")).isEqualTo(1);
    }

    @Test
    void onlyTheVersionAndTheWordsThatWereReadCanBeAnswered() {
        Reply quote = world.quote(world.operator, world.customer("ada"));
        assertThat(world.post(world.operator, quote.text("/href") + "/accept", "{\"version\":2}").is(409).text("/detail"))
                .contains("version 1");
        assertThat(world.post(world.operator, quote.text("/href") + "/accept", "{\"version\":1,\"documentSha256\":\"00\"}")
                .is(409).text("/detail"))
                .contains(quote.text("/documentSha256"));
        assertThat(world.post(world.operator, quote.text("/href") + "/accept", "{}").is(422).text("/detail")).contains("version");
        assertThat(world.count("customer_order")).isZero();
    }

    @Test
    void silenceIsANo() {
        Reply quote = world.quote(world.operator, world.customer("ada"));
        world.clock.move(Duration.ofDays(14));
        assertThat(world.get(world.operator, quote.text("/href")).text("/state/name")).isEqualTo("EXPIRED");
        assertThat(world.get(world.operator, "/api/agreement/" + quote.text("/leaseId")).text("/state/name")).isEqualTo("LAPSED");
        assertThat(world.post(world.operator, quote.text("/href") + "/accept", "{\"version\":1}").is(410).text("/detail"))
                .contains("new quote");
        assertThat(world.count("customer_order")).isZero();
    }

    @Test
    void nothingIsDeliveredThatWasNotBuilt() {
        String order = accepted(world.customer("ada"));
        assertThat(world.post(world.factoryLine, order + "/deliver", "").is(409).text("/detail"))
                .contains("from ACKNOWLEDGED it can become CONFIGURED");
        assertThat(world.get(world.factoryLine, order + "/manifest").is(404).text("/detail")).contains("/build");
        world.post(world.factoryLine, order + "/build", "").is(200);
        String delivered = world.post(world.factoryLine, order + "/deliver", "").is(200).text("/state/at");
        world.clock.move(Duration.ofHours(1));
        assertThat(world.post(world.factoryLine, order + "/deliver", "").is(200).text("/state/at")).isEqualTo(delivered);
    }

    @Test
    void aLostClaimCodeIsReplacedUntilTheMachineHasEnrolled() {
        String order = accepted(world.customer("ada"));
        assertThat(world.post(world.factoryLine, order + "/claimCode", "").is(409).text("/detail")).contains("not built yet");
        Reply first = world.post(world.factoryLine, order + "/build", "").is(200);
        world.post(world.factoryLine, order + "/deliver", "").is(200);
        world.clock.move(Duration.ofDays(90));
        assertThat(redeem(first.text("/claimCode"))).isInstanceOf(Outcome.Expired.class);
        Reply second = world.post(world.operator, order + "/claimCode", "").is(200);
        assertThat(second.text("/serial")).isEqualTo(first.text("/serial"));
        assertThat(second.text("/manifest")).isNotEqualTo(first.text("/manifest"));
        assertThat(redeem(first.text("/claimCode"))).isInstanceOf(Outcome.Unknown.class);
        assertThat(redeem(second.text("/claimCode"))).isInstanceOf(Outcome.Redeemed.class);
        assertThat(world.post(world.operator, order + "/claimCode", "").is(409).text("/detail")).contains("has enrolled");
    }

    private String accepted(UUID customer) {
        Reply quote = world.quote(world.operator, customer);
        return world.post(world.operator, quote.text("/href") + "/accept", "{\"version\":1}").is(201).text("/href");
    }

    private Outcome redeem(String code) {
        return world.database.transact(handle -> world.claimCodes.redeem(handle, code));
    }

    private static JsonNode json(byte[] bytes) {
        return new tools.jackson.databind.json.JsonMapper().readTree(bytes);
    }

    /// The command of docs/walks/order.md.
    private static int openssl(Path key, Path signature, Path document) throws Exception {
        Process process = new ProcessBuilder("openssl", "dgst", "-sha256", "-verify", key.toString(), "-signature",
                signature.toString(),
                document.toString()).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }
}
