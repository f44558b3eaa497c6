package leaseback.testbed.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import leaseback.manager.fleet.Host;
import leaseback.manager.fleet.HostState;
import leaseback.manager.storage.Cover;
import leaseback.manager.storage.Covers;
import leaseback.manager.storage.ObjectStore;
import leaseback.manager.storage.PieceBook;
import leaseback.manager.storage.PieceMaker;
import leaseback.manager.storage.Segment;
import leaseback.manager.storage.StoredObject;
import leaseback.manager.upkeep.Upkeep;
import leaseback.protocol.Calendar;
import org.junit.jupiter.api.Test;

/// Repair, drain and audit over real pieces: hosts are lost, emptied, altered, sent away; nothing that was stored is.
class UpkeepWalkTest extends UpkeepWorld {
    private static final int STRIPE = 2 * 64 * 1024;
    @Test
    void everySubsetOfEnoughPiecesMakesEveryMissingOneBitForBitAndEverySmallerOneRefuses() throws Exception {
        put("k", new Given(5, 3 * STRIPE + 777));
        Segment segment = segment();
        PieceMaker maker = new PieceMaker(rack.store);
        RackedHost spare = rack.hosts.getLast();
        // A slow host's piece may have been left out of what was written.
        int written = IntStream.range(0, segment.n()).filter(piece -> segment.hosts()[piece] != Segment.NO_HOST).map(piece -> 1 << piece).sum();
        for (int subset = 0; subset < 1 << segment.n(); subset++) {
            if ((subset & ~written) != 0) {
                continue;
            }
            List<PieceMaker.Source> sources = new ArrayList<>();
            Map<Integer, Host> targets = new HashMap<>();
            for (int piece = 0; piece < segment.n(); piece++) {
                if ((subset >> piece & 1) != 0) {
                    sources.add(new PieceMaker.Source(piece, hostOf(segment, piece).host()));
                } else if ((written >> piece & 1) != 0) {
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
            Collections.shuffle(up, random);
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
                assertThat(Arrays.stream(segment.hosts()).filter(alive::contains).count())
                        .as("pieces on living hosts").isEqualTo(Math.min(12, alive.size()));
            }
        }
        assertThat(Objects.requireNonNull(upkeep.report().figures()).worstMargin()).isEqualTo(2);
    }

    /// Neither repair nor audit needs the key that a user brings.
    @Test
    void whatIsEncryptedWithItsUsersKeyIsRepairedWithoutIt() throws Exception {
        Cover cover = new Covers(rack.store).brought(Given.bytes(99, Cover.KEY_BYTES));
        StoredObject object = put("k", new Given(5, 3 * STRIPE + 777).under(cover));
        List<RackedHost> first = rack.hosts.subList(0, 6);
        show();
        first.subList(0, 3).forEach(RackedHost::kill);
        settle();
        pass(Duration.ofHours(9));
        settle();
        first.subList(3, 6).forEach(RackedHost::kill);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ObjectStore.ObjectReader reader = rack.store.open(object, 0, object.bytes(), cover)) {
            reader.writeTo(out);
        }
        assertThat(out.toByteArray()).isEqualTo(Given.bytes(5, 3 * STRIPE + 777));
    }

    @Test
    void aHostThatSleepsAsPromisedIsNotRepairedAndOneThatDoesNotIs() throws Exception {
        StoredObject object = put("k", new Given(5, 9 * STRIPE));
        show();
        RackedHost sleeper = hostOf(segment(), 0);
        RackedHost away = hostOf(segment(), 1);
        sleeper.promise(Calendar.daily(ZoneOffset.UTC, LocalTime.of(11, 0), LocalTime.of(12, 30)));
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
            database.database().transact(handle -> handle.execute("update repair set due = ?", Timestamp.from(rack.clock.instant())));
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

    @Test
    void aMovePlannedBeforeAnothersCommitIsRefusedAndCostsNoPiece() throws Exception {
        StoredObject object = put("k", new Given(5, 300_000));
        show();
        rack.hosts.getFirst().become(HostState.REVOKED);
        rack.hosts.getFirst().kill();
        Segment stale = segment();
        settle();
        int moved = IntStream.range(0, stale.n()).filter(piece -> stale.hosts()[piece] == 1).findFirst().orElseThrow();
        Map<Integer, Integer> same = Map.of(moved, segment().hosts()[moved]);
        assertThat(same).doesNotContainValue(1);
        assertThat(new PieceBook(rack.store).intend(stale, same)).isFalse();
        sweepAll();
        assertExactlyWhatCounts();
        assertThat(read(object)).isEqualTo(Given.bytes(5, 300_000));
    }

    @Test
    void aRepairThatDiesAtAnyStepIsTakenUpAgainAndLeavesNothingBehind() throws Exception {
        int steps = 0;
        for (boolean died = true; died; steps++) {
            begin();
            watch();
            StoredObject object = put("k", new Given(5, 3 * STRIPE + 5));
            show();
            RackedHost revoked = hostOf(segment(), 0);
            revoked.become(HostState.REVOKED);
            revoked.kill();
            hostOf(segment(), 3).become(HostState.LEAVING);
            upkeep.walk();
            died = rack.diesAfter(steps, upkeep()::repair);
            // Another manager, after the intent has lapsed or before.
            upkeep = upkeep();
            if (steps % 2 == 0) {
                sweepAll();
            } else {
                pass(Duration.ofMinutes(6));
            }
            settle();
            sweepAll();
            settle();
            assertThat(segment().hosts()).as("died at step %d", steps).doesNotContain(Segment.NO_HOST);
            for (int piece = 0; piece < segment().n(); piece++) {
                assertThat(hostOf(segment(), piece).host().state()).isEqualTo(HostState.ACTIVE);
            }
            assertExactlyWhatCounts();
            assertThat(read(object)).isEqualTo(Given.bytes(5, 3 * STRIPE + 5));
        }
        assertThat(steps).as("steps at which it was killed").isGreaterThan(10);
    }

    @Test
    void aSourceThatLiesIsReplacedAndNoMoreThanEnoughRightCellsAreRead() throws Exception {
        StoredObject object = put("k", new Given(5, 9 * STRIPE));
        Segment before = segment();
        hostOf(before, 0).rot();
        hostOf(before, 1).rot();
        hostOf(before, 5).become(HostState.REVOKED);
        hostOf(before, 5).kill();
        show();
        settle();
        assertThat(segment().hosts()[5]).isNotEqualTo(before.hosts()[5]);
        RackedHost fresh = hostOf(segment(), 5);
        assertThat(bytesOf(fresh, before.piece(5))).isEqualTo(bytesOf(hostOf(before, 5), before.piece(5)));
        Upkeep.Done done = upkeep.report().lastDay();
        long wrong = 2 * (64 * 1024 + 16);
        assertThat(done.readBytes()).isLessThanOrEqualTo(done.pieces() * (before.k() * before.pieceBytes() + wrong));
        assertThat(read(object)).isEqualTo(Given.bytes(5, 9 * STRIPE));
        assertThat(segment().hosts()[0]).as("what was found wrong on the way is replaced too").isNotEqualTo(before.hosts()[0]);
        sweepAll();
        assertExactlyWhatCounts();
    }
}
