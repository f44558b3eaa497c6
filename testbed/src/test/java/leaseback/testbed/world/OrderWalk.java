package leaseback.testbed.world;

import static leaseback.testbed.world.World.hosts;
import static leaseback.testbed.world.World.users;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import leaseback.app.Sale;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// From the catalogue to a running lease, through the public API.
class OrderWalk {
    @Test
    void aSoldMachineBecomesAHostAndADeclinedOneDoesNot() throws Exception {
        try (World world = World.with(hosts(3), users(1))) {
            Sale.Sold declined = world.sale().declined(9);
            assertThat(declined.claim()).isNull();
            assertThat(declined.manifest().path("leaseBack").isNull()).isTrue();
            assertThat(declined.offer()).contains("WHAT WE MAY USE", "silence is a no");

            assertThat(world.api().list("/hosts")).hasSize(3).allSatisfy(host -> {
                assertThat(host.path("state").asString()).isEqualTo("ACTIVE");
                assertThat(host.path("leasedBytes").asLong()).isEqualTo(400_000_000L);
            });
            JsonNode agreement = world.api().get("/agreement/" + world.api().list("/hosts").getFirst().path("leaseId").asString());
            assertThat(agreement.path("history").valueStream().map(step -> step.path("step").asString(step.toString())).toList().toString())
                    .contains("OFFERED", "ACCEPTED", "CONFIGURED", "DELIVERED", "ACTIVE");

            World.Inhabitant host = world.hosts().getFirst();
            World.await("the owner's page shows the lease", () -> page(host).contains("400 MB"));
            assertThat(page(host)).contains("earned");
            assertThat(Files.exists(host.folder().resolve("claim-code"))).as("the used claim code is gone").isFalse();
        }
    }

    private static String page(World.Inhabitant host) {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + host.agent().pagePort() + "/")).build(),
                    BodyHandlers.ofString()).body();
        } catch (IOException unanswered) {
            return "";
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }
}
