package leaseback.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import leaseback.protocol.BuildManifest;
import leaseback.protocol.Calendar;
import leaseback.protocol.Dial;
import leaseback.protocol.Earnings;
import leaseback.protocol.HostReport;
import leaseback.protocol.LeaseTerms;
import leaseback.protocol.LineHeld;
import leaseback.protocol.LineHello;
import leaseback.protocol.Window;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Messages of the first release, as they went over the wire. These files are never changed: a fleet upgrades at its own pace,
/// so what one release says, every later one must understand.
class GoldenTest {
    private static final UUID ID = UUID.fromString("0f3b8a52-6c1d-4e7f-9a2b-3c4d5e6f7a8b");
    private static final String TICKET = "5d0e5f57-51c4-4f32-8d5a-6f4c9a3b2e10";
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private static final Map<String, Object> MESSAGES = Map.of(
            "LeaseTerms", new LeaseTerms(ID, 3, 6_000_000_000L,
                    new Calendar(BERLIN, List.of(new Window(DayOfWeek.MONDAY, LocalTime.of(22, 0), LocalTime.of(5, 0)),
                            new Window(DayOfWeek.SATURDAY, LocalTime.MIDNIGHT, LocalTime.MIDNIGHT))),
                    new Calendar(BERLIN, List.of()), 500, "EUR", "15 % of the drive, at night."),
            "Earnings", new Earnings(123, "EUR", 4200, 4500, Instant.parse("2026-11-22T17:30:00Z")),
            "HostReport", new HostReport("0.1.0", 4711, Instant.parse("2026-11-22T17:00:00Z"), 3, 6_000_000_000L, 1_234_567, 12,
                    true,
                    Instant.parse("2026-11-22T17:30:00.500Z")),
            "Dial", new Dial("gateway.example", 7443, TICKET),
            "LineHello", new LineHello("0.1.0", TICKET),
            "LineHeld", new LineHeld(ID, 7, List.of("one.example:7443", "two.example:7443")),
            "BuildManifest", new BuildManifest(ID, "LB-0001", "O-0001", "desk-1", List.of("1 x drive, 1 TB"), Map.of("wakeOnLan",
                    "on"),
                    new BuildManifest.LeaseBack(UUID.fromString("1f3b8a52-6c1d-4e7f-9a2b-3c4d5e6f7a8b"), 6_000_000_000L,
                            "https://manager.example:8443", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", "00ff"),
                    Instant.parse("2026-11-22T17:30:00Z")));

    private final JsonMapper json = JsonMapper.builder().build();

    @Test
    void oldMessagesAreUnderstood() throws IOException {
        for (Map.Entry<String, Object> message : MESSAGES.entrySet()) {
            assertThat(json.treeToValue(golden(message.getKey()), message.getValue().getClass())).as(message.getKey())
                    .isEqualTo(message.getValue());
        }
    }

    @Test
    void whatWeSayHasAllThatOldReadersKnow() throws IOException {
        for (Map.Entry<String, Object> message : MESSAGES.entrySet()) {
            JsonNode said = json.readTree(json.writeValueAsBytes(message.getValue()));
            assertThat(said).as(message.getKey()).isEqualTo(json.readTree(json.writeValueAsBytes(
                    json.treeToValue(golden(message.getKey()), message.getValue().getClass()))));
            for (String name : golden(message.getKey()).propertyNames()) {
                assertThat(said.has(name)).as(message.getKey() + "." + name).isTrue();
            }
        }
    }

    @Test
    void whatIsNewIsPassedOver() throws IOException {
        for (Map.Entry<String, Object> message : MESSAGES.entrySet()) {
            ObjectNode later = (ObjectNode) golden(message.getKey());
            later.put("addedInTheNextRelease", 1);
            assertThat(json.treeToValue(later, message.getValue().getClass())).isEqualTo(message.getValue());
        }
    }

    private JsonNode golden(String name) throws IOException {
        try (InputStream in = GoldenTest.class.getResourceAsStream("golden/" + name + ".json")) {
            assertThat(in).as(name).isNotNull();
            return json.readTree(in);
        }
    }
}
