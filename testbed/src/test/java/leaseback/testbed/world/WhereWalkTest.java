package leaseback.testbed.world;

import static leaseback.testbed.world.World.hosts;
import static leaseback.testbed.world.World.users;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import leaseback.app.ApiClient;
import leaseback.app.Sale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import tools.jackson.databind.JsonNode;

/// Where is my backup: the operator and the owner learn it, each look is audited, and the owners of hosts learn nothing.
class WhereWalkTest {
    private static final String MARKER = "MARKER-of-the-content-8c1f";
    private static World world;

    @TempDir
    private Path folder;

    @BeforeAll
    static void open() throws IOException {
        world = World.with(hosts(6), users(2));
    }

    @AfterAll
    static void close() throws IOException {
        world.close();
    }

    @Test
    void hostsAddressesAndSinceWhenAreKnownToOwnerAndOperatorAndToNobodyElse() throws Exception {
        Sale.User user = world.user();
        Client rclone = Client.require("rclone", "rclone", Map.of("RCLONE_CONFIG_LB_TYPE", "s3", "RCLONE_CONFIG_LB_PROVIDER", "Other",
                "RCLONE_CONFIG_LB_ACCESS_KEY_ID", user.accessKey(), "RCLONE_CONFIG_LB_SECRET_ACCESS_KEY", user.secret(),
                "RCLONE_CONFIG_LB_REGION", "leaseback-1", "RCLONE_CONFIG_LB_ENDPOINT", world.manager().s3().toString()), folder);
        Path file = Files.writeString(folder.resolve("secret-name.txt"), (MARKER + "\n").repeat(20_000));
        rclone.run("mkdir", "lb:where-is-it-bucket");
        rclone.run("copyto", file.toString(), "lb:where-is-it-bucket/secret-name.txt");

        String query = "/whereabouts?bucket=where-is-it-bucket&key=secret-name.txt";
        JsonNode operators = world.api().get(query + "&addresses=true");
        assertThat(operators.path("objects").asLong()).isEqualTo(1);
        assertThat(operators.path("holders").size()).isBetween(5, 6);
        operators.path("holders").forEach(holder -> {
            assertThat(holder.path("address").asString()).isEqualTo("127.0.0.1");
            assertThat(holder.path("port").asInt()).isPositive();
            assertThat(holder.path("since").asString()).isNotEmpty();
            assertThat(holder.path("pieces").asLong()).isEqualTo(1);
            assertThat(holder.path("serial").asString()).startsWith("LB-");
        });

        String customer = user.customerId();
        JsonNode owners;
        try (ApiClient own = asCustomer(customer)) {
            owners = own.get(query);
            assertThat(own.get(query + "&addresses=true").path("holders").get(0).path("address").asString()).isEqualTo("127.0.0.1");
        }
        List<String> serials = world.hosts().stream().map(World.Inhabitant::serial).toList();
        assertThat(owners.path("holders").size()).isEqualTo(operators.path("holders").size());
        assertThat(owners.toString()).doesNotContain("127.0.0.1").doesNotContain(serials);
        assertThat(owners.path("holders").get(0).path("host").asString())
                .isNotEqualTo(operators.path("holders").get(0).path("host").asString());
        try (ApiClient other = asCustomer(world.users().get(1).customerId())) {
            assertThatThrownBy(() -> other.get(query)).hasMessageContaining("404");
        }

        assertThat(world.api().list("/audit").stream().filter(entry -> entry.path("act").asString("").equals("ask whereabouts")
                        && entry.path("subject").asString("").startsWith("s3://where-is-it-bucket/"))
                .map(entry -> entry.path("actor").asString("").replaceAll(":.*", "") + " " + entry.path("subject").asString("") + " "
                        + entry.path("detail").asString("")))
                .containsExactlyInAnyOrder("operator s3://where-is-it-bucket/secret-name.txt with addresses",
                        "customer s3://where-is-it-bucket/secret-name.txt without addresses",
                        "customer s3://where-is-it-bucket/secret-name.txt with addresses");

        for (World.Inhabitant host : world.hosts()) {
            for (String word : List.of(MARKER, "secret-name", "where-is-it-bucket", user.accessKey(), customer)) {
                assertThat(holding(host.folder(), word)).as(word + " in the folder of " + host.serial()).isEmpty();
                assertThat(page(host)).doesNotContain(word);
            }
        }
    }

    @Test
    void anOwnerSaysThroughTheApiWhereTheirFilesMayLieAndNobodyElseDoes() throws Exception {
        Sale.User user = world.users().get(1);
        try (S3Client s3 = PutWalk.patientClient(world.manager().s3(), user);
                S3Client once = PutWalk.client(world.manager().s3(), user); ApiClient own = asCustomer(user.customerId());
                ApiClient other = asCustomer(world.user().customerId())) {
            s3.createBucket(request -> request.bucket("particular"));
            for (int i = 0; i < 5; i++) {
                String key = "before" + i;
                s3.putObject(request -> request.bucket("particular").key(key), RequestBody.fromBytes(new byte[300_000]));
            }
            String path = "/bucket/particular/constraint";
            World.Inhabitant unwantedHost = world.hosts().getFirst();
            String unwanted = world.api().list("/hosts").stream().filter(host -> host.path("serial").asString("").equals(unwantedHost.serial()))
                    .findFirst().orElseThrow().path("ownerId").asString("");
            JsonNode set = own.put(path, Map.of("notOwners", List.of(unwanted)));
            assertThat(set.path("notOwners").toString()).contains(unwanted);
            assertThat(own.get(path)).isEqualTo(set);
            for (int i = 0; i < 10; i++) {
                String key = "after" + i;
                s3.putObject(request -> request.bucket("particular").key(key), RequestBody.fromBytes(new byte[300_000]));
                assertThat(world.api().get("/whereabouts?bucket=particular&key=" + key).path("holders").findValuesAsString("serial"))
                        .hasSize(5).doesNotContain(unwantedHost.serial());
            }
            assertThatThrownBy(() -> other.get(path)).hasMessageContaining("404");
            assertThatThrownBy(() -> other.put(path, Map.of())).hasMessageContaining("404");
            assertThatThrownBy(() -> other.put("/customer/" + user.customerId() + "/constraint", Map.of())).hasMessageContaining("404");
            assertThatThrownBy(() -> own.put(path, Map.of("places", List.of("Ger many")))).hasMessageContaining("Europe/Berlin");
            assertThat(own.get(path)).isEqualTo(set);

            own.put("/customer/" + user.customerId() + "/constraint", Map.of("places", List.of("Antarctica/")));
            assertThatThrownBy(() -> once.putObject(request -> request.bucket("particular").key("nowhere"),
                    RequestBody.fromBytes(new byte[300_000]))).hasMessageContaining("in Antarctica/");
            own.put("/customer/" + user.customerId() + "/constraint", Map.of());
            s3.putObject(request -> request.bucket("particular").key("again"), RequestBody.fromBytes(new byte[300_000]));
        }
    }

    @Test
    void oldVersionsOfTheMasterKeyStayUntilEveryManagerHasMetTheNewOne() throws Exception {
        assertThat(world.api().post("/keys/rotate", null).path("version").asInt()).isEqualTo(2);
        assertThatThrownBy(() -> world.api().post("/keys/retire", null)).hasMessageContaining("409").hasMessageContaining("try again in");
    }

    private static String page(World.Inhabitant host) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> page = http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + host.agent().pagePort() + "/"))
                    .build(), HttpResponse.BodyHandlers.ofString());
            assertThat(page.statusCode()).isEqualTo(200);
            return page.body();
        }
    }

    private static List<Path> holding(Path root, String word) throws IOException {
        byte[] wanted = word.getBytes(StandardCharsets.ISO_8859_1);
        try (Stream<Path> walk = Files.walk(root)) {
            return walk.filter(Files::isRegularFile).filter(file -> {
                try {
                    return file.toString().contains(word) || new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
                            .contains(new String(wanted, StandardCharsets.ISO_8859_1));
                } catch (IOException gone) {
                    return false;
                }
            }).toList();
        }
    }

    private static ApiClient asCustomer(String id) throws IOException {
        JsonNode token = world.api().post("/token", Map.of("name", "where", "role", "CUSTOMER", "customerId", id));
        return new ApiClient(world.manager().web().resolve("/api"), token.path("token").asString(""));
    }
}
