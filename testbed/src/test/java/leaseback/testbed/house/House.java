package leaseback.testbed.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The checkout, as files.
final class House {
    static final List<String> MODULES = List.of("protocol", "line", "host", "manager", "app", "testbed");

    private House() {}

    /// The folder that holds ARCHITECTURE.md.
    static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("ARCHITECTURE.md"))) {
            folder = folder.getParent();
            if (folder == null) {
                throw new IllegalStateException("the tests run inside a checkout: no ARCHITECTURE.md above " + Path.of("").toAbsolutePath());
            }
        }
        return folder;
    }

    /// Regular files under `folder` whose name ends in `suffix`, sorted; none when the folder is not there.
    static List<Path> files(Path folder, String suffix) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).filter(file -> file.toString().endsWith(suffix)).sorted().toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /// Java sources of all modules, tests included, generated ones not.
    static List<Path> sources() {
        return MODULES.stream().flatMap(module -> files(root().resolve(module).resolve("src"), ".java").stream()).toList();
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /// As the reader of a failure wants to see it.
    static String shown(Path file) {
        return root().relativize(file).toString();
    }
}
