package leaseback.testbed.line;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import leaseback.host.Agent;
import leaseback.manager.fleet.Exchange;
import leaseback.manager.fleet.HostState;
import leaseback.manager.fleet.Lines;
import leaseback.manager.fleet.StandDown;
import leaseback.manager.lease.LeaseState;
import leaseback.manager.lease.Leases;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// When a lease has ended and the host is empty, the machine is its owner's alone again, and signs for it.
final class StandDownTest {
    @TempDir
    private Path folder;

    private LineWorld world;
    private Node node;
    private Leases leases;
    private Agent agent;
    private UUID host;
    private Path home;

    @BeforeEach
    void aRunningLease() throws Exception {
        world = new LineWorld(folder);
        node = world.manager();
        leases = new Leases(world.clock, world.random);
        agent = world.agent(node);
        host = agent.hostId().orElseThrow();
        home = folder.resolve("agent1");
    }

    @AfterEach
    void close() throws Exception {
        world.close();
    }

    @Test
    void aHostWhoseLeaseEndedGivesTheDiskBackSignsAndForgetsUs() throws Exception {
        // A piece that counts for nothing any more, and something of the owner's own in our folder.
        UUID piece = UUID.randomUUID();
        try (Exchange put = node.lines.open(host, "PUT", "/v1/pieces/" + piece, Map.of())) {
            put.write(ByteBuffer.wrap(new byte[100_000]), Duration.ofSeconds(10));
            put.endBody();
            assertThat(put.status(Duration.ofSeconds(10))).isEqualTo(201);
        }
        Path own = Files.writeString(home.resolve("pieces/my-own-notes.txt"), "mine");
        StandDown chore = chore();
        chore.run();
        assertThat(state(host)).isEqualTo(HostState.ACTIVE);

        UUID lease = withdraw();
        chore.run();
        assertThat(state(host)).isEqualTo(HostState.LEAVING);
        chore.run();
        assertThat(lease(lease)).isInstanceOf(LeaseState.StandingDown.class);
        assertThat(piecesIn(home)).hasSize(1);

        node.fleet.emptied(host);
        chore.run();
        assertThat(lease(lease)).isInstanceOf(LeaseState.Released.class);
        assertThat(state(host)).isEqualTo(HostState.RELEASED);
        assertThat(piecesIn(home)).isEmpty();
        assertThat(own).hasContent("mine");
        assertThat(List.of("identity.pem", "terms.json", "earnings.json", "managers.json")).allSatisfy(name ->
                assertThat(home.resolve(name)).doesNotExist());

        StandDown.Receipt receipt = chore.receipt(host).orElseThrow();
        assertThat(receipt.document()).contains("\"piecesErased\":1").contains(lease.toString());
        Certificate certificate = CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(Base64.getDecoder().decode(receipt.certificate())));
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initVerify(certificate.getPublicKey());
        signature.update(receipt.document().getBytes(StandardCharsets.UTF_8));
        assertThat(signature.verify(Base64.getDecoder().decode(receipt.signature()))).isTrue();

        LineWorld.until("the agent has said so to its owner", () -> agent.refusal().isPresent());
        assertThat(agent.refusal().orElseThrow()).contains("yours alone again").contains("receipt.json");
        assertThat(home.resolve("receipt.json")).isRegularFile();
        LineWorld.until("its line is down", () -> !node.lines.reachable(host));

        agent.close();
        Agent again = world.start("agent1", null, node);
        LineWorld.until("it says so after a start too", () -> again.refusal().isPresent());
        assertThat(again.refusal().orElseThrow()).contains("yours alone again");
    }

    @Test
    void whatACrashCutShortIsTakenUpAgain() throws Exception {
        UUID lease = withdraw();
        StandDown chore = chore();
        chore.run();
        node.fleet.emptied(host);
        // The host has signed, and we died before we kept it.
        assertThat(node.lines.call(host, "POST", "/v1/release", request(lease), Duration.ofSeconds(10)).status()).isEqualTo(200);
        agent.close();
        Agent again = world.start("agent1", null, node);
        LineWorld.until("the line is up again", () -> node.lines.reachable(host));
        chore.run();
        assertThat(lease(lease)).isInstanceOf(LeaseState.Released.class);
        LineWorld.until("it is told", () -> again.refusal().isPresent());
        chore.run();
    }

    @Test
    void anotherLeasesEndIsRefusedAndAFarewellBeforeTheReleaseToo() throws Exception {
        Lines.Reply foreign = node.lines.call(host, "POST", "/v1/release", request(UUID.randomUUID()), Duration.ofSeconds(10));
        assertThat(foreign.status()).isEqualTo(400);
        assertThat(new String(foreign.body(), StandardCharsets.UTF_8)).contains("this machine's lease is");
        UUID lease = leaseOf(host);
        Lines.Reply early = node.lines.call(host, "POST", "/v1/farewell", request(lease), Duration.ofSeconds(10));
        assertThat(early.status()).isEqualTo(400);
        assertThat(home.resolve("identity.pem")).isRegularFile();
    }

    @Test
    void anEmptyMachineThatNeverComesBackIsReleasedAfterThirtyDaysWithoutAReceipt() throws Exception {
        UUID lease = withdraw();
        StandDown chore = chore();
        chore.run();
        node.fleet.emptied(host);
        agent.close();
        LineWorld.until("it is gone", () -> !node.lines.reachable(host));
        chore.run();
        assertThat(lease(lease)).isInstanceOf(LeaseState.StandingDown.class);
        world.clock.move(Duration.ofDays(30).plusSeconds(1));
        chore.run();
        assertThat(lease(lease)).isInstanceOf(LeaseState.Released.class);
        assertThat(chore.receipt(host)).isEmpty();
    }

    private StandDown chore() {
        return new StandDown(world.database, node.fleet, node.lines, leases, node.authority, world.clock);
    }

    private UUID withdraw() {
        UUID lease = leaseOf(host);
        world.database.transact(handle -> {
            leases.withdraw(handle, lease, "customer");
            return lease;
        });
        return lease;
    }

    private UUID leaseOf(UUID host) {
        return world.database.read(handle -> handle.createQuery("select lease_id from host where id = :id").bind("id", host)
                .mapTo(UUID.class).one());
    }

    private LeaseState lease(UUID lease) {
        return world.database.read(handle -> leases.find(handle, lease)).orElseThrow().state();
    }

    private HostState state(UUID host) {
        node.fleet.refresh();
        return node.fleet.find(host).orElseThrow().state();
    }

    private static byte[] request(UUID lease) {
        return ("{\"leaseId\":\"" + lease + "\",\"why\":\"a test\"}").getBytes(StandardCharsets.UTF_8);
    }

    private static List<Path> piecesIn(Path home) throws Exception {
        Path pieces = home.resolve("pieces");
        if (!Files.exists(pieces)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(pieces)) {
            return all.filter(Files::isRegularFile).filter(file -> file.getFileName().toString().matches("[0-9a-f-]{36}")).toList();
        }
    }
}
