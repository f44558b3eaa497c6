package leaseback.manager.fleet;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import leaseback.manager.database.Database;
import leaseback.manager.order.Electricity;
import leaseback.protocol.Battery;
import leaseback.protocol.Earnings;
import leaseback.protocol.HostReport;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// The chore that keeps manager and hosts of one mind: asks each host whose line is held here how it is, writes that down,
/// counts the minute as kept, and hands over terms, earnings and managers where the host's are old.
public final class Pulse implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Pulse.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int AT_ONCE = 64;

    private final Database database;
    private final LineServer lines;
    private final Fleet fleet;
    private final InstantSource clock;
    private final Duration interval;
    private final JsonMapper json = JsonMapper.builder().build();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore free = new Semaphore(AT_ONCE);
    private final Map<UUID, Earnings> told = new ConcurrentHashMap<>();
    /// By lease: what was offered does not change.
    private final Map<UUID, Optional<Electricity>> offered = new ConcurrentHashMap<>();
    private volatile boolean closed;

    private Pulse(Database database, LineServer lines, Fleet fleet, InstantSource clock, Duration interval) {
        this.database = database;
        this.lines = lines;
        this.fleet = fleet;
        this.clock = clock;
        this.interval = interval;
    }

    /// @param interval between two rounds, at most 30 s: presence is counted by the minute
    public static Pulse start(Database database, LineServer lines, Fleet fleet, InstantSource clock, Duration interval) {
        if (interval.compareTo(Duration.ofSeconds(30)) > 0 || interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException("the pulse must beat at least twice a minute, not every " + interval);
        }
        Pulse pulse = new Pulse(database, lines, fleet, clock, interval);
        lines.onLineUp(host -> pulse.run(() -> pulse.greet(host)));
        pulse.run(pulse::beat);
        return pulse;
    }

    @Override
    public void close() {
        closed = true;
        lines.onLineUp(host -> {});
        threads.shutdownNow();
    }

    private void beat() {
        while (!closed) {
            try {
                Thread.sleep(interval);
                for (UUID host : lines.held()) {
                    free.acquire();
                    if (!run(() -> {
                        try {
                            ask(host, false);
                        } finally {
                            free.release();
                        }
                    })) {
                        return;
                    }
                }
            } catch (InterruptedException closing) {
                return;
            } catch (RuntimeException failed) {
                LOG.warn("a round of the pulse failed; the next comes in {} ms", interval.toMillis(), failed);
            }
        }
    }

    /// A line has just come up: the host may have enrolled a moment ago, and must not wait for its terms.
    private void greet(UUID host) {
        told.remove(host);
        if (fleet.known(host).isEmpty()) {
            fleet.refresh();
        }
        ask(host, true);
        fleet.refresh();
    }

    private void ask(UUID host, boolean first) {
        Fleet.Known known = fleet.known(host).orElse(null);
        if (known == null) {
            return;
        }
        try {
            HostReport report = json.readValue(call(host, "GET", "/v1/report", new byte[0]), HostReport.class);
            if (first || report.termsVersion() < known.terms().version()) {
                call(host, "PUT", "/v1/terms", json.writeValueAsBytes(known.terms()));
            }
            Instant now = clock.instant();
            Battery battery = report.battery();
            Earnings earnings = database.transact(handle -> {
                handle.createUpdate("""
                        update host set reported_at = :at, agent_version = :agent, process_id = :process, started_at = :started,
                               terms_version = :terms, used_bytes = :used, pieces = :pieces, battery_percent = cast(:percent as smallint),
                               battery_discharging = cast(:discharging as boolean), battery_minutes = cast(:minutes as int),
                               battery_milliwatt_hours = cast(:energy as bigint) where id = :host""")
                        .bind("at", now).bind("agent", report.agentVersion()).bind("process", report.processId())
                        .bind("started", report.startedAt()).bind("terms", report.termsVersion()).bind("used", report.usedBytes())
                        .bind("pieces", report.pieces()).bind("host", host).bind("percent", battery == null ? null : battery.percent())
                        .bind("discharging", battery == null ? null : battery.discharging()).bind("minutes", battery == null ? null : battery.minutes())
                        .bind("energy", battery == null ? null : battery.milliwattHours()).execute();
                if (known.underLease()) {
                    Presence.record(handle, host, known.terms().serving(), now);
                }
                UUID lease = known.terms().leaseId();
                return Presence.earnings(handle, host, known.terms(), power(handle, lease), known.enrolledAt(), now);
            });
            if (news(host, earnings)) {
                call(host, "PUT", "/v1/earnings", json.writeValueAsBytes(earnings));
                told.put(host, earnings);
            }
            lines.tellManagers(host);
        } catch (LineFault | JacksonException fault) {
            LOG.info("no report: {}", fault.getMessage());
        } catch (RuntimeException failed) {
            if (!closed) {
                LOG.warn("could not take the report of host {}", host, failed);
            }
        }
    }

    private Optional<Electricity> power(Handle handle, UUID lease) {
        Optional<Electricity> known = offered.get(lease);
        if (known == null) {
            known = Electricity.offered(handle, lease);
            offered.put(lease, known);
        }
        return known;
    }

    private byte[] call(UUID host, String method, String path, byte[] body) throws LineFault {
        Lines.Reply reply = lines.call(host, method, path, body, PATIENCE);
        if (reply.status() >= 300) {
            throw new LineFault("host " + host + " answered " + reply.status() + " to " + method + " " + path + ": "
                    + new String(reply.body(), java.nio.charset.StandardCharsets.UTF_8).strip());
        }
        return reply.body();
    }

    /// Whether anything but the instant is new.
    private boolean news(UUID host, Earnings earnings) {
        Earnings before = told.get(host);
        return before == null || before.earned() != earnings.earned() || before.minutesPresent() != earnings.minutesPresent()
                || before.minutesPromised() != earnings.minutesPromised();
    }

    private boolean run(Runnable task) {
        try {
            threads.execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException failed) {
                    if (!closed) {
                        LOG.warn("a task of the pulse failed", failed);
                    }
                }
            });
            return true;
        } catch (RejectedExecutionException closing) {
            return false;
        }
    }
}
