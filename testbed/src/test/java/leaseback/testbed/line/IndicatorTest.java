package leaseback.testbed.line;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import leaseback.host.Agent;
import leaseback.manager.fleet.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The light of a real agent that serves a piece, and what its page says meanwhile.
class IndicatorTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void theLightIsOnWhileAPieceArrivesAndOutAfterwards(@TempDir Path folder) throws Exception {
        Path light = Files.createDirectory(folder.resolve("scrolllock"));
        Files.writeString(light.resolve("brightness"), "0");
        Files.writeString(light.resolve("max_brightness"), "7");
        try (LineWorld world = new LineWorld(folder)) {
            Node node = world.manager();
            Agent agent = world.keep(Agent.start(world.settings("agent", world.claimCode(), node).withLight(light)));
            LineWorld.until("it has its terms", () -> agent.standing().healthy() && agent.standing().terms().version() > 0);
            UUID host = agent.hostId().orElseThrow();
            LineWorld.until("its manager sees it", () -> node.lines.reachable(host) && node.fleet.find(host).isPresent());
            LineWorld.until("it is dark while only its manager asks how it is", () -> shows(light, "0"));
            assertThat(page(agent)).doesNotContain("working for others now");

            byte[] half = new byte[40_000];
            try (Exchange put = node.lines.open(host, "PUT", "/v1/pieces/" + UUID.randomUUID(), Map.of("content-length", "80000"))) {
                put.write(ByteBuffer.wrap(half), PATIENCE);
                LineWorld.until("it is on", () -> shows(light, "7"));
                assertThat(page(agent)).contains("This computer is working for others now").contains("1 piece is being sent or received");
                put.write(ByteBuffer.wrap(half), PATIENCE);
                put.endBody();
                assertThat(put.status(PATIENCE)).isEqualTo(201);
            }
            LineWorld.until("it is out", () -> shows(light, "0"));
            LineWorld.until("the page says so too", () -> !page(agent).contains("working for others now"));
        }
    }

    @Test
    void anAgentWhoseLightCannotBeWrittenWorksOn(@TempDir Path folder) throws Exception {
        try (LineWorld world = new LineWorld(folder)) {
            Node node = world.manager();
            Agent agent = world.keep(Agent.start(world.settings("agent", world.claimCode(), node).withLight(folder.resolve("nowhere"))));
            LineWorld.until("it has its terms", () -> agent.standing().healthy() && agent.standing().terms().version() > 0);
            UUID host = agent.hostId().orElseThrow();
            LineWorld.until("its manager sees it", () -> node.lines.reachable(host) && node.fleet.find(host).isPresent());
            UUID piece = UUID.randomUUID();
            assertThat(LineTest.put(node, host, piece, new byte[5_000])).isEqualTo(201);
            assertThat(LineTest.get(node, host, piece)).hasSize(5_000);
        }
    }

    private static boolean shows(Path light, String brightness) {
        try {
            return Files.readString(light.resolve("brightness")).equals(brightness);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static String page(Agent agent) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), agent.pagePort())) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
