package leaseback.app;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "up",
        description = {
            "Runs a whole world on this computer: PostgreSQL, a manager, and hosts that were sold, built and enrolled through the product's own API.",
            "Ctrl-C stops all of it; the next `up` carries on with the same data."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class UpCommand implements Callable<Integer> {
    static final String FOLDER = ".leaseback";
    /// A name of our own: for Amazon's oldest regions some clients still sign links the old way, which nobody should.
    static final String REGION = "leaseback-1";
    private static final int FEWEST_HOSTS = 3;
    private static final int MOST_HOSTS = 64;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--hosts", paramLabel = "N", description = "How many hosts, 3 to 64 (default: ${DEFAULT-VALUE}).", defaultValue = "6")
    private int hosts = 6;

    @Option(names = "--data", paramLabel = "DIR", description = "Folder of the world (default: ${DEFAULT-VALUE}).", defaultValue = FOLDER)
    private Path folder = Path.of(FOLDER);

    @Option(names = "--leased", paramLabel = "SIZE",
            description = "What each new host leases, such as 20GB or 4GiB (default: a share of the free disk, at most 20 GB).")
    private @Nullable String leased;

    @Option(names = "--reset", description = "Deletes the world in the folder first, with all it stores.")
    private boolean reset;

    @Option(names = "--any-ports", description = "Free ports for a new world, instead of 8080, 8443, 9000, 9443 and 7443 where those are free.")
    private boolean anyPorts;

    @Override
    public Integer call() throws Exception {
        if (hosts < FEWEST_HOSTS || hosts > MOST_HOSTS) {
            throw new ParameterException(spec.commandLine(), "--hosts is " + hosts + "; a world takes " + FEWEST_HOSTS + " to " + MOST_HOSTS
                    + " (an object is spread over at least " + FEWEST_HOSTS + " machines)");
        }
        PrintWriter out = spec.commandLine().getOut();
        Path path = Files.createDirectories(folder.toAbsolutePath().normalize()).toRealPath();
        try (Folder held = Folder.hold(path)) {
            if (reset) {
                held.reset();
            }
            held.requireOwn();
            try (LocalWorld world = new LocalWorld(held, path, out)) {
                Thread stop = Thread.ofPlatform().name("stop").unstarted(world::close);
                Runtime.getRuntime().addShutdownHook(stop);
                world.start(hosts, leased == null ? spareBytes(path, hosts) : Size.parse(leased), anyPorts);
                world.watch();
            }
        }
        return 0;
    }

    /// Half of what is free, shared among the hosts, so that a full world does not fill the computer.
    private static long spareBytes(Path path, int hosts) throws java.io.IOException {
        long share = Files.getFileStore(path).getUsableSpace() / 2 / hosts;
        return Math.min(20_000_000_000L, Math.max(100_000_000L, share / 1_000_000 * 1_000_000));
    }
}
