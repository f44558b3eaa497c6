package leaseback.testbed.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import leaseback.testbed.world.Program;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Fourteen months as the operator sees them: `./leaseback story family --look`. Leaves screenshots in `target/screenshots`.
@Tag("nightly")
final class StoryInConsoleTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void everyMonthEveryWarningAndEveryLetterIsThere() throws Exception {
        try (Program story = Program.started(List.of("story", "family", "--look", "--data", folder.resolve("world").toString()),
                folder.resolve("log"), "Ctrl-C ends it.", Duration.ofMinutes(8));
                Browser browser = new Browser(folder)) {
            Matcher address = Pattern.compile("Console: (\\S+), operator, password in (\\S+)").matcher(story.log());
            assertThat(address.find()).as(story.log()).isTrue();
            for (String look : new String[] {"light", "narrow"}) {
                Page page = browser.open(URI.create(address.group(1)), look.equals("narrow") ? 400 : 1280, ColorScheme.LIGHT);
                page.navigate("/money");
                page.fill("#name", "operator");
                page.fill("#password", Files.readString(Path.of(address.group(2))).strip());
                page.press("#password", "Enter");
                page.waitForURL("**/money");
                assertThat(page.locator("main")).containsText("Debits and credits are equal");
                assertThat(page.locator("a[href^='/money/P-']")).hasCount(15);
                look(page, look + "-story-money");
                page.locator("a[href^='/money/P-']").nth(3).click();
                page.locator("text=why?").first().click();
                assertThat(page.locator("[role=region]")).containsText("of the lease's terms");
                look(page, look + "-story-document");
                page.navigate("/leases");
                page.locator("a[href^='/leases/']").first().click();
                assertThat(page.locator("main")).containsText("cured");
                look(page, look + "-story-lease");
                page.navigate("/customers?q=berg");
                page.locator("a[href^='/customers/']").first().click();
                assertThat(page.locator("details").filter(new com.microsoft.playwright.Locator.FilterOptions().setHasText("statement")).first()).isVisible();
                look(page, look + "-story-customer");
                page.context().close();
            }
            theFamilyAnswersAnOffer(browser, URI.create(address.group(1)));
            assertThat(browser.complaints()).isEmpty();
            assertThat(story.stop()).as(story.log()).isIn(130, 143);
        }
    }

    /// As a customer at the counter, or at home: reads, ticks, says yes, and takes the proof along.
    private void theFamilyAnswersAnOffer(Browser browser, URI web) throws Exception {
        String token = Files.readString(folder.resolve("world/manager/operator.token")).strip();
        try (HttpClient client = HttpClient.newHttpClient()) {
            JsonNode family = JsonMapper.shared().readTree(asked(client, web, token, "GET", "/api/customer", "")).get(0);
            String id = family.path("id").asString();
            asked(client, web, token, "PUT", "/api/customer/" + id + "/password", "{\"password\":\"fourteen months\"}");
            asked(client, web, token, "POST", "/api/quote", "{\"customerId\":\"" + id + "\",\"offeringId\":\"family-tower\",\"planId\":\"nights\"}");
            for (int width : new int[] {1280, 400}) {
                Page page = browser.open(web, width, ColorScheme.LIGHT);
                page.navigate("/my");
                page.fill("#name", family.path("email").asString());
                page.fill("#password", "fourteen months");
                page.press("#password", "Enter");
                page.waitForURL("**/my");
                assertThat(page.locator("main")).containsText("We owe you");
                look(page, width + "-my");
                if (width == 1280) {
                    page.locator(".notice a").click();
                    look(page, width + "-my-offer");
                    page.locator("text=Yes, I accept").click();
                    // The browser itself asks for the tick first.
                    assertThat(page.locator("h1")).hasText("Your offer");
                    page.locator("[name=agree]").check();
                    page.locator("text=Yes, I accept").click();
                    assertThat(page.locator("main")).containsText("You accepted it on");
                    assertThat(page.waitForDownload(() -> page.locator("text=The proof of your answer").click()).suggestedFilename()).endsWith(".tar");
                    page.navigate("/my");
                }
                page.locator("a[href^='/my/leases/']").last().click();
                look(page, width + "-my-lease");
                page.context().close();
            }
        }
    }

    private static String asked(HttpClient client, URI web, String token, String method, String path, String body) throws Exception {
        HttpResponse<String> answer = client.send(HttpRequest.newBuilder(web.resolve(path)).header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json").method(method, HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(path + "\n" + answer.body()).isBetween(200, 299);
        return answer.body();
    }

    private static void look(Page page, String name) {
        Browser.screenshot(page, name);
        assertThat((boolean) page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
                .as(name + " fits a window of " + page.viewportSize().width).isTrue();
    }
}
