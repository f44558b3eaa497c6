package leaseback.manager.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ErasureCodeTest {
    private static final int[][] CODES = {{1, 3}, {1, 5}, {2, 6}, {3, 9}, {4, 12}, {4, 6}, {5, 5}};
    private static final int[] LENGTHS = {1, 7, 64, 4095, 4096, 4097, 10_001};
    private final Random random = new Random(20261122);

    @Test
    void everySubsetOfKCellsGivesAllOthersBack() {
        for (int[] kn : CODES) {
            ErasureCode code = new ErasureCode(kn[0], kn[1]);
            for (int length : LENGTHS) {
                byte[][] cells = encoded(code, length);
                for (int subset = 0; subset < 1 << code.n(); subset++) {
                    if (Integer.bitCount(subset) == code.k()) {
                        assertThat(rebuilt(code, cells, subset, length)).isDeepEqualTo(cells);
                    }
                }
            }
        }
    }

    @Test
    void fewerCellsThanKAreRefused() {
        for (int[] kn : CODES) {
            ErasureCode code = new ErasureCode(kn[0], kn[1]);
            byte[][] cells = encoded(code, 10);
            for (int subset = 0; subset < 1 << code.n(); subset++) {
                if (Integer.bitCount(subset) < code.k()) {
                    int few = subset;
                    assertThatThrownBy(() -> rebuilt(code, cells, few, 10)).isInstanceOf(IllegalArgumentException.class);
                }
            }
        }
    }

    @Test
    void theSameCellTwiceDoesNotCountAsTwo() {
        ErasureCode code = new ErasureCode(2, 4);
        assertThatThrownBy(() -> code.rebuild(encoded(code, 10), new int[] {1, 1}, new int[] {0}, 10))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /// The twin multiplies bit by bit, as the textbook does.
    @Test
    void parityIsThatOfTheNaiveTwin() {
        for (int[] kn : CODES) {
            int k = kn[0];
            byte[][] cells = encoded(new ErasureCode(k, kn[1]), 513);
            for (int row = k; row < kn[1]; row++) {
                for (int i = 0; i < 513; i++) {
                    int sum = 0;
                    for (int column = 0; column < k; column++) {
                        sum ^= times(naiveInverse(row ^ column), cells[column][i] & 0xff);
                    }
                    assertThat(cells[row][i]).isEqualTo((byte) sum);
                }
            }
        }
    }

    /// Other tests run on the best kernel, so a JVM without the Vector API's module would not test that one.
    @Test
    void theKernelOnVectorsGivesTheBytesOfThePlainOne() {
        assertThat(Kernel.best()).isInstanceOf(VectorKernel.class);
        for (int round = 0; round < 300; round++) {
            int columns = 1 + random.nextInt(12);
            int length = round < 100 ? round : random.nextInt(20_000);
            byte[][] in = new byte[columns][length + random.nextInt(3)];
            for (byte[] cell : in) {
                random.nextBytes(cell);
            }
            int[][] rows = new int[1 + random.nextInt(11)][];
            for (int row = 0; row < rows.length; row++) {
                rows[row] = random.ints(columns, 0, 256).toArray();
            }
            byte[][] plain = new byte[rows.length][length];
            byte[][] vectors = new byte[rows.length][length];
            new PlainKernel().multiply(rows, in, plain, length);
            new VectorKernel().multiply(rows, in, vectors, length);
            assertThat(vectors).isDeepEqualTo(plain);
        }
    }

    private byte[][] encoded(ErasureCode code, int length) {
        byte[][] cells = new byte[code.n()][length];
        for (int i = 0; i < code.k(); i++) {
            random.nextBytes(cells[i]);
        }
        code.encode(cells, length);
        return cells;
    }

    private static byte[][] rebuilt(ErasureCode code, byte[][] cells, int subset, int length) {
        byte[][] copy = new byte[code.n()][];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = (subset >> i & 1) != 0 ? cells[i].clone() : new byte[length];
        }
        int[] have = IntStream.range(0, code.n()).filter(i -> (subset >> i & 1) != 0).toArray();
        int[] want = IntStream.range(0, code.n()).filter(i -> (subset >> i & 1) == 0).toArray();
        code.rebuild(copy, have, want, length);
        return copy;
    }

    private static int times(int a, int b) {
        int product = 0;
        for (int bit = 7; bit >= 0; bit--) {
            product <<= 1;
            if (product > 255) {
                product ^= 0x11d;
            }
            if ((b >> bit & 1) != 0) {
                product ^= a;
            }
        }
        return product;
    }

    private static int naiveInverse(int a) {
        return IntStream.rangeClosed(1, 255).filter(b -> times(a, b) == 1).findFirst().orElseThrow();
    }
}
