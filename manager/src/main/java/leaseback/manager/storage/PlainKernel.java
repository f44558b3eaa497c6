package leaseback.manager.storage;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.Arrays;

/// The kernel that every JVM has: loops which the compiler turns into vector code by itself.
final class PlainKernel implements Kernel {
    /// Small enough for the plane and its outputs to stay in the first-level cache.
    private static final int CHUNK = 4096;
    private static final long HIGH_BITS = 0x8080808080808080L;

    /// Instead of one table look-up a byte, which no compiler turns into vector code: from each input its planes
    /// x, 2x, 4x, ... 128x, each added to the outputs whose coefficient has that bit. Eight bytes lie in a long, because
    /// processors shift no vectors of bytes. Each loop has one index for all its arrays: with two, C2 must fear that the
    /// arrays are one and makes no vector code (measured: 20 times slower).
    @Override
    public void multiply(int[][] rows, byte[][] in, byte[][] out, int length) {
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
        Kernel.multiplyBytes(rows, in, out, length / Long.BYTES * Long.BYTES, length);
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
