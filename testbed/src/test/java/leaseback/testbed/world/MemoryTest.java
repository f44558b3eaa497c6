package leaseback.testbed.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A gigabyte through a manager of 256 MiB heap and agents of 64 MiB: neither grows with the object.
/// The heaps are those that `up` gives its processes; one that is outgrown ends in an OutOfMemoryError and a failed transfer.
@Tag("nightly")
class MemoryTest {
    private static final int MIB = 1 << 20;

    @TempDir
    private Path folder = Path.of("");

    @Test
    void aGigabyteGoesInAndOutOfSmallHeaps() throws Exception {
        Path data = folder.resolve("world");
        Path big = folder.resolve("gigabyte.bin");
        fill(big, 1024);
        try (Program up = Program.up(data, folder.resolve("up.log"), "--hosts", "6", "--any-ports", "--leased", "2GB")) {
            assertThat(up.log()).contains("Ready");
            Map<String, String> environment = Program.environment(data);
            Client aws = Client.require("aws", "awscli", environment, folder);
            Client curl = Client.require("curl", "curl", environment, folder);
            String endpoint = String.valueOf(environment.get("AWS_ENDPOINT_URL"));
            aws.run("--endpoint-url", endpoint, "s3", "mb", "s3://big");
            // One PUT of the whole, not a multipart upload: presigned, by curl.
            aws.run("--endpoint-url", endpoint, "s3api", "put-object", "--bucket", "big", "--key", "whole", "--body", big.toString());
            String url = aws.run("--endpoint-url", endpoint, "s3", "presign", "s3://big/whole").strip();
            Path back = folder.resolve("back.bin");
            curl.run("-sf", "-o", back.toString(), url);
            assertThat(Files.mismatch(big, back)).isEqualTo(-1);
            assertThat(Files.readString(data.resolve("logs/manager.log"))).doesNotContain("OutOfMemoryError");
        }
    }

    private static void fill(Path file, int mebibytes) throws IOException {
        Random random = new Random(1);
        byte[] block = new byte[MIB];
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), MIB)) {
            for (int i = 0; i < mebibytes; i++) {
                random.nextBytes(block);
                out.write(block);
            }
        }
    }
}
