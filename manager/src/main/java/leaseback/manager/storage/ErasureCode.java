package leaseback.manager.storage;

import java.util.Arrays;

/// Reed-Solomon code over GF(2^8) with polynomial 0x11d: from `k` data cells `n - k` parity cells, and any missing cell
/// from any `k` others. Systematic Cauchy matrix, coefficient of parity row `i` and column `j` = 1 / ((k + i) xor j),
/// so every square part of it can be inverted and the bytes are those of ISA-L's `gf_gen_cauchy1_matrix`.
///
/// A cell is the first `length` bytes of its array, the same for all cells of a call. Instances hold no state.
final class ErasureCode {
    private static final Kernel BEST = Kernel.best();

    private final Kernel kernel;
    private final int k;
    private final int n;
    private final int[][] generator;

    /// @throws IllegalArgumentException unless `1 <= k <= n <= 255`
    ErasureCode(int k, int n) {
        this(k, n, BEST);
    }

    ErasureCode(int k, int n, Kernel kernel) {
        if (k < 1 || n < k || n > 255) {
            throw new IllegalArgumentException("an erasure code needs 1 <= k <= n <= 255, not k=" + k + ", n=" + n);
        }
        this.kernel = kernel;
        this.k = k;
        this.n = n;
        this.generator = new int[n][k];
        for (int row = 0; row < n; row++) {
            for (int column = 0; column < k; column++) {
                generator[row][column] = row < k ? (row == column ? 1 : 0) : Field.inverse(row ^ column);
            }
        }
    }

    int k() {
        return k;
    }

    int n() {
        return n;
    }

    /// Fills cells `k` to `n - 1` from cells 0 to `k - 1`.
    void encode(byte[][] cells, int length) {
        kernel.multiply(Arrays.copyOfRange(generator, k, n), Arrays.copyOf(cells, k), Arrays.copyOfRange(cells, k, n), length);
    }

    /// Fills the cells named by `want` from the `k` cells named by `have`.
    ///
    /// @param have exactly `k` different indexes
    /// @throws IllegalArgumentException when `have` names fewer or more than `k`
    void rebuild(byte[][] cells, int[] have, int[] want, int length) {
        if (Arrays.stream(have).distinct().count() != k || have.length != k) {
            throw new IllegalArgumentException(
                    "rebuilding needs exactly " + k + " different cells, not " + Arrays.toString(have));
        }
        int[][] known = new int[k][];
        byte[][] in = new byte[k][];
        for (int i = 0; i < k; i++) {
            known[i] = generator[have[i]];
            in[i] = cells[have[i]];
        }
        int[][] toData = Field.inverse(known);
        int[][] rows = new int[want.length][];
        byte[][] out = new byte[want.length][];
        for (int i = 0; i < want.length; i++) {
            rows[i] = Field.multiply(generator[want[i]], toData);
            out[i] = cells[want[i]];
        }
        kernel.multiply(rows, in, out, length);
    }
}
