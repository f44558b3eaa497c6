package leaseback.manager.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import leaseback.manager.billing.Billing;
import leaseback.manager.billing.Bill;
import leaseback.manager.billing.Bills;
import leaseback.manager.billing.Credits;
import leaseback.manager.billing.BookedTaxes;
import leaseback.manager.billing.Invoices;
import leaseback.manager.billing.OrderBills;
import leaseback.manager.billing.Products;
import leaseback.manager.billing.Settlements;
import leaseback.manager.billing.Supplies;
import leaseback.manager.catalog.Catalog;
import leaseback.manager.clock.Timetable;
import leaseback.manager.compliance.Breaches;
import leaseback.manager.compliance.Compliance;
import leaseback.manager.compliance.Outages;
import leaseback.manager.compliance.Tampers;
import leaseback.manager.customer.BillingBook;
import leaseback.manager.customer.Customers;
import leaseback.manager.database.Database;
import leaseback.manager.database.TestDatabase;
import leaseback.manager.document.TaxBook;
import leaseback.manager.fleet.Host;
import leaseback.manager.lease.Holidays;
import leaseback.manager.lease.LeaseTimers;
import leaseback.manager.lease.Leases;
import leaseback.manager.ledger.Days;
import leaseback.manager.ledger.Explanations;
import leaseback.manager.ledger.Ledger;
import leaseback.manager.letter.Letters;
import leaseback.manager.metering.Readings;
import leaseback.manager.order.Addenda;
import leaseback.manager.order.Amendments;
import leaseback.manager.order.BulkQuotes;
import leaseback.manager.order.ClaimCodes;
import leaseback.manager.order.Evidence;
import leaseback.manager.order.Factory;
import leaseback.manager.order.MovableClock;
import leaseback.manager.order.Orders;
import leaseback.manager.order.OwnedMachines;
import leaseback.manager.order.Quotes;
import leaseback.manager.order.Renewals;
import leaseback.manager.order.SigningKeys;
import leaseback.manager.payment.Attribution;
import leaseback.manager.payment.Bank;
import leaseback.manager.payment.BankFiles;
import leaseback.manager.payment.Payments;
import leaseback.manager.payment.Payouts;
import leaseback.manager.sealing.MasterKey;
import leaseback.manager.storage.ObjectStore;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The JSON API on a real Jetty and a real database, with a clock that tests move, and a client.
final class ApiWorld implements AutoCloseable {
    static final String CA_PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    final MovableClock clock = new MovableClock(Instant.parse("2026-11-22T12:00:00Z"));
    final List<Host> hosts = new CopyOnWriteArrayList<>();
    final Leases leases;
    final ClaimCodes claimCodes;
    final Tokens tokens;
    final Database database;
    final Timetable timetable;
    final String operator;
    final String factoryLine;
    final Contract contract;
    private final TestDatabase testDatabase = TestDatabase.fresh();
    private final Server server;
    private final URI root;
    private final HttpClient client = HttpClient.newHttpClient();
    private final JsonMapper json = new JsonMapper();

    private final OrderBills orderBills;

    ApiWorld(Path folder) throws Exception {
        SecureRandom random = new SecureRandom();
        MasterKey masterKey = MasterKey.at(folder.resolve("master.key"));
        database = testDatabase.database();
        Catalog catalog = new Catalog(clock);
        database.transact(handle -> {
            catalog.fillWhenEmpty(handle);
            return 0;
        });
        Customers customers = new Customers(database, masterKey, clock, random);
        leases = new Leases(clock, random);
        claimCodes = new ClaimCodes(leases, clock, random);
        SigningKeys keys = new SigningKeys(masterKey, clock);
        Quotes quotes = new Quotes(catalog, leases, clock);
        Orders orders = new Orders(quotes, leases, keys, clock, random);
        Factory factory = new Factory(orders, leases, claimCodes, keys, () -> "https://127.0.0.1:8443", () -> CA_PEM, clock,
                random);
        tokens = new Tokens(database, clock, random);
        operator = tokens.issue(TokenRole.OPERATOR, "olga", null, "test");
        factoryLine = tokens.issue(TokenRole.FACTORY, "line-1", null, "test");
        Ledger ledger = new Ledger(clock);
        Letters letters = new Letters(clock);
        Addenda addenda = new Addenda(keys, clock);
        Renewals renewals = new Renewals(database, catalog, leases, addenda, letters, clock);
        Amendments amendments = new Amendments(catalog, leases, quotes, orders, factory, addenda, clock, random);
        timetable = new Timetable(clock).and(new LeaseTimers(database, leases)).and(renewals);
        Readings readings = new Readings(clock);
        Products products = new Products(clock);
        database.transact(handle -> {
            products.fillWhenEmpty(handle);
            return 0;
        });
        BillingBook book = new BillingBook(masterKey, clock);
        Bills bills = new Bills(ledger, new BookedTaxes(book, new TaxBook(clock)), clock);
        Settlements settlements = new Settlements(ledger, clock);
        Breaches breaches = new Breaches(database, leases, letters, clock);
        Compliance compliance = new Compliance(leases, breaches, clock);
        Billing billing = new Billing(database, leases, orders, readings, compliance, products, ledger, bills, settlements, letters, clock);
        orderBills = new OrderBills(database, orders, quotes, leases, products, bills, ledger, letters, clock);
        Explanations explanations = new Explanations(ledger).and(UsageRoutes.KIND, UsageRoutes.explains(readings)).and(Bills.KIND, bills::explain);
        Billing.explain(explanations, leases, orders, readings, products);
        Payments payments = new Payments(ledger, masterKey, clock)
                .and(Attribution.byNumber((handle, number) -> bills.find(handle, number).map(Bill::customerId)));
        Payouts payouts = new Payouts(database, ledger, payments, book, letters, new BankFiles(), clock);
        server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new Api(database, catalog, customers, leases, quotes, orders, factory, keys, tokens, () -> hosts,
                () -> new ObjectStore.Totals(0, 0, 0), clock)
                .and(new BillingRoutes(database, book, letters))
                .and(new LetterRoutes(database, letters))
                .and(new ComplianceRoutes(database, leases, compliance, new Outages(database, leases, clock),
                        new Tampers(leases, breaches, clock)))
                .and(new AccessRoutes(database, customers, tokens, new Passwords(database, clock, random), clock))
                .and(new LeaseRoutes(database, leases, timetable, clock))
                .and(new HolidayRoutes(database, leases, new Holidays(leases, clock)))
                .and(new RenewalRoutes(database, leases, renewals, amendments, addenda, new Evidence(keys)))
                .and(new PartnerRoutes(database, book, new Supplies(book, clock), ledger, clock))
                .and(new ChannelRoutes(database, catalog, new BulkQuotes(quotes, orders, clock), tokens))
                .and(new UpgradeRoutes(database, leases, quotes, orders, addenda, amendments, new OwnedMachines(clock)))
                .and(new LedgerRoutes(database, ledger, new Days(database, clock), explanations, clock))
                .and(new TaxRoutes(database, new TaxBook(clock)))
                .and(new PaymentRoutes(database, payments, payouts, new Bank(database, payments, payouts, book, clock)))
                .and(new BillRoutes(database, bills, new Credits(bills, letters, clock), billing, settlements,
                        new Invoices(book, settlements), products, clock))
                .and(new UsageRoutes(database, readings, clock)));
        server.start();
        root = URI.create("http://127.0.0.1:" + connector.getLocalPort());
        contract = new Contract(json.readTree(client.send(request("", "/api/openapi.json").GET().build(),
                HttpResponse.BodyHandlers.ofByteArray()).body()));
    }

    /// What came back; `json` is null when it is not JSON.
    record Reply(int status, byte[] body, JsonNode json, HttpResponse<byte[]> whole) {
        String text(String pointer) {
            return json.at(pointer).asString();
        }

        Reply is(int wanted) {
            assertThat(status).as(() -> new String(body, java.nio.charset.StandardCharsets.UTF_8)).isEqualTo(wanted);
            return this;
        }
    }

    String url(String path) {
        return root.resolve(path).toString();
    }

    Reply get(String token, String path) {
        return send(request(token, path).GET());
    }

    Reply post(String token, String path, String body) {
        return send(request(token, path).header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    HttpRequest.Builder request(String token, String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(root.resolve(path)).timeout(Duration.ofSeconds(30));
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    Reply send(HttpRequest.Builder request) {
        try {
            HttpResponse<byte[]> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            String type = answer.headers().firstValue("Content-Type").orElse("");
            asDescribed(answer);
            return new Reply(answer.statusCode(), answer.body(), type.contains("json") ? json.readTree(answer.body())
                    : json.nullNode(), answer);
        } catch (IOException | InterruptedException failed) {
            throw new AssertionError(failed);
        }
    }

    /// What was delivered is billed.
    void bill() {
        orderBills.run();
    }

    /// Every exchange of every test is as the API's own description says.
    private void asDescribed(HttpResponse<byte[]> answer) {
        HttpRequest asked = answer.request();
        byte[] sent = asked.bodyPublisher().map(Bodies::of).orElse(new byte[0]);
        String path = asked.uri().getRawPath() + (asked.uri().getRawQuery() == null ? "" : "?" + asked.uri().getRawQuery());
        assertThat(contract.judge(asked.method(), path, sent, answer.statusCode(),
                answer.headers().firstValue("Content-Type").orElse(""), answer.body()))
                .as(() -> asked.method() + " " + path + " with " + Contract.words(sent) + " gave " + answer.statusCode() + " "
                        + Contract.words(answer.body()) + "\nwhich GET /api/openapi.json does not describe (docs/api.md says how to)").isEmpty();
    }

    /// A new customer's id.
    UUID customer(String name) {
        return UUID.fromString(post(operator, "/api/customer", """
                {"name":"%s","email":"%s@example.org","zone":"Europe/Berlin"}""".formatted(name, name)).is(201).text("/id"));
    }

    String tokenOf(UUID customer) {
        return post(operator, "/api/token", "{\"name\":\"theirs\",\"role\":\"CUSTOMER\",\"customerId\":\"" + customer + "\"}")
                .is(201).text("/token");
    }

    /// A quote for a family tower on the plan `nights`.
    Reply quote(String token, UUID customer) {
        return post(token, "/api/quote", """
                {"customerId":"%s","offeringId":"family-tower","options":["ssd-1tb"],"planId":"nights"}"""
                .formatted(customer)).is(201);
    }

    /// How many rows `table` has.
    long count(String table) {
        return database.read(handle -> handle.createQuery("select count(*) from " + table).mapTo(Long.class).one());
    }

    @Override
    public void close() {
        client.close();
        LifeCycle.stop(server);
        testDatabase.close();
    }
}
