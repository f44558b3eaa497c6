package leaseback.testbed.line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.util.Map;
import java.util.UUID;
import leaseback.host.Agent;
import leaseback.host.presence.Batteries;
import leaseback.manager.fleet.Exchange;
import leaseback.manager.fleet.LineFault;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

    private LineWorld world;

    @BeforeEach
    void open() throws Exception {
        world = new LineWorld(folder);
    }

    @AfterEach
    void close() throws Exception {
        world.close();
    }

    @Test
    void aHostIsReachedThroughEitherManager() throws Exception {
        Node one = world.manager();
        Node two = world.manager();
        Agent agent = world.agent(one);
        UUID host = agent.hostId().orElseThrow();
        assertThat(one.lines.held()).containsExactly(host);
        assertThat(two.lines.held()).isEmpty();
        for (Node node : new Node[] {one, two}) {
            assertThat(node.lines.call(host, "GET", "/v1/report", new byte[0], PATIENCE).status()).isEqualTo(200);
            byte[] piece = ("piece through " + node.port()).getBytes(StandardCharsets.UTF_8);
            UUID id = UUID.randomUUID();
            assertThat(put(node, host, id, piece)).isBetween(200, 204);
            assertThat(get(node, host, id)).isEqualTo(piece);
        }
    }

    @Test
    void aCallIsHandedOnOnceAndNoFurther() throws Exception {
        Node one = world.manager();
        Node two = world.manager();
        UUID host = world.agent(one).hostId().orElseThrow();
        var call = new leaseback.manager.fleet.PeerCall("GET", "/v1/report", new byte[0], 5000);
        assertThat(one.lines.callHere(host, call).status()).isEqualTo(200);
        assertThatThrownBy(() -> two.lines.callHere(host, call)).isInstanceOf(LineFault.class).hasMessageContaining("not held");
    }

    @Test
    void aKilledManagersHostsComeBackThroughTheOther() throws Exception {
        Node one = world.manager();
        Node two = world.manager();
        Agent agent = world.agent(one);
        UUID host = agent.hostId().orElseThrow();
        LineWorld.until("the host has learned of the second manager", () -> agent.standing().lineAt().isPresent()
                && managersKnown(agent, two));
        world.forget(one);
        one.kill();
        LineWorld.until("the host is back", () -> two.lines.held().contains(host));
        assertThat(two.lines.call(host, "GET", "/v1/report", new byte[0], PATIENCE).status()).isEqualTo(200);
    }

    @Test
    void aHostOfNobodyIsALineFault() throws Exception {
        Node one = world.manager();
        assertThatThrownBy(() -> one.lines.call(UUID.randomUUID(), "GET", "/v1/report", new byte[0], PATIENCE))
                .isInstanceOf(LineFault.class).hasMessageContaining("no line to any manager");
        assertThatThrownBy(() -> one.lines.open(UUID.randomUUID(), "GET", "/v1/pieces/x", Map.of()))
                .isInstanceOf(LineFault.class);
    }

    @Test
    void outsideItsWindowAHostServesNothingAndSaysWhy() throws Exception {
        LocalTime now = LocalTime.now(java.time.ZoneId.of("Europe/Berlin")).truncatedTo(java.time.temporal.ChronoUnit.MINUTES);
        world.serving = LineWorld.window(now.plusHours(3), now.plusHours(4));
        Node one = world.manager();
        Agent agent = world.agent(one);
        UUID host = agent.hostId().orElseThrow();
        assertThat(agent.standing().serving()).isFalse();
        assertThat(one.fleet.placeable(1)).isEmpty();
        assertThat(one.fleet.underLease()).isEqualTo(1);
        try (Exchange exchange = one.lines.open(host, "GET", "/v1/pieces/" + UUID.randomUUID(), Map.of())) {
            exchange.endBody();
            assertThat(exchange.status(PATIENCE)).isEqualTo(503);
            assertThat(exchange.header("leaseback-reason")).isEqualTo("window-shut");
        }
        world.clock.move(Duration.ofMinutes(200));
        assertThat(agent.standing().serving()).isTrue();
        assertThat(put(one, host, UUID.randomUUID(), new byte[10])).isBetween(200, 204);
    }

    @Test
    void onItsBatteryAHostGetsNothingNew() throws Exception {
        Path supply = Files.createDirectories(folder.resolve("power/ups"));
        Files.writeString(supply.resolve("type"), "UPS\n");
        Files.writeString(supply.resolve("capacity"), "80\n");
        Files.writeString(supply.resolve("status"), "Full\n");
        Node one = world.manager();
        Agent agent = world.keep(Agent.start(world.settings("agent", world.claimCode(), one)
                .withBatteries(new Batteries(folder.resolve("power"), null))));
        LineWorld.until("it takes pieces", () -> one.fleet.placeable(1000).size() == 1);
        UUID host = agent.hostId().orElseThrow();
        UUID kept = UUID.randomUUID();
        put(one, host, kept, new byte[10]);
        Files.writeString(supply.resolve("status"), "Discharging\n");
        LineWorld.until("it takes none", () -> one.fleet.placeable(1000).isEmpty() && one.fleet.placeable(0, 1000).isEmpty());
        assertThat(one.fleet.underLease()).isEqualTo(1);
        try (Exchange exchange = one.lines.open(host, "GET", "/v1/pieces/" + kept, Map.of())) {
            exchange.endBody();
            assertThat(exchange.status(PATIENCE)).as("what it has it still gives").isEqualTo(200);
        }
        Files.writeString(supply.resolve("status"), "Charging\n");
        LineWorld.until("it takes pieces again", () -> one.fleet.placeable(0, 1000).isPresent());
    }

    @Test
    void aReportAndMinutesArriveAndAreWorthMoney() throws Exception {
        Node one = world.manager();
        Agent agent = world.agent(one);
        UUID host = agent.hostId().orElseThrow();
        LineWorld.until("the manager has a report", () -> one.fleet.find(host).orElseThrow().reportedAt() != null);
        assertThat(one.fleet.placeable(1000)).extracting(found -> found.id()).containsExactly(host);
        assertThat(one.fleet.placeable(1L << 40)).isEmpty();
        assertThat(one.fleet.byAlias(0).orElseThrow().id()).isEqualTo(host);
        assertThat(one.fleet.find(host).orElseThrow().processId()).isEqualTo(ProcessHandle.current().pid());
        LineWorld.until("the agent knows its first minute", () -> agent.standing().earnings()
                .filter(earnings -> earnings.minutesPresent() > 0).isPresent());
        assertThat(agent.standing().earnings().orElseThrow().minutesPresent())
                .isLessThanOrEqualTo(agent.standing().earnings().orElseThrow().minutesPromised());
    }

    private static boolean managersKnown(Agent agent, Node node) {
        return agent.knownManagers().contains(node.lines.address());
    }

    static int put(Node node, UUID host, UUID id, byte[] bytes) throws LineFault {
        try (Exchange exchange = node.lines.open(host, "PUT", "/v1/pieces/" + id, Map.of("content-length",
                Integer.toString(bytes.length)))) {
            exchange.write(ByteBuffer.wrap(bytes), PATIENCE);
            exchange.endBody();
            return exchange.status(PATIENCE);
        }
    }

    static byte[] get(Node node, UUID host, UUID id) throws LineFault {
        try (Exchange exchange = node.lines.open(host, "GET", "/v1/pieces/" + id, Map.of())) {
            exchange.endBody();
            assertThat(exchange.status(PATIENCE)).isEqualTo(200);
            ByteBuffer all = ByteBuffer.allocate(1 << 20);
            while (exchange.read(all, PATIENCE) >= 0) {
                assertThat(all.hasRemaining()).isTrue();
            }
            byte[] bytes = new byte[all.flip().remaining()];
            all.get(bytes);
            return bytes;
        }
    }
}
