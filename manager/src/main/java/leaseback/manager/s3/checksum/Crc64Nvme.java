package leaseback.manager.s3.checksum;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// CRC-64/NVME (NVM Express NVM Command Set 1.0, section 5.2.1.3.4): reflected, all ones in and out; of "123456789"
/// 0xae8b14860a799888.
final class Crc64Nvme implements Running {
    static final long POLYNOMIAL = 0x9A6C9329AC4BC9B5L;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long[][] TABLES = tables();
    private long state = -1;

    @Override
    public void update(byte[] bytes, int offset, int length) {
        long crc = state;
        int at = offset;
        int end = offset + length;
        // Sixteen bytes a step ("slicing by 16"): about ten times the speed of one.
        for (; at + 16 <= end; at += 16) {
            crc = eight(8, crc ^ (long) LONGS.get(bytes, at)) ^ eight(0, (long) LONGS.get(bytes, at + 8));
        }
        for (; at < end; at++) {
            crc = TABLES[0][(int) (crc ^ bytes[at]) & 0xff] ^ (crc >>> 8);
        }
        state = crc;
    }

    /// What eight bytes become when `after` more follow them.
    private static long eight(int after, long mixed) {
        return TABLES[after + 7][(int) mixed & 0xff]
                ^ TABLES[after + 6][(int) (mixed >>> 8) & 0xff]
                ^ TABLES[after + 5][(int) (mixed >>> 16) & 0xff]
                ^ TABLES[after + 4][(int) (mixed >>> 24) & 0xff]
                ^ TABLES[after + 3][(int) (mixed >>> 32) & 0xff]
                ^ TABLES[after + 2][(int) (mixed >>> 40) & 0xff]
                ^ TABLES[after + 1][(int) (mixed >>> 48) & 0xff]
                ^ TABLES[after][(int) (mixed >>> 56)];
    }

    @Override
    public byte[] value() {
        return ByteBuffer.allocate(8).putLong(~state).array();
    }

    private static long[][] tables() {
        long[][] tables = new long[16][256];
        for (int i = 0; i < 256; i++) {
            long crc = i;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) == 0 ? crc >>> 1 : (crc >>> 1) ^ POLYNOMIAL;
            }
            tables[0][i] = crc;
        }
        for (int step = 1; step < 16; step++) {
            for (int i = 0; i < 256; i++) {
                long crc = tables[step - 1][i];
                tables[step][i] = tables[0][(int) crc & 0xff] ^ (crc >>> 8);
            }
        }
        return tables;
    }
}
