package leaseback.manager.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.UUID;
import leaseback.manager.fleet.Host;
import leaseback.manager.fleet.HostState;
import leaseback.manager.web.ApiWorld.Reply;
import leaseback.protocol.Calendar;
import leaseback.protocol.LeaseTerms;
import leaseback.protocol.Window;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who may not see what, and what becomes of requests that are not right.
final class ApiRefusalTest {
    private ApiWorld world;

    @BeforeEach
    void open(@TempDir Path folder) throws Exception {
        world = new ApiWorld(folder);
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void withoutAKnownTokenThereIsNothingToSee() {
        assertThat(world.get("", "/api/productOffering").is(401).whole().headers().firstValue("WWW-Authenticate")).isPresent();
        world.get("lbt_wrong", "/api/productOffering").is(401);
        world.send(world.request("", "/api/hosts").header("Authorization", "Basic b2xnYTpwdw==")).is(401);
        world.tokens.revoke(world.factoryLine, "test");
        world.get(world.factoryLine, "/api/productOrder").is(401);
    }

    @Test
    void aRoleDoesOnlyItsOwn() {
        UUID ada = world.customer("ada");
        String adas = world.tokenOf(ada);
        for (String path : List.of("/api/customer", "/api/status", "/api/audit")) {
            assertThat(world.get(adas, path).is(403).text("/detail")).contains("OPERATOR", "CUSTOMER");
        }
        world.post(adas, "/api/productOffering", "{}").is(403);
        world.post(adas, "/api/token", "{\"name\":\"more\",\"role\":\"OPERATOR\"}").is(403);
        world.post(world.factoryLine, "/api/quote", "{}").is(403);
        world.get(world.factoryLine, "/api/hosts").is(403);
    }

    @Test
    void aCustomerSeesOnlyTheirOwn() {
        UUID ada = world.customer("ada");
        UUID eve = world.customer("eve");
        String adas = world.tokenOf(ada);
        String eves = world.tokenOf(eve);
        Reply quote = world.quote(adas, ada);
        world.get(eves, quote.text("/href")).is(404);
        world.get(eves, quote.text("/href") + "/document").is(404);
        world.post(eves, quote.text("/href") + "/accept", "{\"version\":1}").is(404);
        world.get(eves, "/api/agreement/" + quote.text("/leaseId")).is(404);
        world.get(eves, "/api/customer/" + ada).is(404);
        world.post(eves, "/api/customer/" + ada + "/accessKey", "").is(404);
        world.post(eves, "/api/quote", "{\"customerId\":\"" + ada + "\",\"offeringId\":\"family-tower\",\"planId\":\"nights\"}")
                .is(403);
        Reply order = world.post(adas, quote.text("/href") + "/accept", "{\"version\":1}").is(201);
        world.get(eves, order.text("/href")).is(404);
        world.hosts.add(host("LB-1", ada));
        for (String list : List.of("/api/quote", "/api/productOrder", "/api/agreement", "/api/hosts")) {
            assertThat(world.get(adas, list).is(200).json().size()).as(list).isEqualTo(1);
            assertThat(world.get(eves, list).is(200).json().size()).as(list).isZero();
            assertThat(world.get(world.operator, list).is(200).json().size()).as(list).isEqualTo(1);
        }
    }

    @Test
    void aHostIsShownWithItsWindow() {
        // 12:00 UTC is 13:00 in Berlin: shut until 22:00 there.
        world.hosts.add(host("LB-1", world.customer("ada")));
        Reply hosts = world.get(world.operator, "/api/hosts").is(200);
        assertThat(hosts.text("/0/serial")).isEqualTo("LB-1");
        assertThat(hosts.json().at("/0/windowOpen").asBoolean()).isFalse();
        assertThat(hosts.text("/0/nextChange")).isEqualTo("2026-11-22T21:00:00Z");
        assertThat(hosts.json().at("/0/leasedBytes").asLong()).isEqualTo(1000);
        assertThat(hosts.json().at("/0/usedBytes").asLong()).isEqualTo(10);
        assertThat(hosts.json().at("/0/processId").asLong()).isEqualTo(42);
    }

    @Test
    void accessKeysAreForUsersAndShownOnce() {
        UUID ada = world.customer("ada");
        Reply key = world.post(world.tokenOf(ada), "/api/customer/" + ada + "/accessKey", "").is(201);
        assertThat(key.text("/secret")).hasSize(40);
        String lender = world.post(world.operator, "/api/customer", """
                {"name":"bob","email":"bob@example.org","zone":"UTC","roles":["HOST"]}""").is(201).text("/id");
        assertThat(world.post(world.operator, "/api/customer/" + lender + "/accessKey", "").is(403).text("/detail"))
                .contains("USER");
    }

    @Test
    void whatIsNotRightChangesNothingAndSaysWhatToChange() {
        UUID ada = world.customer("ada");
        String good = "{\"customerId\":\"" + ada + "\",\"offeringId\":\"family-tower\",\"planId\":\"nights\"";
        assertThat(refused(400, "/api/quote", "{")).contains("not JSON");
        assertThat(refused(400, "/api/quote", "[]")).contains("the body is an object");
        assertThat(refused(400, "/api/quote", "null")).contains("null");
        assertThat(refused(400, "/api/quote", "")).contains("missing");
        assertThat(refused(400, "/api/quote", good + ",\"colour\":\"red\"}")).contains("field colour is unknown", "offeringId");
        assertThat(refused(400, "/api/quote", good + ",\"leasedBytes\":\"1000\"}")).contains("leasedBytes", "a whole number");
        assertThat(refused(400, "/api/quote", good + ",\"leasedBytes\":1.5}")).contains("leasedBytes", "a whole number");
        assertThat(refused(400, "/api/quote", good + ",\"planId\":\"nights\"}")).contains("planId");
        assertThat(refused(400, "/api/quote", good + "} {}")).contains("not JSON");
        assertThat(refused(400, "/api/quote", good + ",\"zone\":\"Mars/Base\"}")).contains("zone", "Europe/Berlin");
        assertThat(refused(400, "/api/quote", "{\"customerId\":5}")).contains("customerId", "a UUID");
        assertThat(refused(422, "/api/quote", "{}")).contains("customerId");
        assertThat(refused(422, "/api/quote", good.replace("family-tower", "abacus") + "}"))
                .contains("abacus", "productOffering");
        assertThat(refused(422, "/api/quote", good.replace("nights", "never") + "}")).contains("never", "leasePlan");
        assertThat(refused(422, "/api/quote", good.replace(ada.toString(), UUID.randomUUID().toString()) + "}"))
                .contains("add the customer");
        assertThat(refused(422, "/api/quote", good + ",\"options\":[\"ssd-9tb\"]}")).contains("ssd-9tb", "ssd-1tb");
        assertThat(refused(422, "/api/quote", good + ",\"options\":[\"ssd-1tb\",\"ssd-2tb\"]}")).contains("choose one");
        assertThat(refused(422, "/api/quote", good + ",\"validDays\":0}")).contains("1 to 60");
        assertThat(refused(409, "/api/customer", "{\"name\":\"x\",\"email\":\"ada@example.org\",\"zone\":\"UTC\"}"))
                .contains("ada@example.org");
        assertThat(refused(422, "/api/customer", "{\"name\":\"x\",\"email\":\"nobody\",\"zone\":\"UTC\"}")).contains("e-mail");
        assertThat(refused(400, "/api/customer", "{\"name\":7,\"email\":\"x@y\",\"zone\":\"UTC\"}")).contains("name", "text");
        assertThat(refused(400, "/api/customer", "{\"name\":\"x\",\"email\":\"x@y\",\"zone\":\"UTC\",\"roles\":[\"KING\"]}"))
                .contains("HOST, USER");
        assertThat(refused(422, "/api/token", "{\"name\":\"x\",\"role\":\"CUSTOMER\"}")).contains("CUSTOMER");
        for (String table : List.of("quote", "lease", "customer_order")) {
            assertThat(world.count(table)).as(table).isZero();
        }
        assertThat(world.count("customer")).isEqualTo(1);
    }

    @Test
    void whatIsNotThereIsNotFound() {
        for (String path : List.of("/api", "/api/", "/api/nothing", "/api/quote/", "/api/quote/" + UUID.randomUUID(),
                "/api/quote/1",
                "/api/productOrder/x", "/api/agreement/" + UUID.randomUUID(), "/api/productOffering/abacus",
                        "/api/signingKey/9")) {
            Reply reply = world.get(world.operator, path).is(404);
            assertThat(reply.whole().headers().firstValue("Content-Type")).hasValue("application/problem+json");
            assertThat(reply.json().at("/status").asInt()).isEqualTo(404);
        }
        world.post(world.operator, "/api/productOrder/" + UUID.randomUUID() + "/build", "").is(404);
    }

    @Test
    void methodTypeAndSizeMustFit() {
        Reply reply = world.send(world.request(world.operator, "/api/quote").DELETE()).is(405);
        assertThat(reply.whole().headers().firstValue("Allow")).hasValue("GET, POST");
        world.send(world.request(world.operator, "/api/customer").header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("{}"))).is(415);
        world.send(world.request(world.operator, "/api/customer").POST(HttpRequest.BodyPublishers.ofString("{}"))).is(415);
        world.post(world.operator, "/api/customer", "{\"name\":\"" + "x".repeat(1 << 20) + "\"}").is(413);
        assertThat(world.get(world.operator, "/api/quote?limit=0").is(400).text("/detail")).contains("1 to 500");
        world.get(world.operator, "/api/quote?after=x").is(400);
    }

    @Test
    void listsGoOnWhereTheyStopped() {
        for (String name : List.of("ann", "ben", "cid", "dan", "eve")) {
            world.customer(name);
        }
        StringBuilder names = new StringBuilder();
        String next = "/api/customer?limit=2";
        int pages = 0;
        while (next != null) {
            Reply page = world.get(world.operator, next).is(200);
            names.append(String.join(",", page.json().findValuesAsString("name"))).append(' ');
            next = page.whole().headers().firstValue("Link").map(link -> link.substring(1, link.indexOf('>'))).orElse(null);
            pages++;
        }
        assertThat(names.toString().strip()).isEqualTo("ann,ben cid,dan eve");
        assertThat(pages).isEqualTo(3);
    }

    @Test
    void theSameKeyMakesOneQuote() {
        UUID ada = world.customer("ada");
        String body = "{\"customerId\":\"" + ada + "\",\"offeringId\":\"family-tower\",\"planId\":\"%s\"}";
        Reply first = keyed(body.formatted("nights")).is(201);
        assertThat(keyed(body.formatted("nights")).is(201).text("/id")).isEqualTo(first.text("/id"));
        assertThat(keyed(body.formatted("always")).is(409).text("/detail")).contains("Idempotency-Key");
        assertThat(world.count("quote")).isEqualTo(1);
    }

    @Test
    void theCatalogueChangesOnlyFromTheVersionThatWasRead() {
        Reply tower = world.get(world.operator, "/api/productOffering/family-tower").is(200);
        String dearer = new String(tower.body(), java.nio.charset.StandardCharsets.UTF_8).replace("64900", "70000");
        Reply quote = world.quote(world.operator, world.customer("ada"));
        assertThat(world.post(world.operator, "/api/productOffering", dearer).is(201).json().at("/version").asInt()).isEqualTo(2);
        assertThat(world.post(world.operator, "/api/productOffering", dearer).is(409).text("/detail")).contains("version 2");
        // A quote keeps what it was made from.
        Reply order = world.post(world.operator, quote.text("/href") + "/decline", "{\"version\":1}").is(201);
        assertThat(order.json().at("/total/minor").asLong()).isEqualTo(68900);
        assertThat(world.post(world.operator, "/api/productOffering", "{\"id\":\"X\"}").is(422).text("/detail"))
                .contains("family-tower");
        assertThat(world.post(world.operator, "/api/leasePlan", "{\"id\":\"p\",\"share\":{\"kind\":\"HALF\"}}").is(400)
                .text("/detail"))
                .contains("PERCENT");
    }

    private String refused(int status, String path, String body) {
        Reply reply = world.post(world.operator, path, body).is(status);
        assertThat(reply.whole().headers().firstValue("Content-Type")).hasValue("application/problem+json");
        return reply.text("/detail");
    }

    private Reply keyed(String body) {
        return world.send(world.request(world.operator, "/api/quote").header("Content-Type", "application/json")
                .header("Idempotency-Key", "one").POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private static Host host(String serial, UUID owner) {
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        Calendar nights = Calendar.daily(berlin, LocalTime.of(22, 0), LocalTime.of(5, 0));
        assertThat(nights.windows()).contains(new Window(DayOfWeek.MONDAY, LocalTime.of(22, 0), LocalTime.of(5, 0)));
        LeaseTerms terms = new LeaseTerms(UUID.randomUUID(), 1, 1000, nights, nights, 400, "EUR", "words");
        return new Host(UUID.randomUUID(), 1, serial, owner, HostState.ACTIVE, terms, 10, 42, true, null);
    }
}
