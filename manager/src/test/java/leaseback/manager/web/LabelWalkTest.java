package leaseback.manager.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import leaseback.manager.document.LabelReader;
import leaseback.manager.lease.Leases;
import leaseback.manager.lease.Party;
import leaseback.manager.web.LivingApi.Reply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// From the label that the factory prints to what a stranger is told who scans it, over the real HTTPS face.
final class LabelWalkTest {
    private static final String NAME = "Ada Lovelace-Byron";
    private static final String PROGRAMME = "Example Computers Ltd";
    private static LivingApi api;
    private static LivingStory story;
    private static HttpClient stranger;
    private static Path folder;

    @BeforeAll
    static void open(@TempDir Path temporary) throws Exception {
        folder = temporary;
        api = new LivingApi(folder);
        story = new LivingStory(api);
        stranger = HttpClient.newBuilder().sslContext(trusting(folder.resolve("ca.pem"))).build();
        api.call(api.operator(), "PUT", "/api/provider", """
                {"name":"%s","street":"1 Mill Lane","postcode":"10115","city":"Berlin","country":"DE"}""".formatted(PROGRAMME)).is(200);
    }

    @AfterAll
    static void close() {
        stranger.close();
        api.close();
    }

    /// What was sold, and all of it that is nobody else's business.
    private record Sold(UUID owner, String token, String lease, List<String> secrets) {
        String label() {
            return "/api/agreement/" + lease + "/label";
        }
    }

    @Test
    void aStrangerWhoScansTheLabelIsToldYesAndAfterTheReleaseNoLonger() throws Exception {
        Sold sold = sold("eliza");
        String factory = api.post(api.operator(), "/api/token", "{\"name\":\"line 7\",\"role\":\"FACTORY\"}").is(201).text("/token");
        URI address = LabelReader.scan(api.get(factory, sold.label()).is(200).body());
        assertThat(address.getScheme()).isEqualTo("https");
        assertThat(address.getPath()).matches("/verify/([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}");
        for (String token : List.of(sold.token(), api.operator())) {
            assertThat(LabelReader.scan(api.get(token, sold.label() + "?format=png").is(200).body())).as("always the same").isEqualTo(address);
        }
        HttpResponse<String> yes = asked(address, "*/*");
        assertThat(yes.statusCode()).isEqualTo(200);
        assertThat(yes.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(yes.headers().firstValue("X-Robots-Tag")).contains("noindex");
        assertThat(yes.body()).contains("This computer takes part in " + PROGRAMME + ".").doesNotContain("no longer").doesNotContain(sold.secrets());
        HttpResponse<String> told = asked(address, "application/json");
        assertThat(told.body()).isEqualTo("{\"programme\":\"" + PROGRAMME + "\",\"says\":\"This computer takes part in " + PROGRAMME
                + ".\",\"standing\":\"TAKES_PART\"}");

        act(sold, (leases, handle, id) -> leases.giveNotice(handle, id, Party.CUSTOMER, "customer:test", "moving house"));
        assertThat(asked(address, "text/html").body()).as("notice is no end yet").contains("takes part in " + PROGRAMME + ".");
        api.post(api.operator(), "/api/clock", "{\"to\":\"" + api.clock().instant().plus(Duration.ofDays(32)) + "\"}").is(200);
        assertThat(api.get(sold.token(), "/api/agreement/" + sold.lease()).text("/state/name")).isEqualTo("STANDING_DOWN");
        assertThat(asked(address, "text/html").body()).as("others' things are still there").contains("takes part in " + PROGRAMME + ".");
        act(sold, (leases, handle, id) -> leases.release(handle, id, "agent:test", "empty"));
        HttpResponse<String> no = asked(address, "text/html,application/xhtml+xml,*/*;q=0.8");
        assertThat(no.statusCode()).isEqualTo(200);
        assertThat(no.body()).contains("takes part in " + PROGRAMME + " no longer.").doesNotContain(sold.secrets());
        assertThat(asked(address, "application/json").body()).contains("\"standing\":\"NO_LONGER\"").doesNotContain(sold.secrets());
        api.get(sold.token(), sold.label()).is(409);
    }

    @Test
    void theFactoryIsToldWhatTheMachineSaysToWhoSignsIn() {
        Sold sold = sold("motd");
        Reply order = api.get(api.operator(), "/api/productOrder?limit=500").is(200);
        String id = "";
        for (var each : order.json()) {
            id = each.path("leaseId").asString("").equals(sold.lease()) ? each.path("id").asString() : id;
        }
        String motd = api.get(api.operator(), "/api/productOrder/" + id + "/manifest").is(200).text("/leaseBack/motd");
        String zpl = new String(api.get(sold.token(), sold.label() + "?format=zpl").is(200).body(), StandardCharsets.UTF_8);
        assertThat(motd).startsWith("This computer takes part in " + PROGRAMME + ". Whether it still does: https://").doesNotContain(sold.secrets());
        assertThat(zpl).contains("^FDQA," + motd.substring(motd.indexOf("https://")) + "^FS");
    }

    @Test
    void aCodeIsReadAsPeopleTypeIt() throws Exception {
        URI address = LabelReader.scan(api.get(api.operator(), sold("typing").label()).is(200).body());
        String code = address.getPath().substring("/verify/".length());
        URI root = address.resolve("/verify");
        String typed = code.toLowerCase(java.util.Locale.ROOT).replace('0', 'o').replace('1', 'l').replace("-", "%20");
        assertThat(asked(URI.create(root + "/" + typed), "text/html").body()).contains("takes part in " + PROGRAMME + ".");
        assertThat(asked(URI.create(root + "?code=" + typed), "text/html").body()).contains("takes part in " + PROGRAMME + ".");
        assertThat(asked(root, "text/html").body()).contains("name=\"code\"");
    }

    @Test
    void everyOtherCodeGetsOneAndTheSameAnswer() throws Exception {
        URI address = LabelReader.scan(api.get(api.operator(), sold("guessed").label()).is(200).body());
        char last = address.getPath().charAt(address.getPath().length() - 1);
        String near = address.toString().substring(0, address.toString().length() - 1) + (last == '0' ? '1' : '0');
        String first = asked(URI.create(near), "text/html").body();
        assertThat(first).contains("There is no such label.").doesNotContain(PROGRAMME);
        for (String code : List.of("x", "0000-0000-0000-0000", "%00", "..%2Ffleet", "a/b/c", "%F0%9F%92%A9", "'%20or%201=1--", "Z".repeat(3000))) {
            HttpResponse<String> none = asked(URI.create(address.resolve("/verify/") + code), "text/html");
            // What cannot be an address at all is refused before anybody looks.
            assertThat(none.statusCode()).as(code).isIn(404, 400);
            if (none.statusCode() == 404) {
                assertThat(none.body()).as(code).isEqualTo(first);
            }
        }
        HttpResponse<String> told = asked(URI.create(near), "application/json, text/html;q=0.5");
        assertThat(told.statusCode()).isEqualTo(404);
        assertThat(told.body()).isEqualTo("{\"programme\":null,\"says\":\"There is no such label.\",\"standing\":\"UNKNOWN\"}");
        assertThat(stranger.send(HttpRequest.newBuilder(address).POST(HttpRequest.BodyPublishers.ofString("x")).build(),
                HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(405);
    }

    @Test
    void theHostThatARequestNamesIsNotPrinted() throws Exception {
        Sold sold = sold("host");
        // As a raw request, because the client of the JDK guards this header.
        try (var socket = new java.net.Socket("127.0.0.1", api.at("/").getPort())) {
            socket.getOutputStream().write(("GET " + sold.label() + "?format=zpl HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\n"
                    + "Authorization: Bearer " + sold.token() + "\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).contains("^FDQA,https://127.0.0.1:")
                    .doesNotContain("evil");
        }
    }

    @Test
    void aLabelIsForItsOwnerFactoryAndOperatorAndOnlyWhileItIsTrue() {
        Sold sold = sold("grace");
        Sold mallory = sold("mallory");
        api.get(mallory.token(), sold.label()).is(404);
        api.get("", sold.label()).is(401);
        api.get(sold.token(), sold.label() + "?format=svg").is(400);
        api.get(sold.token(), sold.label().replace(sold.lease(), UUID.randomUUID().toString())).is(404);
        Reply zpl = api.get(sold.token(), sold.label() + "?format=zpl").is(200);
        assertThat(new String(zpl.body(), StandardCharsets.UTF_8)).contains("/verify/").contains(PROGRAMME).doesNotContain(sold.secrets());
        assertThat(new String(api.get(sold.token(), sold.label() + "?format=pdf").is(200).body(), StandardCharsets.ISO_8859_1)).startsWith("%PDF-")
                .doesNotContain(sold.secrets());
        api.post(sold.token(), "/api/quote", wish(sold.owner())).is(201);
        int offered = 0;
        for (var lease : api.get(sold.token(), "/api/agreement").is(200).json()) {
            if (lease.at("/state/name").asString().equals("OFFERED")) {
                offered++;
                assertThat(api.get(sold.token(), "/api/agreement/" + lease.path("id").asString() + "/label").is(409).detail()).contains("takes no part");
            }
        }
        assertThat(offered).isEqualTo(1);
    }

    @Test
    void theLabelIsToBeHadFromTheConsoleAndTheCustomersPage() throws IOException {
        Sold sold = sold("lin");
        api.call(api.operator(), "PUT", "/api/customer/" + sold.owner() + "/password", "{\"password\":\"staple of batteries\"}").is(200);
        String cookie = form("/my/sign-in", "name=lin%40example.org&password=staple+of+batteries").headers().firstValue("Set-Cookie").orElseThrow()
                .replaceFirst(";.*", "");
        Reply page = api.raw("", HttpRequest.newBuilder(api.at("/my/leases/" + sold.lease())).header("Cookie", cookie)).is(200);
        String link = "/my/leases/" + sold.lease() + "/label.png";
        assertThat(new String(page.body(), StandardCharsets.UTF_8)).contains("href=\"" + link + "\"");
        Reply label = api.raw("", HttpRequest.newBuilder(api.at(link)).header("Cookie", cookie)).is(200);
        assertThat(LabelReader.scan(label.body())).isEqualTo(LabelReader.scan(api.get(sold.token(), sold.label()).body()));
        String operators = form("/sign-in", "name=operator&password=" + Figures.encoded(Files.readString(folder.resolve("operator.password")).strip()))
                .headers().firstValue("Set-Cookie").orElseThrow().replaceFirst(";.*", "");
        Reply console = api.raw("", HttpRequest.newBuilder(api.at("/leases/" + sold.lease())).header("Cookie", operators)).is(200);
        assertThat(new String(console.body(), StandardCharsets.UTF_8)).contains("href=\"/leases/" + sold.lease() + "/label.zpl\"");
        Reply shown = api.raw("", HttpRequest.newBuilder(api.at("/leases/" + sold.lease() + "/label.png")).header("Cookie", operators)).is(200);
        assertThat(shown.body()).isEqualTo(label.body());
        Sold other = sold("other");
        assertThat(api.raw("", HttpRequest.newBuilder(api.at(link.replace(sold.lease(), other.lease()))).header("Cookie", cookie)).status()).isEqualTo(404);
        assertThat(api.raw("", HttpRequest.newBuilder(api.at(link.replace("png", "svg"))).header("Cookie", cookie)).status()).isEqualTo(404);
    }

    private static Sold sold(String name) {
        UUID owner = UUID.fromString(api.post(api.operator(), "/api/customer", """
                {"name":"%s","email":"%s@example.org","zone":"Europe/Berlin"}""".formatted(NAME, name)).is(201).text("/id"));
        String token = story.token(owner);
        Reply quote = api.post(token, "/api/quote", wish(owner)).is(201);
        Reply order = api.post(token, quote.text("/href") + "/accept", "{\"version\":1}").is(201);
        Reply build = api.post(api.operator(), order.text("/href") + "/build", "{}").is(200);
        api.post(api.operator(), order.text("/href") + "/deliver", "").is(200);
        String lease = order.text("/leaseId");
        api.enrol(UUID.fromString(lease));
        Reply agreement = api.get(token, "/api/agreement/" + lease).is(200);
        List<String> secrets = new ArrayList<>(List.of(NAME, "Lovelace", name + "@example.org", lease, owner.toString(), order.text("/id"),
                order.text("/number"), agreement.text("/number"), agreement.text("/state/leasedBytes"), quote.text("/id")));
        String serial = build.json().findValuesAsString("serial").getFirst();
        assertThat(serial).startsWith("LB-");
        secrets.add(serial);
        secrets.removeIf(String::isEmpty);
        assertThat(secrets).hasSizeGreaterThan(9);
        return new Sold(owner, token, lease, List.copyOf(secrets));
    }

    private static String wish(UUID owner) {
        return "{\"customerId\":\"" + owner + "\",\"offeringId\":\"family-tower\",\"options\":[\"ssd-1tb\"],\"planId\":\"nights\"}";
    }

    private interface Act {
        void on(Leases leases, org.jdbi.v3.core.Handle handle, UUID lease);
    }

    private static void act(Sold sold, Act act) {
        api.database().transact(handle -> {
            act.on(new Leases(api.clock(), new SecureRandom()), handle, UUID.fromString(sold.lease()));
            return sold;
        });
    }

    private static HttpResponse<String> asked(URI address, String accept) throws Exception {
        return stranger.send(HttpRequest.newBuilder(address).header("Accept", accept).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> form(String path, String fields) throws IOException {
        try {
            return stranger.send(HttpRequest.newBuilder(api.at(path)).header("Sec-Fetch-Site", "same-origin")
                    .header("Content-Type", "application/x-www-form-urlencoded").POST(HttpRequest.BodyPublishers.ofString(fields)).build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    private static SSLContext trusting(Path pem) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (var in = Files.newInputStream(pem)) {
            store.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
