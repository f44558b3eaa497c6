package leaseback.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import leaseback.manager.sealing.MasterKey;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(
        name = "keys",
        description = "Keys: how they stand, their rotation, and the erasing of a tenant (docs/keys.md).",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        sortOptions = false)
final class KeysCommand {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Command(name = "status", description = "Which key seals, and what older versions still seal.", mixinStandardHelpOptions = true)
    int status(@Mixin ApiChoice choice) throws IOException {
        try (ApiClient api = choice.client()) {
            JsonNode keys = api.get("/keys");
            say("root         " + keys.path("kms").asString(""));
            say("outdated     " + keys.path("outdated").asLong() + " secrets sealed by an older version");
            say("segments     " + keys.path("direct").asLong() + " sealed by the root itself");
            say("tenants      " + keys.path("tenantsRotating").asLong() + " with more than one version of their key");
        }
        return 0;
    }

    @Command(name = "rotate",
            description = "Begins a new version of the root key and seals everything it seals again; with --tenant, of that tenant's key.",
            mixinStandardHelpOptions = true)
    int rotate(@Mixin ApiChoice choice,
            @Option(names = "--tenant", paramLabel = "ID", description = "The customer whose key to rotate.") @Nullable UUID tenant)
            throws IOException {
        try (ApiClient api = choice.client()) {
            if (tenant == null) {
                JsonNode done = api.post("/keys/rotate", null);
                say("version " + done.path("version").asLong() + " seals now; " + done.path("sealedAgain").asLong()
                        + " secrets were sealed again, " + done.path("outdated").asLong() + " are left");
                say("back the key up, then run `leaseback keys retire` to destroy the older versions");
            } else {
                JsonNode done = api.post("/customer/" + tenant + "/key/rotate", null);
                say("version " + done.path("version").asLong() + " of the tenant's key seals now; the older ones go once nothing needs them");
            }
        }
        return 0;
    }

    @Command(name = "retire", description = "Destroys the older versions of the root key; refused while something still needs them.",
            mixinStandardHelpOptions = true)
    int retire(@Mixin ApiChoice choice) throws IOException {
        try (ApiClient api = choice.client()) {
            say("only version " + api.post("/keys/retire", null).path("version").asLong() + " of the root key is left");
        }
        return 0;
    }

    @Command(name = "prepare",
            description = "Adds a version to a master key file and uses it not yet: copy the file to every manager, then rotate.",
            mixinStandardHelpOptions = true)
    int prepare(@Parameters(paramLabel = "FILE", description = "The master key file.") Path file) throws IOException {
        say("version " + MasterKey.prepare(file) + " is in " + file + "; copy the file to every manager's machine, then run `leaseback keys rotate`");
        return 0;
    }

    @Command(name = "erase",
            description = "Erases a customer's stored data for ever: keys at once, then rows and pieces. Run again, it says how far it is.",
            mixinStandardHelpOptions = true)
    int erase(@Mixin ApiChoice choice,
            @Parameters(paramLabel = "ID", description = "The customer.") UUID tenant,
            @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Stands in the receipt.") String reason,
            @Option(names = "--despite-locks", description = "Also what an object lock holds.") boolean despiteLocks,
            @Option(names = "--receipt", paramLabel = "FILE",
                    description = "Where to write the signed receipt, once it is there; its signature goes beside it as FILE.sig.")
            @Nullable Path receipt) throws IOException {
        try (ApiClient api = choice.client()) {
            JsonNode erasure = api.post("/customer/" + tenant + "/erasure", Map.of("reason", reason, "despiteLocks", despiteLocks));
            say("keys         destroyed " + erasure.path("begunAt").asString("") + ", versions " + erasure.path("keys").asString(""));
            say("rows         " + erasure.path("objects").asLong() + " objects, " + erasure.path("versions").asLong() + " older versions, "
                    + erasure.path("uploads").asLong() + " uploads, " + erasure.path("buckets").asLong() + " buckets");
            for (JsonNode host : erasure.path("hosts")) {
                say("host " + host.path("alias").asLong() + "       " + host.path("deleted").asLong() + " pieces deleted, "
                        + host.path("waiting").asLong() + " waiting");
            }
            boolean ended = !erasure.path("endedAt").asString("").isEmpty();
            say(ended ? "ended        " + erasure.path("endedAt").asString("") : "under way; run this again to see how far it is");
            if (ended && receipt != null) {
                Files.write(receipt, api.bytes("/customer/" + tenant + "/erasure/receipt"));
                Files.write(Path.of(receipt + ".sig"), api.bytes("/customer/" + tenant + "/erasure/receipt.sig"));
                say("receipt      " + receipt + " and " + receipt + ".sig");
            }
        }
        return 0;
    }

    private void say(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }
}
