package leaseback.manager.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import leaseback.manager.web.LivingApi.Reply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What customers see and do when they sign in to what is theirs.
final class CustomerDeskTest {
    private static final String PASSWORD = "staple of batteries";
    private static LivingApi api;
    private static LivingStory story;
    private static String cookie;
    private static Path folder;

    @BeforeAll
    static void open(@TempDir Path temporary) throws IOException {
        folder = temporary;
        api = new LivingApi(folder);
        story = new LivingStory(api);
        story.tell();
        cookie = signIn("ada@example.org", PASSWORD).headers().firstValue("Set-Cookie").orElseThrow().replaceFirst(";.*", "");
    }

    @AfterAll
    static void close() {
        api.close();
    }

    @Test
    void theDoorOpensToTheRightPasswordAndTellsNobodyWhoIsACustomer() {
        assertThat(raw("/my", "").status()).isEqualTo(303);
        HttpResponse<String> wrong = signIn("ada@example.org", "not hers at all");
        HttpResponse<String> nobody = signIn("eve@example.org", "not hers at all");
        assertThat(wrong.statusCode()).isEqualTo(401);
        assertThat(nobody.statusCode()).isEqualTo(401);
        assertThat(nobody.body().replace("eve@", "ada@")).isEqualTo(wrong.body());
        HttpResponse<String> in = signIn("ada@example.org", PASSWORD);
        assertThat(in.statusCode()).isEqualTo(303);
        assertThat(in.headers().firstValue("Location")).contains("/my");
        assertThat(in.headers().firstValue("Set-Cookie").orElseThrow()).contains("HttpOnly").contains("SameSite=Strict");
        String hers = in.headers().firstValue("Set-Cookie").orElseThrow().replaceFirst(";.*", "");
        assertThat(raw("/my", hers).status()).isEqualTo(200);
        for (String operators : new String[] {"/fleet", "/money", "/leases", "/customers/" + story.ada}) {
            assertThat(raw(operators, hers).status()).as(operators).isEqualTo(303);
        }
        assertThat(form("/my/sign-out", "", hers).statusCode()).isEqualTo(303);
        assertThat(raw("/my", hers).status()).as("signed out").isEqualTo(303);
    }

    @Test
    void theOperatorsSessionIsNoCustomers() throws Exception {
        String password = Files.readString(folder.resolve("operator.password")).strip();
        HttpResponse<String> in = form("/sign-in", "name=operator&password=" + Figures.encoded(password), "");
        String operators = in.headers().firstValue("Set-Cookie").orElseThrow().replaceFirst(";.*", "");
        assertThat(raw("/fleet", operators).status()).isEqualTo(200);
        assertThat(raw("/my", operators).status()).isEqualTo(303);
        assertThat(raw("/my", operators.replace("leaseback-", "leaseback-my-")).status()).isEqualTo(303);
    }

    @Test
    void allThatIsBetweenUsIsThere() {
        String my = page("/my");
        assertThat(my).contains("ada@example.org").contains("You owe us").contains("We owe you").contains("Your statement for 2027-01");
        String number = first(my, "/my/documents/(B-2027-[0-9]{6})\"");
        assertThat(page("/my/documents/" + number)).contains("Still open");
        assertThat(page("/my/documents/" + number + "?why=1")).contains("<code>bill:" + number + "/1</code>");
        assertThat(new String(raw("/my/documents/" + number + ".pdf", cookie).body(), 0, 5, StandardCharsets.US_ASCII)).isEqualTo("%PDF-");
        assertThat(page(first(my, "(/my/leases/[0-9a-f-]{36})\""))).contains("What was agreed").doesNotContain("href=\"/orders");
    }

    @Test
    void anOfferIsAcceptedWithATickAndOnlyInTheWordsThatWereShown() {
        String path = offer();
        String words = page(path);
        assertThat(words).contains("Silence is a no").contains("Yes, I accept").doesNotContain("checked");
        String answer = "version=1&sha256=" + first(words, "name=\"sha256\" value=\"([0-9a-f]{64})\"");
        HttpResponse<String> unticked = form(path + "/accept", answer, cookie);
        assertThat(unticked.body()).contains("Nothing is decided yet");
        assertThat(form(path + "/accept", "version=1&agree=yes&sha256=" + "0".repeat(64), cookie).statusCode()).isEqualTo(409);
        assertThat(form(path + "/accept", answer.replace("version=1", "version=2") + "&agree=yes", cookie).statusCode()).isEqualTo(409);
        assertThat(page(path)).contains("Yes, I accept");

        assertThat(form(path + "/accept", answer + "&agree=yes", cookie).statusCode()).isEqualTo(303);
        assertThat(form(path + "/accept", answer + "&agree=yes", cookie).statusCode()).as("a double click").isEqualTo(303);
        assertThat(form(path + "/decline", answer, cookie).statusCode()).as("a change of mind").isEqualTo(409);
        assertThat(page(path)).contains("You accepted it on").doesNotContain("Yes, I accept");
        Reply proof = raw(path + "/evidence.tar", cookie);
        assertThat(proof.status()).isEqualTo(200);
        String tar = new String(proof.body(), StandardCharsets.UTF_8);
        assertThat(tar).contains("\"channel\":\"WEB\"").contains("I have read these words, and I agree to all that they say.");
    }

    @Test
    void aNoNeedsNoTick() {
        String path = offer();
        String sha = first(page(path), "name=\"sha256\" value=\"([0-9a-f]{64})\"");
        assertThat(page("/my")).contains(path).contains("waits for your answer");
        assertThat(form(path + "/decline", "version=1&sha256=" + sha, cookie).statusCode()).isEqualTo(303);
        assertThat(page(path)).contains("You declined it on");
        assertThat(page("/my")).doesNotContain(path);
    }

    @Test
    void aLeaseIsPausedGoesOnAndEndsAtItsOwnersWord() {
        String id = "";
        for (var lease : api.get(story.adas, "/api/agreement").is(200).json()) {
            id = id.isEmpty() && lease.at("/state/name").asString().equals("ACTIVE") ? lease.path("id").asString() : id;
        }
        String path = "/my/leases/" + id;
        assertThat(page(path)).contains("Last day of the pause").contains("Give notice");
        assertThat(form(path + "/pause", "until=soon", cookie).statusCode()).isEqualTo(422);
        assertThat(form(path + "/pause", "until=2027-12-31", cookie).statusCode()).as("more than the days of a year").isEqualTo(409);
        assertThat(form(path + "/pause", "until=2027-02-12", cookie).statusCode()).isEqualTo(303);
        assertThat(page(path)).contains("End the pause").contains("paused until 13 Feb 2027");
        assertThat(form(path + "/resume", "", cookie).statusCode()).isEqualTo(303);
        String repair = api.post(api.operator(), "/api/partReplacement",
                "{\"agreementId\":\"" + id + "\",\"part\":\"FAN\",\"reason\":\"It is loud.\"}").is(201).text("/id");
        assertThat(page(path)).contains("In maintenance").doesNotContain("End the pause");
        assertThat(form(path + "/resume", "", cookie).statusCode()).as("ours is not theirs to end").isEqualTo(409);
        api.post(story.adas, "/api/agreement/" + id + "/resume", "").is(409);
        api.post(api.operator(), "/api/partReplacement/" + repair + "/cancel", "").is(200);
        assertThat(form(path + "/notice", "", cookie).statusCode()).isEqualTo(422);
        assertThat(form(path + "/notice", "sure=yes", cookie).statusCode()).isEqualTo(303);
        assertThat(api.get(story.adas, "/api/agreement/" + id).json().path("history").toString()).contains("notice given on the customer's page")
                .contains("asked for on the customer's page").contains("customer:" + story.ada);
    }

    @Test
    void nobodySeesOrDoesWhatIsAnothers() {
        UUID mallory = story.customer("mallory");
        api.call(api.operator(), "PUT", "/api/customer/" + mallory + "/password", "{\"password\":\"" + PASSWORD + "\"}").is(200);
        String theirs = signIn("mallory@example.org", PASSWORD).headers().firstValue("Set-Cookie").orElseThrow().replaceFirst(";.*", "");
        String offer = offer();
        String lease = first(page("/my"), "(/my/leases/[0-9a-f-]{36})\"");
        String document = first(page("/my"), "(/my/documents/B-2027-[0-9]{6})\"");
        for (String path : new String[] {offer, offer + "/evidence.tar", lease, document, document + ".pdf", "/my/changes/" + UUID.randomUUID(), "/my/x",
                "/my/offers/x", "/my/", "/my/offers/../../fleet"}) {
            assertThat(raw(path, theirs).status()).as(path).isIn(404, 303, 400);
        }
        for (String path : new String[] {offer + "/accept", offer + "/decline", lease + "/pause", lease + "/resume", lease + "/notice"}) {
            assertThat(form(path, "version=1&agree=yes&sure=yes&until=2027-02-20", theirs).statusCode()).as(path).isEqualTo(404);
            assertThat(form(path, "version=1&agree=yes&sure=yes&until=2027-02-20", "").statusCode()).as(path + " of nobody").isEqualTo(303);
            assertThat(send(HttpRequest.newBuilder(api.at(path)).header("Sec-Fetch-Site", "cross-site").header("Cookie", cookie), "version=1&agree=yes")
                    .statusCode()).as(path + " from another site").isEqualTo(403);
        }
        assertThat(page(offer)).contains("Yes, I accept");
    }

    private static String offer() {
        return "/my/offers/" + api.post(story.adas, "/api/quote", "{\"customerId\":\"" + story.ada
                + "\",\"offeringId\":\"family-tower\",\"planId\":\"nights\"}").is(201).text("/id");
    }

    private static String page(String path) {
        Reply reply = raw(path, cookie);
        String text = new String(reply.body(), StandardCharsets.UTF_8);
        assertThat(reply.status()).as(path + "\n" + text).isEqualTo(200);
        return text;
    }

    private static Reply raw(String path, String with) {
        HttpRequest.Builder request = HttpRequest.newBuilder(api.at(path));
        return api.raw("", with.isEmpty() ? request : request.header("Cookie", with));
    }

    private static HttpResponse<String> signIn(String email, String password) {
        return form("/my/sign-in", "name=" + Figures.encoded(email) + "&password=" + Figures.encoded(password), "");
    }

    private static HttpResponse<String> form(String path, String fields, String with) {
        HttpRequest.Builder request = HttpRequest.newBuilder(api.at(path)).header("Sec-Fetch-Site", "same-origin");
        return send(with.isEmpty() ? request : request.header("Cookie", with), fields);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request, String fields) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request.header("Content-Type", "application/x-www-form-urlencoded").POST(HttpRequest.BodyPublishers.ofString(fields)).build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new AssertionError(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    private static String first(String text, String pattern) {
        Matcher found = Pattern.compile(pattern).matcher(text);
        assertThat(found.find()).as(pattern + " in\n" + text).isTrue();
        return found.group(1);
    }
}
