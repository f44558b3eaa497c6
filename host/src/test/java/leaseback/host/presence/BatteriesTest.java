package leaseback.host.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import leaseback.protocol.Battery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BatteriesTest {
    @TempDir
    private Path folder;

    @Test
    void whereNothingIsThereIsNone() throws IOException {
        assertThat(new Batteries(folder.resolve("absent"), null).look()).isEmpty();
        supply("AC", Map.of("type", "Mains", "online", "1"));
        supply("hidpp_battery_0", Map.of("type", "Battery", "scope", "Device", "capacity", "70", "status", "Discharging"));
        supply("BAT9", Map.of("type", "Battery", "present", "0", "capacity", "0"));
        supply("BAT8", Map.of("type", "Battery", "status", "Unknown"));
        assertThat(new Batteries(folder, null).look()).as("mains, a mouse, an empty bay, one that says nothing").isEmpty();
    }

    @Test
    void oneThatFillsTellsWhatIsInIt() throws IOException {
        supply("BAT0", Map.of("type", "Battery", "present", "1", "status", "Charging", "capacity", "83", "energy_now", "41500000", "power_now", "12000000"));
        assertThat(new Batteries(folder, null).look()).contains(new Battery(83, false, null, 41_500L));
    }

    @Test
    void oneThatEmptiesTellsHowLong() throws IOException {
        supply("BAT0", Map.of("type", "Battery", "status", "Discharging", "capacity", "50", "energy_now", "20000000", "power_now", "40000000"));
        assertThat(new Batteries(folder, null).look()).contains(new Battery(50, true, 30, 20_000L));
        // Some drivers count in charge, and let what flows out be negative.
        supply("BAT0", Map.of("type", "Battery", "status", "Discharging", "capacity", "50", "charge_now", "2000000", "current_now", "-4000000",
                "voltage_now", "12000000"));
        assertThat(new Batteries(folder, null).look()).contains(new Battery(50, true, 30, 24_000L));
        supply("BAT0", Map.of("type", "UPS", "status", "Discharging", "capacity", "50", "time_to_empty_now", "1500", "power_now", "0"));
        assertThat(new Batteries(folder, null).look()).contains(new Battery(50, true, 25, null));
    }

    @Test
    void severalAreOne() throws IOException {
        supply("BAT0", Map.of("type", "Battery", "status", "Full", "capacity", "100", "energy_now", "20000000"));
        supply("ups", Map.of("type", "UPS", "status", "Full", "capacity", "90", "energy_now", "100000000"));
        assertThat(new Batteries(folder, null).look()).contains(new Battery(95, false, null, 120_000L));
        supply("ups", Map.of("type", "UPS", "status", "Full", "capacity", "90"));
        assertThat(new Batteries(folder, null).look()).as("what one does not say the sum does not").contains(new Battery(95, false, null, null));
    }

    @Test
    void nonsenseStaysWithinBounds() throws IOException {
        supply("BAT0", Map.of("type", "Battery", "status", "Discharging", "capacity", "255", "energy_now", "999999999999999", "power_now", "1",
                "time_to_empty_now", "-5"));
        assertThat(new Batteries(folder, null).look()).contains(new Battery(100, true, 0, 1_000_000_000L));
        supply("BAT1", Map.of("type", "Battery", "capacity", "-3", "energy_now", "999999999999999", "time_to_empty_now", "999999999999"));
        assertThat(new Batteries(folder, null).look()).contains(new Battery(50, true, 43_200, 1_000_000_000L));
        supply("BAT1", Map.of("type", "Battery"));
        supply("BAT0", Map.of("type", "Battery", "capacity", "many"));
        assertThat(new Batteries(folder, null).look()).isEmpty();
    }

    @Test
    void aReportThatLiesBeyondMeasureIsNoReport() {
        assertThatThrownBy(() -> new Battery(50, false, null, Long.MAX_VALUE)).hasMessageContaining("no battery is 50 percent full");
        assertThatThrownBy(() -> new Battery(101, false, null, null)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Battery(50, true, Integer.MAX_VALUE, null)).isInstanceOf(IllegalArgumentException.class);
    }

    private void supply(String name, Map<String, String> files) throws IOException {
        Path supply = Files.createDirectories(folder.resolve(name));
        try (var old = Files.list(supply)) {
            for (Path file : old.toList()) {
                Files.delete(file);
            }
        }
        for (Map.Entry<String, String> file : files.entrySet()) {
            Files.writeString(supply.resolve(file.getKey()), file.getValue() + "\n");
        }
    }
}
