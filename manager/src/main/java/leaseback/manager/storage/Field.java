package leaseback.manager.storage;

import java.util.Arrays;

/// Arithmetic in GF(2^8) with polynomial 0x11d, for the few numbers of a matrix; bulk bytes go through [ErasureCode].
final class Field {
    private static final int ORDER = 255;
    private static final int[] POWER = new int[2 * ORDER];
    private static final int[] LOG = new int[ORDER + 1];

    static {
        int value = 1;
        for (int i = 0; i < ORDER; i++) {
            POWER[i] = value;
            POWER[i + ORDER] = value;
            LOG[value] = i;
            value <<= 1;
            if (value > ORDER) {
                value ^= 0x11d;
            }
        }
    }

    private Field() {}

    static int multiply(int a, int b) {
        return a == 0 || b == 0 ? 0 : POWER[LOG[a] + LOG[b]];
    }

    static int inverse(int a) {
        if (a == 0) {
            throw new ArithmeticException("zero has no inverse");
        }
        return POWER[ORDER - LOG[a]];
    }

    static int[] multiply(int[] row, int[][] matrix) {
        int[] product = new int[matrix[0].length];
        for (int column = 0; column < product.length; column++) {
            for (int i = 0; i < row.length; i++) {
                product[column] ^= multiply(row[i], matrix[i][column]);
            }
        }
        return product;
    }

    /// Gauss and Jordan on a copy beside the identity.
    static int[][] inverse(int[][] matrix) {
        int size = matrix.length;
        int[][] work = new int[size][2 * size];
        for (int row = 0; row < size; row++) {
            System.arraycopy(matrix[row], 0, work[row], 0, size);
            work[row][size + row] = 1;
        }
        for (int column = 0; column < size; column++) {
            int pivot = column;
            while (work[pivot][column] == 0) {
                pivot++;
            }
            int[] moved = work[pivot];
            work[pivot] = work[column];
            work[column] = moved;
            int scale = inverse(moved[column]);
            for (int i = 0; i < 2 * size; i++) {
                moved[i] = multiply(moved[i], scale);
            }
            for (int row = 0; row < size; row++) {
                int factor = row == column ? 0 : work[row][column];
                for (int i = 0; factor != 0 && i < 2 * size; i++) {
                    work[row][i] ^= multiply(factor, moved[i]);
                }
            }
        }
        int[][] inverse = new int[size][];
        for (int row = 0; row < size; row++) {
            inverse[row] = Arrays.copyOfRange(work[row], size, 2 * size);
        }
        return inverse;
    }
}
