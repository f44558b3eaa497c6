package leaseback.manager.fleet;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.net.ssl.SSLPeerUnverifiedException;
import leaseback.manager.database.Database;
import leaseback.protocol.Dial;
import leaseback.protocol.LineHeld;
import leaseback.protocol.Party;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/// Where hosts dial in, and the ways to them.
///
/// Control lines are claimed in the directory (`Links`), so that any manager finds the one that holds a host. Once a second
/// it says that it lives, learns who else does, and cuts connections whose claim was passed or whose certificate is revoked
/// or has expired.
@SuppressWarnings("FutureReturnValueIgnored") // Netty: what goes wrong ends the channel, and that is watched
public final class LineServer implements Lines, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LineServer.class);

    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration BULK_IDLE = Duration.ofSeconds(60);
    private static final Duration OPENING = Duration.ofSeconds(10);

    private final Authority authority;
    private final UUID managerId;
    private final InstantSource clock;
    private final Links links;
    private final HostAddresses addresses;
    private final PeerCalls peers;
    private final JsonMapper json = JsonMapper.builder().build();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<UUID, Connection> lines = new ConcurrentHashMap<>();
    private final Map<UUID, BulkPool> pools = new ConcurrentHashMap<>();
    private final Map<String, Ticket> tickets = new ConcurrentHashMap<>();
    private final LinePort port;
    private final String advertisedHost;
    private final int advertisedPort;
    private volatile @Nullable String peerAddress;
    private volatile Links.Directory directory = Links.Directory.EMPTY;
    private volatile Consumer<UUID> lineUp = host -> {};
    private volatile boolean closed;

    private LineServer(Database database, Authority authority, ManagerIdentity identity, InstantSource clock,
            InetSocketAddress bind, String advertisedHost, int advertisedPort) throws IOException {
        this.authority = authority;
        this.managerId = identity.managerId();
        this.clock = clock;
        this.links = new Links(database, clock, managerId);
        this.addresses = new HostAddresses(database, clock);
        this.port = new LinePort(bind, identity.forLines(), json, threads, this::decide);
        this.peers = new PeerCalls(identity.forFaces(), json);
        this.advertisedHost = advertisedHost;
        this.advertisedPort = advertisedPort == 0 ? port.number() : advertisedPort;
    }

    /// Listens, and enters this manager into the directory.
    ///
    /// @param bind           where to listen; port 0 for any free one
    /// @param advertisedHost name or address under which hosts reach this very manager
    /// @param advertisedPort 0 for the port bound
    public static LineServer start(Database database, Authority authority, ManagerIdentity identity, InstantSource clock,
            InetSocketAddress bind, String advertisedHost, int advertisedPort) throws IOException {
        LineServer server = new LineServer(database, authority, identity, clock, bind, advertisedHost, advertisedPort);
        server.look();
        server.threads.execute(server::keepLooking);
        LOG.info("hosts may dial in at {}", server.address());
        return server;
    }

    /// Tells other managers where to hand calls for hosts whose line is here.
    ///
    /// @param address `host:port` of this manager's HTTPS face with `web.Peer` in it
    public void announce(String address) {
        peerAddress = address;
        look();
    }

    public int port() {
        return port.number();
    }

    /// `host:port` where hosts dial this manager.
    public String address() {
        return advertisedHost + ":" + advertisedPort;
    }

    /// Hosts whose control line this manager holds.
    public Set<UUID> held() {
        return Set.copyOf(lines.keySet());
    }

    /// Called on a virtual thread whenever a host's control line has come up here.
    void onLineUp(Consumer<UUID> listener) {
        lineUp = listener;
    }

    @Override
    public Reply call(UUID host, String method, String path, byte[] body, Duration deadline) throws LineFault {
        Connection line = lines.get(host);
        if (line != null && line.usable()) {
            return line.call(method, path, body, deadline);
        }
        // From the directory itself, not from the look of a second ago: a host that has just moved is found at once.
        Optional<Links.Place> place = links.locate(host).filter(found -> !found.managerId().equals(managerId));
        String address = place.map(Links.Place::peerAddress).orElseThrow(() ->
                new LineFault("host " + host + " has no line to any manager now; it redials by itself once it is on and online"));
        PeerCall call = new PeerCall(method, path, body, Math.clamp(deadline.toMillis(), 1, 60_000));
        return peers.call(address, host, call);
    }

    /// The same for a host whose line is held here, and only then: what another manager may ask of this one.
    ///
    /// @throws LineFault when the line is not here
    public Reply callHere(UUID host, PeerCall call) throws LineFault {
        Connection line = lines.get(host);
        if (line == null || !line.usable()) {
            throw new LineFault("the line of host " + host + " is not held by manager " + managerId);
        }
        return line.call(call.method(), call.path(), call.body(), Duration.ofMillis(call.deadlineMillis()));
    }

    @Override
    public Exchange open(UUID host, String method, String path, Map<String, String> headers) throws LineFault {
        BulkPool pool = pools.computeIfAbsent(host, id -> new BulkPool(id, this::dial));
        Connection connection = pool.take(OPENING);
        try {
            return connection.open(method, path, headers, OPENING, () -> pool.giveBack(connection));
        } catch (LineFault | RuntimeException failed) {
            pool.giveBack(connection);
            throw failed;
        }
    }

    @Override
    public boolean reachable(UUID host) {
        Connection line = lines.get(host);
        if (line != null && line.usable()) {
            return true;
        }
        Links.Place place = directory.places().get(host);
        return place != null && place.peerAddress() != null && !place.managerId().equals(managerId);
    }

    /// Cuts every connection made with one of these certificates.
    void cut(Set<String> serials) {
        everyConnection().filter(connection -> serials.contains(connection.serial())).forEach(connection -> {
            LOG.warn("cut a connection of host {}: its certificate {} is revoked", connection.host(), connection.serial());
            connection.close();
        });
    }

    /// Tells the host, if its line is here and it was not told yet, which managers there are.
    void tellManagers(UUID host) throws LineFault {
        Connection line = lines.get(host);
        List<String> managers = directory.managers();
        if (line != null && !managers.equals(line.told())) {
            tell(line, managers);
        }
    }

    /// Leaves the directory first, so that other managers stop counting on this one, then closes all connections.
    @Override
    public void close() {
        closed = true;
        try {
            links.leave();
        } catch (RuntimeException databaseGone) {
            LOG.info("could not leave the directory ({}); others will notice within five seconds", databaseGone.getMessage());
        }
        everyConnection().forEach(Connection::close);
        threads.shutdownNow();
        peers.close();
        port.close();
    }

    /// Decides on one connection that has greeted.
    private void decide(LinePort.Candidate candidate) {
        try {
            X509Certificate certificate = (X509Certificate) candidate.session().getPeerCertificates()[0];
            // Again, though the handshake did: a resumed session brings no certificate to check.
            Party party = authority.verify(certificate, Authority.CLIENT_AUTH, Duration.ZERO);
            if (!(party instanceof Party.Host host)) {
                throw new LineFault(party.uri() + " is no host");
            }
            if (candidate.bulk()) {
                admitBulk(candidate, new Connection(host.id(), candidate.channel(), certificate, 0));
            } else {
                admitLine(candidate, new Connection(host.id(), candidate.channel(), certificate, links.claim(host.id())));
            }
        } catch (LineFault | CertificateException | SSLPeerUnverifiedException refused) {
            LOG.warn("refused a connection from {}: {}", candidate.channel().remoteAddress(), refused.getMessage());
            candidate.channel().close();
        } catch (RuntimeException failed) {
            LOG.warn("could not admit a connection from {}: {}", candidate.channel().remoteAddress(), failed.toString());
            candidate.channel().close();
        }
    }

    private void admitLine(LinePort.Candidate candidate, Connection line) throws LineFault {
        line.channel().closeFuture().addListener(gone -> run(() -> down(line)));
        candidate.admit();
        tell(line, directory.managers());
        Connection[] loser = new Connection[1];
        lines.compute(line.host(), (id, old) -> {
            boolean wins = old == null || line.epoch() > old.epoch();
            loser[0] = wins ? old : line;
            return wins ? line : old;
        });
        if (loser[0] != null) {
            loser[0].close();
        }
        if (!line.channel().isActive()) {
            lines.remove(line.host(), line);
            return;
        }
        LOG.info("line of host {} is up from {} (epoch {}, agent {})", line.host(), line.channel().remoteAddress(), line.epoch(),
                candidate.hello().agentVersion());
        if (line.channel().remoteAddress() instanceof InetSocketAddress from) {
            addresses.seen(line.host(), from);
        }
        lineUp.accept(line.host());
        links.seen(line.host(), Network.of(line.channel().remoteAddress()));
    }

    private void down(Connection line) {
        if (lines.remove(line.host(), line)) {
            LOG.info("line of host {} is down (epoch {})", line.host(), line.epoch());
        }
        if (!closed) {
            links.release(line.host(), line.epoch());
        }
    }

    private void admitBulk(LinePort.Candidate candidate, Connection connection) throws LineFault {
        String number = candidate.hello().ticket();
        Ticket ticket = number == null ? null : tickets.get(number);
        if (number == null || ticket == null || !ticket.pool().host().equals(connection.host())
                || !tickets.remove(number, ticket)) {
            throw new LineFault("host " + connection.host() + " was not asked for this bulk connection, or came too late");
        }
        connection.channel().closeFuture().addListener(gone -> ticket.pool().gone(connection));
        candidate.admit();
        ticket.arrival().complete(connection);
    }

    /// Asks the host for a bulk connection to this manager, in the background.
    private void dial(BulkPool pool) {
        if (!run(() -> {
            String number = UUID.randomUUID().toString();
            Ticket ticket = new Ticket(pool, new CompletableFuture<>());
            tickets.put(number, ticket);
            try {
                byte[] dial = json.writeValueAsBytes(new Dial(advertisedHost, advertisedPort, number));
                Reply reply = call(pool.host(), "POST", "/v1/dial", dial, OPENING.dividedBy(2));
                if (reply.status() != 202) {
                    throw new LineFault("host " + pool.host() + " answered " + reply.status() + " when asked to dial "
                            + address());
                }
                pool.arrived(ticket.arrival().get(OPENING.toMillis(), TimeUnit.MILLISECONDS));
            } catch (LineFault fault) {
                pool.failed(fault);
            } catch (TimeoutException | ExecutionException | InterruptedException late) {
                pool.failed(new LineFault("host " + pool.host() + " did not dial " + address() + " within " + OPENING, late));
            } catch (RuntimeException failed) {
                pool.failed(new LineFault("could not ask host " + pool.host() + " to dial: " + failed, failed));
            } finally {
                if (!tickets.remove(number, ticket)) {
                    // It came in the moment in which we gave up, or it is in the pool: only the first must not be kept.
                    ticket.arrival().thenAccept(connection -> {
                        if (!pool.connections().contains(connection)) {
                            connection.close();
                        }
                    });
                }
            }
        })) {
            pool.failed(new LineFault("this manager is closing"));
        }
    }

    private void tell(Connection line, List<String> managers) throws LineFault {
        byte[] held = json.writeValueAsBytes(new LineHeld(managerId, line.epoch(), managers));
        Reply reply = line.call("PUT", "/v1/line", held, OPENING);
        if (reply.status() >= 300) {
            throw new LineFault("host " + line.host() + " answered " + reply.status() + " when told that its line is held");
        }
        line.told(managers);
    }

    private void keepLooking() {
        boolean failing = false;
        while (!closed) {
            try {
                Thread.sleep(LOOK);
                look();
                failing = false;
            } catch (InterruptedException closing) {
                return;
            } catch (RuntimeException failed) {
                if (!failing && !closed) {
                    LOG.warn("cannot read the directory of lines; lines stay up meanwhile: {}", failed.toString());
                }
                failing = true;
            }
        }
    }

    /// One look: heartbeat, directory, and what must be cut.
    private void look() {
        links.heartbeat(address(), peerAddress);
        Links.Directory now = links.directory();
        directory = now;
        for (Connection line : lines.values()) {
            Links.Place place = now.places().get(line.host());
            if (place != null && place.epoch() > line.epoch()) {
                LOG.info("closed the line of host {} (epoch {}): epoch {} has passed it", line.host(), line.epoch(),
                        place.epoch());
                line.close();
            }
        }
        cut(now.revoked());
        everyConnection().filter(connection -> connection.expired(clock.instant())).forEach(connection -> {
            LOG.warn("closed a connection of host {}: its certificate {} has expired", connection.host(), connection.serial());
            connection.close();
        });
        pools.values().forEach(pool -> pool.closeIdle(BULK_IDLE));
    }

    private Stream<Connection> everyConnection() {
        return Stream.concat(lines.values().stream(), pools.values().stream().flatMap(pool -> pool.connections().stream()));
    }

    private boolean run(Runnable task) {
        try {
            threads.execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException failed) {
                    if (!closed) {
                        LOG.warn("a task of the line server failed", failed);
                    }
                }
            });
            return true;
        } catch (RejectedExecutionException closing) {
            return false;
        }
    }

    /// What this manager asked a host to dial for; the host repeats its number.
    private record Ticket(BulkPool pool, CompletableFuture<Connection> arrival) {}
}
