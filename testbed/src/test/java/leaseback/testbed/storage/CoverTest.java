package leaseback.testbed.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import leaseback.manager.storage.Attributes;
import leaseback.manager.storage.Cover;
import leaseback.manager.storage.Covers;
import leaseback.manager.storage.ObjectStore.ObjectReader;
import leaseback.manager.storage.Packer;
import leaseback.manager.storage.Precondition;
import leaseback.manager.storage.SegmentKeys;
import leaseback.manager.storage.StorageFault;
import leaseback.manager.storage.StoredObject;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is encrypted below the seal: looked after like all else, and read by the holder of its key alone.
class CoverTest {
    private static final int[] SIZES = {1, 4096, 4097, 100_000, 131_073, 1_000_000};

    @TempDir
    static Path shared;

    private static RackDatabase database;

    @TempDir
    Path folder;

    private Rack rack;
    private Cover cover;

    @BeforeAll
    static void open() throws IOException, SQLException {
        database = new RackDatabase(shared);
    }

    @AfterAll
    static void close() throws IOException {
        database.close();
    }

    @BeforeEach
    void sixHosts() throws Exception {
        for (String table : List.of("object", "part", "upload", "segment", "garbage", "leftover", "staged", "pack")) {
            database.database().transact(handle -> handle.execute("delete from " + table));
        }
        rack = new Rack(database.database(), folder, 6, 1L << 30);
        cover = new Covers(rack.store).brought(Given.bytes(99, Cover.KEY_BYTES));
    }

    @Test
    void readsBackAtEverySizePackedOrNotWithThreeOfSixHostsGoneAndAfterItsTenantsKeyWasRotated() throws Exception {
        for (int size : SIZES) {
            put(size);
        }
        check();
        rack.pass(Duration.ofMinutes(6));
        assertThat(new Packer(rack.store).run()).isEqualTo(2);
        check();
        rack.keys.rotate(rack.ownerId, "test");
        assertThat(new SegmentKeys(database.database(), rack.keys, rack.clock).run()).isGreaterThanOrEqualTo(SIZES.length);
        rack.hosts.subList(0, 3).forEach(RackedHost::kill);
        check();
    }

    @Test
    void theManagersOwnKeysGiveOnlyNoise() throws Exception {
        for (int size : SIZES) {
            put(size);
            StoredObject object = rack.store.find(rack.bucket, "k" + size).orElseThrow();
            assertThatThrownBy(() -> rack.store.open(object, 0, size)).isInstanceOf(StorageFault.class).hasMessageContaining("key");
        }
        // As one would who holds the database and the root key, and forgets the covers.
        database.database().transact(handle -> handle.execute("update segment set cover = null"));
        for (int size : SIZES) {
            byte[] noise = read(size, 0, size, null);
            byte[] plain = Given.bytes(size, size);
            int same = 0;
            for (int i = 0; i < size; i++) {
                same += noise[i] == plain[i] ? 1 : 0;
            }
            assertThat(same).as("equal bytes of %d, one in 256 by chance", size).isLessThanOrEqualTo(1 + size / 64);
        }
    }

    @Test
    void anotherKeyProvesNothingAndOpensNothing() throws Exception {
        Cover other = new Covers(rack.store).brought(Given.bytes(98, Cover.KEY_BYTES));
        assertThat(other.proves(cover.proof())).isFalse();
        assertThat(new Covers(rack.store).brought(Given.bytes(99, Cover.KEY_BYTES)).proves(cover.proof())).isTrue();
        put(5000);
        assertThatThrownBy(() -> read(5000, 0, 5000, other)).isInstanceOf(IllegalStateException.class);
    }

    private void check() throws StorageFault, IOException {
        for (int size : SIZES) {
            byte[] plain = Given.bytes(size, size);
            assertThat(read(size, 0, size, cover)).isEqualTo(plain);
            int from = size / 3;
            int length = size / 2;
            assertThat(read(size, from, length, cover)).isEqualTo(Arrays.copyOfRange(plain, from, from + length));
        }
    }

    private void put(int size) throws StorageFault, IOException {
        rack.store.put(rack.bucket, "k" + size, Attributes.NONE, new Given(size, size).under(cover), Precondition.NONE);
    }

    private byte[] read(int size, long from, long length, @Nullable Cover with) throws StorageFault, IOException {
        StoredObject object = rack.store.find(rack.bucket, "k" + size).orElseThrow();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ObjectReader reader = rack.store.open(object, from, length, with)) {
            reader.writeTo(out);
        }
        return out.toByteArray();
    }
}
