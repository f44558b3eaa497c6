package leaseback.host.presence;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import leaseback.protocol.Battery;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Against a server that says what a test lets it say.
final class UpsdTest {
    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private ServerSocket server;
    private Duration patience = Duration.ofMinutes(1);

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::serve);
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @Test
    void oneOnTheMainsTellsHowLongItWouldLast() {
        says("ups", "ups.status \"OL CHRG\"", "battery.charge \"92.5\"", "battery.runtime \"1810\"", "ups.mfr \"A \\\"B\\\" \\\\ C\"");
        assertThat(upsd().look()).containsExactly(new Battery(92, false, 30, null));
        assertThat(batteries().look()).contains(new Battery(92, false, 30, null));
    }

    @Test
    void oneThatFeedsTheMachineIsDischarging() {
        says("ups", "ups.status \"OB DISCHRG LB LB\"", "battery.charge \"12\"", "battery.runtime \"95\"");
        assertThat(upsd().look()).containsExactly(new Battery(12, true, 1, null));
    }

    @Test
    void whatItDoesNotSayIsTheWorstOfIt() {
        says("ups", "ups.status \"OL\"");
        assertThat(upsd().look()).containsExactly(new Battery(100, false, null, null));
        says("ups", "ups.status \"OB\"", "battery.charge \"full\"", "battery.runtime \"-7\"");
        assertThat(upsd().look()).containsExactly(new Battery(0, true, 0, null));
    }

    @Test
    void severalOfThemAreOne() {
        answers.put("LIST UPS", "BEGIN LIST UPS\nUPS left \"The \\\"left\\\" one\"\nUPS right \"\"\nUPS gone \"Data stale\"\nEND LIST UPS\n");
        variables("left", "ups.status \"OL\"", "battery.charge \"100\"", "battery.runtime \"600\"");
        variables("right", "ups.status \"OL\"", "battery.charge \"50\"", "battery.runtime \"1200\"");
        variables("gone", "device.mfr \"unknown\"");
        assertThat(batteries().look()).contains(new Battery(75, false, 30, null));
    }

    @Test
    void aServerThatTalksNonsenseKnowsOfNone() throws IOException {
        answers.put("LIST UPS", "ERR ACCESS-DENIED\n");
        assertThat(upsd().look()).isEmpty();
        answers.put("LIST UPS", "BEGIN LIST UPS\nUPS\n" + "UPS \"\n".repeat(3) + "END LIST UPS\n");
        assertThat(upsd().look()).isEmpty();
        answers.put("LIST UPS", "BEGIN LIST UPS\n" + "x".repeat(300_000));
        assertThat(upsd().look()).as("a line without an end").isEmpty();
        patience = Duration.ofMillis(200);
        answers.put("LIST UPS", "BEGIN LIST UPS\n");
        assertThat(upsd().look()).as("one that falls silent").isEmpty();
        patience = Duration.ofMinutes(1);
        says("ups", "ups.status \"OL\"");
        answers.put("LIST VAR ups", "ERR DATA-STALE\n");
        assertThat(upsd().look()).isEmpty();
        server.close();
        assertThat(upsd().look()).as("none is there").isEmpty();
    }

    private void says(String ups, String... variables) {
        answers.put("LIST UPS", "BEGIN LIST UPS\nUPS " + ups + " \"Description unavailable\"\nEND LIST UPS\n");
        variables(ups, variables);
    }

    private void variables(String ups, String... variables) {
        StringBuilder text = new StringBuilder("BEGIN LIST VAR " + ups + "\n");
        for (String variable : variables) {
            text.append("VAR ").append(ups).append(' ').append(variable).append('\n');
        }
        answers.put("LIST VAR " + ups, text + "END LIST VAR " + ups + "\n");
    }

    private Upsd upsd() {
        return new Upsd(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort()), patience);
    }

    private Batteries batteries() {
        return new Batteries(Path.of("/nonexistent"), upsd());
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket caller = server.accept()) {
                BufferedReader in = new BufferedReader(new InputStreamReader(caller.getInputStream(), StandardCharsets.UTF_8));
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    caller.getOutputStream().write(answers.getOrDefault(line, "ERR UNKNOWN-COMMAND\n").getBytes(StandardCharsets.UTF_8));
                }
            } catch (IOException hungUp) {
                if (!server.isClosed() && !(hungUp instanceof java.net.SocketException)) {
                    throw new UncheckedIOException(hungUp);
                }
            }
        }
    }
}
