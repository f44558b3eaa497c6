package leaseback.app;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import leaseback.host.Agent;
import leaseback.host.AgentSettings;
import leaseback.host.presence.Batteries;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "host",
        description = "Runs the agent on a customer's machine until it is told to stop. At first boot it enrols with its claim code.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class HostCommand implements Callable<Integer> {
    @Option(names = "--data", paramLabel = "DIR", defaultValue = "leaseback-host",
            description = "Its folder: key, certificate, terms and the leased pieces (default: ${DEFAULT-VALUE}). "
                    + "Where the factory left host.json, ca.pem and claim-code here, nothing else need be given.")
    private Path folder = Path.of("leaseback-host");

    @Option(names = "--manager", paramLabel = "URL", description = "Enrolment address of a manager, https://HOST:PORT; may be repeated.")
    private List<URI> managers = List.of();

    @Option(names = "--line", paramLabel = "HOST:PORT", description = "Line address of a manager; may be repeated.")
    private List<String> lines = List.of();

    @Option(names = "--ca", paramLabel = "FILE", description = "The provider's CA certificate, PEM: nobody else is believed.")
    private @Nullable Path ca;

    @Option(names = "--claim-code-file", paramLabel = "FILE", description = "Holds the one-time claim code; deleted once it was used.")
    private @Nullable Path claimFile;

    @Option(names = "--page-port", defaultValue = "7070", description = "The owner's page on loopback (default: ${DEFAULT-VALUE}; 0: any).")
    private int page;

    @Option(names = "--light", paramLabel = "DIR", description = "A light that is on while this machine works for others, such as"
            + " /sys/class/leds/input3::scrolllock; the agent must be allowed to write its brightness (default: none).")
    private @Nullable Path light;

    @Option(names = "--no-battery", description = "Does not look for batteries and uninterruptible power supplies. While the machine lives on"
            + " one, nothing new is placed on it.")
    private boolean noBattery;

    @Override
    public Integer call() throws Exception {
        CountDownLatch stopped = new CountDownLatch(1);
        Agent agent = Agent.start(settings());
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> {
            try {
                agent.close();
            } catch (IOException failed) {
                System.err.println("leaseback host: did not stop cleanly: " + failed.getMessage());
            }
            stopped.countDown();
        }));
        stopped.await();
        return 0;
    }

    private AgentSettings settings() throws IOException {
        FirstBoot left = FirstBoot.read(folder);
        List<URI> enrolment = managers.isEmpty() && left != null ? left.managers() : managers;
        List<String> gateways = lines.isEmpty() && left != null ? left.lines() : lines;
        if (enrolment.isEmpty() || gateways.isEmpty()) {
            throw new IOException("this machine was not told its manager: give --manager and --line, or the folder the factory prepared with --data");
        }
        Path claim = claimFile == null ? FirstBoot.claimCode(folder) : claimFile;
        return new AgentSettings(folder, enrolment, gateways, ca == null ? FirstBoot.ca(folder) : ca, null,
                Files.exists(claim) ? claim : null, page, light, noBattery ? Batteries.NONE : Batteries.OF_THIS_MACHINE, InstantSource.system());
    }
}
