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
    /// Constants one by one: then the compiler knows their lengths, and looks into them twice as fast.
    private static final long[] T0 = TABLES[0], T1 = TABLES[1], T2 = TABLES[2], T3 = TABLES[3];
    private static final long[] T4 = TABLES[4], T5 = TABLES[5], T6 = TABLES[6], T7 = TABLES[7];
    private static final long[] T8 = TABLES[8], T9 = TABLES[9], T10 = TABLES[10], T11 = TABLES[11];
    private static final long[] T12 = TABLES[12], T13 = TABLES[13], T14 = TABLES[14], T15 = TABLES[15];
    private long state = -1;

    @Override
    public void update(byte[] bytes, int offset, int length) {
        long crc = state;
        int at = offset;
        int end = offset + length;
        // Sixteen bytes a step ("slicing by 16"): about ten times the speed of one.
        for (; at + 16 <= end; at += 16) {
            long first = crc ^ (long) LONGS.get(bytes, at);
            long second = (long) LONGS.get(bytes, at + 8);
            crc = T15[(int) first & 0xff] ^ T14[(int) (first >>> 8) & 0xff]
                    ^ T13[(int) (first >>> 16) & 0xff] ^ T12[(int) (first >>> 24) & 0xff]
                    ^ T11[(int) (first >>> 32) & 0xff] ^ T10[(int) (first >>> 40) & 0xff]
                    ^ T9[(int) (first >>> 48) & 0xff] ^ T8[(int) (first >>> 56)]
                    ^ T7[(int) second & 0xff] ^ T6[(int) (second >>> 8) & 0xff]
                    ^ T5[(int) (second >>> 16) & 0xff] ^ T4[(int) (second >>> 24) & 0xff]
                    ^ T3[(int) (second >>> 32) & 0xff] ^ T2[(int) (second >>> 40) & 0xff]
                    ^ T1[(int) (second >>> 48) & 0xff] ^ T0[(int) (second >>> 56)];
        }
        for (; at < end; at++) {
            crc = T0[(int) (crc ^ bytes[at]) & 0xff] ^ (crc >>> 8);
        }
        state = crc;
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
