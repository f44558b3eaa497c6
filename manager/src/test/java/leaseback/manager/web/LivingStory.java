package leaseback.manager.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;
import leaseback.manager.web.LivingApi.Reply;

/// What a household does over HTTP, from its first quote to a month's end; and what the operator does beside it.
final class LivingStory {
    private final LivingApi api;
    private final String op;
    final UUID ada;
    final String adas;
    /// All that is hers: ids, numbers, her name and address.
    final Set<String> hers = new LinkedHashSet<>();

    LivingStory(LivingApi api) {
        this.api = api;
        this.op = api.operator();
        ada = customer("ada");
        adas = token(ada);
        hers.add(ada.toString());
        hers.add("ada@example.org");
    }

    /// A new user's id.
    UUID customer(String name) {
        return UUID.fromString(api.post(op, "/api/customer", """
                {"name":"%s","email":"%s@example.org","zone":"Europe/Berlin"}""".formatted(name, name)).is(201).text("/id"));
    }

    String token(UUID customer) {
        String token = api.post(op, "/api/token", "{\"name\":\"theirs\",\"role\":\"CUSTOMER\",\"customerId\":\"" + customer + "\"}").is(201)
                .text("/token");
        api.bears(token, "customer:" + customer);
        return token;
    }

    void tell() {
        door();
        catalogue();
        parties();
        UUID lease = sale();
        life(lease);
        money();
        stores();
        buyersSystem();
        whole();
    }

    private void door() {
        String path = "/api/customer/" + ada;
        api.call(adas, "PUT", path + "/password", "{\"password\":\"correct horse battery\"}").is(200);
        api.call(adas, "PUT", path + "/password", "{\"password\":\"staple of batteries\",\"current\":\"no idea at all\"}").is(403);
        api.call(adas, "PUT", path + "/password", "{\"password\":\"staple of batteries\",\"current\":\"correct horse battery\"}").is(200);
        api.post("", "/api/signIn", "{\"email\":\"ada@example.org\",\"password\":\"correct horse battery\"}").is(401);
        api.post("", "/api/signIn", "{\"email\":\"eve@example.org\",\"password\":\"correct horse battery\"}").is(401);
        Reply in = api.post("", "/api/signIn", "{\"email\":\"ada@example.org\",\"password\":\"staple of batteries\"}").is(201);
        api.get(in.text("/token"), path).is(200);
        String own = api.post(adas, "/api/token", "{\"name\":\"backup\"}").is(201).text("/id");
        hers.add(api.get(adas, "/api/token").is(200).json().get(0).path("id").asString());
        api.call(adas, "DELETE", "/api/token/" + own, "").is(200);
        api.call(adas, "DELETE", "/api/token/" + own, "").is(404);
        api.get(op, "/api/customer").is(200);
    }

    private void catalogue() {
        for (String path : new String[] {"/api/productOffering", "/api/productItem", "/api/leasePlan"}) {
            Reply all = api.get(adas, path).is(200);
            api.post(op, path, all.json().get(0).toString()).is(201);
        }
        api.get(adas, "/api/productOffering/family-tower").is(200);
        api.get(adas, "/api/leasePlan/nights").is(200);
        api.post(adas, "/api/offerQualification", "{\"customerId\":\"" + ada + "\",\"planId\":\"nights\"}").is(200);
        api.post(op, "/api/customer/" + ada + "/flag", "{\"flag\":\"vip\",\"set\":true}").is(200);
    }

    private UUID sale() {
        String wish = "{\"customerId\":\"" + ada + "\",\"offeringId\":\"family-tower\",\"options\":[\"ssd-1tb\"],\"planId\":\"nights\"}";
        String no = api.post(adas, "/api/quote", wish).is(201).text("/href");
        hers.add(api.post(adas, no + "/decline", "{\"version\":1}").is(201).text("/id"));
        Reply quote = api.post(adas, "/api/quote", wish).is(201);
        String path = quote.text("/href");
        hers.add(quote.text("/id"));
        Reply next = api.post(adas, path + "/counter", "{\"version\":1,\"leasedBytes\":150000000000}");
        int version = next.status() == 201 ? next.json().path("version").asInt() : 1;
        api.get(adas, "/api/quote").is(200);
        api.get(adas, path).is(200);
        api.get(adas, path + "/version").is(200);
        api.get(adas, path + "/document").is(200);
        Reply order = api.post(adas, path + "/accept", "{\"version\":" + version + ",\"session\":\"kiosk 4\"}").is(201);
        api.get(adas, path + "/evidence").is(200);
        api.get(adas, path + "/decision").is(200);
        api.get(adas, path + "/decision.sig").is(200);
        api.get(op, "/api/decisionChain").is(200);
        String at = order.text("/href");
        hers.add(order.text("/id"));
        hers.add(order.text("/number"));
        String line = api.post(op, "/api/token", "{\"name\":\"line\",\"role\":\"FACTORY\"}").is(201).text("/token");
        api.bears(line, "factory:line");
        api.post(line, at + "/build", "{}").is(200);
        api.post(line, at + "/claimCode", "").is(200);
        api.get(line, at + "/manifest").is(200);
        api.get(line, at + "/manifest.sig").is(200);
        api.post(line, at + "/deliver", "").is(200);
        api.get(adas, "/api/productOrder").is(200);
        api.get(adas, at).is(200);
        UUID lease = UUID.fromString(order.text("/leaseId"));
        hers.add(lease.toString());
        api.enrol(lease);
        return lease;
    }

    private void life(UUID lease) {
        String path = "/api/agreement/" + lease;
        api.get(adas, "/api/agreement").is(200);
        hers.add(api.get(adas, path).is(200).text("/number"));
        api.get(adas, path + "/terms").is(200);
        for (String form : new String[] {"", "?format=pdf", "?format=zpl"}) {
            api.get(adas, path + "/label" + form).is(200);
        }
        api.get(adas, path + "/compliance").is(200);
        api.get(adas, path + "/renewal").is(200);
        api.post(adas, path + "/pause", "{\"until\":\"2027-01-10T08:00:00Z\",\"reason\":\"holiday\"}").is(200);
        api.post(adas, path + "/resume", "").is(200);
        assertThat(api.get(adas, "/api/entitlement").is(200).json().toString()).contains("\"holds\":true");
        Reply help = api.post(adas, "/api/support", "{\"subject\":\"The fan is loud\",\"text\":\"Since Monday, at night.\"}").is(201);
        hers.add(help.text("/id"));
        api.get(adas, help.text("/href").isEmpty() ? "/api/support/" + help.text("/id") : help.text("/href")).is(200);
        api.get(op, "/api/support?open=true").is(200);
        api.post(op, "/api/support/" + help.text("/id") + "/answer", "{\"text\":\"A new one is on its way.\"}").is(200);
        repairs(lease);
        api.get(op, "/api/finding?provision=PRESENCE").is(200);
        api.post(op, "/api/outage", "{\"from\":\"2027-01-02T08:00:00Z\",\"to\":\"2027-01-02T09:00:00Z\",\"reason\":\"a cable\"}").is(201);
        api.get(op, "/api/outage").is(200);
        UUID reading = UUID.randomUUID();
        api.post(op, "/api/usage", """
                [{"id":"%s","relatedParty":[{"id":"%s","role":"lease"}],"usageCharacteristic":[{"name":"meter","value":"presence"},
                {"name":"quantity","value":400},{"name":"from","value":"2027-01-03T23:00:00Z"},{"name":"to","value":"2027-01-04T07:00:00Z"},
                {"name":"source","value":"pulse"}]}]""".formatted(reading, lease)).is(201);
        String january = "?subject=" + lease + "&from=2027-01-01T00:00:00Z&to=2027-02-01T00:00:00Z";
        api.get(op, "/api/usage" + january + "&meter=presence").is(200);
        api.get(op, "/api/usage/sum" + january + "&meter=presence").is(200);
        api.get(op, "/api/usage/" + reading).is(200);
        api.get(op, "/api/explain?line=reading:" + reading).is(200);
    }

    /// Who writes and pays bills.
    private void parties() {
        String details = """
                {"name":"Ada Example","street":"1 Mill Lane","postcode":"10115","city":"Berlin","country":"DE",
                "iban":"DE89370400440532013000"}""";
        api.call(adas, "PUT", "/api/customer/" + ada + "/billing", details).is(200);
        api.get(adas, "/api/customer/" + ada + "/billing").is(200);
        api.call(op, "PUT", "/api/provider", details.replace("\"country\"", "\"vatId\":\"DE123456789\",\"country\"")).is(200);
        api.get(op, "/api/provider").is(200);
    }

    private void repairs(UUID lease) {
        String wanted = "{\"agreementId\":\"" + lease + "\",\"part\":\"FAN\",\"reason\":\"It is loud.\"}";
        Reply opened = api.post(op, "/api/partReplacement", wanted).is(201);
        hers.add(opened.text("/id"));
        hers.add(opened.text("/number"));
        String path = "/api/partReplacement/" + opened.text("/id");
        api.post(op, "/api/partReplacement", wanted).is(409);
        api.get(adas, "/api/partReplacement?open=true").is(200);
        api.post(op, path + "/send", "").is(200);
        api.post(op, path + "/done", "{\"built\":{\"kind\":\"FAN\",\"serial\":\"F-2\"}}").is(200);
        api.post(op, "/api/partReplacement/" + api.post(op, "/api/partReplacement", wanted).is(201).text("/id") + "/cancel", "").is(200);
        api.get(adas, path).is(200);
        api.post(op, path + "/code", "").is(409);
        Reply drive = api.post(op, "/api/partReplacement", wanted.replace("FAN", "DRIVE")).is(201);
        String code = api.post(op, "/api/partReplacement/" + drive.text("/id") + "/code", "").is(200).text("/claimCode");
        assertThat(api.post(op, "/api/partReplacement/" + drive.text("/id") + "/code", "").is(200).text("/claimCode")).isNotEqualTo(code);
        api.post(op, "/api/partReplacement/" + drive.text("/id") + "/cancel", "").is(200);
        api.post(op, "/api/partReplacement/" + drive.text("/id") + "/code", "").is(409);
        String machine = "/api/machine/" + opened.text("/serial") + "/part";
        api.post(op, machine, "{\"kind\":\"NETWORK\",\"mac\":\"02:00:5e:10:00:01\"}").is(201);
        api.get(adas, machine).is(200);
    }

    private void returns(UUID lease) {
        String wanted = "{\"agreementId\":\"" + lease + "\",\"part\":\"MODEM\",\"reason\":\"It came with your lease.\"}";
        assertThat(api.post(op, "/api/partReturn", wanted).is(409).text("/detail")).contains("is ACTIVE");
        api.release(lease);
        Reply asked = api.post(op, "/api/partReturn", wanted).is(201);
        hers.add(asked.text("/id"));
        hers.add(asked.text("/number"));
        String path = "/api/partReturn/" + asked.text("/id");
        api.post(op, "/api/partReturn", wanted).is(409);
        assertThat(api.get(adas, "/api/letter").is(200).json().toString()).contains("Please send back the modem", asked.text("/number"));
        api.get(adas, "/api/partReturn?open=true").is(200);
        api.post(op, path + "/cancel", "").is(200);
        api.post(op, path + "/receive", "").is(409);
        api.get(adas, path).is(200);
        api.post(op, "/api/partReturn/" + api.post(op, "/api/partReturn", wanted).is(201).text("/id") + "/receive", "").is(200);
    }

    private void money() {
        UUID transfer = UUID.randomUUID();
        api.get(op, "/api/ledger/balances").is(200);
        api.get(op, "/api/ledger/account?path=assets:bank&currency=EUR").is(200);
        api.get(op, "/api/ledger/verify").is(200);
        api.get(op, "/api/margin?month=2027-01").is(200);
        api.get(op, "/api/ledger/export?format=hledger").is(200);
        api.get(op, "/api/ledger/transfer/" + transfer).is(404);
        api.call(op, "PUT", "/api/partner/isp-north/billing", """
                {"name":"ISP North","street":"Road 1","postcode":"20457","city":"Hamburg","country":"DE","iban":"DE89370400440532013000"}""").is(200);
        api.get(op, "/api/partner/isp-north/billing").is(200);
        api.post(op, "/api/supply", "{\"product\":\"internet-100\",\"partner\":\"isp-north\",\"monthly\":{\"minor\":1800,\"currency\":\"EUR\"}}").is(201);
        api.get(op, "/api/supply").is(200);
        api.get(op, "/api/partner").is(200);
        api.get(op, "/api/margin/comparison?month=2027-01").is(404);
        api.call(op, "PUT", "/api/listPrice", """
                {"name":"A large cloud","currency":"EUR","metered":[{"meter":"STORED","unit":"GIB_MONTH","tiers":[{"from":0,"rate":2.3}]}]}""").is(200);
        api.get(op, "/api/listPrice").is(200);
        api.get(op, "/api/margin/comparison?month=2027-01").is(200);
        Reply products = api.get(adas, "/api/product").is(200);
        api.call(op, "PUT", "/api/product", products.json().get(0).toString()).is(200);
        Reply subscription = api.post(adas, "/api/subscription", "{\"product\":\"" + products.json().get(0).path("id").asString() + "\"}").is(201);
        hers.add(subscription.text("/id"));
        api.get(adas, "/api/subscription").is(200);
        api.post(adas, "/api/billPreview", "{\"month\":\"2027-01\"}").is(200);
        Reply scale = api.get(adas, "/api/scale").is(200);
        api.post(op, "/api/scale", "{\"scale\":" + scale.json() + ",\"from\":\"2029-01-01T00:00:00Z\"}").is(200);
        api.get(op, "/api/clock").is(200);
        api.post(op, "/api/clock", "{\"to\":\"2027-02-09T12:00:00Z\"}").is(200);
        api.post(adas, subscription.text("/href").isEmpty() ? "/api/subscription/" + subscription.text("/id") + "/end" : subscription.text("/href"),
                "").is(200);
        Reply bills = api.get(adas, "/api/bill").is(200);
        if (!bills.json().isEmpty()) {
            String number = bills.json().get(0).path("number").asString();
            hers.add(number);
            hers.add(bills.json().get(0).path("id").asString());
            api.get(adas, "/api/bill/" + number).is(200);
            api.get(adas, "/api/bill/" + number + "/text").is(200);
            api.get(adas, "/api/bill/" + number + "/pdf").is(200);
            api.get(adas, "/api/bill/" + number + "/xml").is(200);
            api.get(op, "/api/explain?line=bill:" + number + "/1").is(200);
        }
        Reply owed = api.get(adas, "/api/bill?kind=BILL").is(200);
        if (!owed.json().isEmpty()) {
            Reply note = api.post(op, "/api/bill/" + owed.json().get(0).path("number").asString() + "/credit", """
                    {"id":"%s","parts":[{"line":1,"amount":{"minor":1,"currency":"EUR"}}],"reason":"A cent too many."}""".formatted(UUID.randomUUID())).is(201);
            hers.add(note.text("/number"));
            hers.add(note.text("/id"));
        }
        api.get(adas, "/api/settlement").is(200);
        api.get(adas, "/api/statement?month=2027-01");
        api.get(adas, "/api/letter").is(200);
    }

    private void stores() {
        String path = "/api/customer/" + ada;
        api.post(adas, path + "/accessKey", "").is(201);
        api.get(adas, path).is(200);
        api.call(adas, "PUT", path + "/constraint", "{\"places\":[]}");
        api.get(adas, path + "/constraint").is(200);
        api.get(op, "/api/keys").is(200);
        api.post(op, path + "/key/rotate", "").is(200);
        api.post(op, path + "/namedKey", "{\"name\":\"photos\"}").is(200);
        api.get(op, path + "/namedKey").is(200);
        api.call(op, "DELETE", path + "/namedKey/photos", "").is(200);
        String gone = "/api/customer/" + customer("gone");
        api.post(op, gone + "/erasure", "{\"reason\":\"asked for\"}").is(202);
        api.get(op, gone + "/erasure").is(200);
        api.post(op, "/api/keys/rotate", "").is(200);
    }

    /// All over again, as a buyer's system that speaks TM Forum's APIs does it.
    private void buyersSystem() {
        Reply some = api.get(adas, Tmf.CATALOG + "productOffering?limit=2&offset=1&fields=id,name").is(200);
        assertThat(some.json()).hasSize(2);
        assertThat(some.json().get(0).propertyNames()).containsExactlyInAnyOrder("id", "href", "name");
        String system = Tmf.CATALOG + "productOffering/family-tower";
        api.get(adas, system).is(200);
        api.call(op, "PATCH", system, "{\"description\":\"Quiet, for the whole household.\",\"@type\":\"ProductOffering\"}").is(200);
        api.get(adas, Tmf.CATALOG + "productOfferingPrice").is(200);
        api.get(adas, Tmf.CATALOG + "productOfferingPrice/family-tower.ssd-1tb").is(200);
        api.get(adas, Tmf.AGREEMENTS + "agreementSpecification").is(200);
        api.get(adas, Tmf.AGREEMENTS + "agreementSpecification/nights").is(200);
        String wish = """
                {"@type":"Quote","category":"lease-back","quoteItem":[{"id":"1","action":"add","quantity":1,
                "productOffering":{"id":"family-tower"},"product":{"productCharacteristic":[{"name":"planId","value":"nights"},
                {"name":"option","value":"ssd-1tb"}]}}]}""";
        Reply no = api.post(adas, Tmf.QUOTES + "quote", wish).is(201);
        hers.add(no.text("/id"));
        api.call(adas, "PATCH", no.text("/href"), "{\"state\":\"rejected\",\"version\":\"1\"}").is(200);
        assertThat(api.get(adas, no.text("/href") + "?fields=state").is(200).text("/state")).isEqualTo("rejected");
        Reply quote = api.post(adas, Tmf.QUOTES + "quote", wish).is(201);
        hers.add(quote.text("/id"));
        api.get(adas, Tmf.QUOTES + "quote?limit=1").is(200);
        api.get(adas, quote.text("/href")).is(200);
        Reply order = api.post(adas, Tmf.ORDERS + "productOrder",
                "{\"quote\":[{\"id\":\"" + quote.text("/id") + "\",\"version\":\"1\"}],\"productOrderItem\":[{\"id\":\"1\",\"action\":\"add\"}]}").is(201);
        hers.add(order.text("/id"));
        api.post(op, "/api/productOrder/" + order.text("/id") + "/build", "").is(200);
        assertThat(api.call(op, "PATCH", order.text("/href"), "{\"state\":\"completed\"}").is(200).text("/state")).isEqualTo("completed");
        api.get(adas, Tmf.ORDERS + "productOrder").is(200);
        api.get(adas, order.text("/href")).is(200);
        String lease = order.text("/agreement/0/id");
        hers.add(lease);
        api.enrol(UUID.fromString(lease));
        api.get(adas, Tmf.AGREEMENTS + "agreement").is(200);
        api.get(adas, order.text("/agreement/0/href")).is(200);
        api.call(adas, "PATCH", order.text("/agreement/0/href"), "{\"status\":\"terminated\",\"statementOfIntent\":\"moving house\"}").is(200);
        assertThat(api.get(adas, "/api/agreement/" + lease).is(200).json().path("history").toString()).contains("moving house");
        returns(UUID.fromString(lease));
        UUID reading = UUID.randomUUID();
        api.post(op, Tmf.USAGES + "usage", """
                [{"id":"%s","relatedParty":[{"id":"%s","role":"lease","@referredType":"Agreement"}],"usageCharacteristic":[
                {"name":"meter","value":"presence"},{"name":"quantity","value":400},{"name":"from","value":"2027-02-03T23:00:00Z"},
                {"name":"to","value":"2027-02-04T07:00:00Z"},{"name":"source","value":"pulse"}]}]""".formatted(reading, lease)).is(201);
        api.get(op, Tmf.USAGES + "usage?subject=" + lease + "&from=2027-02-01T00:00:00Z&to=2027-03-01T00:00:00Z").is(200);
        api.get(op, Tmf.USAGES + "usage/" + reading).is(200);
        Reply bills = api.get(adas, Tmf.BILLS + "customerBill").is(200);
        String bill = bills.json().get(0).path("id").asString();
        api.get(adas, Tmf.BILLS + "customerBill/" + bill).is(200);
        Reply rates = api.get(adas, Tmf.BILLS + "appliedCustomerBillingRate?bill.id=" + bill).is(200);
        api.get(adas, rates.json().get(0).path("href").asString()).is(200);
        hers.add(bill);
        cancelled(wish);
        hubs();
    }

    /// Bought and taken back, and another system.
    private void cancelled(String wish) {
        Reply quote = api.post(adas, Tmf.QUOTES + "quote", wish).is(201);
        Reply order = api.post(adas, Tmf.ORDERS + "productOrder", "{\"quote\":[{\"id\":\"" + quote.text("/id") + "\",\"version\":\"1\"}]}").is(201);
        hers.add(order.text("/id"));
        hers.add(quote.text("/id"));
        hers.add(order.text("/agreement/0/id"));
        String path = Tmf.ORDERS + "cancelProductOrder";
        Reply cancelled = api.post(adas, path, "{\"productOrder\":{\"id\":\"" + order.text("/id") + "\"},\"cancellationReason\":\"too loud\"}").is(201);
        assertThat(api.get(adas, cancelled.text("/href")).is(200).text("/cancellationReason")).isEqualTo("too loud");
        assertThat(api.get(adas, path + "?fields=state").is(200).text("/0/state")).isEqualTo("done");
        api.post(op, Tmf.CATALOG + "productOffering", """
                {"id":"webcam","name":"Webcam","description":"ACCESSORY","@type":"ProductOffering",
                "productOfferingPrice":[{"price":{"unit":"EUR","value":49.9}}]}""").is(201);
        assertThat(api.get(op, "/api/productItem?limit=500").json().toString()).contains("\"minor\":4990");
    }

    private void hubs() {
        for (String hub : TmfEvents.TYPES.keySet()) {
            Reply listener = api.post(op, hub + "hub", "{\"callback\":\"http://127.0.0.1:1/events\",\"@type\":\"EventSubscriptionInput\"}").is(201);
            api.get(op, hub + "hub?limit=1").is(200);
            api.get(op, listener.text("/href")).is(200);
            api.call(op, "DELETE", listener.text("/href"), "").is(204);
            api.get(op, listener.text("/href")).is(404);
        }
    }

    private void whole() {
        api.get(adas, "/api/machine").is(200);
        api.get(op, "/api/upgradeCandidate").is(200);
        api.get(op, "/api/upgradePart").is(200);
        api.get(op, "/api/standard").is(200);
        api.call(op, "PUT", "/api/tax", api.get(op, "/api/tax").is(200).json().toString()).is(200);
        api.get(op, "/api/capacity").is(200);
        api.get(op, "/api/storage").is(200);
        api.get(op, "/api/status").is(200);
        api.get(op, "/api/hosts").is(200);
        api.call(op, "PUT", "/api/storageClass/STANDARD/strict", "{\"strict\":false}");
        api.get(op, "/api/audit?limit=500&actor=customer:" + ada).is(200);
        api.get("", "/api/signingKey").is(200);
        api.get("", "/api/signingKey/1").is(200);
        api.get("", "/api/openapi.json").is(200);
        api.get(op, "/api/customer").is(200);
    }
}
