package leaseback.testbed.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static leaseback.testbed.world.World.hosts;
import static leaseback.testbed.world.World.users;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import leaseback.app.Sale;
import leaseback.testbed.world.World;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/// An operator's morning: sign in, look round, see a host go and come back. Leaves screenshots in `target/screenshots`.
final class ConsoleTest {
    private static final int WIDE = 1280;
    private static final int NARROW = 400;

    @Test
    void theOperatorSeesTheWorldAndItLives(@TempDir Path folder) throws IOException {
        PlaywrightAssertions.setDefaultAssertionTimeout(30_000);
        try (World world = World.with(hosts(6), users(1));
                Browser browser = new Browser(folder);
                S3Client s3 = client(world.manager().s3(), world.user())) {
            world.sale().declined(99);
            s3.createBucket(request -> request.bucket("photos"));
            put(s3, "2026/summer/beach.jpg", 300_000);
            put(s3, "2026/winter/snow <b> & ice.jpg", 70_000);
            put(s3, "film.mkv", 1_000_000);
            put(s3, "note.txt", 300);

            Page page = browser.open(world.manager().web(), WIDE, ColorScheme.LIGHT);
            signIn(page, world.operatorPassword());
            theFleetLives(page, world, s3);
            Map<String, String> places = everyPageIsThere(page, world);
            assertThat(browser.complaints()).as("script errors and breaches of the content security policy").isEmpty();
            itLooksRightOnPaperWhiteNightAndPhone(browser, world, places);
            assertThat(browser.complaints()).as("script errors and breaches of the content security policy").isEmpty();
            aSilentManagerIsNoticed(page);
            page.locator("text=Sign out").click();
            page.waitForURL("**/sign-in");
            page.navigate("/fleet");
            assertThat(page.locator("h1")).hasText("Sign in");
        }
    }

    private static void signIn(Page page, String password) {
        page.navigate("/");
        assertThat(page.locator("h1")).hasText("Sign in");
        page.fill("#name", "operator");
        page.fill("#password", password + "?");
        page.press("#password", "Enter");
        assertThat(page.locator("[role=alert]")).hasText("The name or the password is wrong.");
        Browser.screenshot(page, "light-sign-in");
        page.fill("#password", password);
        page.press("#password", "Enter");
        page.waitForURL("**/fleet");
    }

    private static void theFleetLives(Page page, World world, S3Client s3) throws IOException {
        assertThat(page.locator("table.fleet tbody tr")).hasCount(6);
        assertThat(page.locator("#hosts-up")).hasText("6");
        assertThat(page.locator("dl.tiles")).containsText("any 3 hosts may be lost");
        World.Inhabitant host = world.hosts().get(2);
        // What a reload would wipe out.
        page.evaluate("window.stayed = true");
        page.fill("#q", host.serial());
        assertThat(page.locator("table.fleet tbody tr")).hasCount(1);

        host.stop();
        Locator row = page.locator("table.fleet tbody tr").filter(new Locator.FilterOptions().setHasText(host.serial()));
        assertThat(row).containsText("Missing");
        assertThat(page.locator("#hosts-up")).hasText("5");
        assertThat(page.locator("#q")).hasValue(host.serial());
        assertThat(page.locator("#q")).isFocused();
        Browser.screenshot(page, "light-fleet-one-missing");
        put(s3, "while-one-is-off.bin", 50_000);
        assertThat(page.locator("#objects")).hasText("5");

        world.start(host);
        assertThat(row).containsText("Up");
        assertThat(page.locator("#hosts-up")).hasText("6");
        page.fill("#q", "");
        assertThat(page.locator("table.fleet tbody tr")).hasCount(6);
        Locator link = page.locator("table.fleet tbody a").first();
        link.focus();
        put(s3, "one-more.bin", 50_000);
        assertThat(page.locator("#objects")).hasText("6");
        assertThat(link).isFocused();
        assertThat(page.evaluate("window.stayed")).as("the page was never loaded again").isEqualTo(true);
    }

    /// Addresses of all pages, by name.
    private static Map<String, String> everyPageIsThere(Page page, World world) {
        Map<String, String> places = new TreeMap<>();
        places.put("fleet", "/fleet");
        page.locator("a:has-text('" + world.hosts().getFirst().serial() + "')").click();
        assertThat(page.locator("h1")).hasText(world.hosts().getFirst().serial());
        assertThat(page.locator("main")).containsText("the agent enrolled");
        assertThat(page.locator("main")).containsText("Certificates");
        places.put("host", page.url());

        page.locator("nav >> text=Capacity").click();
        assertThat(page.locator("#serving-title")).hasCount(1);
        assertThat(page.locator("figure").first().locator("g.hour")).hasCount(168);
        assertThat(page.locator("g.hour rect.now")).hasCount(2);
        page.locator("summary").click();
        assertThat(page.locator("table.hours").first().locator("tbody tr")).hasCount(7);
        places.put("capacity", page.url());

        page.locator("nav >> text=Storage").click();
        assertThat(page.locator("#waiting")).hasText("0");
        assertThat(page.locator("main")).containsText("everything can be read at this hour");
        places.put("storage", page.url());

        page.locator("nav >> text=Orders").click();
        assertThat(page.locator("h2:has-text('Orders') + .scroll tbody tr")).hasCount(7);
        places.put("orders", page.url());
        page.locator("a[href^='/quotes/']").first().click();
        assertThat(page.locator("main")).containsText("If accepted");
        places.put("offer", page.url());
        page.locator("text=the order").click();
        assertThat(page.locator("main")).containsText("none: no agent, no lease");
        page.locator("nav >> text=Orders").click();
        page.locator("tr:has-text('accepted') a[href^='/orders/']").first().click();
        assertThat(page.locator("main")).containsText("exactly these words");
        assertThat(page.waitForDownload(() -> page.locator("a:has-text('manifest')").click()).suggestedFilename()).endsWith("-manifest.json");
        places.put("order", page.url());

        page.locator("nav >> text=Buckets").click();
        assertThat(page.locator("tbody tr")).containsText("photos");
        places.put("buckets", page.url());
        page.locator("text=photos").click();
        assertThat(page.locator("tr:has-text('film.mkv')")).containsText("6/6");
        assertThat(page.locator("tr:has-text('note.txt')")).containsText("inline");
        places.put("objects", page.url());
        page.locator("text=2026/").click();
        page.locator("text=winter/").click();
        assertThat(page.locator("tbody")).containsText("snow <b> & ice.jpg");

        page.locator("nav >> text=Leases").click();
        assertThat(page.locator("table.rows tbody tr").first()).containsText("active");
        page.locator("p.choices >> text=Running").click();
        assertThat(page.locator("p.choices a[aria-current]")).hasText("Running");
        places.put("leases", page.url());
        page.locator("a[href^='/leases/']").first().click();
        assertThat(page.locator("main")).containsText("Version by version");
        places.put("lease", page.url());

        page.locator("nav >> text=Money").click();
        assertThat(page.locator("main")).containsText("Debits and credits are equal");
        places.put("money", page.url());
        page.locator("a[href^='/money/']").first().click();
        page.locator("text=why?").first().click();
        assertThat(page.locator("[role=region]")).containsText("posted as");
        places.put("document", page.url());

        page.locator("nav >> text=Customers").click();
        page.locator("a[href^='/customers/']").first().click();
        assertThat(page.locator("main")).containsText("Bills and payouts");
        places.put("customer", page.url());

        page.navigate("/nothing/here");
        assertThat(page.locator("h1")).hasText("There is nothing here");
        return places;
    }

    private static void itLooksRightOnPaperWhiteNightAndPhone(Browser browser, World world, Map<String, String> places) throws IOException {
        for (String look : new String[] {"light", "dark", "narrow"}) {
            Page page = browser.open(world.manager().web(), look.equals("narrow") ? NARROW : WIDE,
                    look.equals("dark") ? ColorScheme.DARK : ColorScheme.LIGHT);
            page.navigate("/");
            page.fill("#name", "operator");
            page.fill("#password", world.operatorPassword());
            page.press("#password", "Enter");
            page.waitForURL("**/fleet");
            for (Map.Entry<String, String> place : places.entrySet()) {
                page.navigate(place.getValue());
                Browser.screenshot(page, look + "-" + place.getKey());
                assertThat((boolean) page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
                        .as(place.getKey() + " fits a window of " + page.viewportSize().width).isTrue();
            }
            page.context().close();
        }
    }

    private static void aSilentManagerIsNoticed(Page page) {
        page.navigate("/fleet");
        assertThat(page.locator("#pulse")).hasText("Live");
        page.route("**/fleet?**", route -> route.abort());
        assertThat(page.locator("#pulse")).containsText("No answer since");
        assertThat(page.locator("table.fleet tbody tr")).hasCount(6);
        Browser.screenshot(page, "light-fleet-stale");
        page.unroute("**/fleet?**");
        assertThat(page.locator("#pulse")).hasText("Live");
    }

    private static void put(S3Client s3, String key, int bytes) {
        byte[] content = new byte[bytes];
        new Random(bytes).nextBytes(content);
        s3.putObject(request -> request.bucket("photos").key(key), RequestBody.fromBytes(content));
    }

    private static S3Client client(URI endpoint, Sale.User user) {
        return S3Client.builder()
                .endpointOverride(endpoint)
                .region(Region.of("leaseback-1"))
                .forcePathStyle(true)
                .httpClientBuilder(Apache5HttpClient.builder())
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(user.accessKey(), user.secret())))
                .build();
    }
}
