package leaseback.manager.s3.checksum;

import java.nio.ByteBuffer;

/// The CRC of two stretches of bytes in a row, from the CRC of each and the length of the second.
///
/// With all ones going in and coming out, crc(a+b) = crc(a)·x^(8·|b|) xor crc(b), in polynomials over GF(2) modulo the CRC's own.
public final class CrcJoin {
    private final int bits;
    private final long polynomial;

    private CrcJoin(int bits, long polynomial) {
        this.bits = bits;
        this.polynomial = polynomial;
    }

    /// @throws IllegalArgumentException for an algorithm that does not join
    public static CrcJoin of(Algorithm algorithm) {
        return switch (algorithm) {
            case CRC32 -> new CrcJoin(32, 0xEDB88320L);
            case CRC32C -> new CrcJoin(32, 0x82F63B78L);
            case CRC64NVME -> new CrcJoin(64, Crc64Nvme.POLYNOMIAL);
            case SHA1, SHA256 -> throw new IllegalArgumentException(algorithm + " of a whole does not follow from its parts");
        };
    }

    /// @param first        value of the first stretch, big-endian; with no bytes before, all zeros
    /// @param second       value of the second
    /// @param secondLength in bytes
    public byte[] join(byte[] first, byte[] second, long secondLength) {
        long joined = times(powerOfX(secondLength), number(first)) ^ number(second);
        return bits == 64 ? ByteBuffer.allocate(8).putLong(joined).array() : ByteBuffer.allocate(4).putInt((int) joined).array();
    }

    private long number(byte[] value) {
        return bits == 64 ? ByteBuffer.wrap(value).getLong() : ByteBuffer.wrap(value).getInt() & 0xffffffffL;
    }

    /// x^(8·bytes), by squaring.
    private long powerOfX(long bytes) {
        long power = 1L << (bits - 1);
        long square = 1L << (bits - 1 - 8);
        for (long rest = bytes; rest != 0; rest >>>= 1) {
            if ((rest & 1) != 0) {
                power = times(power, square);
            }
            square = times(square, square);
        }
        return power;
    }

    /// The product; reflected, so the highest bit stands for x^0.
    private long times(long a, long b) {
        long product = 0;
        long shifted = b;
        for (long mask = 1L << (bits - 1); mask != 0; mask >>>= 1) {
            if ((a & mask) != 0) {
                product ^= shifted;
            }
            shifted = (shifted & 1) == 0 ? shifted >>> 1 : (shifted >>> 1) ^ polynomial;
        }
        return product;
    }
}
