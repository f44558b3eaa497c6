package leaseback.manager.storage;

/// Multiplies a matrix over GF(2^8) with cells: the bulk work of [ErasureCode]. All kernels give the same bytes.
interface Kernel {
    /// Sets the first `length` bytes of `out[row]` to the sum over the columns of `rows[row][column] * in[column]`.
    void multiply(int[][] rows, byte[][] in, byte[][] out, int length);

    /// The Vector API's where the JVM was started with that module, which is in incubation; else plain Java.
    static Kernel best() {
        boolean present = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
        return present ? new VectorKernel() : new PlainKernel();
    }

    /// Byte by byte: for the last few, fewer than a kernel takes at once.
    static void multiplyBytes(int[][] rows, byte[][] in, byte[][] out, int from, int to) {
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
}
