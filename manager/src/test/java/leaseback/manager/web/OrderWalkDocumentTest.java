package leaseback.manager.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Types what `docs/walks/order.md` tells a person to type.
final class OrderWalkDocumentTest {
    private static final Pattern BLOCK = Pattern.compile("^```sh\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

    @Test
    void theWalkCanBeTyped(@TempDir Path folder) throws Exception {
        for (String tool : List.of("bash", "curl", "jq", "openssl")) {
            assumeTrue(onPath(tool), tool + " is not installed");
        }
        StringBuilder script = new StringBuilder("set -e -o pipefail\n");
        Matcher blocks = BLOCK.matcher(Files.readString(Path.of("..", "docs", "walks", "order.md")));
        while (blocks.find()) {
            script.append(blocks.group(1));
        }
        Path output = folder.resolve("output");
        try (ApiWorld world = new ApiWorld(folder)) {
            ProcessBuilder bash = new ProcessBuilder("bash", "-c", script.toString()).directory(folder.toFile())
                    .redirectErrorStream(true).redirectOutput(output.toFile());
            bash.environment().put("LEASEBACK_API", world.url("/api"));
            bash.environment().put("LEASEBACK_TOKEN", world.operator);
            Process process = bash.start();
            boolean ended = process.waitFor(60, TimeUnit.SECONDS);
            process.destroyForcibly();
            String said = Files.readString(output);
            assertThat(ended).as(said).isTrue();
            assertThat(process.exitValue()).as(said).isZero();
            assertThat(said).contains("Verified OK", "AN OFFER TO LEASE BACK", "was ACCEPTED", "\"to\":\"DELIVERED\"");
        }
    }

    private static boolean onPath(String tool) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
    }
}
