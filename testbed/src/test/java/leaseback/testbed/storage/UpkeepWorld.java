package leaseback.testbed.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import leaseback.manager.storage.PieceBook;
import leaseback.manager.storage.Segment;
import leaseback.manager.upkeep.Standings;
import leaseback.manager.upkeep.Upkeep;
import leaseback.manager.upkeep.UpkeepSettings;
import org.junit.jupiter.api.BeforeEach;

/// Nine racked hosts with the manager's upkeep over them; objects are put on the first six, the others are spare.
abstract class UpkeepWorld extends RackedTest {
    static final UpkeepSettings SETTINGS = new UpkeepSettings(Duration.ofHours(8), 1L << 40, 4, 64L << 20, 40);

    Upkeep upkeep;
    final Set<String> empty = new TreeSet<>();

    @Override
    Rack rack() throws Exception {
        return rack(9, 3);
    }

    @BeforeEach
    final void watch() {
        upkeep = upkeep();
    }

    /// @param spare of the hosts, at the end: not used by the objects put until they are shown
    final void world(int hosts, int spare) throws Exception {
        rack = rack(hosts, spare);
        watch();
    }

    private Rack rack(int hosts, int spare) throws Exception {
        Rack made = new Rack(database.database(), Files.createTempDirectory(folder, "rack"), hosts, GIB, Long.MAX_VALUE, Rack.UNHURRIED);
        made.hosts.subList(hosts - spare, hosts).forEach(host -> host.hide(true));
        made.leased = hosts - spare;
        return made;
    }

    Upkeep upkeep() {
        return upkeep(SETTINGS);
    }

    Upkeep upkeep(UpkeepSettings settings) {
        Standings standings = new Standings(database.database(), rack.clock);
        return new Upkeep(database.database(), rack.store, standings.welcome(rack), rack, standings, host -> empty.add(host.serial()),
                rack.clock, new Random(7), settings);
    }

    /// What is laid out in the database is what lies on hosts that live, piece for piece.
    void assertExactlyWhatCounts() throws IOException {
        Map<Integer, Set<String>> expected = new HashMap<>();
        for (Segment segment : segments()) {
            for (int piece = 0; piece < segment.n(); piece++) {
                if (segment.hosts()[piece] != Segment.NO_HOST) {
                    expected.computeIfAbsent(segment.hosts()[piece], alias -> new TreeSet<>()).add(segment.piece(piece).toString());
                }
            }
        }
        for (RackedHost host : rack.hosts) {
            if (host.up()) {
                Set<String> files = new TreeSet<>();
                // What a killed sender had begun counts for nothing; the agent discards it when the exchange ends, or at its start.
                host.files().stream().map(file -> file.getFileName().toString()).filter(name -> !name.endsWith(".part")).forEach(files::add);
                assertThat(files).as("on %s", host.serial()).isEqualTo(expected.getOrDefault(host.host().alias(), Set.of()));
            }
        }
        assertThat(rack.count("leftover where intent")).isZero();
    }

    void show() {
        rack.hosts.forEach(host -> host.hide(false));
    }

    /// Time passes, and somebody has been watching all the while.
    void pass(Duration time) {
        rack.pass(time);
        database.database().transact(handle -> handle.execute("update duty set held_until = ?",
                Timestamp.from(rack.clock.instant().plusSeconds(60))));
    }

    void settle() {
        for (int round = 0; round < 20; round++) {
            upkeep.walk();
            int taken = upkeep.repair();
            if (taken == 0) {
                return;
            }
        }
    }

    void sweepAll() {
        for (int i = 0; i < 4; i++) {
            rack.sweep.run();
            pass(Duration.ofMinutes(11));
        }
        rack.sweep.run();
    }

    List<Segment> segments() {
        return new PieceBook(rack.store).page(PieceBook.Place.START, 1000).segments();
    }

    Segment segment() {
        return segments().getFirst();
    }

    RackedHost hostOf(Segment segment, int piece) {
        return rack.hosts.get(segment.hosts()[piece] - 1);
    }

    static byte[] bytesOf(RackedHost host, UUID piece) throws IOException {
        for (Path file : host.files()) {
            if (file.getFileName().toString().equals(piece.toString())) {
                return Files.readAllBytes(file);
            }
        }
        throw new AssertionError("piece " + piece + " is not on " + host.serial());
    }
}
