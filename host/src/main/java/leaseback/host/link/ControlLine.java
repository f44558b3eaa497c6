package leaseback.host.link;

import io.netty.channel.Channel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import leaseback.protocol.LineHeld;
import leaseback.protocol.LineHello;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/// Keeps one control line up: dials the managers in turn, and again whenever the line breaks.
///
/// The first try after a break comes within half a second, at the next manager in the list; when a whole round has failed
/// the pause doubles, up to half a minute. Pauses are drawn at random, so that a fleet does not come back all at once.
@SuppressWarnings("FutureReturnValueIgnored") // Netty: what goes wrong ends the channel, and that is watched
public final class ControlLine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlLine.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final Duration HELD_WITHIN = Duration.ofSeconds(15);
    private static final int MOST_ADDRESSES = 64;

    private final Dialer dialer;
    private final LineHandler handler;
    private final JsonMapper json;
    private final RandomGenerator random;
    private final List<String> given;
    private final Consumer<List<String>> learned;
    private volatile List<String> managers;
    private volatile @Nullable Channel current;
    private volatile @Nullable String upAt;
    private volatile String fault = "not dialled yet";
    private volatile boolean closed;
    private long epoch;

    /// @param given   `host:port` of managers, as configured; always tried
    /// @param known   those learned earlier
    /// @param learned told whenever a manager says which others there are
    public ControlLine(Dialer dialer, LineHandler handler, JsonMapper json, RandomGenerator random,
            List<String> given, List<String> known, Consumer<List<String>> learned) {
        if (given.isEmpty() && known.isEmpty()) {
            throw new IllegalArgumentException("no manager's line address is known: give one, as host:port");
        }
        this.dialer = dialer;
        this.handler = handler;
        this.json = json;
        this.random = random;
        this.given = given;
        this.learned = learned;
        this.managers = known;
    }

    /// Begins dialling, in the background.
    public void start() {
        dialer.run(this::keepUp);
    }

    /// Where the line is up; empty while it is down.
    public Optional<String> upAt() {
        return Optional.ofNullable(upAt);
    }

    /// Why the line is down, in words; meaningless while it is up.
    public String fault() {
        return fault;
    }

    /// Breaks the line and dials anew, with the certificate that is current then.
    public void redial() {
        Channel channel = current;
        if (channel != null) {
            channel.close();
        }
    }

    @Override
    public void close() {
        closed = true;
        redial();
    }

    private void keepUp() {
        int next = random.nextInt(addresses().size());
        int failures = 0;
        while (!closed) {
            List<String> addresses = addresses();
            String address = addresses.get(next++ % addresses.size());
            if (hold(address)) {
                failures = 0;
                // The manager that went away tells its successor last: start behind it.
                next = addresses().indexOf(address) + 1;
            } else {
                failures++;
            }
            try {
                Thread.sleep(pause(failures, addresses.size()));
            } catch (InterruptedException closing) {
                return;
            }
        }
    }

    /// One connection, from dialling to its end; whether a manager ever held it.
    private boolean hold(String address) {
        CompletableFuture<LineHeld> held = new CompletableFuture<>();
        try {
            Channel channel = dialer.dial(address, LineHello.CONTROL, null, exchange -> handle(exchange, held));
            current = channel;
            try {
                if (closed) {
                    return false;
                }
                channel.closeFuture().addListener(gone -> held.completeExceptionally(new IOException("the manager closed it")));
                LineHeld claim = held.get(HELD_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
                LOG.info("line is up at {} (epoch {})", address, claim.epoch());
                upAt = address;
                channel.closeFuture().await();
                LOG.info("line at {} broke", address);
                fault = "the line at " + address + " broke";
                return true;
            } finally {
                upAt = null;
                channel.close();
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException refused) {
            fault = "the manager at " + address
                    + " does not take this line; its log says why (this machine's certificate may be revoked)";
            LOG.warn("{}", fault);
            return false;
        } catch (IOException | RuntimeException failed) {
            fault = String.valueOf(failed.getMessage());
            LOG.info("no line: {}", fault);
            return false;
        }
    }

    private void handle(LineExchange exchange, CompletableFuture<LineHeld> held) throws IOException {
        if (!exchange.path().equals("/v1/line")) {
            handler.handle(exchange);
            return;
        }
        LineHeld claim = json.readValue(Routes.body(exchange), LineHeld.class);
        if (!newest(claim.epoch())) {
            // A claim made before the one we already follow: the newest wins, this connection is of the past.
            throw new IOException("epoch " + claim.epoch() + " was passed already");
        }
        if (!claim.managers().isEmpty()) {
            List<String> told = claim.managers().stream().limit(MOST_ADDRESSES).toList();
            if (!told.equals(managers)) {
                managers = told;
                learned.accept(told);
            }
        }
        exchange.reply(204, Map.of());
        held.complete(claim);
    }

    private synchronized boolean newest(long claimed) {
        epoch = Math.max(epoch, claimed);
        return claimed == epoch;
    }

    private List<String> addresses() {
        Set<String> all = new LinkedHashSet<>(managers);
        all.addAll(given);
        return new ArrayList<>(all);
    }

    private Duration pause(int failures, int addresses) {
        int rounds = Math.min(failures / addresses, 10);
        long longest = Math.min(LONGEST_PAUSE.toMillis(), FIRST_PAUSE.toMillis() << rounds);
        return Duration.ofMillis(random.nextLong(longest / 4, longest + 1));
    }
}
