package leaseback.testbed.line;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import leaseback.manager.database.Database;
import leaseback.manager.fleet.Authority;
import leaseback.manager.fleet.Enrolment;
import leaseback.manager.fleet.Fleet;
import leaseback.manager.fleet.LineServer;
import leaseback.manager.fleet.ManagerIdentity;
import leaseback.manager.fleet.Pulse;
import leaseback.manager.lease.Leases;
import leaseback.manager.order.ClaimCodes;
import leaseback.manager.web.Est;
import leaseback.manager.web.Peer;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/// As much of a manager as lines need: line port, enrolment and peer faces, fleet and pulse, with a database pool of its own.
final class Node implements Closeable {
    final Database database;
    final Authority authority;
    final LineServer lines;
    final Fleet fleet;
    final Server web;
    private final Pulse pulse;

    Node(LineWorld world) throws Exception {
        database = world.connect();
        authority = Authority.open(database, world.masterKey, world.clock, world.certificateLife);
        ManagerIdentity identity = authority.identity(UUID.randomUUID(), List.of("localhost", "127.0.0.1"));
        Leases leases = new Leases(world.clock, world.random);
        ClaimCodes codes = new ClaimCodes(leases, world.clock, world.random);
        lines = LineServer.start(database, authority, identity, world.clock, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), "127.0.0.1",
                0);
        fleet = new Fleet(database, leases, lines, world.clock);
        pulse = Pulse.start(database, lines, fleet, world.clock, Duration.ofMillis(300));
        Enrolment enrolment = new Enrolment(database, authority, codes, leases, world.clock);
        web = https(identity, new Handler.Sequence(new Est(authority, enrolment, world.clock), new Peer(authority, lines)));
        lines.announce("127.0.0.1:" + port());
    }

    int port() {
        return ((ServerConnector) web.getConnectors()[0]).getLocalPort();
    }

    URI enrolment() {
        return URI.create("https://127.0.0.1:" + port());
    }

    /// As a power cut would: nothing is said to the database or to anybody.
    void kill() throws Exception {
        database.close();
        pulse.close();
        lines.close();
        web.stop();
    }

    @Override
    public void close() throws IOException {
        pulse.close();
        lines.close();
        try {
            web.stop();
        } catch (Exception failed) {
            throw new IOException("the web face did not stop", failed);
        }
        database.close();
    }

    private static Server https(ManagerIdentity identity, Handler handler) throws Exception {
        SslContextFactory.Server tls = new SslContextFactory.Server();
        tls.setSslContext(identity.forFaces());
        tls.setWantClientAuth(true);
        HttpConfiguration http = new HttpConfiguration();
        http.addCustomizer(new SecureRequestCustomizer(false));
        Server server = new Server(new QueuedThreadPool(16));
        ServerConnector connector = new ServerConnector(server, tls, new HttpConnectionFactory(http));
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(handler);
        server.start();
        return server;
    }
}
