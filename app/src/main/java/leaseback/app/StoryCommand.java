package leaseback.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "story",
        description = {
            "Tells fourteen months of a customer's life with a lease, lived through the public API of a manager of its own whose clock is set.",
            "family: a household that lends at night. shop: a small business that lends outside its hours."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class StoryCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    /// Whose life.
    enum Which {
        family,
        shop
    }

    @Parameters(index = "0", paramLabel = "STORY", description = "family or shop.")
    private Which which = Which.family;

    @Option(names = "--data", paramLabel = "DIR", description = "Keeps the story's world, its database and journal, in this new folder.")
    private @Nullable Path folder;

    @Option(names = "--look", description = "When the story is told, lets you look round in the console until Ctrl-C.")
    private boolean look;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        Path own = folder == null ? Files.createTempDirectory("leaseback-story") : Files.createDirectories(folder.toAbsolutePath());
        try {
            tell(which, own, look, out);
        } finally {
            if (folder == null) {
                delete(own);
            }
        }
        return 0;
    }

    private static void tell(Which which, Path folder, boolean look, PrintWriter out) throws Exception {
        try (StoryWorld world = new StoryWorld(folder, out)) {
            switch (which) {
                case family -> new FamilyStory(world).tell();
                case shop -> new ShopStory(world).tell();
            }
            if (look) {
                world.show();
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failed) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
