package leaseback.host;

import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import leaseback.host.presence.Batteries;
import org.jspecify.annotations.Nullable;

/// What an agent must be told; the rest it learns from its manager.
///
/// @param folder    everything the agent keeps; see `Agent`
/// @param managers  enrolment services, `https://host:port`, tried in turn; at least one
/// @param lines     line addresses, `host:port`, tried in turn; at least one. More are learned from the managers
/// @param caFile    the manager's CA certificate, PEM; nobody else is believed
/// @param claimCode for the first boot, and ignored later; null when it is in `claimFile` or the machine has enrolled
/// @param claimFile holds the claim code; deleted once it was used; null for none
/// @param pagePort  local page on 127.0.0.1; 0 for any free port
/// @param light     folder of the light that is on while it works for others, below `/sys/class/leds`; null for none
/// @param batteries where it looks for what keeps the machine on when the mains fails
public record AgentSettings(
        Path folder,
        List<URI> managers,
        List<String> lines,
        Path caFile,
        @Nullable String claimCode,
        @Nullable Path claimFile,
        int pagePort,
        @Nullable Path light,
        Batteries batteries,
        InstantSource clock) {
    public AgentSettings {
        managers = List.copyOf(managers);
        lines = List.copyOf(lines);
        for (String line : lines) {
            if (!line.matches(".+:[0-9]{1,5}")) {
                throw new IllegalArgumentException("a line address is host:port, not " + line);
            }
        }
        for (URI manager : managers) {
            if (!"https".equals(manager.getScheme())) {
                throw new IllegalArgumentException("an enrolment address is https://host:port, not " + manager);
            }
        }
    }

    /// Without a light, and without a battery.
    public AgentSettings(Path folder, List<URI> managers, List<String> lines, Path caFile, @Nullable String claimCode, @Nullable Path claimFile,
            int pagePort, InstantSource clock) {
        this(folder, managers, lines, caFile, claimCode, claimFile, pagePort, null, Batteries.NONE, clock);
    }

    /// With that light.
    public AgentSettings withLight(Path folderOfLight) {
        return new AgentSettings(folder, managers, lines, caFile, claimCode, claimFile, pagePort, folderOfLight, batteries, clock);
    }

    /// With those batteries.
    public AgentSettings withBatteries(Batteries others) {
        return new AgentSettings(folder, managers, lines, caFile, claimCode, claimFile, pagePort, light, others, clock);
    }

    @Override
    public String toString() {
        return "AgentSettings[" + folder + ", managers " + managers + ", lines " + lines + "]";
    }
}
