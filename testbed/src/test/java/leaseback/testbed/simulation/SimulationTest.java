package leaseback.testbed.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/// Some histories in every build, thousands at night (`-Pnightly -Dseeds=5000`), one again with `-Dseed=...`.
class SimulationTest {
    private static final Logger STORAGE = (Logger) LoggerFactory.getLogger("leaseback.manager");
    private static Path folder;
    private static SimulationDatabase database;

    @BeforeAll
    static void open() throws IOException {
        // Flushing costs nothing in memory, and no power cut is meant to be outlived here.
        Path memory = Path.of("/dev/shm");
        folder = Files.isWritable(memory) ? Files.createTempDirectory(memory, "leaseback-simulation")
                : Files.createTempDirectory("leaseback-simulation");
        database = new SimulationDatabase(folder.resolve("database"));
        // It warns of all that is done to it here.
        STORAGE.setLevel(Level.OFF);
    }

    @AfterAll
    static void close() throws IOException {
        STORAGE.setLevel(null);
        database.close();
        delete(folder);
    }

    static LongStream seeds() {
        Long one = Long.getLong("seed");
        return one != null ? LongStream.of(one) : LongStream.rangeClosed(1, 30);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void nothingAcknowledgedIsLostAndNothingElseIsLeft(long seed) throws Exception {
        simulate(seed);
    }

    @Test
    void oneSeedIsOneHistory() throws Exception {
        List<String> first = simulate(77).plan();
        assertThat(simulate(77).plan()).isEqualTo(first).hasSizeGreaterThan(20);
    }

    @Test
    @Tag("nightly")
    void thousandsOfHistories() throws Exception {
        long first = Long.getLong("firstSeed", System.nanoTime() >>> 20);
        long count = Long.getLong("seeds", 2000);
        Map<String, Integer> outcomes = new TreeMap<>();
        for (long seed = first; seed < first + count; seed++) {
            simulate(seed).outcomes().forEach((outcome, times) -> outcomes.merge(outcome, times, Integer::sum));
        }
        System.out.println(count + " histories from seed " + first + " on; their acts ended: " + outcomes);
    }

    private static History simulate(long seed) throws Exception {
        Path world = Files.createDirectory(folder.resolve("world"));
        try {
            Simulation simulation = new Simulation(seed, database, world);
            simulation.run();
            return simulation.history;
        } finally {
            delete(world);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
