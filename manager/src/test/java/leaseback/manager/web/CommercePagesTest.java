package leaseback.manager.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import leaseback.manager.catalog.Money;
import leaseback.manager.web.LivingApi.Reply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What the console shows of agreements, customers and money, after a household has bought, lent and been billed.
final class CommercePagesTest {
    private static LivingApi api;
    private static LivingStory story;
    private static String cookie;

    @BeforeAll
    static void open(@TempDir Path folder) throws Exception {
        api = new LivingApi(folder);
        story = new LivingStory(api);
        story.tell();
        String form = "name=operator&password=" + Figures.encoded(Files.readString(folder.resolve("operator.password")).strip());
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> in = client.send(HttpRequest.newBuilder(api.at("/sign-in")).header("Sec-Fetch-Site", "same-origin")
                    .header("Content-Type", "application/x-www-form-urlencoded").POST(HttpRequest.BodyPublishers.ofString(form)).build(),
                    HttpResponse.BodyHandlers.ofString());
            cookie = in.headers().firstValue("Set-Cookie").orElseThrow().replaceFirst(";.*", "");
        }
    }

    @AfterAll
    static void close() {
        api.close();
    }

    @Test
    void nobodySeesThemWithoutSigningIn() {
        for (String path : new String[] {"/money", "/money/B-2027-000001", "/leases", "/customers", "/customers/" + story.ada}) {
            assertThat(api.raw("", HttpRequest.newBuilder(api.at(path))).status()).as(path).isEqualTo(303);
        }
    }

    @Test
    void theMoneyIsThereAtAGlanceAndLeadsToItsDocuments() {
        String money = page("/money");
        assertThat(money).contains("Debits and credits are equal").contains("Owed to us").contains("revenue:").contains("assets:user:*:receivable")
                .contains("Closed for good up to 2027-02-08");
        String number = first(money, "/money/(B-2027-[0-9]{6})\"");
        assertThat(page("/money?q=" + number)).contains(number);
        assertThat(page("/money?q=nobodyatall")).contains("None contains “nobodyatall”");
        assertThat(page("/money?overdue=1")).contains("show all documents");
        String document = page("/money/" + number);
        assertThat(document).contains("Bill " + number).contains("Owed to us").contains("Still open");
        assertThat(page("/money/" + number + "?why=1")).contains("<code>bill:" + number + "/1</code>").contains("posted as");
        for (String nonsense : new String[] {"0", "-1", "x", "999999", "99999999999"}) {
            assertThat(page("/money/" + number + "?why=" + nonsense)).doesNotContain("posted as");
        }
        Reply pdf = reply("/money/" + number + ".pdf");
        assertThat(pdf.status()).isEqualTo(200);
        assertThat(new String(pdf.body(), 0, 5, StandardCharsets.US_ASCII)).isEqualTo("%PDF-");
        assertThat(reply("/money/B-2027-999999").status()).isEqualTo(404);
        assertThat(reply("/money/B-2027-999999.pdf").status()).isEqualTo(404);
    }

    @Test
    void whatIsOwedToUsIsWhatTheLedgerSays() throws Exception {
        String owed = "";
        // The manager goes on billing meanwhile, and the page's sums are some seconds old.
        for (Instant end = Instant.now().plusSeconds(30); Instant.now().isBefore(end); Thread.sleep(200)) {
            long receivable = 0;
            for (JsonNode each : api.get(api.operator(), "/api/ledger/balances").is(200).json()) {
                receivable += each.path("account").asString().endsWith(":receivable") ? each.path("balance").path("minor").asLong() : 0;
            }
            owed = "<dt>Owed to us</dt><dd><b>" + Figures.money(new Money(receivable, "EUR"));
            if (receivable > 0 && page("/money").contains(owed)) {
                return;
            }
        }
        assertThat(page("/money")).contains(owed);
    }

    @Test
    void theMarginIsTheSumOfTheLedgersAccounts() throws Exception {
        Map<String, Long> booked = Map.of();
        Map<String, Long> reported = Map.of("total", 0L);
        // The manager goes on billing meanwhile.
        for (Instant end = Instant.now().plusSeconds(30); !booked.equals(reported) && Instant.now().isBefore(end); Thread.sleep(200)) {
            booked = new TreeMap<>();
            for (JsonNode each : api.get(api.operator(), "/api/ledger/balances").is(200).json()) {
                String account = each.path("account").asString();
                long minor = each.path("balance").path("minor").asLong();
                if (account.startsWith("revenue:")) {
                    booked.merge("revenue", minor, Long::sum);
                    booked.merge(account.substring(8), minor, Long::sum);
                } else if (account.startsWith("expenses:")) {
                    booked.merge("expenses", minor, Long::sum);
                }
            }
            JsonNode margin = api.get(api.operator(), "/api/margin?month=2026-12&months=36").is(200).json();
            JsonNode total = margin.path("total");
            long expenses = minor(total, "hosts") + minor(total, "incentives") + minor(total, "fees");
            reported = new TreeMap<>(Map.of("revenue", minor(total, "revenue"), "expenses", expenses));
            assertThat(minor(total, "margin")).isEqualTo(minor(total, "revenue") - expenses);
            for (JsonNode service : margin.path("services")) {
                if (minor(service, "revenue") != 0) {
                    reported.put(service.path("name").asString(), minor(service, "revenue"));
                }
            }
        }
        assertThat(reported).isEqualTo(booked).containsKey("hardware");
        assertThat(api.get(api.operator(), "/api/margin?month=2026-12").is(200).json().path("services")).isEmpty();
        for (String wrong : new String[] {"month=x", "month=2027-01&months=0", "month=2027-01&months=121", "month=2027-01&currency=x", ""}) {
            assertThat(api.get(api.operator(), "/api/margin?" + wrong).status()).as(wrong).isEqualTo(400);
        }
    }

    private static long minor(JsonNode service, String column) {
        return service.path(column).path("minor").asLong();
    }

    @Test
    void leasesStandByWhatWantsAttentionAndTellTheirLife() {
        String leases = page("/leases");
        String path = first(leases, "(/leases/[0-9a-f-]{36})\"");
        assertThat(page(path)).contains("What was agreed").contains("How it is kept").contains("Version by version").contains("Its life")
                .contains("as offered");
        assertThat(page("/leases?show=not-kept")).contains("None.");
        assertThat(page("/leases?show=running&q=ADA")).contains(first(leases, ">(L-[0-9A-Z]+)</a>"));
        assertThat(page("/leases?show=all&q=%25")).contains("None contains “%”");
        assertThat(reply("/leases/" + story.ada).status()).isEqualTo(404);
        assertThat(reply("/leases/x").status()).isEqualTo(404);
    }

    @Test
    void aCustomersPageHoldsAllThatIsBetweenUs() {
        assertThat(page("/customers?q=ADA@")).contains("/customers/" + story.ada);
        assertThat(page("/customers?q=%3Cb%3E")).contains("No customer contains “&lt;b&gt;”");
        String page = page("/customers/" + story.ada);
        assertThat(page).contains("Owes us").contains("Left to pay").contains("Your statement for 2027-01").contains("B-2027-");
        assertThat(reply("/customers/00000000-0000-0000-0000-000000000000").status()).isEqualTo(404);
    }

    private static String page(String path) {
        Reply reply = reply(path);
        String text = new String(reply.body(), StandardCharsets.UTF_8);
        assertThat(reply.status()).as(path + "\n" + text).isEqualTo(200);
        return text;
    }

    private static Reply reply(String path) {
        return api.raw("", HttpRequest.newBuilder(api.at(path)).header("Cookie", cookie));
    }

    private static String first(String text, String pattern) {
        Matcher found = Pattern.compile(pattern).matcher(text);
        assertThat(found.find()).as(pattern + " in\n" + text).isTrue();
        return found.group(1);
    }
}
