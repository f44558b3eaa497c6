package leaseback.testbed.world;

import static leaseback.testbed.world.World.hosts;
import static leaseback.testbed.world.World.users;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Random;
import leaseback.app.Sale;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// A file's way in and out, while hosts go.
class PutWalk {
    @Test
    void whatWasAcknowledgedReadsBackAfterThreeOfSixHostsAreGone() throws Exception {
        try (World world = World.with(hosts(6), users(1)); S3Client s3 = client(world.manager().s3(), world.user())) {
            s3.createBucket(request -> request.bucket("walk"));
            int[] sizes = {0, 1, 4096, 4097, 65_536, 131_073, 3_000_001};
            for (int size : sizes) {
                s3.putObject(request -> request.bucket("walk").key("size/" + size), RequestBody.fromBytes(bytes(size)));
            }
            for (World.Inhabitant host : world.hosts().subList(0, 3)) {
                host.stop();
            }
            for (int size : sizes) {
                assertThat(s3.getObjectAsBytes(request -> request.bucket("walk").key("size/" + size)).asByteArray()).isEqualTo(bytes(size));
            }

            World.await("the manager knows of the loss", () -> world.reachable() == 3);
            assertThatThrownBy(() -> s3.putObject(request -> request.bucket("walk").key("late"), RequestBody.fromBytes(bytes(100_000))))
                    .isInstanceOfSatisfying(S3Exception.class, refused -> {
                        assertThat(refused.statusCode()).isEqualTo(503);
                        assertThat(refused.awsErrorDetails().errorMessage()).contains("needs 5").contains("3");
                    });
            assertThatThrownBy(() -> s3.headObject(request -> request.bucket("walk").key("late"))).isInstanceOf(NoSuchKeyException.class);

            for (World.Inhabitant host : world.hosts().subList(0, 3)) {
                world.start(host);
            }
            World.await("they are back", () -> world.reachable() == 6);
            try (S3Client patient = patientClient(world.manager().s3(), world.user())) {
                patient.putObject(request -> request.bucket("walk").key("late"), RequestBody.fromBytes(bytes(100_000)));
            }
            assertThat(s3.getObjectAsBytes(request -> request.bucket("walk").key("late")).asByteArray()).isEqualTo(bytes(100_000));
        }
    }

    /// Fails at once, so that a test sees each refusal.
    static S3Client client(URI endpoint, Sale.User user) {
        return client(endpoint, user, DefaultRetryStrategy.doNotRetry());
    }

    /// Tries again on a 503, as clients do: for a second or so after hosts have come, a manager may not know yet that they are there.
    static S3Client patientClient(URI endpoint, Sale.User user) {
        return client(endpoint, user, DefaultRetryStrategy.standardStrategyBuilder().maxAttempts(12).build());
    }

    private static S3Client client(URI endpoint, Sale.User user, RetryStrategy retries) {
        return S3Client.builder()
                .endpointOverride(endpoint)
                .region(Region.of("leaseback-1"))
                .forcePathStyle(true)
                .httpClientBuilder(Apache5HttpClient.builder())
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(user.accessKey(), user.secret())))
                .overrideConfiguration(settings -> settings.retryStrategy(retries))
                .build();
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }
}
