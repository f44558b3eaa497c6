package leaseback.manager.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import leaseback.manager.customer.Customer;
import leaseback.manager.database.TestDatabase;
import leaseback.manager.order.MovableClock;
import leaseback.manager.order.Order;
import leaseback.manager.order.Verdict;
import leaseback.manager.sealing.MasterKey;
import leaseback.manager.storage.Bucket;
import leaseback.manager.storage.Census;
import leaseback.manager.storage.StorageFault;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the console answers over HTTP. What it looks like and how it lives is tried in a browser, in the testbed.
final class ConsoleTest {
    private static final String PASSWORD = "a long enough password";
    private final MovableClock clock = new MovableClock(Instant.parse("2026-11-22T12:00:00Z"));
    private final HttpClient client = HttpClient.newHttpClient();
    private final Server server = new Server();
    private TestDatabase database;
    private ConsoleWorld world;
    private Operators operators;
    private URI base;
    @TempDir
    private Path folder;

    @BeforeEach
    void open() throws Exception {
        database = TestDatabase.fresh();
        SecureRandom random = new SecureRandom();
        world = new ConsoleWorld(database.database(), clock, random, MasterKey.at(folder.resolve("key")));
        operators = new Operators(database.database(), new Passwords(database.database(), clock, random), clock);
        operators.add("olga", PASSWORD, "test");
        ServerConnector connector = new ServerConnector(server, 1, 1);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new Console(database.database(), world.fleet, world.leases, world.quotes, world.orders, world.factory,
                world.customers, world.buckets, new Census(database.database(), clock), operators, clock, random));
        server.start();
        base = URI.create("http://127.0.0.1:" + connector.getLocalPort());
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        server.stop();
        database.close();
    }

    @Test
    void nobodySeesAPageWithoutSigningIn() throws Exception {
        for (String path : new String[] {"/", "/fleet", "/week", "/storage", "/orders", "/buckets", "/hosts/" + UUID.randomUUID(), "/nothing"}) {
            HttpResponse<String> answer = get(path, "");
            assertThat(answer.statusCode()).as(path).isEqualTo(303);
            assertThat(location(answer)).startsWith("/sign-in");
        }
        HttpResponse<String> poll = send(request("/fleet").header("HX-Request", "true").GET());
        assertThat(poll.statusCode()).isEqualTo(401);
        assertThat(poll.headers().firstValue("HX-Redirect")).contains("/sign-in");
        assertThat(get("/fleet", "leaseback-" + base.getPort() + "=made-up").statusCode()).isEqualTo(303);
    }

    @Test
    void theRightPasswordLeadsToThePageOneWanted() throws Exception {
        HttpResponse<String> answer = signIn("olga", PASSWORD, "/orders");
        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(location(answer)).isEqualTo("/orders");
        assertThat(answer.headers().firstValue("Set-Cookie").orElseThrow()).contains("HttpOnly").contains("SameSite=Strict").contains("Path=/");
        assertThat(get("/orders", cookie(answer)).body()).contains("Nothing offered or ordered yet");
        for (String outside : new String[] {"https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""}) {
            assertThat(location(signIn("olga", PASSWORD, outside))).as(outside).isEqualTo("/fleet");
        }
    }

    @Test
    void aWrongNameAndAWrongPasswordGetTheSameAnswer() throws Exception {
        HttpResponse<String> name = signIn("oleg", PASSWORD, "/fleet");
        HttpResponse<String> password = signIn("olga", PASSWORD + "x", "/fleet");
        assertThat(name.statusCode()).isEqualTo(401);
        assertThat(password.body()).isEqualTo(name.body().replace("oleg", "olga")).contains("The name or the password is wrong.");
        assertThat(password.headers().firstValue("Set-Cookie")).isEmpty();
    }

    @Test
    void whoGuessesIsToldToWait() throws Exception {
        for (int i = 0; i < Operators.FREE; i++) {
            assertThat(signIn("olga", "guess guess guess", "/fleet").statusCode()).isEqualTo(401);
        }
        HttpResponse<String> answer = signIn("olga", PASSWORD, "/fleet");
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    }

    @Test
    void aFormFromElsewhereIsRefused() throws Exception {
        String form = "name=olga&password=" + Figures.encoded(PASSWORD);
        assertThat(send(post("/sign-in", form).header("Sec-Fetch-Site", "cross-site")).statusCode()).isEqualTo(403);
        assertThat(send(post("/sign-in", form).header("Sec-Fetch-Site", "same-site")).statusCode()).isEqualTo(403);
        assertThat(send(post("/sign-in", form).header("Origin", "https://evil.example")).statusCode()).isEqualTo(403);
        assertThat(send(post("/sign-in", form).header("Origin", "null")).statusCode()).isEqualTo(403);
        assertThat(send(post("/sign-in", form)).statusCode()).isEqualTo(403);
        assertThat(send(post("/sign-in", form).header("Origin", base.toString())).statusCode()).isEqualTo(303);
    }

    /// A client whose form was refused goes on by the same connection, also when its form came a moment after its head.
    @Test
    void aRefusedFormDoesNotCostTheConnection() throws Exception {
        try (Socket socket = new Socket(base.getHost(), base.getPort())) {
            socket.setSoTimeout(20_000);
            OutputStream to = socket.getOutputStream();
            BufferedReader from = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            to.write("POST /sign-in HTTP/1.1\r\nHost: console\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\n"
                    .getBytes(StandardCharsets.UTF_8));
            to.flush();
            Thread.sleep(100);
            to.write("name=olga".getBytes(StandardCharsets.UTF_8));
            to.flush();
            assertThat(from.readLine()).startsWith("HTTP/1.1 403");
            to.write("GET /assets/none HTTP/1.1\r\nHost: console\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.UTF_8));
            to.flush();
            assertThat(from.lines()).anyMatch(line -> line.startsWith("HTTP/1.1 404"));
        }
        try (Socket socket = new Socket(base.getHost(), base.getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write("POST /sign-in HTTP/1.1\r\nHost: console\r\nContent-Length: 1000000\r\n\r\nname"
                    .getBytes(StandardCharsets.UTF_8));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 403").containsIgnoringCase("connection: close");
        }
    }

    @Test
    void aSessionEndsWhenSignedOutIdleTooOldOrThePasswordChanges() throws Exception {
        String signedOut = cookie(signIn("olga", PASSWORD, "/fleet"));
        assertThat(send(post("/sign-out", "").header("Sec-Fetch-Site", "same-origin").header("Cookie", signedOut)).statusCode()).isEqualTo(303);
        assertThat(get("/fleet", signedOut).statusCode()).isEqualTo(303);

        String idle = cookie(signIn("olga", PASSWORD, "/fleet"));
        clock.move(Sessions.IDLE.minusMinutes(1));
        assertThat(send(request("/fleet").header("HX-Request", "true").header("Cookie", idle).GET()).statusCode()).isEqualTo(200);
        clock.move(Duration.ofMinutes(1));
        assertThat(get("/fleet", idle).statusCode()).as("pages that refresh themselves do not put off the end").isEqualTo(303);

        String busy = cookie(signIn("olga", PASSWORD, "/fleet"));
        for (int i = 0; i < 11; i++) {
            clock.move(Duration.ofHours(1));
            assertThat(get("/fleet", busy).statusCode()).isEqualTo(200);
        }
        clock.move(Duration.ofHours(1));
        assertThat(get("/fleet", busy).statusCode()).isEqualTo(303);

        String before = cookie(signIn("olga", PASSWORD, "/fleet"));
        clock.move(Duration.ofSeconds(1));
        operators.change("olga", PASSWORD + " and more", "test");
        assertThat(get("/fleet", before).statusCode()).isEqualTo(303);
    }

    @Test
    void everyAnswerIsGuardedAndOnlyAssetsAreKept() throws Exception {
        HttpResponse<String> page = get("/sign-in", "");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'self'").contains("frame-ancestors 'none'").doesNotContain("unsafe");
        assertThat(page.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(page.body()).doesNotContain("http://").doesNotContain("https://").doesNotContain("<style").doesNotContain("style=");
        for (String name : new String[] {"console.css", "console.js", "htmx.js", "mark.svg"}) {
            HttpResponse<String> asset = get("/assets/" + name, "");
            assertThat(asset.statusCode()).as(name).isEqualTo(200);
            assertThat(asset.headers().firstValue("Cache-Control").orElseThrow()).contains("immutable");
        }
    }

    @Test
    void whatIsNotThereIs404AndWhatCannotBeDoneIs405() throws Exception {
        String olga = cookie(signIn("olga", PASSWORD, "/fleet"));
        for (String path : new String[] {"/nothing", "/hosts/xyz", "/hosts/" + UUID.randomUUID(), "/orders/" + UUID.randomUUID(),
                "/quotes/1", "/buckets/none", "/orders/" + UUID.randomUUID() + "/manifest.json", "/assets/../secret", "/fleet/"}) {
            assertThat(get(path, olga).statusCode()).as(path).isEqualTo(404);
        }
        HttpResponse<String> delete = send(request("/fleet").header("Cookie", olga).DELETE());
        assertThat(delete.statusCode()).isEqualTo(405);
        assertThat(delete.headers().firstValue("Allow")).contains("GET, HEAD");
        assertThat(send(request("/sign-out").GET()).statusCode()).isEqualTo(405);
    }

    @Test
    void theFleetIsShownWithItsFiguresAndFiltered() throws Exception {
        Customer anna = world.customer("Anna <b>Lindqvist</b>", "Europe/Stockholm");
        Customer emi = world.customer("Emi", "Asia/Tokyo");
        world.enrolled(anna, "family-tower", "always", "LB-A", 50_000_000_000L, Duration.ofSeconds(3), true);
        UUID missing = world.enrolled(emi, "family-tower", "always", "LB-B", 0, Duration.ofMinutes(5), false);
        world.enrolled(emi, "corner-server", "nights", "LB-C", 0, Duration.ofMinutes(5), false);
        String olga = cookie(signIn("olga", PASSWORD, "/fleet"));

        String page = get("/fleet", olga).body();
        assertThat(page).contains("<b id=\"hosts-up\">1</b> of 3").contains("1 missing in its window").contains("any 1 host may be lost");
        assertThat(page).contains("Anna &lt;b&gt;Lindqvist&lt;/b&gt;").doesNotContain("<b>Lindqvist");
        assertThat(page).contains("50\u00a0GB of 200\u00a0GB").contains("Shut until 22:00").contains("13:00 UTC");
        assertThat(get("/fleet?q=missing", olga).body()).contains("LB-B").doesNotContain("LB-A").doesNotContain("LB-C");
        assertThat(get("/fleet?q=%3Cscript%3E", olga).body()).contains("No host contains “&lt;script&gt;”");
        assertThat(get("/fleet?sort=used", olga).body()).containsSubsequence("LB-A", "LB-B", "LB-C");
        assertThat(get("/fleet?sort=used&down=1", olga).body()).containsSubsequence("LB-B", "LB-C", "LB-A");

        HttpResponse<String> part = send(request("/fleet").header("HX-Request", "true").header("Cookie", olga).GET());
        assertThat(part.body()).startsWith("<section id=\"live\"").doesNotContain("<html");
        assertThat(get("/hosts/" + missing, olga).body()).contains("Missing").contains("lent by Emi").contains("the agent enrolled").contains("good");
        assertThat(get("/week", olga).body()).contains("<svg class=\"hours\"").contains("Lowest: ").contains("The same as a table");
    }

    @Test
    void anOrderIsShownWithWhatProvesIt() throws Exception {
        Customer greta = world.customer("Greta", "Europe/Zurich");
        Order kept = world.make(world.answer(world.quote(greta, "family-tower", "nights"), Verdict.ACCEPTED), "LB-1000");
        Order plain = world.answer(world.quote(greta, "corner-server", "always"), Verdict.DECLINED);
        UUID open = world.quote(greta, "family-tower", "after-hours").quote().id();
        String olga = cookie(signIn("olga", PASSWORD, "/fleet"));

        assertThat(get("/orders", olga).body()).contains(kept.number()).contains(kept.total().toString()).contains("LB-1000")
                .contains("waits for the factory").contains("declined").contains("offered").contains("open for 14\u00a0days");
        String page = get("/orders/" + kept.id(), olga).body();
        assertThat(page).contains("exactly these words").contains("WHAT WE MAY USE").contains("PowerOnAfterAcLoss Enabled").contains("Greta");
        assertThat(get("/orders/" + plain.id(), olga).body()).contains("none: no agent, no lease").doesNotContain("manifest.json");
        assertThat(get("/quotes/" + open, olga).body()).contains("If accepted").contains("If declined");
        HttpResponse<String> manifest = get("/orders/" + kept.id() + "/manifest.json", olga);
        assertThat(manifest.body()).contains("LB-1000");
        assertThat(manifest.headers().firstValue("Content-Disposition").orElseThrow()).contains("attachment").contains(kept.number());
        clock.move(Duration.ofDays(15));
        assertThat(get("/quotes/" + open, cookie(signIn("olga", PASSWORD, "/fleet"))).body()).contains("expired");
    }

    @Test
    void objectsAreShownByFolderWithHowManyPiecesCanBeReached() throws Exception {
        Customer anna = world.customer("Anna", "Europe/Stockholm");
        world.enrolled(anna, "family-tower", "always", "LB-A", 0, Duration.ofSeconds(3), true);
        world.enrolled(anna, "family-tower", "always", "LB-B", 0, Duration.ofSeconds(3), true);
        world.enrolled(anna, "family-tower", "always", "LB-C", 0, Duration.ofSeconds(3), false);
        Bucket bucket = bucket(anna, "photos");
        world.object(bucket, "2026/summer & sun/beach.jpg", 4_000_000, 1, 0, 1, 2);
        world.object(bucket, "lost.bin", 4_000_000, 2, 0, 2, -1);
        world.object(bucket, "<img>.jpg", 4_000_000, 1, 0, 1);
        world.object(bucket, "tiny", 10, 0);
        world.object(bucket, "nothing", 0, 0);
        String olga = cookie(signIn("olga", PASSWORD, "/fleet"));

        assertThat(get("/buckets", olga).body()).contains("photos").contains(">5<").contains("12\u00a0MB");
        String top = get("/buckets/photos", olga).body();
        assertThat(top).contains("2026/").contains("&lt;img&gt;.jpg").contains("2/2").contains("not readable now: 2 needed").contains("inline");
        assertThat(top).doesNotContain("beach.jpg").doesNotContain("<img>.jpg");
        String folder = get("/buckets/photos?prefix=" + Figures.encoded("2026/summer & sun/"), olga).body();
        assertThat(folder).contains("beach.jpg").contains("2/3").contains("readable, 1 to spare");
        assertThat(get("/buckets/photos?prefix=none/", olga).body()).contains("Nothing here");
    }

    private Bucket bucket(Customer owner, String name) {
        try {
            return world.bucket(owner, name);
        } catch (StorageFault taken) {
            throw new AssertionError(taken);
        }
    }

    private HttpResponse<String> signIn(String name, String password, String to) throws IOException, InterruptedException {
        return send(post("/sign-in", "name=" + Figures.encoded(name) + "&password=" + Figures.encoded(password) + "&to=" + Figures.encoded(to))
                .header("Sec-Fetch-Site", "same-origin"));
    }

    private HttpResponse<String> get(String path, String cookie) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path).GET();
        return send(cookie.isEmpty() ? request : request.header("Cookie", cookie));
    }

    private HttpRequest.Builder post(String path, String form) {
        return request(path).header("Content-Type", "application/x-www-form-urlencoded").POST(HttpRequest.BodyPublishers.ofString(form));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(base.resolve(path)).timeout(Duration.ofSeconds(30));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String cookie(HttpResponse<String> answer) {
        return answer.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
    }

    private static String location(HttpResponse<String> answer) {
        return answer.headers().firstValue("Location").orElseThrow();
    }
}
