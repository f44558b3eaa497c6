package leaseback.testbed.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Holds the compiled classes against the ladder in ARCHITECTURE.md and the borders between modules.
class LadderTest {
    private static final Pattern NAME = Pattern.compile("leaseback/[a-zA-Z0-9_/$]+");
    private static final Map<String, Set<String>> MODULE_MAY_USE = Map.of(
            "protocol", Set.of(),
            "line", Set.of(),
            "host", Set.of("protocol", "line"),
            "manager", Set.of("protocol", "line"),
            "app", Set.of("protocol", "host", "manager"));

    @Test
    void modulesUseOnlyWhatTheyMay() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (String module : MODULE_MAY_USE.keySet()) {
            for (Path file : classes(module)) {
                for (String used : namesIn(file)) {
                    String other = segment(used, 1);
                    if (House.MODULES.contains(other) && !other.equals(module) && !MODULE_MAY_USE.getOrDefault(module, Set.of()).contains(other)) {
                        wrong.add(file.getFileName() + " of " + module + " uses " + used);
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void callsInTheManagerGoDownTheLadderOnly() throws IOException {
        Map<String, Integer> rungs = rungs();
        List<String> wrong = new ArrayList<>();
        for (Path file : classes("manager")) {
            String self = packageOf(classesFolder("manager").relativize(file).toString());
            if (self.isEmpty()) {
                continue;
            }
            Integer own = rungs.get(self);
            if (own == null) {
                wrong.add("package " + self + " stands on no rung of ARCHITECTURE.md");
                continue;
            }
            for (String used : namesIn(file)) {
                String other = used.startsWith("leaseback/manager/") ? packageOf(used) : self;
                if (used.startsWith("leaseback/manager/") && other.isEmpty()) {
                    wrong.add(self + "/" + file.getFileName() + " uses the composition root " + used);
                } else if (!other.equals(self) && rungs.containsKey(other) && rungs.get(other) >= own) {
                    wrong.add(self + "/" + file.getFileName() + " uses " + used + ", which is not below it");
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void everyRungOfTheLadderIsAPackage() throws IOException {
        Set<String> packages = new TreeSet<>();
        for (Path file : classes("manager")) {
            packages.add(packageOf(classesFolder("manager").relativize(file).toString()));
        }
        assertThat(packages).containsAll(rungs().keySet());
    }

    @Test
    void whatTheArchitecturePageNamesExists() {
        List<String> missing = new ArrayList<>();
        Matcher name = Pattern.compile("`([a-z0-9]+)\\.([A-Z][A-Za-z0-9]+)`").matcher(House.text(House.root().resolve("ARCHITECTURE.md")));
        while (name.find()) {
            String file = name.group(1) + "/" + name.group(2) + ".class";
            if (House.MODULES.stream().noneMatch(module ->
                    java.nio.file.Files.exists(classesFolder(module).resolve("leaseback/" + module).resolve(file))
                    || java.nio.file.Files.exists(classesFolder(module).resolve("leaseback").resolve(file)))) {
                missing.add(name.group());
            }
        }
        assertThat(missing).isEmpty();
    }

    /// Rung by package; the lowest rung is 0.
    private static Map<String, Integer> rungs() {
        String page = House.text(House.root().resolve("ARCHITECTURE.md"));
        Matcher block = Pattern.compile("```ladder\\n(.*?)```", Pattern.DOTALL).matcher(page);
        assertThat(block.find()).as("a ladder block in ARCHITECTURE.md").isTrue();
        List<String> lines = block.group(1).strip().lines().toList();
        Map<String, Integer> rungs = new HashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            for (String name : lines.get(i).strip().split("\\s+")) {
                rungs.put(name, lines.size() - 1 - i);
            }
        }
        return rungs;
    }

    private static Path classesFolder(String module) {
        return House.root().resolve(module).resolve("target/classes");
    }

    private static List<Path> classes(String module) {
        List<Path> files = House.files(classesFolder(module), ".class");
        assertThat(files).as("compiled classes of " + module).isNotEmpty();
        return files;
    }

    /// First package below `leaseback/manager`; empty for the composition root.
    private static String packageOf(String path) {
        String third = segment(path, 2);
        return path.indexOf('/', "leaseback/manager/".length()) < 0 ? "" : third;
    }

    private static String segment(String path, int index) {
        String[] parts = path.split("/");
        return parts.length > index ? parts[index] : "";
    }

    /// Every name of ours in the constant pool: classes, and the descriptors and signatures that mention them.
    private static Set<String> namesIn(Path file) throws IOException {
        Set<String> names = new TreeSet<>();
        for (PoolEntry entry : ClassFile.of().parse(file).constantPool()) {
            if (entry instanceof ClassEntry used) {
                collect(used.asInternalName(), names);
            } else if (entry instanceof Utf8Entry text && text.stringValue().contains("Lleaseback/")) {
                collect(text.stringValue(), names);
            }
        }
        return names;
    }

    private static void collect(String text, Set<String> names) {
        Matcher found = NAME.matcher(text);
        while (found.find()) {
            names.add(found.group());
        }
    }
}
