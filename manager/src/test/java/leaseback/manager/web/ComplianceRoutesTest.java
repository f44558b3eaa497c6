package leaseback.manager.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.UUID;
import leaseback.manager.compliance.Breaches;
import leaseback.manager.compliance.Judge;
import leaseback.manager.lease.Lease;
import leaseback.manager.letter.Letters;
import leaseback.manager.web.ApiWorld.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an owner and the operator see of compliance, through the API.
final class ComplianceRoutesTest {
    @TempDir Path folder;
    private ApiWorld world;
    private String adas;
    private String agreement;
    private Lease lease;

    @BeforeEach
    void aLeaseThatIsNotKeptForAWeek() throws Exception {
        world = new ApiWorld(folder);
        UUID ada = world.customer("ada");
        adas = world.tokenOf(ada);
        Reply quote = world.quote(adas, ada);
        Reply order = world.post(adas, quote.text("/href") + "/accept", "{\"version\":1}").is(201);
        agreement = order.text("/agreement");
        UUID id = UUID.fromString(order.text("/leaseId"));
        world.post(world.factoryLine, order.text("/href") + "/build", "{}").is(200);
        world.post(world.factoryLine, order.text("/href") + "/deliver", "").is(200);
        world.database.transact(handle -> {
            world.leases.enrolled(handle, id, world.clock.instant());
            return 0;
        });
        lease = world.database.read(handle -> world.leases.find(handle, id)).orElseThrow();
        Judge judge = new Judge(world.database, new Breaches(world.database, world.leases, new Letters(world.clock), world.clock), world.clock);
        judge.run();
        for (int day = 0; day < 7; day++) {
            LocalDate today = world.clock.instant().atZone(lease.zone()).toLocalDate();
            world.post(world.operator, "/api/usage", "[" + usage(today, "window", 420) + "," + usage(today, "presence", 42) + "]").is(201);
            world.clock.move(Duration.ofDays(1));
            judge.run();
        }
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void anOwnerSeesTheScoreTheRowsThatProveItAndWhatHappensNext() {
        Reply standing = world.get(adas, agreement + "/compliance").is(200);
        assertThat(standing.text("/state")).isEqualTo("WARNED");
        assertThat(standing.json().at("/score").asDouble()).isEqualTo(0.1);
        assertThat(standing.text("/open/0")).contains("42 of 420 agreed minutes (10 %)");
        assertThat(standing.text("/next")).contains("incentives are paused; 7 days after that the lease ends");
        assertThat(standing.json().at("/findings")).hasSize(7);
        assertThat(standing.json().at("/standard/presencePercent").asInt()).isEqualTo(60);
        assertThat(standing.text("/breaches/0/told")).isEqualTo("WARNED");
        String reading = standing.text("/findings/0/finding/readings/0");
        assertThat(world.get(world.operator, "/api/usage/" + reading).is(200).text("/relatedParty/0/id")).isEqualTo(lease.id().toString());
        assertThat(world.get(adas, "/api/letter").is(200).text("/0/subject")).isEqualTo("Please look after your machine: lease " + lease.number());
        world.get(world.tokenOf(world.customer("bob")), agreement + "/compliance").is(404);
        world.get(world.operator, agreement + "/compliance").is(200);
    }

    @Test
    void theOperatorSeesWhatIsNotKeptAnywherePageByPage() {
        Reply found = world.get(world.operator, "/api/finding?provision=PRESENCE&limit=1").is(200);
        assertThat(found.json()).hasSize(1);
        assertThat(found.json().at("/0/finding/kept").asBoolean()).isFalse();
        assertThat(world.get(world.operator, "/api/finding?provision=DISK").is(200).json()).isEmpty();
        assertThat(world.get(world.operator, "/api/finding?provision=KINDNESS").is(400).text("/detail")).contains("PRESENCE, DISK");
        world.get(adas, "/api/finding?provision=PRESENCE").is(403);
    }

    @Test
    void outagesTamperingAndThresholdsAreTheOperators() {
        Instant now = world.clock.instant();
        String outage = "{\"from\":\"" + now.minus(Duration.ofHours(5)) + "\",\"to\":\"" + now + "\",\"reason\":\"our line was cut\"}";
        world.post(adas, "/api/outage", outage).is(403);
        assertThat(world.post(world.operator, "/api/outage", outage).is(201).text("/actor")).isEqualTo("operator:olga");
        assertThat(world.get(world.operator, "/api/outage").is(200).text("/0/reason")).isEqualTo("our line was cut");
        assertThat(world.post(world.operator, "/api/outage", "{\"from\":\"" + now + "\"}").is(422).text("/detail")).contains("from when to when");
        assertThat(world.post(world.operator, "/api/outage", outage.replace(now + "\",\"reason", now.plusSeconds(9) + "\",\"reason")).is(422)
                .text("/detail")).contains("that is past");

        Reply tamper = world.post(world.operator, "/api/tamper", "{\"lease\":\"" + lease.id() + "\",\"what\":\"a piece fails its tags\"}").is(201);
        assertThat(world.get(adas, agreement + "/compliance").text("/next")).contains("data of others is kept unaltered");
        world.post(world.operator, "/api/tamper/" + tamper.text("/id") + "/clear", "{\"why\":\"our memory was at fault\"}").is(200);
        world.post(world.operator, "/api/tamper/" + UUID.randomUUID() + "/clear", "{\"why\":\"x\"}").is(404);
        world.post(world.operator, "/api/tamper", "{\"lease\":\"" + UUID.randomUUID() + "\",\"what\":\"x\"}").is(404);
        assertThat(world.post(world.operator, "/api/tamper", "{}").is(422).text("/detail")).contains("say which lease");

        String standard = new String(world.get(world.operator, "/api/standard").is(200).body(), java.nio.charset.StandardCharsets.UTF_8);
        Reply set = world.post(world.operator, "/api/standard", "{\"standard\":" + standard.replace("\"presencePercent\":60", "\"presencePercent\":55")
                + ",\"why\":\"a mild winter\"}").is(201);
        assertThat(set.json().at("/version").asInt()).isEqualTo(2);
        assertThat(world.get(world.operator, "/api/standard").json().at("/presencePercent").asInt()).isEqualTo(55);
        assertThat(world.post(world.operator, "/api/standard", "{\"standard\":" + standard.replace("\"presencePercent\":60", "\"presencePercent\":0")
                + ",\"why\":\"x\"}").is(422).text("/detail")).contains("presencePercent is 1 to 100, not 0");
    }

    private String usage(LocalDate day, String meter, int quantity) {
        ZoneId zone = lease.zone();
        return "{\"id\":\"" + UUID.randomUUID() + "\",\"usageCharacteristic\":[{\"name\":\"meter\",\"value\":\"" + meter
                + "\"},{\"name\":\"quantity\",\"value\":" + quantity + "},{\"name\":\"from\",\"value\":\"" + day.atStartOfDay(zone).toInstant()
                + "\"},{\"name\":\"to\",\"value\":\"" + day.plusDays(1).atStartOfDay(zone).toInstant()
                + "\"},{\"name\":\"source\",\"value\":\"operator:test\"}],\"relatedParty\":[{\"id\":\"" + lease.id() + "\",\"role\":\"lease\"}]}";
    }
}
