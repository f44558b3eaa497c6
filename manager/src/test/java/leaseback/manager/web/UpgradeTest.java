package leaseback.manager.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Base64;
import java.util.UUID;
import leaseback.manager.order.ClaimCodes;
import leaseback.manager.web.ApiWorld.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Other terms for a lease that runs, parts for its machine, and machines of any brand that their owners have.
final class UpgradeTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final String FIRST = "{\"version\":1}";
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
    void moreDiskIsAskedForPricedAcceptedAndHoldsFromItsDay() {
        String agreement = running();
        LocalDate day = LocalDate.ofInstant(world.clock.instant(), BERLIN).plusDays(10);
        Reply offer = world.post(adas, agreement + "/amendment", "{\"leasedBytes\":600000000000,\"from\":\"" + day + "\"}").is(201);
        assertThat(offer.text("/offer")).contains("600 GB; today 300 GB", "EUR 6.00; today EUR 4.00", "All stays as it is agreed today");
        assertThat(world.post(adas, offer.text("/href") + "/accept", "{\"version\":2}").is(409).text("/detail")).contains("version 1, not 2");
        world.post(world.tokenOf(world.customer("eve")), offer.text("/href") + "/accept", FIRST).is(404);
        assertThat(world.post(adas, offer.text("/href") + "/accept", FIRST).is(200).text("/state/name")).isEqualTo("ACCEPTED");
        world.get(adas, offer.text("/href") + "/evidence").is(200);
        assertThat(world.get(adas, agreement).json().at("/monthlyPay/minor").asLong()).isEqualTo(400);
        assertThat(world.post(adas, agreement + "/amendment", "{\"leasedBytes\":200000000000}").is(409).text("/detail")).contains("change it after that");
        to(day.atStartOfDay(BERLIN).toInstant());
        assertThat(world.get(adas, agreement).json().at("/monthlyPay/minor").asLong()).isEqualTo(600);
        assertThat(world.get(adas, agreement).json().at("/state/leasedBytes").asLong()).isEqualTo(600_000_000_000L);

        Reply second = world.post(adas, agreement + "/amendment", "{\"leasedBytes\":300000000000}").is(201);
        Reply third = world.post(adas, agreement + "/amendment", "{\"leasedBytes\":450000000000}").is(201);
        world.post(adas, third.text("/href") + "/decline", FIRST).is(200);
        world.post(adas, second.text("/href") + "/accept", FIRST).is(200);
        assertThat(world.get(adas, agreement).json().at("/monthlyPay/minor").asLong()).isEqualTo(450);
        assertThat(world.get(world.operator, "/api/decisionChain").json().at("/length").asLong()).isEqualTo(4);
        assertThat(world.get(world.operator, "/api/decisionChain").json().has("fault")).isFalse();
    }

    @Test
    void whatCannotBeAmendedIsRefusedWithWhatToChange() {
        String agreement = running();
        assertThat(world.post(adas, agreement + "/amendment", "{}").is(422).text("/detail")).contains("leasedBytes, serving or processor");
        assertThat(world.post(adas, agreement + "/amendment", "{\"leasedBytes\":5}").is(422).text("/detail")).contains("67108864");
        assertThat(world.post(adas, agreement + "/amendment", "{\"leasedBytes\":600000000000,\"from\":\"2020-01-01\"}").is(422).text("/detail"))
                .contains("from today on");
        Reply one = world.post(adas, agreement + "/amendment", "{\"leasedBytes\":600000000000}").is(201);
        Reply other = world.post(adas, agreement + "/amendment", "{\"leasedBytes\":200000000000}").is(201);
        world.post(adas, one.text("/href") + "/accept", FIRST).is(200);
        assertThat(world.post(adas, other.text("/href") + "/accept", FIRST).is(409).text("/detail")).contains("ask for a new offer");
        to(world.clock.instant().plus(Duration.ofDays(15)));
        assertThat(world.post(adas, other.text("/href") + "/accept", FIRST).is(410).text("/detail")).contains("ask for a new offer");
        assertThat(world.post(adas, "/api/upgrade", "{\"agreementId\":\"" + id(agreement) + "\",\"parts\":[\"abacus\"]}").is(422).text("/detail"))
                .contains("no part abacus");
        assertThat(world.post(adas, "/api/upgrade", "{\"agreementId\":\"" + id(agreement) + "\",\"parts\":[\"drive-1tb\"]}").is(422).text("/detail"))
                .contains("choose a larger one");
        world.post(adas, "/api/upgradePart", "{}").is(403);
    }

    @Test
    void anUpgradeRaisesThePayFromTheDayOnWhichItIsInstalled() {
        String agreement = running();
        Reply offer = world.post(adas, "/api/upgrade", "{\"agreementId\":\"" + id(agreement)
                + "\",\"parts\":[\"drive-4tb\",\"processor-12-cores\"]}").is(201);
        // 15 percent of 4 TB are 600 GB: 6.00, and 2.50 for the processor; 478.00 in 107 months of 4.50.
        assertThat(offer.text("/offer")).contains("600 GB; today 300 GB", "EUR 8.50; today EUR 4.00", "cost EUR 478.00", "EUR 4.50 more",
                "after 107 of them");
        assertThat(offer.json().at("/addendum/upgrade/payBackMonths").asInt()).isEqualTo(107);
        String install = "/api/upgrade/" + offer.text("/id") + "/install";
        assertThat(world.post(world.operator, install, "").is(409).text("/detail")).contains("answered first");
        world.post(adas, install, "").is(403);
        world.post(adas, offer.text("/href") + "/accept", FIRST).is(200);
        assertThat(world.get(adas, agreement).json().at("/monthlyPay/minor").asLong()).isEqualTo(400);
        Reply orders = world.get(adas, "/api/productOrder").is(200);
        assertThat(orders.json().at("/1/total/minor").asLong()).isEqualTo(47800);
        assertThat(world.post(world.factoryLine, orders.text("/1/href") + "/build", "").is(409).text("/detail")).contains("/install");

        LocalDate day = LocalDate.ofInstant(world.clock.instant(), BERLIN).plusDays(3);
        assertThat(world.post(world.operator, install, "{\"date\":\"2020-01-01\"}").is(422).text("/detail")).contains("from today on");
        Reply installed = world.post(world.operator, install, "{\"date\":\"" + day + "\"}").is(200);
        assertThat(installed.text("/state/name")).isEqualTo("DELIVERED");
        assertThat(installed.json().has("claimCode")).isFalse();
        world.post(world.operator, install, "").is(200);
        to(day.atStartOfDay(BERLIN).toInstant().minusSeconds(1));
        assertThat(world.get(adas, agreement).json().at("/monthlyPay/minor").asLong()).isEqualTo(400);
        to(day.atStartOfDay(BERLIN).toInstant());
        assertThat(world.get(adas, agreement).json().at("/monthlyPay/minor").asLong()).isEqualTo(850);
        assertThat(world.get(adas, agreement).json().at("/state/leasedBytes").asLong()).isEqualTo(600_000_000_000L);
        assertThat(world.get(adas, agreement + "/terms").json().findValuesAsString("why"))
                .containsExactly("as offered", "upgraded: Solid-state drive, 4 TB, Processor, 12 cores");
        // The larger drive is what the next one is measured by.
        assertThat(world.post(adas, "/api/upgrade", "{\"agreementId\":\"" + id(agreement) + "\",\"parts\":[\"drive-4tb\"]}").is(422)
                .text("/detail")).contains("4000000000000");
    }

    @Test
    void aLeaseThatHasRunForAYearGivesTheNextLargerDriveOnce() {
        String plan = world.get(world.operator, "/api/leasePlan/nights").json().toString().replace("\"incentives\":[",
                "\"incentives\":[{\"kind\":\"HARDWARE_UPGRADE\",\"part\":\"DRIVE\",\"afterMonths\":12},");
        world.post(world.operator, "/api/leasePlan", plan).is(201);
        String agreement = running();
        part("drive-8tb", 8, 39_900);
        String wanted = "{\"agreementId\":\"" + id(agreement) + "\",\"parts\":[\"drive-8tb\"]}";
        assertThat(world.post(adas, "/api/upgrade", wanted).is(201).json().at("/addendum/upgrade/total/minor").asLong()).isEqualTo(39_900);
        to(world.clock.instant().atZone(BERLIN).plusMonths(12).toInstant().minusSeconds(7200));
        assertThat(world.post(adas, "/api/upgrade", wanted).is(201).json().at("/addendum/upgrade/total/minor").asLong()).isEqualTo(39_900);
        to(world.clock.instant().plusSeconds(7200));
        // 4 TB, 229.00, would be free; who takes 8 TB pays what they cost more.
        assertThat(world.post(adas, "/api/upgrade", wanted.replace("8tb", "4tb")).is(201).json().at("/addendum/upgrade/total/minor").asLong()).isZero();
        Reply offer = world.post(adas, "/api/upgrade", wanted).is(201);
        assertThat(offer.json().at("/addendum/upgrade/total/minor").asLong()).isEqualTo(17_000);
        world.post(adas, offer.text("/href") + "/accept", FIRST).is(200);
        world.post(world.operator, "/api/upgrade/" + offer.text("/id") + "/install", "").is(200);
        part("drive-16tb", 16, 80_000);
        assertThat(world.post(adas, "/api/upgrade", wanted.replace("8tb", "16tb")).is(201).json().at("/addendum/upgrade/total/minor").asLong())
                .isEqualTo(80_000);
    }

    private void part(String id, int terabytes, long minor) {
        world.post(world.operator, "/api/upgradePart", "{\"id\":\"" + id + "\",\"kind\":\"DRIVE\",\"name\":\"" + id + "\",\"bytes\":" + terabytes
                + "000000000000,\"price\":{\"minor\":" + minor + ",\"currency\":\"EUR\"}}").is(201);
    }

    @Test
    void aMachineOfAnotherBrandIsUpgradedAndLeasedBackWhereItStandsTwice() {
        register("DELL-7XK21", "SSD", 201);
        Reply quote = world.post(adas, "/api/upgrade", upgrade("DELL-7XK21", "\"drive-1tb\"", ",\"items\":[\"internet-100\"]")).is(201);
        // The next larger drive for the price of the one ordered, and 10 percent off that.
        assertThat(quote.json().at("/quote/accepted/total/minor").asLong()).isEqualTo(6210);
        assertThat(quote.json().at("/quote/declined/total/minor").asLong()).isEqualTo(6900);
        assertThat(quote.text("/offer")).contains("The upgrade of machine DELL-7XK21 costs EUR 62.10", "Free upgrade, for the lease: Solid-state"
                + " drive, 2 TB", "upgraded all the same, without our agent");
        Reply order = world.post(adas, quote.text("/href") + "/accept", FIRST).is(201);
        String agreement = order.text("/agreement");
        assertThat(world.get(adas, agreement).text("/state/name")).isEqualTo("OWNED");
        assertThat(world.post(world.factoryLine, order.text("/href") + "/build", "").is(409).text("/detail")).contains("/install");
        world.post(world.factoryLine, order.text("/href") + "/deliver", "").is(409);

        Reply installed = world.post(world.factoryLine, "/api/upgrade/" + quote.text("/id") + "/install", "").is(200);
        String manifest = new String(Base64.getDecoder().decode(installed.text("/manifest")), StandardCharsets.UTF_8);
        assertThat(manifest).contains("Container file for the lease", "installed where the machine stands", "\"leasedBytes\":300000000000",
                "\"serial\":\"DELL-7XK21\"").doesNotContain("Lease partition");
        assertThat(world.post(world.factoryLine, "/api/upgrade/" + quote.text("/id") + "/install", "").is(200).json().has("claimCode")).isFalse();
        assertThat(world.get(adas, agreement).text("/state/name")).isEqualTo("DELIVERED");
        enrol(installed.text("/claimCode"));
        assertThat(world.get(adas, agreement).text("/state/name")).isEqualTo("ACTIVE");

        Reply second = world.post(adas, "/api/upgrade", "{\"serial\":\"DELL-7XK21\",\"parts\":[\"memory-32gb\",\"network-10g\"]}").is(201);
        assertThat(second.text("/offer")).contains("EUR 5.00; today EUR 4.00", "300 GB, as today");
        world.post(adas, second.text("/href") + "/accept", FIRST).is(200);
        world.post(world.operator, "/api/upgrade/" + second.text("/id") + "/install", "").is(200);
        Reply machine = world.get(adas, "/api/machine/DELL-7XK21").is(200);
        assertThat(machine.json().at("/upgrades").size()).isEqualTo(2);
        assertThat(machine.json().at("/driveBytes").asLong()).isEqualTo(2_000_000_000_000L);
        assertThat(machine.json().at("/memoryBytes").asLong()).isEqualTo(34_359_738_368L);
        assertThat(machine.text("/agreement")).isEqualTo(agreement);
        world.get(world.tokenOf(world.customer("eve")), "/api/machine/DELL-7XK21").is(404);
    }

    @Test
    void aNoUpgradesTheMachineWithoutAgentAndLease() {
        register("ACER-0001", "HDD", 201);
        Reply quote = world.post(adas, "/api/upgrade", upgrade("ACER-0001", "\"memory-16gb\",\"office-programs\",\"display-27\"", "")).is(201);
        Reply order = world.post(adas, quote.text("/href") + "/decline", FIRST).is(201);
        assertThat(order.json().at("/build/kind").asString()).isEqualTo("PLAIN");
        Reply installed = world.post(world.operator, "/api/upgrade/" + quote.text("/id") + "/install", "").is(200);
        assertThat(installed.json().has("claimCode")).isFalse();
        assertThat(new String(Base64.getDecoder().decode(installed.text("/manifest")), StandardCharsets.UTF_8))
                .contains("Memory, 16 GB", "Programs for the office", "Display, 27 inches").doesNotContain("agent", "Container");
        assertThat(world.get(adas, "/api/machine/ACER-0001").json().has("agreement")).isFalse();
        // And the next upgrade asks again.
        world.post(adas, "/api/upgrade", upgrade("ACER-0001", "\"memory-32gb\"", "")).is(201);
    }

    @Test
    void afterALeaseHasEndedTheSameMachineIsLeasedBackAgain() {
        register("DELL-7XK21", "SSD", 201);
        for (int time = 0; time < 2; time++) {
            Reply quote = world.post(adas, "/api/upgrade", upgrade("DELL-7XK21", time == 0 ? "\"drive-1tb\"" : "\"drive-4tb\"", "")).is(201);
            Reply order = world.post(adas, quote.text("/href") + "/accept", FIRST).is(201);
            Reply installed = world.post(world.operator, "/api/upgrade/" + quote.text("/id") + "/install", "").is(200);
            enrol(installed.text("/claimCode"));
            world.post(adas, order.text("/agreement") + "/withdraw", "").is(200);
            world.database.transact(handle -> {
                world.leases.release(handle, id(order.text("/agreement")), "test", "empty");
                return 0;
            });
        }
        assertThat(world.get(adas, "/api/machine/DELL-7XK21").json().at("/upgrades").size()).isEqualTo(2);
    }

    @Test
    void whatCanBePulledOutIsNotLeasedAndAnothersMachineIsNotTouched() {
        register("STICK-001", "REMOVABLE", 201);
        assertThat(world.post(adas, "/api/upgrade", upgrade("STICK-001", "\"memory-32gb\"", "")).is(422).text("/detail"))
                .contains("is removable", "kind DRIVE");
        world.post(adas, "/api/upgrade", upgrade("STICK-001", "\"drive-1tb\"", "")).is(201);
        UUID eve = world.customer("eve");
        String eves = world.tokenOf(eve);
        assertThat(world.post(eves, "/api/machine", facts("STICK-001", "SSD", eve)).is(409).text("/detail")).contains("another customer");
        world.post(eves, "/api/machine", facts("EVE-0001", "SSD", ada)).is(403);
        assertThat(world.post(adas, "/api/upgrade", upgrade("NONE-001", "\"drive-1tb\"", "")).is(422).text("/detail")).contains("register it first");
        assertThat(world.post(adas, "/api/upgrade", upgrade("STICK-001", "", "")).is(422).text("/detail")).contains("a part at least");
        assertThat(world.post(adas, "/api/machine", facts("x", "SSD", ada)).is(422).text("/detail")).contains("DELL-7XK21");
        assertThat(world.post(adas, "/api/upgrade", "{\"parts\":[\"drive-1tb\"]}").is(422).text("/detail")).contains("agreementId, or serial");
    }

    @Test
    void hostsThatAreNearlyFullAreListedForALargerDrive() {
        assertThat(world.get(world.operator, "/api/upgradeCandidate").is(200).json().size()).isZero();
        String agreement = running();
        world.database.transact(handle -> handle.execute("""
                insert into host (id, alias, serial, machine_id, owner_id, lease_id, state, enrolled_at, used_bytes)
                select gen_random_uuid(), 1, 'LB-1', machine_id, customer_id, id, 'ACTIVE', now(), 250000000000 from lease"""));
        Reply found = world.get(world.operator, "/api/upgradeCandidate").is(200);
        assertThat(found.text("/0/agreement")).isEqualTo(agreement);
        world.get(adas, "/api/upgradeCandidate").is(403);
    }

    private void enrol(String claimCode) {
        world.database.transact(handle -> {
            ClaimCodes.Outcome.Redeemed good = (ClaimCodes.Outcome.Redeemed) world.claimCodes.redeem(handle, claimCode);
            world.leases.enrolled(handle, good.leaseId(), world.clock.instant());
            return 0;
        });
    }

    private String running() {
        Reply order = world.post(adas, world.quote(adas, ada).text("/href") + "/accept", FIRST).is(201);
        world.post(world.factoryLine, order.text("/href") + "/build", "{}").is(200);
        world.post(world.factoryLine, order.text("/href") + "/deliver", "").is(200);
        world.database.transact(handle -> {
            world.leases.enrolled(handle, UUID.fromString(order.text("/leaseId")), world.clock.instant());
            return 0;
        });
        world.clock.move(Duration.ofHours(1));
        return order.text("/agreement");
    }

    private void register(String serial, String drive, int status) {
        world.post(adas, "/api/machine", facts(serial, drive, ada)).is(status);
    }

    private static String facts(String serial, String drive, UUID owner) {
        return """
                {"serial":"%s","customerId":"%s","brand":"Any brand","drive":"%s","driveBytes":500000000000,"memoryBytes":8589934592,"idleWatts":30}"""
                .formatted(serial, owner, drive);
    }

    private String upgrade(String serial, String parts, String more) {
        return "{\"serial\":\"" + serial + "\",\"customerId\":\"" + ada + "\",\"planId\":\"nights\",\"parts\":[" + parts + "]" + more + "}";
    }

    private static UUID id(String href) {
        return UUID.fromString(href.substring(href.lastIndexOf('/') + 1));
    }

    private void to(Instant instant) {
        world.clock.move(Duration.between(world.clock.instant(), instant));
        world.timetable.run();
    }
}
