package leaseback.host;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import leaseback.host.enrolment.Credentials;
import leaseback.host.enrolment.EnrolmentRefused;
import leaseback.host.enrolment.Identity;
import leaseback.host.enrolment.ManagerTrust;
import leaseback.host.link.ControlLine;
import leaseback.host.link.Dialer;
import leaseback.host.link.Gateways;
import leaseback.host.link.LineHandler;
import leaseback.host.link.Routes;
import leaseback.host.pieces.Pieces;
import leaseback.host.presence.Batteries;
import leaseback.host.presence.ForeignWork;
import leaseback.host.presence.Indicator;
import leaseback.host.presence.Led;
import leaseback.host.presence.LocalPage;
import leaseback.host.presence.Standing;
import leaseback.host.promise.Kept;
import leaseback.host.promise.Promise;
import leaseback.host.standdown.StandDown;
import leaseback.protocol.Dial;
import leaseback.protocol.Battery;
import leaseback.protocol.Earnings;
import leaseback.protocol.HostReport;
import leaseback.protocol.LeaseTerms;
import leaseback.protocol.Release;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/// The agent on a customer's machine, built here from top to bottom.
///
/// Its folder:
///
///     agent.lock      held while an agent runs on this folder
///     identity.pem    this machine's key and certificate, mode 0600; the key never leaves it
///     terms.json      what was promised, as last received
///     earnings.json   what it earned, as last received
///     managers.json   line addresses learned from the managers
///     pieces/         what it keeps for others, and nothing else
///     receipt.json    what it signed when the lease had ended
public final class Agent implements Closeable {
    /// The agent's release, as it tells the manager.
    public static final String VERSION = "0.1.0";

    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final String OVER = "The lease has ended. This computer is yours alone again: nothing of others is kept here, and nobody is"
            + " dialled. The signed receipt is receipt.json in %s; you may uninstall the agent.";

    private final AgentSettings settings;
    private final FileLock lock;
    private final JsonMapper json = JsonMapper.builder().build();
    private final Instant startedAt;
    private final Identity identity;
    private final Promise promise;
    private final Kept<Earnings> earnings;
    private final Kept<String[]> managers;
    private final Pieces pieces;
    private final ForeignWork foreignWork;
    private final Batteries batteries;
    private final StandDown standDown;
    private final Dialer dialer;
    private final Gateways gateways;
    private final ControlLine line;
    private final LocalPage page;
    private final Thread work;
    private volatile @Nullable Battery battery;
    private volatile @Nullable String trouble;
    private volatile @Nullable String refusal;

    private Agent(AgentSettings settings, FileLock lock) throws IOException {
        this.settings = settings;
        this.lock = lock;
        this.startedAt = settings.clock().instant();
        Path folder = settings.folder();
        ManagerTrust trust = ManagerTrust.in(settings.caFile(), settings.clock());
        identity = Identity.in(folder.resolve("identity.pem"), trust, settings.clock(), settings.managers());
        promise = Promise.in(folder.resolve("terms.json"), settings.clock(), json);
        earnings = Kept.in(folder.resolve("earnings.json"), Earnings.class, json);
        managers = Kept.in(folder.resolve("managers.json"), String[].class, json);
        pieces = new Pieces(folder.resolve("pieces"), promise::terms);
        foreignWork = new ForeignWork(settings.light() == null ? Indicator.NONE : new Led(settings.light()), settings.clock());
        batteries = settings.batteries();
        standDown = StandDown.in(folder, VERSION, identity, promise, pieces, settings.clock(), json);
        dialer = new Dialer(VERSION, identity::tls, json);
        LineHandler served = promise.whileServing(foreignWork.watched(pieces));
        Routes bulk = new Routes(json).put(Pieces.PATH, served);
        gateways = new Gateways(dialer, bulk);
        Routes control = new Routes(json)
                .get("/v1/report", this::report)
                .take("PUT", "/v1/terms", 204, LeaseTerms.class, whileLeased(promise::accept))
                .take("PUT", "/v1/earnings", 204, Earnings.class, whileLeased(earnings::keep))
                .answer("/v1/release", Release.class, foreignWork.during(standDown::release))
                .take("POST", "/v1/farewell", 204, Release.class, standDown::farewell)
                .take("POST", "/v1/dial", 202, Dial.class, gateways::dial)
                .put(Pieces.PATH, served);
        line = new ControlLine(dialer, control, json, new SecureRandom(), settings.lines(),
                managers.value().map(List::of).orElse(List.of()), this::learn);
        page = new LocalPage(settings.pagePort(), this::standing);
        work = Thread.ofVirtual().name("agent").unstarted(this::work);
    }

    /// Starts the agent and comes back at once; enrolment and line are made in the background, for as long as it takes.
    ///
    /// @throws IOException when the folder is in use by another agent, cannot be written, or holds something damaged
    public static Agent start(AgentSettings settings) throws IOException {
        Files.createDirectories(settings.folder());
        FileLock lock = lock(settings.folder().resolve("agent.lock"));
        try {
            Agent agent = new Agent(settings, lock);
            agent.foreignWork.start();
            agent.work.start();
            LOG.info("agent {} keeps its things in {}; its page is http://127.0.0.1:{}/", VERSION, settings.folder(),
                    agent.page.port());
            return agent;
        } catch (IOException | RuntimeException failed) {
            lock.acquiredBy().close();
            throw failed;
        }
    }

    public int pagePort() {
        return page.port();
    }

    /// Empty until it has enrolled.
    public Optional<UUID> hostId() {
        return identity.credentials().map(credentials -> credentials.host().id());
    }

    /// Why the manager refused this machine for good, such as a claim code used before; empty when it did not.
    public Optional<String> refusal() {
        return Optional.ofNullable(refusal);
    }

    /// Line addresses learned from the managers, the one that holds the line first.
    public List<String> knownManagers() {
        return managers.value().map(List::of).orElse(List.of());
    }

    /// How it stands now.
    public Standing standing() {
        Credentials credentials = identity.credentials().orElse(null);
        boolean enrolled = credentials != null;
        Optional<String> up = line.upAt();
        String now = trouble != null ? trouble : enrolled && up.isEmpty() ? "No line to a manager: " + line.fault() : null;
        return new Standing(credentials == null ? null : credentials.host().id(), now, up, promise.terms(), promise.isServing(),
                promise.nextChange(), pieces.usedBytes(), pieces.pieceCount(), foreignWork.exchanges(), foreignWork.working(), gateways.connections(),
                battery, earnings.value(), credentials == null ? null : credentials.certificate().getNotAfter().toInstant(),
                startedAt, settings.clock().instant());
    }

    /// Stops answering and lets go of the folder; what is kept stays.
    @Override
    public void close() throws IOException {
        work.interrupt();
        line.close();
        gateways.close();
        page.close();
        dialer.close();
        foreignWork.close();
        lock.acquiredBy().close();
    }

    private HostReport report() {
        LeaseTerms terms = promise.terms();
        Battery now = batteries.look().orElse(null);
        battery = now;
        return new HostReport(VERSION, ProcessHandle.current().pid(), startedAt, terms.version(), terms.leasedBytes(),
                pieces.usedBytes(), pieces.pieceCount(), promise.isServing(), settings.clock().instant(), now);
    }

    /// Enrol once; then keep the line, and renew the certificate when it is time.
    private void work() {
        try {
            if (identity.credentials().isEmpty() && !enrol()) {
                return;
            }
            line.start();
            Duration pause = FIRST_PAUSE;
            while (true) {
                Thread.sleep(LOOK);
                if (standDown.over()) {
                    line.close();
                    gateways.close();
                    refuse(OVER.formatted(settings.folder()));
                    return;
                }
                if (!identity.renewalDue()) {
                    continue;
                }
                try {
                    identity.renew();
                    line.redial();
                    trouble = null;
                    pause = FIRST_PAUSE;
                } catch (IOException | EnrolmentRefused failed) {
                    LOG.warn("the certificate could not be renewed; next try in {} s: {}", pause.toSeconds(),
                            failed.getMessage());
                    trouble = "The certificate could not be renewed: " + failed.getMessage();
                    Thread.sleep(pause);
                    pause = longer(pause);
                }
            }
        } catch (InterruptedException closing) {
            LOG.debug("agent is closing");
        }
    }

    /// Whether it has enrolled; false when the manager refused, or there is nothing to enrol with.
    private boolean enrol() throws InterruptedException {
        Duration pause = FIRST_PAUSE;
        while (true) {
            try {
                String code = claimCode();
                if (code == null) {
                    refuse(standDown.over() ? OVER.formatted(settings.folder()) : "This computer has not enrolled, and no claim code was given.");
                    return false;
                }
                identity.enrol(code);
                trouble = null;
                if (settings.claimFile() != null) {
                    Files.deleteIfExists(settings.claimFile());
                }
                return true;
            } catch (EnrolmentRefused refused) {
                refuse("The manager refused to enrol this computer: " + refused.getMessage());
                return false;
            } catch (IOException unreachable) {
                LOG.info("enrolment did not succeed yet; next try in {} s: {}", pause.toSeconds(), unreachable.getMessage());
                trouble = "Not enrolled yet: " + unreachable.getMessage();
                Thread.sleep(pause);
                pause = longer(pause);
            }
        }
    }

    private void refuse(String why) {
        LOG.error("{}", why);
        trouble = why;
        refusal = why;
    }

    private @Nullable String claimCode() throws IOException {
        if (settings.claimCode() != null) {
            return settings.claimCode();
        }
        Path file = settings.claimFile();
        return file != null && Files.exists(file) ? Files.readString(file).strip() : null;
    }

    /// Once the lease is over, nothing more is kept.
    private <T> Routes.Taker<T> whileLeased(Routes.Taker<T> taker) {
        return value -> {
            if (standDown.over()) {
                throw new IllegalArgumentException("this machine's lease has ended");
            }
            taker.take(value);
        };
    }

    private void learn(List<String> addresses) {
        if (standDown.over()) {
            return;
        }
        try {
            managers.keep(addresses.toArray(String[]::new));
        } catch (IOException full) {
            LOG.warn("could not keep the managers' addresses: {}", full.getMessage());
        }
    }

    private static Duration longer(Duration pause) {
        Duration doubled = pause.multipliedBy(2);
        return doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
    }

    private static FileLock lock(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException sameProcess) {
            lock = null;
        }
        if (lock == null) {
            channel.close();
            throw new IOException("another agent is running on " + file.getParent()
                    + "; stop it first, or give this one its own folder");
        }
        return lock;
    }
}
