package leaseback.testbed.line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalTime;
import java.util.List;
import java.util.UUID;
import leaseback.host.Agent;
import leaseback.host.AgentSettings;
import leaseback.host.presence.Batteries;
import leaseback.manager.fleet.BackupPower;
import leaseback.manager.fleet.HostRecords;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentTest {
    @TempDir
    private Path folder;

    private LineWorld world;
    private Node node;

    @BeforeEach
    void open() throws Exception {
        world = new LineWorld(folder);
        world.serving = LineWorld.window(LocalTime.of(22, 0), LocalTime.of(5, 0));
        node = world.manager();
    }

    @AfterEach
    void close() throws Exception {
        world.close();
    }

    @Test
    void theClaimFileIsGoneAfterTheFirstBootAndTheKeyIsPrivate() throws Exception {
        Path claim = Files.writeString(folder.resolve("claim"), world.claimCode() + "\n");
        AgentSettings plain = world.settings("agent", null, node);
        Agent agent = world.keep(Agent.start(new AgentSettings(plain.folder(), plain.managers(), plain.lines(), plain.caFile(),
                null, claim,
                0, world.clock)));
        LineWorld.until("it has its terms", () -> agent.standing().terms().version() > 0);
        assertThat(claim).doesNotExist();
        Path identity = folder.resolve("agent/identity.pem");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(identity))).isEqualTo("rw-------");
        assertThat(Files.readString(folder.resolve("agent/terms.json"))).contains("200000000");
    }

    @Test
    void aRestartedAgentIsTheSameHostAndKeepsItsTermsWithNoManagerInSight() throws Exception {
        Agent first = world.agent(node);
        var id = first.hostId();
        first.close();
        world.forget(node);
        node.close();
        Agent again = world.start("agent1", null, node);
        assertThat(again.hostId()).isEqualTo(id);
        assertThat(again.standing().terms().leasedBytes()).isEqualTo(200_000_000L);
        assertThat(again.standing().healthy()).isFalse();
    }

    @Test
    void aMachineWithANewDriveIsTheHostItWasAndItsOldKeyIsWorthNothing() throws Exception {
        Agent old = world.agent(node);
        UUID host = old.hostId().orElseThrow();
        String code = world.codeForANewDrive(host);
        Agent again = world.start("new-drive", code, node);
        LineWorld.until("it is healthy", () -> again.standing().healthy() && again.standing().terms().version() > 0);
        assertThat(again.hostId()).contains(host);
        assertThat(again.standing().terms().leasedBytes()).isEqualTo(200_000_000L);
        LineWorld.until("the old drive is refused", () -> !old.standing().healthy());
        assertThat(again.standing().healthy()).isTrue();
        Agent thief = world.start("thief", code, node);
        LineWorld.until("it was refused", () -> thief.refusal().isPresent());
        assertThat(thief.refusal().orElseThrow()).contains("already used");
        assertThat(world.hosts()).isEqualTo(1);
    }

    @Test
    void twoAgentsDoNotShareAFolder() throws Exception {
        world.agent(node);
        assertThatThrownBy(() -> world.start("agent1", null, node)).hasMessageContaining("another agent");
    }

    @Test
    void aRefusedClaimCodeIsSaidInWords() throws Exception {
        String code = world.claimCode();
        Agent good = world.start("good", code, node);
        LineWorld.until("it is healthy", () -> good.standing().healthy());
        Agent late = world.start("late", code, node);
        LineWorld.until("it was refused", () -> late.refusal().isPresent());
        assertThat(late.refusal().orElseThrow()).contains("already used");
        assertThat(page(late, "/", "localhost")).contains("already used");
        assertThat(page(late, "/health", "localhost")).startsWith("HTTP/1.1 503").contains("already used");
    }

    @Test
    void anUndeliveredMachineWaitsForItsDelivery() throws Exception {
        Agent early = world.start("early", world.claimCode(false), node);
        LineWorld.until("it was told", () -> early.standing().trouble() != null);
        assertThat(early.standing().trouble()).contains("not recorded as delivered");
        world.deliverAll();
        LineWorld.until("it has enrolled", () -> early.standing().healthy());
    }

    @Test
    void thePageSaysInPlainWordsWhatIsLeasedWhatRunsAndWhatItEarned() throws Exception {
        Agent agent = world.agent(node);
        LineWorld.until("it knows what it earned", () -> agent.standing().earnings().isPresent());
        assertThat(page(agent, "/", "127.0.0.1:" + agent.pagePort())).startsWith("HTTP/1.1 200")
                .contains("Up to <b>200.0 MB</b> (200,000,000 bytes)").contains("every day from 22:00 to 05:00 (Europe/Berlin)")
                .contains("The window is <b>").contains("0 pieces are kept here").contains("0.00 EUR</b> of 5.00 EUR");
        assertThat(page(agent, "/metrics", "localhost")).contains("leaseback_host_leased_bytes 200000000")
                .contains("leaseback_host_line_up 1");
        assertThat(page(agent, "/health", "[::1]:80")).startsWith("HTTP/1.1 200").contains("\"healthy\":true");
    }

    @Test
    void theManagerKnowsHowLongItsBatteryLasts() throws Exception {
        Path supply = Files.createDirectories(folder.resolve("power/BAT0"));
        Files.writeString(supply.resolve("type"), "Battery\n");
        Files.writeString(supply.resolve("status"), "Discharging\n");
        Files.writeString(supply.resolve("capacity"), "50\n");
        Files.writeString(supply.resolve("time_to_empty_now"), "1500\n");
        Agent agent = world.keep(Agent.start(world.settings("agent", world.claimCode(), node).withBatteries(new Batteries(folder.resolve("power"), null))));
        HostRecords records = new HostRecords(world.database);
        LineWorld.until("it has enrolled", () -> agent.hostId().isPresent());
        UUID host = agent.hostId().orElseThrow();
        LineWorld.until("its battery is known", () -> new BackupPower(50, true, 25).equals(records.backupPower(List.of(host)).get(host)));
        assertThat(page(agent, "/", "localhost")).contains("<b>The power is out</b>", "(50 % full, for some 25 minutes)");
        Files.delete(supply.resolve("capacity"));
        LineWorld.until("it is gone", () -> records.backupPower(List.of(host)).isEmpty());
    }

    @Test
    void thePageAnswersToLoopbacksNamesOnly() throws Exception {
        Agent agent = world.agent(node);
        assertThat(page(agent, "/", "evil.example")).startsWith("HTTP/1.1 403");
        assertThat(page(agent, "/metrics", "localhost.evil.example")).startsWith("HTTP/1.1 403");
        assertThat(page(agent, "/elsewhere", "localhost")).startsWith("HTTP/1.1 404");
    }

    private static String page(Agent agent, String path, String host) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), agent.pagePort())) {
            socket.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
