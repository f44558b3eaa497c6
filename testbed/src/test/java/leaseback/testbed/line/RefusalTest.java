package leaseback.testbed.line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import leaseback.host.Agent;
import leaseback.host.AgentSettings;
import leaseback.manager.fleet.HostState;
import leaseback.manager.fleet.LineFault;
import leaseback.protocol.Dial;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RefusalTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

    private LineWorld world;
    private Node node;

    @BeforeEach
    void open() throws Exception {
        world = new LineWorld(folder);
        node = world.manager();
    }

    @AfterEach
    void close() throws Exception {
        world.close();
    }

    @Test
    void aRevokedHostsLivingLineIsCutAndNotTakenAgain() throws Exception {
        Node other = world.manager();
        Agent agent = world.agent(node);
        UUID host = agent.hostId().orElseThrow();
        // The manager that does not hold the line revokes: the other notices by itself.
        assertThat(other.fleet.revoke(host, "operator:test", "stolen")).isTrue();
        LineWorld.until("the line is cut", () -> !node.lines.held().contains(host));
        LineWorld.until("the agent is refused", () -> agent.standing().trouble() != null
                && agent.standing().trouble().contains("No line"));
        assertThat(other.fleet.find(host).orElseThrow().state()).isEqualTo(HostState.REVOKED);
        assertThat(other.fleet.underLease()).isZero();
        LineWorld.until("nobody can reach it", () -> !node.lines.reachable(host) && !other.lines.reachable(host));
        assertThatThrownBy(() -> node.lines.call(host, "GET", "/v1/report", new byte[0], PATIENCE)).isInstanceOf(LineFault.class);
    }

    @Test
    void anExpiredCertificateIsCutAndTheAgentRenewsItAndComesBack() throws Exception {
        Agent agent = world.agent(node);
        UUID host = agent.hostId().orElseThrow();
        var before = agent.standing().certificateUntil();
        // Asleep for a good while: the certificate is over, and the machine's own clock says so too.
        world.clock.move(Duration.ofDays(40));
        LineWorld.until("it is back with a new certificate", () -> node.lines.held().contains(host)
                && !Objects.equals(agent.standing().certificateUntil(), before));
        assertThat(agent.hostId()).contains(host);
    }

    @Test
    void aCertificateRenewsItselfBeforeItEnds() throws Exception {
        Agent agent = world.agent(node);
        UUID host = agent.hostId().orElseThrow();
        var before = agent.standing().certificateUntil();
        world.clock.move(Duration.ofDays(21));
        LineWorld.until("it has renewed", () -> !Objects.equals(agent.standing().certificateUntil(), before));
        // It dials again with the new one: the line of before may be held for a moment.
        LineWorld.until("it is back", () -> agent.standing().healthy() && answers(host));
    }

    private boolean answers(UUID host) {
        try {
            return node.lines.call(host, "GET", "/v1/report", new byte[0], PATIENCE).status() == 200;
        } catch (LineFault away) {
            return false;
        }
    }

    @Test
    void aMachineOfAnotherAuthorityIsNoHostHere() throws Exception {
        try (LineWorld elsewhere = new LineWorld(Files.createDirectory(folder.resolve("elsewhere")))) {
            Node stranger = elsewhere.manager();
            elsewhere.agent(stranger).close();
            // Its identity is of the other authority; it is told to trust this one and dial here.
            Agent lost = world.keep(Agent.start(new AgentSettings(folder.resolve("elsewhere/agent1"),
                    List.of(node.enrolment()), List.of(node.lines.address()), world.caFile(), null, null, 0,
                            world.clock)));
            LineWorld.until("it has been refused", () -> lost.standing().trouble() != null && lost.standing().trouble()
                    .contains("line"));
            assertThat(node.lines.held()).isEmpty();
        }
    }

    @Test
    void anAgentObeysNoManagerOfAnotherAuthority() throws Exception {
        try (LineWorld elsewhere = new LineWorld(Files.createDirectory(folder.resolve("elsewhere")))) {
            Node stranger = elsewhere.manager();
            Agent agent = world.keep(Agent.start(new AgentSettings(folder.resolve("agent"),
                    List.of(stranger.enrolment()), List.of(stranger.lines.address()), world.caFile(),
                    world.claimCode(), null, 0, world.clock)));
            LineWorld.until("it has tried", () -> agent.standing().trouble() != null);
            assertThat(agent.hostId()).isEmpty();
            assertThat(agent.standing().trouble()).contains("not a good one of our authority");
        }
    }

    @Test
    void aHostCannotTakeABulkConnectionMeantForAnother() throws Exception {
        BlockingQueue<Dial> asked = new LinkedBlockingQueue<>();
        BareHost victim = world.keep(new BareHost(world, folder.resolve("victim.pem"), node, exchange -> exchange.reply(200,
                Map.of()), asked::add));
        BareHost thief = world.keep(new BareHost(world, folder.resolve("thief.pem"), node, exchange -> exchange.reply(200,
                Map.of())));
        Thread opening = Thread.ofVirtual().start(() -> {
            try (var exchange = node.lines.open(victim.id(), "GET", "/v1/test", Map.of())) {
                throw new AssertionError("a bulk connection to " + victim.id() + " was made by somebody else: " + exchange);
            } catch (LineFault expected) {
                asked.add(new Dial("refused", 1, String.valueOf(expected.getMessage())));
            }
        });
        Dial stolen = asked.poll(20, TimeUnit.SECONDS);
        assertThat(stolen).isNotNull();
        thief.gateways.dial(stolen);
        Dial outcome = asked.poll(30, TimeUnit.SECONDS);
        assertThat(outcome).isNotNull();
        assertThat(outcome.address()).isEqualTo("refused");
        opening.join();
        LineWorld.until("the thief was shown out", () -> thief.gateways.connections() == 0);
    }

    @Test
    void aNewLineOfTheSameHostTakesThePlaceOfTheOld() throws Exception {
        Node other = world.manager();
        Agent agent = world.agent(node);
        UUID host = agent.hostId().orElseThrow();
        agent.close();
        // Else it might redial the one it came from.
        Files.delete(folder.resolve("agent1/managers.json"));
        Agent again = world.start("agent1", null, other);
        LineWorld.until("the other manager holds it", () -> other.lines.held().contains(host) && !node.lines.held()
                .contains(host));
        assertThat(node.lines.call(host, "GET", "/v1/report", new byte[0], PATIENCE).status()).isEqualTo(200);
        assertThat(again.hostId()).contains(host);
    }
}
