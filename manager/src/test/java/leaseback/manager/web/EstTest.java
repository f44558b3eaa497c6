package leaseback.manager.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import leaseback.manager.catalog.DiskShare;
import leaseback.manager.catalog.Incentive;
import leaseback.manager.catalog.LeasePlan;
import leaseback.manager.catalog.Money;
import leaseback.manager.customer.Customers;
import leaseback.manager.customer.Role;
import leaseback.manager.database.Database;
import leaseback.manager.database.TestDatabase;
import leaseback.manager.fleet.Authority;
import leaseback.manager.fleet.Enrolment;
import leaseback.manager.fleet.ManagerIdentity;
import leaseback.manager.lease.Lease;
import leaseback.manager.lease.LeaseState;
import leaseback.manager.lease.Leases;
import leaseback.manager.order.ClaimCodes;
import leaseback.manager.order.MovableClock;
import leaseback.manager.sealing.MasterKey;
import leaseback.protocol.Window;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Enrolment as a stranger walks it: with curl and openssl, and nothing of ours at the near end.
class EstTest {
    @TempDir
    private Path folder;

    private final MovableClock clock = new MovableClock(Instant.now());
    private final Random random = new Random(5);
    private final Leases leases = new Leases(clock, random);
    private final ClaimCodes codes = new ClaimCodes(leases, clock, random);
    private TestDatabase testDatabase;
    private Database database;
    private MasterKey masterKey;
    private Server server;
    private String url;
    private int machines;
    private UUID lastLease = new UUID(0, 0);

    @BeforeEach
    void serve() throws Exception {
        assumeTrue(has("curl") && has("openssl"), "curl and openssl are not installed");
        testDatabase = TestDatabase.fresh();
        database = testDatabase.database();
        masterKey = MasterKey.at(folder.resolve("master.key"));
        Authority authority = Authority.open(database, masterKey, clock, Duration.ofDays(30));
        ManagerIdentity identity = authority.identity(UUID.randomUUID(), List.of("localhost", "127.0.0.1"));
        SslContextFactory.Server tls = new SslContextFactory.Server();
        tls.setSslContext(identity.forFaces());
        tls.setWantClientAuth(true);
        HttpConfiguration http = new HttpConfiguration();
        http.addCustomizer(new SecureRequestCustomizer(false));
        server = new Server();
        ServerConnector connector = new ServerConnector(server, tls, new HttpConnectionFactory(http));
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new Est(authority, new Enrolment(database, authority, codes, leases, clock), clock));
        server.start();
        url = "https://localhost:" + connector.getLocalPort() + "/.well-known/est/";
        Files.writeString(folder.resolve("ca.pem"), authority.rootPem());
    }

    @AfterEach
    void close() throws Exception {
        if (server != null) {
            server.stop();
            testDatabase.close();
        }
    }

    @Test
    void curlAndOpensslWalkIt() throws Exception {
        assertThat(curl("cacerts.b64", "cacerts")).isEqualTo("200 application/pkcs7-mime; smime-type=certs-only");
        run("sh", "-c", "base64 -d cacerts.b64 | openssl pkcs7 -inform DER -print_certs -out cacerts.pem");
        assertThat(run("openssl", "verify", "-CAfile", "ca.pem", "cacerts.pem")).contains("OK");
        assertThat(curl("out", "csrattrs")).startsWith("204");

        newRequest("host", "/CN=whatever");
        String code = claimCode(true);
        assertThat(enrol(code, "host")).startsWith("200 application/pkcs7-mime");
        run("sh", "-c", "base64 -d out | openssl pkcs7 -inform DER -print_certs -out host.pem");
        assertThat(run("openssl", "verify", "-CAfile", "ca.pem", "-purpose", "sslclient", "host.pem")).contains("OK");
        String shown = run("openssl", "x509", "-in", "host.pem", "-noout", "-subject", "-ext", "subjectAltName,extendedKeyUsage");
        assertThat(shown).contains("CN = SN-1").contains("URI:spiffe://leaseback/host/").contains("TLS Web Client Authentication")
                .doesNotContain("TLS Web Server Authentication");
        assertThat(database.read(handle -> leases.find(handle, lastLease)).orElseThrow().state())
                .isInstanceOf(LeaseState.Active.class);

        newRequest("next", "/CN=SN-1");
        assertThat(reenrol("host", "next")).startsWith("200");
        run("sh", "-c", "base64 -d out | openssl pkcs7 -inform DER -print_certs -out next.pem");
        assertThat(name("next.pem")).isEqualTo(name("host.pem"));
        assertThat(reenrol("next", "next")).startsWith("200");
    }

    @Test
    void wrongUsedExpiredAndEarlyCodesAreToldApart() throws Exception {
        newRequest("host", "/CN=x");
        assertThat(enrol("AAAAA-BBBBB-CCCCC-DDDDD-EEEEE", "host")).startsWith("403");
        assertThat(said()).contains("Unknown claim code");

        String used = claimCode(true);
        assertThat(enrol(used, "host")).startsWith("200");
        assertThat(enrol(used, "host")).startsWith("403");
        assertThat(said()).contains("already used at");

        String early = claimCode(false);
        assertThat(enrol(early, "host")).startsWith("202");
        assertThat(said()).contains("not recorded as delivered");
        database.transact(handle -> {
            leases.deliver(handle, lastLease, "carrier");
            return null;
        });
        assertThat(enrol(early, "host")).startsWith("200");

        String late = claimCode(true);
        clock.move(ClaimCodes.LIFE.plusSeconds(1));
        assertThat(post("out", "simpleenroll", "host", "-k", "-u", ":" + late)).startsWith("403");
        assertThat(said()).contains("expired at");
    }

    @Test
    void aCodeIsNeeded() throws Exception {
        newRequest("host", "/CN=x");
        assertThat(post("out", "simpleenroll", "host")).startsWith("401");
        assertThat(post("out", "simpleenroll", "host", "-H", "Authorization: Basic ???")).startsWith("401");
        assertThat(post("out", "simplereenroll", "host")).startsWith("401");
    }

    @Test
    void badRequestsSpendNoCode() throws Exception {
        String code = claimCode(true);
        Files.writeString(folder.resolve("junk.csr"), "bm90IGEgcmVxdWVzdA==");
        assertThat(enrol(code, "junk")).startsWith("400");
        assertThat(said()).contains("no PKCS#10 request");
        Files.writeString(folder.resolve("odd.csr"), "%%%");
        assertThat(enrol(code, "odd")).startsWith("400");
        newRequest("host", "/CN=x");
        Files.writeString(folder.resolve("broken.csr"), tampered(Files.readString(folder.resolve("host.csr"))));
        assertThat(enrol(code, "broken")).startsWith("400");
        run("sh", "-c", "openssl req -new -newkey rsa:1024 -nodes -keyout weak.key -subj /CN=x -outform DER 2>/dev/null | base64 > weak.csr");
        assertThat(enrol(code, "weak")).startsWith("400");
        assertThat(said()).contains("2048");
        run("sh", "-c", "openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout named.key -subj /CN=x -addext "
                + "subjectAltName=URI:spiffe://leaseback/host/" + UUID.randomUUID()
                        + " -outform DER 2>/dev/null | base64 > named.csr");
        assertThat(enrol(code, "named")).startsWith("400");
        assertThat(said()).contains("given, not chosen");
        Files.writeString(folder.resolve("huge.csr"), "A".repeat(70_000));
        assertThat(enrol(code, "huge")).startsWith("413");
        assertThat(curl("out", "simpleenroll", "-u", ":" + code, "--data-binary", "@host.csr")).startsWith("415");
        assertThat(curl("out", "simpleenroll", "-u", ":" + code)).startsWith("405");
        assertThat(curl("out", "fullcmc")).startsWith("404");
        assertThat(enrol(code, "host")).startsWith("200");
    }

    @Test
    void aHostCannotBeCertifiedAsAnother() throws Exception {
        newRequest("one", "/CN=x");
        enrol(claimCode(true), "one");
        run("sh", "-c", "base64 -d out | openssl pkcs7 -inform DER -print_certs -out one.pem");
        run("sh", "-c", "openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout other.key -subj /CN=SN-1 -addext "
                + "subjectAltName=URI:spiffe://leaseback/host/" + UUID.randomUUID()
                        + " -outform DER 2>/dev/null | base64 > other.csr");
        assertThat(reenrol("one", "other")).startsWith("403");
        assertThat(said()).contains("cannot be certified as");
        newRequest("serial", "/CN=SN-2");
        assertThat(reenrol("one", "serial")).startsWith("400");
        assertThat(said()).contains("must be CN=SN-1");
    }

    @Test
    void aCertificateOfAnotherAuthorityOpensNothing() throws Exception {
        run("sh", "-c", "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout false.key -out false.pem "
                + "-subj /CN=SN-1 -addext subjectAltName=URI:spiffe://leaseback/host/" + UUID.randomUUID() + " 2>/dev/null");
        newRequest("host", "/CN=SN-1");
        assertThat(reenrol("false", "host")).startsWith("000");
    }

    @Test
    void whoGuessesMustWait() throws Exception {
        newRequest("host", "/CN=x");
        for (int i = 0; i < 10; i++) {
            assertThat(enrol("WRONG-" + i, "host")).startsWith("403");
        }
        assertThat(enrol("WRONG-10", "host")).startsWith("429");
        String code = claimCode(true);
        assertThat(enrol(code, "host")).startsWith("429");
        clock.move(Duration.ofMinutes(11));
        assertThat(enrol(code, "host")).startsWith("200");
    }

    @Test
    void everyMachineHasAnAliasOfItsOwn() throws Exception {
        newRequest("host", "/CN=x");
        for (int i = 0; i < 3; i++) {
            assertThat(enrol(claimCode(true), "host")).startsWith("200");
        }
        List<Integer> aliases = database.read(handle ->
                handle.createQuery("select alias from host order by alias").mapTo(Integer.class).list());
        assertThat(aliases).containsExactly(0, 1, 2);
    }

    private String claimCode(boolean delivered) {
        int number = ++machines;
        UUID owner = new Customers(database, masterKey, clock, random)
                .add("Owner", number + "@example.org", ZoneId.of("Europe/Berlin"), Set.of(Role.HOST)).id();
        LeasePlan plan = new LeasePlan("plan", 1, "Plan", new DiskShare.Percent(15), 1, 1L << 40,
                List.of(new Window(DayOfWeek.MONDAY, LocalTime.of(22, 0), LocalTime.of(5, 0))), List.of(), 24, 30,
                new Money(32, "EUR"), List.of(new Incentive.Support()));
        UUID machine = UUID.randomUUID();
        return database.transact(handle -> {
            Lease lease = leases.offer(handle, owner, ZoneId.of("Europe/Berlin"), plan, plan.share(), new Money(500, "EUR"),
                    clock.instant().plus(Duration.ofDays(14)), "operator:test");
            lastLease = lease.id();
            leases.accept(handle, lease.id(), "customer", "accepted");
            leases.configure(handle, lease.id(), machine, 6_000_000_000L, "factory");
            if (delivered) {
                leases.deliver(handle, lease.id(), "carrier");
            }
            return codes.issue(handle, machine, "SN-" + number, lease.id(), owner);
        });
    }

    private void newRequest(String name, String subject) throws Exception {
        run("sh", "-c", "openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout " + name + ".key -subj "
                + subject
                + " -outform DER 2>/dev/null | base64 > " + name + ".csr");
    }

    private String enrol(String code, String request) throws Exception {
        return post("out", "simpleenroll", request, "-u", ":" + code);
    }

    private String reenrol(String shown, String request) throws Exception {
        return post("out", "simplereenroll", request, "--cert", shown + ".pem", "--key", shown + ".key");
    }

    private String post(String out, String act, String request, String... more) throws Exception {
        List<String> all = new ArrayList<>(List.of("-H", "Content-Type: application/pkcs10", "--data-binary", "@" + request
                + ".csr"));
        all.addAll(List.of(more));
        return curl(out, act, all.toArray(String[]::new));
    }

    /// Status and content type.
    private String curl(String out, String act, String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of("curl", "-s", "--max-time", "30", "--cacert", "ca.pem", "-o", out,
                "-w", "%{http_code} %{content_type}", url + act));
        command.addAll(List.of(more));
        return run(command.toArray(String[]::new));
    }

    private String said() throws IOException {
        return Files.readString(folder.resolve("out"));
    }

    private String name(String certificate) throws Exception {
        return run("openssl", "x509", "-in", certificate, "-noout", "-ext", "subjectAltName");
    }

    private static String tampered(String base64) {
        byte[] der = java.util.Base64.getMimeDecoder().decode(base64);
        der[der.length - 1] ^= 1;
        return java.util.Base64.getMimeEncoder().encodeToString(der);
    }

    private String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        return output;
    }

    private static boolean has(String program) {
        try {
            return new ProcessBuilder(program, program.equals("curl") ? "--version" : "version").redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
        } catch (IOException | InterruptedException absent) {
            return false;
        }
    }
}
