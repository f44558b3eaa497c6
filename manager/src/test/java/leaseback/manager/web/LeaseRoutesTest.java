package leaseback.manager.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import leaseback.manager.web.ApiWorld.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an owner does with a lease that runs, through the API.
final class LeaseRoutesTest {
    @TempDir Path folder;
    private ApiWorld world;
    private String adas;
    private String agreement;

    @BeforeEach
    void aRunningLease() throws Exception {
        world = new ApiWorld(folder);
        UUID ada = world.customer("ada");
        adas = world.tokenOf(ada);
        Reply quote = world.quote(adas, ada);
        Reply order = world.post(adas, quote.text("/href") + "/accept", "{\"version\":1}").is(201);
        agreement = order.text("/agreement");
        world.post(world.factoryLine, order.text("/href") + "/build", "{}").is(200);
        world.post(world.factoryLine, order.text("/href") + "/deliver", "").is(200);
        world.database.transact(handle -> {
            world.leases.enrolled(handle, UUID.fromString(order.text("/leaseId")), world.clock.instant());
            return 0;
        });
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void anOwnerPausesAndComesBack() {
        String until = world.clock.instant().plus(Duration.ofDays(10)).toString();
        Reply paused = world.post(adas, agreement + "/pause", "{\"until\":\"" + until + "\",\"reason\":\"holiday\"}").is(200);
        assertThat(paused.text("/state/name")).isEqualTo("PAUSED");
        assertThat(paused.text("/state/by")).isEqualTo("CUSTOMER");
        assertThat(paused.text("/nextAt")).isEqualTo(until);
        assertThat(world.post(adas, agreement + "/pause", "{\"until\":\"" + until + "\",\"reason\":\"holiday\"}").is(409).json()
                .at("/allowed").toString()).contains("ACTIVE", "STANDING_DOWN");
        assertThat(world.post(adas, agreement + "/resume", "").is(200).text("/state/name")).isEqualTo("ACTIVE");
        assertThat(world.post(adas, agreement + "/pause", "{\"reason\":\"holiday\"}").is(422).text("/detail")).contains("say when the pause ends");
        assertThat(world.post(adas, agreement + "/pause", "{\"until\":\"2030-01-01T00:00:00Z\",\"reason\":\"long\"}").is(409).text("/detail"))
                .contains("within a year");
    }

    @Test
    void anOwnerWithdrawsInFourteenDaysAndGivesNoticeAfter() {
        world.clock.move(Duration.ofDays(15));
        assertThat(world.post(adas, agreement + "/withdraw", "").is(409).text("/detail")).contains("give notice instead");
        Reply noticed = world.post(adas, agreement + "/notice", "{\"reason\":\"moving house\"}").is(200);
        assertThat(noticed.text("/state/name")).isEqualTo("ACTIVE");
        assertThat(noticed.text("/state/term/ending")).isEqualTo("NOTICE_BY_CUSTOMER");
        assertThat(world.get(adas, agreement).json().at("/history").findValuesAsString("reason")).contains("moving house");
        assertThat(world.get(adas, agreement + "/terms").is(200).json().findValuesAsString("why")).containsExactly("as offered");
    }

    @Test
    void nobodyActsForAnotherAndDeadlinesAreTheOperatorsAlone() {
        String bobs = world.tokenOf(world.customer("bob"));
        for (String act : new String[] {"withdraw", "resume", "notice"}) {
            world.post(bobs, agreement + "/" + act, "").is(404);
        }
        world.post(adas, agreement + "/prolong", "{\"days\":3,\"reason\":\"please\"}").is(403);
        assertThat(world.post(world.operator, agreement + "/prolong", "{\"days\":3,\"reason\":\"our outage\"}").is(409).text("/detail"))
                .contains("nothing to cure");
        world.post(world.operator, agreement + "/prolong", "{\"days\":31,\"reason\":\"x\"}").is(422);
        assertThat(world.post(world.operator, "/api/clock", "{\"to\":\"2030-01-01T00:00:00Z\"}").is(409).text("/detail"))
                .contains("--clock");
    }
}
