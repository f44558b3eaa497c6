package leaseback.testbed.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import leaseback.manager.fleet.Host;
import leaseback.manager.fleet.HostState;
import leaseback.manager.storage.Attributes;
import leaseback.manager.storage.PieceBook;
import leaseback.manager.storage.PieceMaker;
import leaseback.manager.storage.Precondition;
import leaseback.manager.storage.Segment;
import leaseback.manager.storage.StoredObject;
import leaseback.manager.upkeep.Standings;
import leaseback.manager.upkeep.Upkeep;
import leaseback.manager.upkeep.UpkeepSettings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Repair, drain and audit over real pieces: hosts are lost, emptied, altered, sent away; nothing that was stored is.
class UpkeepWalkTest {
    private static final int STRIPE = 2 * 64 * 1024;
    private static final UpkeepSettings SETTINGS = new UpkeepSettings(Duration.ofHours(8), 1L << 40, 4, 64L << 20, 40);

    @TempDir
    static Path shared;

    private static RackDatabase database;

    @TempDir
    Path folder;

    private Rack rack;
    private Upkeep upkeep;
    private final Set<String> empty = new TreeSet<>();

    @BeforeAll
    static void open() throws IOException, SQLException {
        database = new RackDatabase(shared);
    }

    @AfterAll
    static void close() throws IOException {
        database.close();
    }

    @BeforeEach
    void nineHosts() throws Exception {
        for (String table : List.of("object", "part", "upload", "segment", "garbage", "leftover", "flaw", "repair", "duty", "unwatched",
                "upkeep_figures", "standing", "audit_hour", "contained", "repair_hour")) {
            database.database().transact(handle -> handle.execute("delete from " + table));
        }
        world(9, 3);
    }

    /// @param spare of the hosts, at the end: not used by the objects put until they are shown
    private void world(int hosts, int spare) throws Exception {
        rack = new Rack(database.database(), Files.createTempDirectory(folder, "rack"), hosts, 1L << 30);
        rack.hosts.subList(hosts - spare, hosts).forEach(host -> host.hide(true));
        rack.leased = hosts - spare;
        upkeep = upkeep();
    }

    private Upkeep upkeep() {
        Standings standings = new Standings(database.database(), rack.clock);
        return new Upkeep(database.database(), rack.store, standings.welcome(rack), rack, standings, host -> empty.add(host.serial()),
                rack.clock, new Random(7), SETTINGS);
    }

    @Test
    void everySubsetOfEnoughPiecesMakesEveryMissingOneBitForBitAndEverySmallerOneRefuses() throws Exception {
        put("k", new Given(5, 3 * STRIPE + 777));
        Segment segment = segment();
        PieceMaker maker = new PieceMaker(rack.store);
        RackedHost spare = rack.hosts.getLast();
        for (int subset = 0; subset < 1 << segment.n(); subset++) {
            List<PieceMaker.Source> sources = new ArrayList<>();
            Map<Integer, Host> targets = new HashMap<>();
            for (int piece = 0; piece < segment.n(); piece++) {
                if ((subset >> piece & 1) != 0) {
                    sources.add(new PieceMaker.Source(piece, hostOf(segment, piece).host()));
                } else if (segment.hosts()[piece] != Segment.NO_HOST) {
                    targets.put(piece, spare.host());
                }
            }
            boolean enough = sources.size() >= segment.k();
            PieceMaker.Made made = maker.make(segment, sources, targets, bytes -> true);
            assertThat(made.stored()).isEqualTo(enough ? targets.keySet() : Set.of());
            assertThat(made.readBytes()).isLessThanOrEqualTo(segment.k() * segment.pieceBytes());
            for (int piece : made.stored()) {
                assertThat(bytesOf(spare, segment.piece(piece))).isEqualTo(bytesOf(hostOf(segment, piece), segment.piece(piece)));
            }
            for (Path file : spare.files()) {
                Files.delete(file);
            }
            assertThat(enough || targets.isEmpty() || made.said().contains("needs")).isTrue();
        }
    }

    @Test
    void halfTheToleranceAndThenMoreMayBeLostWithRepairBetween() throws Exception {
        world(14, 0);
        List<StoredObject> objects = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            objects.add(put("k" + i, new Given(i, 50_000 + 90_000 * i)));
        }
        // 4 of 12 pieces suffice: eight may be lost.
        Random random = new Random(3);
        for (int lost = 0; lost < 8; ) {
            List<RackedHost> up = new ArrayList<>(rack.hosts.stream().filter(RackedHost::up).toList());
            java.util.Collections.shuffle(up, random);
            int now = lost == 0 ? 4 : 2;
            up.subList(0, now).forEach(RackedHost::kill);
            lost += now;
            settle();
            pass(Duration.ofHours(9));
            settle();
            for (int i = 0; i < objects.size(); i++) {
                assertThat(read(objects.get(i))).isEqualTo(Given.bytes(i, 50_000 + 90_000 * i));
            }
            List<Integer> alive = rack.hosts.stream().filter(RackedHost::up).map(host -> host.host().alias()).toList();
            for (Segment segment : segments()) {
                assertThat(java.util.Arrays.stream(segment.hosts()).filter(alive::contains).count())
                        .as("pieces on living hosts").isEqualTo(Math.min(12, alive.size()));
            }
        }
        assertThat(java.util.Objects.requireNonNull(upkeep.report().figures()).worstMargin()).isEqualTo(2);
    }

    @Test
    void aHostThatSleepsAsPromisedIsNotRepairedAndOneThatDoesNotIs() throws Exception {
        StoredObject object = put("k", new Given(5, 9 * STRIPE));
        show();
        RackedHost sleeper = hostOf(segment(), 0);
        RackedHost away = hostOf(segment(), 1);
        sleeper.promise(leaseback.protocol.Calendar.daily(java.time.ZoneOffset.UTC, java.time.LocalTime.of(11, 0), java.time.LocalTime.of(12, 30)));
        settle();
        pass(Duration.ofMinutes(40));
        sleeper.kill();
        away.kill();
        settle();
        assertThat(segment().hosts()).contains(sleeper.host().alias(), away.host().alias());
        pass(Duration.ofHours(7));
        settle();
        assertThat(segment().hosts()).as("within its grace").contains(away.host().alias());
        pass(Duration.ofHours(2));
        settle();
        assertThat(segment().hosts()).contains(sleeper.host().alias()).doesNotContain(away.host().alias());
        for (int days = 0; days < 5; days++) {
            pass(Duration.ofDays(1));
            settle();
        }
        assertThat(segment().hosts()).as("an hour and a half is promised a day").contains(sleeper.host().alias());
        pass(Duration.ofDays(1));
        settle();
        assertThat(segment().hosts()).doesNotContain(sleeper.host().alias());
        assertThat(read(object)).isEqualTo(Given.bytes(5, 9 * STRIPE));
    }

    @Test
    void aPieceMissedAtThePutIsMadeLater() throws Exception {
        rack.hosts.get(2).dieAfter(10_000);
        put("k", new Given(5, 9 * STRIPE));
        rack.hosts.get(2).revive();
        assertThat(segment().hosts()).contains(Segment.NO_HOST);
        show();
        settle();
        assertThat(segment().hosts()).doesNotContain(Segment.NO_HOST);
        sweepAll();
        assertExactlyWhatCounts();
    }

    @Test
    void aHostThatLeavesIsDrainedByCopyingAndEndsEmpty() throws Exception {
        List<StoredObject> objects = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            objects.add(put("k" + i, new Given(i, 400_000)));
        }
        show();
        RackedHost leaving = hostOf(segment(), 0);
        long held = leaving.pieces().pieceCount();
        assertThat(held).isPositive();
        leaving.become(HostState.LEAVING);
        long before = rack.hosts.stream().filter(host -> host != leaving).mapToLong(host -> host.sentBytes.get()).sum();
        settle();
        sweepAll();
        settle();
        settle();
        assertThat(leaving.pieces().pieceCount()).isZero();
        assertThat(empty).containsExactly(leaving.serial());
        long readElsewhere = rack.hosts.stream().filter(host -> host != leaving).mapToLong(host -> host.sentBytes.get()).sum() - before;
        assertThat(readElsewhere).as("only receipts and one cell a piece to prove it").isLessThan(held * (65_552 + 500));
        for (int i = 0; i < objects.size(); i++) {
            assertThat(read(objects.get(i))).isEqualTo(Given.bytes(i, 400_000));
        }
        assertExactlyWhatCounts();
    }

    @Test
    void twoRepairersOfOneSegmentLeaveOneSetOfPieces() throws Exception {
        for (int i = 0; i < 6; i++) {
            put("k" + i, new Given(i, 300_000 + i));
        }
        show();
        rack.hosts.get(0).become(HostState.REVOKED);
        rack.hosts.get(0).kill();
        rack.hosts.get(1).become(HostState.REVOKED);
        rack.hosts.get(1).kill();
        upkeep.walk();
        Upkeep other = upkeep();
        Map<String, Throwable> failures = new ConcurrentHashMap<>();
        for (int round = 0; round < 6; round++) {
            // Both may take the same segments: claims are made void, as if a manager had been asleep over its own.
            Thread second = Thread.ofVirtual().uncaughtExceptionHandler((thread, failed) -> failures.put("second", failed))
                    .start(other::repair);
            database.database().transact(handle -> handle.execute("update repair set due = ?", java.sql.Timestamp.from(rack.clock.instant())));
            upkeep.repair();
            second.join();
        }
        assertThat(failures).isEmpty();
        settle();
        sweepAll();
        assertExactlyWhatCounts();
        for (Segment segment : segments()) {
            assertThat(segment.hosts()).doesNotContain(Segment.NO_HOST, 1, 2);
        }
    }

    /// What is laid out in the database is what lies on hosts that live, piece for piece.
    private void assertExactlyWhatCounts() throws IOException {
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
                host.files().forEach(file -> files.add(file.getFileName().toString()));
                assertThat(files).as("on %s", host.serial()).isEqualTo(expected.getOrDefault(host.host().alias(), Set.of()));
            }
        }
        assertThat(rack.count("leftover where host in (select 0) or intent")).isZero();
    }

    private void show() {
        rack.hosts.forEach(host -> host.hide(false));
    }

    private void pass(Duration time) {
        // The watch goes on: a round a minute is a round.
        Duration left = time;
        while (left.isPositive()) {
            Duration step = left.compareTo(Duration.ofMinutes(2)) < 0 ? left : Duration.ofMinutes(2);
            rack.pass(step);
            database.database().transact(handle -> handle.execute("update duty set held_until = ?",
                    java.sql.Timestamp.from(rack.clock.instant().plusSeconds(60))));
            left = left.minus(step);
        }
    }

    private void settle() {
        for (int round = 0; round < 20; round++) {
            upkeep.walk();
            int taken = upkeep.repair();
            if (taken == 0) {
                return;
            }
        }
    }

    private void sweepAll() {
        for (int i = 0; i < 4; i++) {
            rack.sweep.run();
            pass(Duration.ofMinutes(11));
        }
        rack.sweep.run();
    }

    private List<Segment> segments() {
        return new PieceBook(rack.store).page(PieceBook.Place.START, 1000).segments();
    }

    private Segment segment() {
        return segments().getFirst();
    }

    private RackedHost hostOf(Segment segment, int piece) {
        return rack.hosts.get(segment.hosts()[piece] - 1);
    }

    private static byte[] bytesOf(RackedHost host, UUID piece) throws IOException {
        for (Path file : host.files()) {
            if (file.getFileName().toString().equals(piece.toString())) {
                return Files.readAllBytes(file);
            }
        }
        throw new AssertionError("piece " + piece + " is not on " + host.serial());
    }

    private StoredObject put(String key, Given content) throws Exception {
        return rack.store.put(rack.bucket, key, Attributes.NONE, content, Precondition.NONE);
    }

    private byte[] read(StoredObject object) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (var reader = rack.store.open(object, 0, object.bytes())) {
            reader.writeTo(out);
        }
        return out.toByteArray();
    }
}
