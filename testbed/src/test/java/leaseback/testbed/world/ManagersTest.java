package leaseback.testbed.world;

import static leaseback.testbed.world.World.hosts;
import static leaseback.testbed.world.World.users;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import leaseback.manager.Manager;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/// Two managers, one database: a user may come to either, whichever of them holds a host's line.
class ManagersTest {
    @Test
    void aFilePutThroughOneManagerReadsThroughTheOtherAndOutlivesIt() throws Exception {
        byte[] content = new byte[700_000];
        new Random(2).nextBytes(content);
        try (World world = World.withManagers(2, hosts(6), users(1))) {
            Manager first = world.managers().getFirst();
            Manager second = world.managers().getLast();
            try (S3Client through1 = PutWalk.patientClient(first.s3(), world.user());
                    S3Client through2 = PutWalk.patientClient(second.s3(), world.user())) {
                through1.createBucket(request -> request.bucket("shared"));
                through1.putObject(request -> request.bucket("shared").key("a"), RequestBody.fromBytes(content));
                assertThat(through2.getObjectAsBytes(request -> request.bucket("shared").key("a")).asByteArray()).isEqualTo(content);
                through2.putObject(request -> request.bucket("shared").key("b"), RequestBody.fromBytes(content));
                assertThat(through1.getObjectAsBytes(request -> request.bucket("shared").key("b")).asByteArray()).isEqualTo(content);

                world.stop(second);
                World.await("all hosts are reachable through the first manager", () -> world.reachable() == 6);
                through1.putObject(request -> request.bucket("shared").key("c"), RequestBody.fromBytes(content));
                for (String key : new String[] {"a", "b", "c"}) {
                    assertThat(through1.getObjectAsBytes(request -> request.bucket("shared").key(key)).asByteArray()).isEqualTo(content);
                }
            }
        }
    }
}
