package leaseback.manager.s3.checksum;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChecksumTest {
    @Test
    void theCatalogueOfCrcsAgrees() {
        // The check values of the CRC RevEng catalogue, and of FIPS 180.
        assertThat(hex(Algorithm.CRC32, "123456789")).isEqualTo("cbf43926");
        assertThat(hex(Algorithm.CRC32C, "123456789")).isEqualTo("e3069283");
        assertThat(hex(Algorithm.CRC64NVME, "123456789")).isEqualTo("ae8b14860a799888");
        assertThat(hex(Algorithm.SHA1, "abc")).isEqualTo("a9993e364706816aba3e25717850c26c9cd0d89d");
        assertThat(hex(Algorithm.SHA256, "abc")).startsWith("ba7816bf8f01cfea");
    }

    @Test
    void theNvmeSpecificationAgrees() {
        // NVM Express NVM Command Set 1.0, figure 121: 4096 bytes of zeros, of ones, rising and falling.
        byte[] bytes = new byte[4096];
        assertThat(hex(Algorithm.CRC64NVME, bytes)).isEqualTo("6482d367eb22b64e");
        Arrays.fill(bytes, (byte) 0xff);
        assertThat(hex(Algorithm.CRC64NVME, bytes)).isEqualTo("c0ddba7302eca3ac");
    }

    @Test
    void whatIsJoinedIsWhatTheWholeGives() {
        Random random = new Random(7);
        for (Algorithm algorithm : new Algorithm[] {Algorithm.CRC32, Algorithm.CRC32C, Algorithm.CRC64NVME}) {
            for (int round = 0; round < 200; round++) {
                byte[] whole = new byte[random.nextInt(5000)];
                random.nextBytes(whole);
                int cut = random.nextInt(whole.length + 1);
                byte[] joined = CrcJoin.of(algorithm).join(value(algorithm, Arrays.copyOf(whole, cut)),
                        value(algorithm, Arrays.copyOfRange(whole, cut, whole.length)), whole.length - cut);
                assertThat(joined).isEqualTo(value(algorithm, whole));
            }
        }
    }

    @Test
    void itDoesNotMatterInWhatPiecesTheBytesCome() {
        byte[] whole = new byte[1000];
        new Random(3).nextBytes(whole);
        for (Algorithm algorithm : Algorithm.values()) {
            for (int piece = 1; piece < 20; piece++) {
                Running running = algorithm.start();
                for (int at = 0; at < whole.length; at += piece) {
                    running.update(whole, at, Math.min(piece, whole.length - at));
                }
                assertThat(running.value()).isEqualTo(value(algorithm, whole));
            }
        }
    }

    @Test
    void onlyValuesOfTheRightLengthAreTaken() {
        assertThat(Algorithm.CRC32.decode("y/Q5Jg==")).isPresent();
        assertThat(Algorithm.CRC32.decode("y/Q5")).isEmpty();
        assertThat(Algorithm.CRC32.decode("?")).isEmpty();
        assertThat(Algorithm.named("crc64nvme")).contains(Algorithm.CRC64NVME);
        assertThat(Algorithm.named("md5")).isEmpty();
    }

    private static byte[] value(Algorithm algorithm, byte[] bytes) {
        Running running = algorithm.start();
        running.update(bytes, 0, bytes.length);
        return running.value();
    }

    private static String hex(Algorithm algorithm, byte[] bytes) {
        return HexFormat.of().formatHex(value(algorithm, bytes));
    }

    private static String hex(Algorithm algorithm, String text) {
        return hex(algorithm, text.getBytes(StandardCharsets.US_ASCII));
    }
}
