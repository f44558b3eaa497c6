package leaseback.manager.s3.checksum;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.zip.Checksum;

/// A checksum under way over bytes that pass by. For one thread.
public sealed interface Running permits Running.OfZip, Running.OfDigest, Crc64Nvme {
    void update(byte[] bytes, int offset, int length);

    /// Of all bytes so far; called once.
    byte[] value();

    /// The 32-bit ones, which the JDK brings.
    record OfZip(Checksum checksum) implements Running {
        @Override
        public void update(byte[] bytes, int offset, int length) {
            checksum.update(bytes, offset, length);
        }

        @Override
        public byte[] value() {
            return ByteBuffer.allocate(4).putInt((int) checksum.getValue()).array();
        }
    }

    /// The cryptographic ones.
    record OfDigest(MessageDigest digest) implements Running {
        @Override
        public void update(byte[] bytes, int offset, int length) {
            digest.update(bytes, offset, length);
        }

        @Override
        public byte[] value() {
            return digest.digest();
        }
    }
}
