package leaseback.testbed.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Small rules instead of a rule book.
class TidyTest {
    private static final int LONGEST_LINE = 160;
    private static final int LONGEST_FILE = 700;
    private static final Pattern EMPTY_NAME = Pattern.compile("(Util|Utils|Helper|Impl|Base|Common|Service)$");
    private static final Pattern UNFINISHED = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b|@Dis" + "abled|UnsupportedOperation" + "Exception\\(\\)");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");
    private static final Pattern MIGRATION = Pattern.compile("V(\\d+)__.*\\.sql");

    @Test
    void linesAndFilesHaveALength() {
        List<String> wrong = new ArrayList<>();
        for (Path file : House.sources()) {
            List<String> lines = House.text(file).lines().toList();
            if (lines.size() > LONGEST_FILE) {
                wrong.add(House.shown(file) + " has " + lines.size() + " lines; is it one idea?");
            }
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).length() > LONGEST_LINE) {
                    wrong.add(House.shown(file) + ":" + (i + 1) + " is " + lines.get(i).length() + " columns wide");
                }
                if (lines.get(i).contains("\t")) {
                    wrong.add(House.shown(file) + ":" + (i + 1) + " has a tab");
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void namesSayWhatAThingIs() {
        assertThat(House.sources().stream()
                .filter(file -> EMPTY_NAME.matcher(file.getFileName().toString().replace(".java", "")).find())
                .map(House::shown)).isEmpty();
    }

    @Test
    void nothingIsLeftUnfinished() {
        assertThat(House.sources().stream()
                .filter(file -> UNFINISHED.matcher(House.text(file)).find())
                .map(House::shown)).isEmpty();
    }

    @Test
    void importsNameOneThing() {
        assertThat(House.sources().stream()
                .filter(file -> House.text(file).lines().anyMatch(line -> line.startsWith("import ") && line.endsWith(".*;")))
                .map(House::shown)).isEmpty();
    }

    @Test
    void everyPackageIsNullMarked() {
        List<String> wrong = new ArrayList<>();
        for (Path file : House.sources()) {
            boolean test = file.toString().contains("/src/test/");
            Path info = file.resolveSibling("package-info.java");
            Path twin = Path.of(info.toString().replace("/src/test/java/", "/src/main/java/"));
            if (!Files.exists(info) && !(test && Files.exists(twin))) {
                wrong.add(House.shown(file));
            } else if (Files.exists(info) && !House.text(info).contains("@NullMarked")) {
                wrong.add(House.shown(info));
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void theTreatyKnowsTheJdkOnly() {
        List<String> wrong = new ArrayList<>();
        for (Path file : House.files(House.root().resolve("protocol/src/main"), ".java")) {
            House.text(file).lines()
                    .filter(line -> line.startsWith("import ") && !line.startsWith("import java") && !line.startsWith("import org.jspecify"))
                    .forEach(line -> wrong.add(House.shown(file) + ": " + line));
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void noTwoMigrationsHaveOneNumber() {
        Map<String, String> names = new TreeMap<>();
        List<String> wrong = new ArrayList<>();
        for (Path file : House.files(House.root().resolve("manager/src/main/resources/leaseback/database"), ".sql")) {
            String name = file.getFileName().toString();
            Matcher number = MIGRATION.matcher(name);
            assertThat(number.matches()).as(name).isTrue();
            String twin = names.put(number.group(1), name);
            if (twin != null) {
                wrong.add(name + " and " + twin);
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void linksInTheDocumentsLeadSomewhere() {
        List<String> wrong = new ArrayList<>();
        Stream.concat(
                Stream.of("README.md", "ARCHITECTURE.md", "CHANGELOG.md").map(House.root()::resolve).filter(Files::exists),
                House.files(House.root().resolve("docs"), ".md").stream()).forEach(page -> {
            Matcher link = LINK.matcher(House.text(page));
            while (link.find()) {
                if (!Files.exists(page.resolveSibling(link.group(1)))) {
                    wrong.add(House.shown(page) + " -> " + link.group(1));
                }
            }
        });
        assertThat(wrong).isEmpty();
    }
}
