package leaseback.manager.storage;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.Arrays;

/// Reed-Solomon code over GF(2^8) with polynomial 0x11d: from `k` data cells `n - k` parity cells, and any missing cell
/// from any `k` others. Systematic Cauchy matrix, coefficient of parity row `i` and column `j` = 1 / ((k + i) xor j),
/// so every square part of it can be inverted and the bytes are those of ISA-L's `gf_gen_cauchy1_matrix`.
///
/// A cell is the first `length` bytes of its array, the same for all cells of a call. Instances hold no state.
final class ErasureCode {
    /// Small enough for the plane and its outputs to stay in the first-level cache.
    private static final int CHUNK = 4096;
    private static final long HIGH_BITS = 0x8080808080808080L;

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
        multiply(rows, in, out, length);
    }

    /// Instead of one table look-up a byte, which no compiler turns into vector code: from each input its planes
    /// x, 2x, 4x, ... 128x, each added to the outputs whose coefficient has that bit. Eight bytes lie in a long, because
    /// processors shift no vectors of bytes. Each loop has one index for all its arrays: with two, C2 must fear that the
    /// arrays are one and makes no vector code (measured: 20 times slower).
    private static void multiply(int[][] rows, byte[][] in, byte[][] out, int length) {
        long[] plane = new long[CHUNK / Long.BYTES];
        long[][] sums = new long[rows.length][CHUNK / Long.BYTES];
        LongBuffer[] from = views(in, length);
        LongBuffer[] to = views(out, length);
        int at = 0;
        for (int words = length / Long.BYTES; at < words; at += plane.length) {
            int count = Math.min(plane.length, words - at);
            for (int column = 0; column < in.length; column++) {
                from[column].get(at, plane, 0, count);
                add(rows, column, plane, sums, count);
            }
            for (int row = 0; row < rows.length; row++) {
                to[row].put(at, sums[row], 0, count);
                Arrays.fill(sums[row], 0);
            }
        }
        multiplyRest(rows, in, out, length / Long.BYTES * Long.BYTES, length);
    }

    /// Adds one input's chunk, times its coefficients, to all sums.
    private static void add(int[][] rows, int column, long[] plane, long[][] sums, int count) {
        int bits = bitsOfColumn(rows, column);
        for (int bit = 0; bits >> bit != 0; bit++) {
            if (bit > 0) {
                twice(plane, count);
            }
            for (int row = 0; row < rows.length; row++) {
                if ((rows[row][column] >> bit & 1) != 0) {
                    add(plane, sums[row], count);
                }
            }
        }
    }

    private static void add(long[] plane, long[] sum, int count) {
        for (int i = 0; i < count; i++) {
            sum[i] ^= plane[i];
        }
    }

    /// Each byte times x; where its high bit falls out, 0x1d = x^4 + x^3 + x^2 + 1 comes in.
    private static void twice(long[] plane, int count) {
        for (int i = 0; i < count; i++) {
            long high = plane[i] & HIGH_BITS;
            plane[i] = (plane[i] ^ high) << 1 ^ high >>> 7 ^ high >>> 5 ^ high >>> 4 ^ high >>> 3;
        }
    }

    /// The last few bytes, fewer than a long.
    private static void multiplyRest(int[][] rows, byte[][] in, byte[][] out, int from, int to) {
        for (int row = 0; row < rows.length; row++) {
            for (int i = from; i < to; i++) {
                int sum = 0;
                for (int column = 0; column < in.length; column++) {
                    sum ^= Field.multiply(rows[row][column], in[column][i] & 0xff);
                }
                out[row][i] = (byte) sum;
            }
        }
    }

    private static LongBuffer[] views(byte[][] cells, int length) {
        LongBuffer[] views = new LongBuffer[cells.length];
        for (int i = 0; i < views.length; i++) {
            views[i] = ByteBuffer.wrap(cells[i], 0, length).order(ByteOrder.nativeOrder()).asLongBuffer();
        }
        return views;
    }

    private static int bitsOfColumn(int[][] rows, int column) {
        int bits = 0;
        for (int[] row : rows) {
            bits |= row[column];
        }
        return bits;
    }
}
