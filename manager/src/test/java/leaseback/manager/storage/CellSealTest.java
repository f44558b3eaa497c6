package leaseback.manager.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CellSealTest {
    private static final int LENGTH = 5000;
    private final byte[] key = random(32);
    private final CellSeal seal = new CellSeal(key);

    @Test
    void aSealedCellOpensAgain() {
        byte[] plain = random(LENGTH);
        byte[] cell = new byte[LENGTH + CellSeal.TAG_BYTES];
        seal.seal(3, 7, plain, 0, LENGTH, cell);
        byte[] opened = new byte[LENGTH];
        assertThat(new CellSeal(key).open(3, 7, cell, LENGTH, opened, 0)).isTrue();
        assertThat(opened).isEqualTo(plain);
    }

    @Test
    void aCellOpensNowhereElse() {
        byte[] cell = new byte[LENGTH + CellSeal.TAG_BYTES];
        seal.seal(3, 7, random(LENGTH), 0, LENGTH, cell);
        byte[] opened = new byte[LENGTH];
        assertThat(seal.open(2, 7, cell, LENGTH, opened, 0)).isFalse();
        assertThat(seal.open(3, 8, cell, LENGTH, opened, 0)).isFalse();
        assertThat(new CellSeal(new byte[32]).open(3, 7, cell, LENGTH, opened, 0)).isFalse();
    }

    @Test
    void everyFlippedBitOfDataAndParityIsSeen() {
        byte[] data = new byte[LENGTH + CellSeal.TAG_BYTES];
        seal.seal(0, 1, random(LENGTH), 0, LENGTH, data);
        byte[] parity = Arrays.copyOf(random(LENGTH), LENGTH + CellSeal.TAG_BYTES);
        seal.tag(4, 1, parity, LENGTH);
        assertThat(seal.check(4, 1, parity, LENGTH)).isTrue();
        for (int at = 0; at < data.length; at += 7) {
            data[at] ^= 4;
            parity[at] ^= 4;
            assertThat(seal.open(0, 1, data, LENGTH, new byte[LENGTH], 0)).isFalse();
            assertThat(seal.check(4, 1, parity, LENGTH)).isFalse();
            data[at] ^= 4;
            parity[at] ^= 4;
        }
        assertThat(seal.check(5, 1, parity, LENGTH)).isFalse();
    }

    @Test
    void aRebuiltCellOpensWithoutItsTag() {
        byte[] plain = random(LENGTH);
        byte[] cell = new byte[LENGTH + CellSeal.TAG_BYTES];
        seal.seal(1, 9, plain, 0, LENGTH, cell);
        byte[] opened = new byte[LENGTH];
        seal.openRebuilt(1, 9, Arrays.copyOf(cell, LENGTH), LENGTH, opened, 0);
        assertThat(opened).isEqualTo(plain);
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
