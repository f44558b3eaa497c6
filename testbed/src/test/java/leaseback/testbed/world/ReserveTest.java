package leaseback.testbed.world;

import static leaseback.testbed.world.World.hosts;
import static leaseback.testbed.world.World.users;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import leaseback.app.Sale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// What hosts lend is sold but for a reserve: then nobody new is taken on, and who is there goes on.
class ReserveTest {
    /// As many as fit on six hosts of 70 MB, three bytes stored for one, but for a twentieth.
    private static final int MOST = 33;

    /// Nightly: capacity is reckoned anew each minute, and this waits for it twice.
    @Test
    @Tag("nightly")
    void whenOnlyTheReserveIsLeftNobodyNewIsTakenOnAndWhoIsThereGoesOn() throws Exception {
        byte[] content = new byte[4_000_000];
        new Random(3).nextBytes(content);
        try (World world = World.with(hosts(6).leasing(70_000_000), users(2))) {
            Sale.User old = world.users().getFirst();
            Sale.User late = world.users().getLast();
            try (S3Client s3 = PutWalk.patientClient(world.manager().s3(), old); S3Client lates = PutWalk.patientClient(world.manager().s3(), late)) {
                s3.createBucket(request -> request.bucket("first"));
                for (int i = 0; i < MOST && shortage(world).isEmpty(); i++) {
                    String key = "o" + i;
                    s3.putObject(request -> request.bucket("first").key(key), RequestBody.fromBytes(content));
                }
                World.await("the ledger knows that only the reserve is left", () -> shortage(world).contains("kept in reserve"));

                assertThatThrownBy(() -> world.api().post("/customer", newcomer("USER"))).isInstanceOf(IOException.class)
                        .hasMessageContaining("409").hasMessageContaining("kept in reserve").hasMessageContaining("more machines must be leased");
                assertThat(world.api().post("/customer", newcomer("HOST")).path("id").asString("")).isNotEmpty();
                S3Exception refused = catchThrowableOfType(S3Exception.class, () -> lates.createBucket(request -> request.bucket("late")));
                assertThat(refused.statusCode()).isEqualTo(503);
                s3.createBucket(request -> request.bucket("second"));
                s3.putObject(request -> request.bucket("second").key("small"), RequestBody.fromBytes(new byte[1000]));
                assertThat(s3.getObjectAsBytes(request -> request.bucket("first").key("o0")).asByteArray()).isEqualTo(content);

                world.addHosts(hosts(2).leasing(200_000_000));
                World.await("there is room again", () -> shortage(world).isEmpty());
                world.api().post("/customer", newcomer("USER"));
                lates.createBucket(request -> request.bucket("late"));
            }
        }
    }

    private static Map<String, Object> newcomer(String role) {
        return Map.of("name", "New " + role, "email", role.toLowerCase(java.util.Locale.ROOT) + "@example.org", "zone", "UTC", "roles", List.of(role));
    }

    private static String shortage(World world) {
        try {
            return world.api().get("/capacity").path("shortage").asString("");
        } catch (IOException unreachable) {
            return "";
        }
    }
}
