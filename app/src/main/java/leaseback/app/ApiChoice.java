package leaseback.app;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The manager a command speaks to: that of a world, or any by its address.
final class ApiChoice {
    @Option(names = "--data", paramLabel = "DIR", description = "Folder of a world made by `up` (default: ${DEFAULT-VALUE}).",
            defaultValue = UpCommand.FOLDER)
    private Path folder = Path.of(UpCommand.FOLDER);

    @Option(names = "--api", paramLabel = "URL", description = "A manager's API instead, with a token in LEASEBACK_TOKEN.")
    private @Nullable URI address;

    ApiClient client() throws IOException {
        if (address != null) {
            String token = System.getenv("LEASEBACK_TOKEN");
            if (token == null) {
                throw new IOException("--api needs a token in the variable LEASEBACK_TOKEN");
            }
            return new ApiClient(address, token);
        }
        WorldFile world = WorldFile.existing(folder);
        String token = world.apiToken();
        if (token == null) {
            throw new IOException("the world in " + folder + " is not ready yet: wait until `up` has printed its endpoints");
        }
        return new ApiClient(URI.create("http://127.0.0.1:" + world.ports().web() + "/api"), token);
    }
}
