package leaseback.testbed.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import leaseback.manager.storage.Packer;
import leaseback.manager.storage.StorageFault;
import leaseback.manager.storage.StoredObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Small objects: in their rows first, then many in one pack.
class PackTest extends RackedTest {
    private static final Duration LONG_ENOUGH = Duration.ofMinutes(6);

    private Packer packer;

    @BeforeEach
    void packer() {
        packer = new Packer(rack.store);
    }

    @Test
    void aThousandSmallObjectsMakeSixPieces() throws Exception {
        for (int i = 0; i < 1000; i++) {
            put("k" + i, i, 5000 + i);
        }
        assertThat(rack.pieces()).isZero();
        assertThat(packer.run()).as("not enough, and not long enough").isZero();
        rack.pass(LONG_ENOUGH);
        assertThat(packer.run()).isEqualTo(1000);
        assertThat(rack.pieces()).as("one pack; a slow host may have been cut").isBetween(5L, 6L);
        assertThat(rack.count("staged")).isZero();
        assertThat(rack.count("segment where inline is not null")).isZero();
        for (int i = 0; i < 1000; i += 37) {
            assertThat(read("k" + i, 0, 5000 + i)).isEqualTo(Given.bytes(i, 5000 + i));
            assertThat(read("k" + i, 1000, 17)).isEqualTo(Arrays.copyOfRange(Given.bytes(i, 5000 + i), 1000, 1017));
        }
    }

    @Test
    void enoughIsPackedAtOnce() throws Exception {
        for (int i = 0; i < 70; i++) {
            put("k" + i, i, 128 * 1024);
        }
        assertThat(packer.run()).isEqualTo(70);
        assertThat(read("k69", 0, 128 * 1024)).isEqualTo(Given.bytes(69, 128 * 1024));
        put("large", 1, 128 * 1024 + 1);
        assertThat(rack.count("staged")).isZero();
    }

    @Test
    void aPackSurvivesThreeOfSixHosts() throws Exception {
        put("k", 3, 10_000);
        rack.pass(LONG_ENOUGH);
        packer.run();
        rack.hosts.subList(0, 3).forEach(RackedHost::kill);
        assertThat(read("k", 0, 10_000)).isEqualTo(Given.bytes(3, 10_000));
    }

    @Test
    void withoutHostsNothingSmallIsTaken() {
        rack.hosts.subList(0, 2).forEach(RackedHost::kill);
        assertThatThrownBy(() -> put("k", 3, 10_000)).isInstanceOf(StorageFault.class).hasMessageContaining("needs 5 hosts");
        assertThat(rack.count("staged")).isZero();
    }

    @Test
    void whatNoHostTakesWaitsInItsRow() throws Exception {
        put("k", 3, 10_000);
        rack.pass(LONG_ENOUGH);
        rack.hosts.forEach(RackedHost::kill);
        assertThat(packer.run()).isZero();
        assertThat(read("k", 0, 10_000)).isEqualTo(Given.bytes(3, 10_000));
        rack.hosts.forEach(RackedHost::revive);
        rack.pass(Duration.ofMinutes(11));
        assertThat(packer.run()).isEqualTo(1);
        assertThat(read("k", 0, 10_000)).isEqualTo(Given.bytes(3, 10_000));
    }

    @Test
    void deletesAreHolesAndThePackGoesWithTheLastOfThem() throws Exception {
        for (int i = 0; i < 10; i++) {
            put("k" + i, i, 20_000);
        }
        rack.pass(LONG_ENOUGH);
        packer.run();
        for (int i = 0; i < 10; i++) {
            rack.store.delete(rack.bucket, "k" + i);
        }
        rack.sweepAll();
        packer.run();
        rack.sweepAll();
        assertThat(rack.pieces()).isZero();
        assertThat(rack.count("pack")).isZero();
        assertThat(rack.count("segment")).isZero();
        assertThat(rack.count("garbage")).isZero();
    }

    @Test
    void aPackThatIsMostlyHolesIsPackedAnew() throws Exception {
        for (int i = 0; i < 10; i++) {
            put("k" + i, i, 20_000);
        }
        rack.pass(LONG_ENOUGH);
        packer.run();
        for (int i = 0; i < 6; i++) {
            rack.store.delete(rack.bucket, "k" + i);
        }
        rack.sweepAll();
        packer.run();
        assertThat(rack.count("staged")).isEqualTo(4);
        assertThat(read("k9", 0, 20_000)).isEqualTo(Given.bytes(9, 20_000));
        rack.pass(LONG_ENOUGH);
        assertThat(packer.run()).isEqualTo(4);
        rack.sweepAll();
        assertThat(rack.pieces()).as("one pack; a slow host may have been cut").isBetween(5L, 6L);
        assertThat(rack.count("pack where holes = 0")).isEqualTo(1);
        for (int i = 6; i < 10; i++) {
            assertThat(read("k" + i, 0, 20_000)).isEqualTo(Given.bytes(i, 20_000));
        }
    }

    @Test
    void twoPackersNeverPackOneContentTwice() throws Exception {
        for (int i = 0; i < 200; i++) {
            put("k" + i, i, 6000);
        }
        rack.pass(LONG_ENOUGH);
        try (ExecutorService both = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> packed = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                packed.add(both.submit(() -> new Packer(rack.store).run()));
            }
            assertThat(packed.get(0).get() + packed.get(1).get()).isEqualTo(200);
        }
        for (int i = 0; i < 200; i += 13) {
            assertThat(read("k" + i, 0, 6000)).isEqualTo(Given.bytes(i, 6000));
        }
    }

    /// Puts, overwrites, deletes, packing, sweeping and hosts that go and come, in an order drawn from a seed; what is
    /// there is at every step what a map in memory says.
    @Test
    void anyHistoryReadsBackAsTheTwinInMemory() throws Exception {
        for (long seed = 1; seed <= 6; seed++) {
            Random random = new Random(seed);
            TreeMap<String, Integer> twin = new TreeMap<>();
            int versions = 0;
            for (int step = 0; step < 60; step++) {
                String key = "s" + seed + "-" + random.nextInt(12);
                switch (random.nextInt(7)) {
                    case 0, 1, 2 -> {
                        versions++;
                        put(key, versions, length(versions));
                        twin.put(key, versions);
                    }
                    case 3 -> {
                        rack.store.delete(rack.bucket, key);
                        twin.remove(key);
                    }
                    case 4 -> {
                        rack.pass(LONG_ENOUGH);
                        packer.run();
                    }
                    case 5 -> rack.sweepAll();
                    default -> {
                        RackedHost host = rack.hosts.get(random.nextInt(6));
                        rack.hosts.forEach(RackedHost::revive);
                        host.kill();
                    }
                }
                for (Map.Entry<String, Integer> entry : twin.entrySet()) {
                    int length = length(entry.getValue());
                    assertThat(read(entry.getKey(), 0, length)).as("seed %d, step %d, %s", seed, step, entry)
                            .isEqualTo(Given.bytes(entry.getValue(), length));
                }
            }
            rack.hosts.forEach(RackedHost::revive);
            twin.keySet().forEach(key -> rack.store.delete(rack.bucket, key));
            for (int round = 0; round < 4; round++) {
                rack.sweepAll();
                packer.run();
            }
            assertThat(rack.pieces()).as("seed %d leaves nothing", seed).isZero();
            assertThat(rack.count("segment")).isZero();
            assertThat(rack.count("staged")).isZero();
        }
    }

    private static int length(int version) {
        return 4097 + version * 1009 % 120_000;
    }

    private StoredObject put(String key, long seed, int length) throws StorageFault, IOException {
        return put(key, new Given(seed, length));
    }

    private byte[] read(String key, long from, long length) throws StorageFault, IOException {
        return read(rack.store.find(rack.bucket, key).orElseThrow(), from, length);
    }
}
