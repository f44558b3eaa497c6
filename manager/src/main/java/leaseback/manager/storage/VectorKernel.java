package leaseback.manager.storage;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The kernel on the JDK's Vector API. A byte times a constant is the sum of two look-ups, one for each half of it, in
/// tables of 16 entries, which the processor does for all lanes at once (James Plank et al., "Screaming fast Galois
/// field arithmetic", 2013). Up to four outputs are summed in registers while each input is loaded once for them.
final class VectorKernel implements Kernel {
    /// Where 512 bits are not to be had, look-ups within 128 bits are one instruction and those across 256 are many.
    private static final VectorSpecies<Byte> LANES =
            ByteVector.SPECIES_PREFERRED.length() == 64 ? ByteVector.SPECIES_512 : ByteVector.SPECIES_128;
    private static final int WIDTH = LANES.length();
    private static final int HALF = 16;
    /// Both tables of one coefficient: of the low halves, then of the high ones, each repeated over all lanes.
    private static final int TABLES = 2 * WIDTH;
    private static final int COEFFICIENTS = 256;

    private final byte[] tables = new byte[COEFFICIENTS * TABLES];

    VectorKernel() {
        for (int coefficient = 0; coefficient < COEFFICIENTS; coefficient++) {
            for (int lane = 0; lane < WIDTH; lane++) {
                int half = lane % HALF;
                tables[coefficient * TABLES + lane] = (byte) Field.multiply(coefficient, half);
                tables[coefficient * TABLES + WIDTH + lane] = (byte) Field.multiply(coefficient, half * HALF);
            }
        }
    }

    @Override
    public void multiply(int[][] rows, byte[][] in, byte[][] out, int length) {
        int whole = length / WIDTH * WIDTH;
        int row = 0;
        for (; row + 4 <= rows.length; row += 4) {
            four(rows, in, out, row, whole);
        }
        if (row + 2 <= rows.length) {
            two(rows, in, out, row, whole);
            row += 2;
        }
        if (row < rows.length) {
            one(rows[row], in, out[row], whole);
        }
        Kernel.multiplyBytes(rows, in, out, whole, length);
    }

    private void four(int[][] rows, byte[][] in, byte[][] out, int row, int whole) {
        byte[] out0 = out[row];
        byte[] out1 = out[row + 1];
        byte[] out2 = out[row + 2];
        byte[] out3 = out[row + 3];
        for (int at = 0; at < whole; at += WIDTH) {
            ByteVector sum0 = ByteVector.zero(LANES);
            ByteVector sum1 = sum0;
            ByteVector sum2 = sum0;
            ByteVector sum3 = sum0;
            for (int column = 0; column < in.length; column++) {
                ByteVector bytes = ByteVector.fromArray(LANES, in[column], at);
                ByteVector low = bytes.and((byte) (HALF - 1));
                ByteVector high = bytes.lanewise(VectorOperators.LSHR, 4);
                sum0 = add(sum0, rows[row][column], low, high);
                sum1 = add(sum1, rows[row + 1][column], low, high);
                sum2 = add(sum2, rows[row + 2][column], low, high);
                sum3 = add(sum3, rows[row + 3][column], low, high);
            }
            sum0.intoArray(out0, at);
            sum1.intoArray(out1, at);
            sum2.intoArray(out2, at);
            sum3.intoArray(out3, at);
        }
    }

    private void two(int[][] rows, byte[][] in, byte[][] out, int row, int whole) {
        byte[] out0 = out[row];
        byte[] out1 = out[row + 1];
        for (int at = 0; at < whole; at += WIDTH) {
            ByteVector sum0 = ByteVector.zero(LANES);
            ByteVector sum1 = sum0;
            for (int column = 0; column < in.length; column++) {
                ByteVector bytes = ByteVector.fromArray(LANES, in[column], at);
                ByteVector low = bytes.and((byte) (HALF - 1));
                ByteVector high = bytes.lanewise(VectorOperators.LSHR, 4);
                sum0 = add(sum0, rows[row][column], low, high);
                sum1 = add(sum1, rows[row + 1][column], low, high);
            }
            sum0.intoArray(out0, at);
            sum1.intoArray(out1, at);
        }
    }

    private void one(int[] row, byte[][] in, byte[] out, int whole) {
        for (int at = 0; at < whole; at += WIDTH) {
            ByteVector sum = ByteVector.zero(LANES);
            for (int column = 0; column < in.length; column++) {
                ByteVector bytes = ByteVector.fromArray(LANES, in[column], at);
                sum = add(sum, row[column], bytes.and((byte) (HALF - 1)), bytes.lanewise(VectorOperators.LSHR, 4));
            }
            sum.intoArray(out, at);
        }
    }

    private ByteVector add(ByteVector sum, int coefficient, ByteVector low, ByteVector high) {
        int table = coefficient * TABLES;
        ByteVector ofLow = low.selectFrom(ByteVector.fromArray(LANES, tables, table));
        ByteVector ofHigh = high.selectFrom(ByteVector.fromArray(LANES, tables, table + WIDTH));
        return sum.lanewise(VectorOperators.XOR, ofLow).lanewise(VectorOperators.XOR, ofHigh);
    }
}
