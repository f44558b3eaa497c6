package leaseback.app;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "env",
        description = "Prints what clients read, for a shell: eval \"$(./leaseback env)\".",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class EnvCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--data", paramLabel = "DIR", description = "Folder of the world (default: ${DEFAULT-VALUE}).", defaultValue = UpCommand.FOLDER)
    private Path folder = Path.of(UpCommand.FOLDER);

    @Option(names = "--tls", description = "The HTTPS endpoints instead of plain HTTP on loopback.")
    private boolean tls;

    @Override
    public Integer call() throws Exception {
        WorldFile world = WorldFile.existing(folder);
        Sale.User user = world.user();
        String token = world.apiToken();
        if (user == null || token == null) {
            throw new IllegalStateException("the world in " + folder + " is not ready yet: wait until `up` has printed its endpoints");
        }
        Path ca = folder.toAbsolutePath().normalize().resolve("ca.pem");
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("AWS_ACCESS_KEY_ID", user.accessKey());
        variables.put("AWS_SECRET_ACCESS_KEY", user.secret());
        variables.put("AWS_REGION", UpCommand.REGION);
        variables.put("AWS_DEFAULT_REGION", UpCommand.REGION);
        variables.put("AWS_ENDPOINT_URL", tls ? "https://127.0.0.1:" + world.ports().s3Tls() : "http://127.0.0.1:" + world.ports().s3());
        if (tls) {
            variables.put("AWS_CA_BUNDLE", ca.toString());
            variables.put("RCLONE_CA_CERT", ca.toString());
            variables.put("CURL_CA_BUNDLE", ca.toString());
        }
        // rclone reads a remote named "leaseback" from these: rclone ls leaseback:
        variables.put("RCLONE_CONFIG_LEASEBACK_TYPE", "s3");
        variables.put("RCLONE_CONFIG_LEASEBACK_PROVIDER", "Other");
        variables.put("RCLONE_CONFIG_LEASEBACK_ENV_AUTH", "true");
        variables.put("RCLONE_CONFIG_LEASEBACK_ENDPOINT", String.valueOf(variables.get("AWS_ENDPOINT_URL")));
        variables.put("RCLONE_CONFIG_LEASEBACK_REGION", UpCommand.REGION);
        variables.put("LEASEBACK_API", tls ? "https://127.0.0.1:" + world.ports().webTls() + "/api" : "http://127.0.0.1:" + world.ports().web() + "/api");
        variables.put("LEASEBACK_TOKEN", token);
        if (Files.exists(ca)) {
            variables.put("LEASEBACK_CA", ca.toString());
        }
        PrintWriter out = spec.commandLine().getOut();
        if (!tls && System.getenv("AWS_CA_BUNDLE") != null) {
            // Nothing here needs it, and rclone before 1.63 refuses to work while it is set.
            out.println("unset AWS_CA_BUNDLE");
        }
        variables.forEach((name, value) -> out.println("export " + name + "='" + value.replace("'", "'\\''") + "'"));
        out.flush();
        return 0;
    }
}
