package leaseback.testbed.world;

import static leaseback.testbed.world.World.hosts;
import static leaseback.testbed.world.World.users;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
            JsonNode one = world.api().list("/hosts").getFirst();
            assertThat(world.api().get("/hosts/" + one.path("id").asString()).path("serial")).isEqualTo(one.path("serial"));
            JsonNode agreement = world.api().get("/agreement/" + world.api().list("/hosts").getFirst().path("leaseId").asString());
            assertThat(agreement.path("history").valueStream().map(step -> step.path("step").asString(step.toString())).toList().toString())
                    .contains("OFFERED", "ACCEPTED", "CONFIGURED", "DELIVERED", "ACTIVE");

            World.Inhabitant host = world.hosts().getFirst();
            World.await("the owner's page shows the lease", () -> page(host).contains("400 MB"));
            World.await("the owner's page shows what was earned", () -> page(host).contains("earned"));
            World.await("the owner's page shows what it drew", () -> page(host).contains(" kWh</b> (") && page(host).contains("price of electricity"));
            World.await("the used claim code is gone", () -> !Files.exists(host.folder().resolve("claim-code")));

            World.await("what was delivered is billed", () -> !bills(world).isEmpty());
            String number = bills(world).getFirst().path("number").asString();
            JsonNode bill = world.api().get("/bill/" + number);
            assertThat(said(world, "bill")).contains(number);
            String first = said(world, "bill", number, "--credit", "It came with a scratch.", "--line", "1", "--amount", "10.00");
            assertThat(first).contains("Credit note C-").contains("of bill " + number).contains("EUR -10.00");
            long left = world.api().get("/bill/" + number).path("open").path("minor").asLong();
            assertThat(world.api().list("/letter?customer=" + bill.path("customerId").asString()).toString()).contains("It came with a scratch.");
            assertThat(left).isBetween(1L, bill.path("gross").path("minor").asLong() - 1000);
            said(world, "bill", number, "--credit", "It is taken back.");
            assertThat(world.api().get("/bill/" + number).path("open").path("minor").asLong()).isZero();
        }
    }

    private static String said(World world, String... command) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(List.of("--api", world.manager().web().resolve("/api").toString()));
        return Program.said(Map.of("LEASEBACK_TOKEN", Files.readString(world.folder().resolve("manager/operator.token")).strip()),
                arguments.toArray(String[]::new));
    }

    private static List<JsonNode> bills(World world) {
        try {
            return world.api().list("/bill?kind=BILL");
        } catch (IOException unanswered) {
            throw new UncheckedIOException(unanswered);
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
